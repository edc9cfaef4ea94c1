"""The signed figure of the next period, with all that was found on the way to it."""

from __future__ import annotations

from dataclasses import dataclass

from airworthy.lifecycle.outlook.labelling import Labelling
from airworthy.lifecycle.outlook.messy import Scenario

LEVEL = 0.9
"""Of every interval of a forecast: it is meant to hold 9 of 10 figures."""


@dataclass(frozen=True)
class Expectation:
    """The signed figure for the next period, and what a random split would have promised."""

    metric: str
    value: float
    low: float
    high: float
    level: float
    periods: tuple[float, ...]
    leads: tuple[float, ...]  # over the naive guess: AUC points, or share of the guess's loss
    random_split: float
    coming_rows: int = 0  # rows of the coming period that were read, without outcomes
    labelled_rows: int = 0  # of them, rows whose outcome was looked up
    scenarios: tuple[Scenario, ...] = ()  # the newest period with messy input
    labelling: Labelling | None = None  # what labels of some coming rows would do
    fixed: bool = False  # whether one model, trained before, scored all rows; then `random_split` is of all

    def as_json(self) -> dict[str, object]:
        return {
            "metric": self.metric,
            "value": self.value,
            "low": self.low,
            "high": self.high,
            "level": self.level,
            "periods": list(self.periods),
            "leads": list(self.leads),
            "random_split": None if self.fixed else self.random_split,
            "coming_rows": self.coming_rows,
            "labelled_rows": self.labelled_rows,
            "scenarios": [one.as_json() for one in self.scenarios],
            "labelling": self.labelling.as_json() if self.labelling else None,
        }
