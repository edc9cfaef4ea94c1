"""A table before anything was planted, and what its owner could say about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import polars as pl


class NotHere(Exception):
    """This table cannot hold this defect (no dates, no text, no category of the right size)."""


@dataclass(frozen=True)
class World:
    """One table with the roles of its columns.

    `told` holds what its owner declares beside target and time (`protected`, `population`, `entity`, `split`,
    `contract`); the runner hands over what the audit can take.
    """

    name: str
    frame: pl.DataFrame
    target: str | None = None
    time: str | None = None
    source: str | None = None
    group: str | None = None
    entity: str | None = None
    told: Mapping[str, object] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        return self.frame.height

    def having(self, frame: pl.DataFrame, **told: object) -> World:
        return replace(self, frame=frame, told={**self.told, **told})

    def inputs(self) -> list[str]:
        return [name for name in self.frame.columns if name not in (self.target, self.time)]

    def numbers(self, distinct: int = 30, nulls: float = 0.03) -> list[str]:
        """Quantities: numeric inputs with more than `distinct` different values and few gaps; no keys."""
        chosen = []
        for name in self.inputs():
            column = self.frame[name]
            if name != self.entity and column.dtype.is_numeric() and column.null_count() <= nulls * self.rows:
                finite = column.drop_nulls()
                if finite.n_unique() > distinct and (finite.quantile(0.75) or 0) > (
                    finite.quantile(0.25) or 0
                ):
                    chosen.append(name)
        return chosen

    def categories(self, low: int = 3, high: int = 40) -> list[str]:
        """Words that repeat: text inputs with `low` to `high` different values."""
        return [
            name
            for name in self.inputs()
            if self.frame[name].dtype == pl.String
            and low <= self.frame[name].drop_nulls().n_unique() <= high
            and self.frame[name].null_count() <= 0.1 * self.rows
        ]

    def texts(self) -> list[str]:
        """Prose: text inputs of four words or more on average that are no labels."""
        chosen = []
        for name in self.inputs():
            if self.frame[name].dtype == pl.String and self.frame[name].n_unique() > 100:
                words = self.frame[name].drop_nulls().head(500).str.count_matches(" ").mean()
                if isinstance(words, float) and words >= 3:
                    chosen.append(name)
        return chosen

    def dates(self) -> list[str]:
        return [n for n in self.inputs() if self.frame[n].dtype in (pl.Date, pl.Datetime("us"))]

    def filled(self, nulls: float = 0.02) -> list[str]:
        """Inputs with few gaps."""
        return [n for n in self.inputs() if self.frame[n].null_count() <= nulls * self.rows]

    def positive(self) -> pl.Series:
        """Which rows have the rarer outcome; raises `NotHere` unless the target has two values."""
        if self.target is None:
            raise NotHere("no target")
        counts = self.frame[self.target].drop_nulls().value_counts()
        if counts.height != 2:
            raise NotHere("the target has not two values")
        counts = counts.sort("count", self.target, descending=True)
        return (self.frame[self.target] == counts[self.target][1]).fill_null(False)


def first(options: Sequence[str], what: str) -> Sequence[str]:
    """`options`, or `NotHere` where there are none."""
    if not options:
        raise NotHere(f"no {what}")
    return options
