"""A rule counted on all IDs: who meets whom, and which different IDs become one."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from airworthy.charter.id_rules import Stretch
from airworthy.charter.id_steps import Side
from airworthy.data.id_rules.apply import MADE, MINE, THEIRS
from airworthy.data.id_rules.steps import after


@dataclass(frozen=True)
class Counted:
    """The pairs (columns `mine`, `theirs`) that a rule brings together, one to one.

    `merged` counts the IDs of the rows that become one with another of them, `doubtful` those that have
    several partners; `example` is two IDs that become one. Neither are among the pairs.
    """

    pairs: pl.DataFrame
    ids: int
    merged: int
    doubtful: int
    example: tuple[str, str] | None = None

    @property
    def matched(self) -> int:
        return self.pairs.height


def counted(mine: pl.Series, theirs: pl.Series, stretch: Stretch) -> Counted:
    """Count `stretch` on different IDs (String, without nulls)."""
    left = pl.DataFrame({MINE: mine, MADE: after(mine, stretch.of(Side.ROWS))}).drop_nulls()
    right = pl.DataFrame({THEIRS: theirs, MADE: after(theirs, stretch.of(Side.SOURCE))}).drop_nulls()
    left = left.with_columns((pl.len().over(MADE) > 1).alias("merged"))
    twice = right.filter(pl.col(MADE).is_duplicated()).select(MADE).unique()
    met = left.join(right, on=MADE, how="semi")
    merged = met.filter("merged")
    plain = met.filter(~pl.col("merged"))
    doubtful = plain.join(twice, on=MADE, how="semi").height
    pairs = plain.join(twice, on=MADE, how="anti").join(right, on=MADE).select(MINE, THEIRS)
    example = None
    if merged.height:
        first = merged.sort(MADE, MINE).head(1)[MADE].item()
        example = tuple(merged.filter(pl.col(MADE) == first)[MINE].sort().head(2).to_list())
    return Counted(pairs, len(mine), merged.height, doubtful, example)
