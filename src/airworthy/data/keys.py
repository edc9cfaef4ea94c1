"""Keys without what only their writing adds: separators, letter case, zeros in front, a prefix."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

FEWEST = 10
"""Different keys that must meet in another form: fewer may be chance."""

MOST_BY_CHANCE = 0.5
"""Share of the keys without a partner that must find one in another form."""

ZEROS = r"(^|[^0-9])0+([0-9])"
_SIGNS, _LETTERS = r"[^\p{L}0-9]", r"\p{L}"


def core(key: pl.Expr) -> pl.Expr:
    """A key without separators, letter case and zeros in front.

    >>> pl.select(core(pl.Series(["ab-0012", "AB 12", "C-100"]))).to_series().to_list()
    ['AB12', 'AB12', 'C100']
    """
    unfilled = key.str.replace_all(ZEROS, "${1}${2}")
    return unfilled.str.replace_all(_SIGNS, "").str.to_uppercase()


@dataclass(frozen=True)
class OtherForm:
    """Keys that found no partner and stand in the other table in another form: how many, and one pair."""

    keys: int
    mine: str
    theirs: str


def other_form(without_partner: pl.Series, theirs: pl.Series) -> OtherForm | None:
    """Whether keys that found nothing would, were both tables to write them in one way; None where few would.

    Letters at the ends count as writing only where one table has none, and the other the same everywhere.
    """
    mine, there = _cored(without_partner, "mine"), _cored(theirs, "theirs")
    for left, right in ((mine, there), _without_letters(mine, there)):
        pairs = left.join(right.unique("core"), on="core").sort("mine")
        if pairs.height >= max(FEWEST, MOST_BY_CHANCE * mine.height):
            return OtherForm(pairs.height, str(pairs["mine"][0]), str(pairs["theirs"][0]))
    return None


def _cored(keys: pl.Series, name: str) -> pl.DataFrame:
    texts = keys.drop_nulls().unique().cast(pl.String).alias(name).to_frame()
    return texts.with_columns(core(pl.col(name)).alias("core")).filter(pl.col("core") != "")


def _without_letters(mine: pl.DataFrame, there: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    letters = [set(one["core"].str.replace_all("[0-9]", "").unique()) for one in (mine, there)]
    if sorted(len("".join(found)) > 0 for found in letters) != [False, True] or max(map(len, letters)) > 1:
        return mine.clear(), there
    number = core(pl.col("core").str.replace_all(_LETTERS, " "))
    return mine.with_columns(number.alias("core")), there.with_columns(number.alias("core"))
