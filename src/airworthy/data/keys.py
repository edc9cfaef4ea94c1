"""Keys without what only their writing adds: separators, letter case, zeros in front."""

from __future__ import annotations

import polars as pl

ZEROS = r"(^|[^0-9])0+([0-9])"
_SIGNS = r"[^\p{L}0-9]"


def core(key: pl.Expr) -> pl.Expr:
    """A key without separators, letter case and zeros in front.

    >>> pl.select(core(pl.Series(["ab-0012", "AB 12", "C-100"]))).to_series().to_list()
    ['AB12', 'AB12', 'C100']
    """
    unfilled = key.str.replace_all(ZEROS, "${1}${2}")
    return unfilled.str.replace_all(_SIGNS, "").str.to_uppercase()
