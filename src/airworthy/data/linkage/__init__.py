"""Which rows of two tables, or of one, are the same person or thing: without a key, and without labels.

columns     which columns are compared, and which say nothing
normal      how values are written before they are compared
neighbours  which pairs of rows are looked at: each row's nearest by its letters
splinked    how alike each pair is, column by column (Splink on DuckDB)
weights     what each likeness is worth, learned from the pairs themselves
linked      what was found, and what a person must decide
link        the way in
"""
