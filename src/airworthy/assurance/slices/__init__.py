"""Where a model is worse: slices of rows searched on one half of them and confirmed on the other.

`columns` names what may tell slices apart, `loss` says what a row loses, `predicates` cuts the columns,
`search` finds, `confirm` measures anew, `confirmed` says what is sure of that, `words` writes. `columns` is
free of numeric libraries: it is asked before anything is measured.
"""
