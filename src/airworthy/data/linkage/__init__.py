"""Which rows of two tables, or of one, are the same person or thing: without a key, and without labels.

columns     which columns are compared, and which say nothing
redundant   columns that another one says already
normal      how values are written before they are compared
neighbours  which pairs of rows are looked at: each row's nearest by its letters
wide        of very many rows: those that share rare pairs of words; `letters` says how near they are
splinked    how alike each pair is, column by column (Splink on DuckDB)
partners    how many partners a row may have
weights     what each likeness is worth, learned from the pairs themselves
taught      what answered pairs teach of all others
linked      what was found, and what a person must decide
link        the way in
joining     a join of the charter that has no key
entities    groups of rows of one table

questions       which pair to ask about first
answers         what a person said of a pair, known again by what both rows say
kept_answers    what several people said, in a file beside the charter
contradictions  answers that cannot all be true
"""
