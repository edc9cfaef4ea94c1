"""Keys that found no partner and stand in the other table in another form: how many, and one pair."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from airworthy.data.id_rules.judge import Shown
from airworthy.data.id_rules.match import Theirs
from airworthy.data.id_rules.search import Search, Tables

MOST_BY_CHANCE = 0.5
"""Share of the keys without a partner that must find one in another form."""


@dataclass(frozen=True)
class OtherForm:
    """So many keys would meet, were both tables to write them in one way; one pair of them, and the steps."""

    keys: int
    mine: str
    theirs: str
    steps: tuple[str, ...]


def other_form(without_partner: pl.Series, theirs: pl.Series) -> OtherForm | None:
    """Whether half of the keys that found nothing would if both tables wrote them in one way; else None.

    >>> other_form(pl.Series([f"C-{n}" for n in range(30)]), pl.Series([f"{n:04}" for n in range(25)])).steps
    ("remove prefix 'C-'", 'pad to 4')
    """
    mine, there = (keys.drop_nulls().cast(pl.String).unique().sort() for keys in (without_partner, theirs))
    empty = pl.DataFrame({"id": []}, schema={"id": pl.String})
    best = Search(mine, Theirs(there), Tables(empty, empty)).best()
    if best is None or best.shown is Shown.NONE or best.counted.matched < MOST_BY_CHANCE * len(mine):
        return None
    one, other = best.counted.pairs.sort("mine").row(0)
    return OtherForm(best.counted.matched, one, other, tuple(map(str, best.stretch.steps)))
