"""What a client that copies the model comes to: agreement by the number of answers, and what is free."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from airworthy.kernel.result import Estimate

TARGETS = (0.9, 0.95, 0.99)
LEVEL = 0.95
SAME, CLOSE = "share of rows decided alike", "share of the answers' spread that the copy gives back (R2)"
"""How agreement is measured: of decisions, and of numbers."""


@dataclass(frozen=True)
class Agreement:
    """How the copy of `queries` answers agrees with the model on held-out rows, with 95 % bounds."""

    queries: int
    value: float
    low: float | None
    high: float | None
    learner: str

    def as_json(self) -> dict[str, Any]:
        return {
            "queries": self.queries,
            "agreement": self.value,
            "low": self.low,
            "high": self.high,
            "learner": self.learner,
        }


@dataclass(frozen=True)
class Needed:
    """Answers until the copy agrees to `target`; None: not within those that were asked; 0: it is free."""

    target: float
    queries: int | None
    low: int | None
    high: int | None

    def as_json(self) -> dict[str, Any]:
        return {"target": self.target, "queries": self.queries, "low": self.low, "high": self.high}


@dataclass(frozen=True, eq=False)
class Way:
    """One way to copy: where the asked rows come from, and what an answer tells."""

    drawn: str
    answers: str
    points: tuple[Agreement, ...]
    needed: tuple[Needed, ...]
    last: Estimate

    def as_json(self) -> dict[str, Any]:
        return {
            "queries_are": self.drawn,
            "answers": self.answers,
            "points": [point.as_json() for point in self.points],
            "needed": [one.as_json() for one in self.needed],
        }


@dataclass(frozen=True, eq=False)
class Extraction:
    """The model copied in every way that was tried.

    Attributes
    ----------
    held : rows on which agreement is measured; nobody asked about them.
    ways : the most telling one first: real rows, and all that an answer tells.
    majority : agreement of always the most frequent decision; of numbers, 0.
    truth : agreement of a copy that learned true outcomes in the place of answers, of as many real rows; None
        where there are none.
    """

    held: int
    measure: str
    ways: tuple[Way, ...]
    majority: float
    truth: Agreement | None

    def as_json(self) -> dict[str, Any]:
        return {
            "held_out_rows": self.held,
            "measure": self.measure,
            "ways": [way.as_json() for way in self.ways],
            "majority": self.majority,
            "taught_by_outcomes": self.truth.as_json() if self.truth else None,
        }
