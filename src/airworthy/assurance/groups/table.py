"""The group table as values: every measure of every group, its interval, its gap and what would settle it.

Made by `compare.group_table`, kept in the evidence, read by the terminal and the dossier. No numeric library.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from airworthy.kernel.result import NO_LIMIT, Limit, Measurement, Verdict

REST = "all others"


@dataclass(frozen=True)
class MeasureView:
    """One measure: the word over its column, what it is in a sentence, its unit, and the limit of its gap.

    `code` is the check that holds the gap against that limit; empty where none does. `counts` says what
    rows it is made of.
    """

    key: str
    words: str
    meaning: str
    unit: str
    gap_unit: str
    counts: str = "rows"
    code: str = ""
    limit: Limit = NO_LIMIT

    @property
    def limited(self) -> bool:
        return (self.limit.low, self.limit.high) != (None, None)


@dataclass(frozen=True)
class GroupFigure:
    """One measure of one group.

    Attributes
    ----------
    n : rows that the figure is made of: of those found, the group's events.
    value, low, high : with its own 95 % interval; None where there is nothing to measure.
    gap : the group less those it is held against, at the level that Holm's correction asks for; None where
        it is not compared.
    smallest : the smallest gap that these rows would have shown four times in five.
    needed, needed_others : rows of the group and of the others at which an undecided gap would be decided.
    reason : why there is no figure or no gap.
    """

    measure: str
    n: int = 0
    value: float | None = None
    low: float | None = None
    high: float | None = None
    gap: Measurement | None = None
    verdict: Verdict = Verdict.NOT_APPLICABLE
    smallest: float | None = None
    needed: int | None = None
    needed_others: int | None = None
    reason: str = ""

    @property
    def differs(self) -> bool:
        """Whether the gap's interval leaves out zero, whatever the limit says."""
        low, high = (self.gap.low, self.gap.high) if self.gap else (None, None)
        return (low is not None and low > 0) or (high is not None and high < 0)


@dataclass(frozen=True)
class GroupRow:
    """One group, or one crossing of several columns' groups, and all its figures."""

    columns: tuple[str, ...]
    label: str
    n: int
    against: str = REST
    figures: tuple[GroupFigure, ...] = ()

    @property
    def crossed(self) -> bool:
        return len(self.columns) > 1

    @property
    def compared(self) -> bool:
        return any(figure.gap is not None for figure in self.figures)

    def figure(self, measure: str) -> GroupFigure:
        return next(figure for figure in self.figures if figure.measure == measure)


@dataclass(frozen=True)
class GroupTable:
    """All groups of all protected columns.

    Attributes
    ----------
    n : measured rows. floor : fewer rows than this are shown and judge nobody.
    unknown : rows of each column whose value is missing or was not seen before measuring.
    empty : crossings without a row.
    """

    measures: tuple[MeasureView, ...]
    rows: tuple[GroupRow, ...]
    n: int
    floor: int
    rows_are: str = "measured"
    level: float = 0.95
    unknown: Mapping[str, int] = field(default_factory=dict)
    empty: int = 0

    @property
    def columns(self) -> tuple[tuple[str, ...], ...]:
        """The single columns, then those that are crossed, each once."""
        return tuple(dict.fromkeys(row.columns for row in self.rows))

    def of(self, *columns: str) -> tuple[GroupRow, ...]:
        return tuple(row for row in self.rows if row.columns == columns)

    def measure(self, key: str) -> MeasureView:
        return next(measure for measure in self.measures if measure.key == key)

    def as_json(self) -> dict[str, Any]:
        document = asdict(self)
        return {**document, "rows": [_row_json(row) for row in self.rows]}


def _row_json(row: GroupRow) -> dict[str, Any]:
    figures = [{**asdict(figure), "verdict": str(figure.verdict)} for figure in row.figures]
    return {**asdict(row), "figures": figures}
