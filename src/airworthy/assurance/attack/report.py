"""What an attack found, as values: shares that flipped, how small the changes are, what they cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from airworthy.assurance.attack.search import Effort
from airworthy.kernel.result import Measurement
from airworthy.measures.proportion import Wilson


@dataclass(frozen=True)
class Spread:
    """Of n numbers the median, and the tenth and ninetieth percentile."""

    median: float
    low: float
    high: float
    n: int

    def as_json(self) -> dict[str, object]:
        return {"median": self.median, "p10": self.low, "p90": self.high, "n": self.n}


@dataclass(frozen=True)
class Step:
    """One column of one row, as it was and as it was changed to."""

    column: str
    before: str | float | None
    after: str | float | None

    def as_json(self) -> dict[str, object]:
        return {"column": self.column, "before": self.before, "after": self.after}


@dataclass(frozen=True)
class Example:
    """One flip: the row's place among the rows that were given, the decisions, and the steps."""

    row: int
    before: str
    after: str
    steps: tuple[Step, ...]
    size: float
    money: float | None

    def as_json(self) -> dict[str, object]:
        return {
            "row": self.row,
            "before": self.before,
            "after": self.after,
            "steps": [step.as_json() for step in self.steps],
            "size": self.size,
            "money": self.money,
        }


@dataclass(frozen=True)
class Price:
    """What the flips that were found cost who changes the rows, and what they cost who decides.

    Attributes
    ----------
    paid : of the cheapest change that was found of each flipped row.
    loss : of the errors that flips of right decisions make; None where nobody declared what errors cost.
    cheaper : share of these flips that cost less than the error.
    """

    currency: str
    paid: Spread
    loss: Spread | None = None
    cheaper: Measurement | None = None

    def as_json(self) -> dict[str, object]:
        return {
            "currency": self.currency,
            "paid": self.paid.as_json(),
            "loss": None if self.loss is None else self.loss.as_json(),
            "cheaper_than_the_error": None if self.cheaper is None else self.cheaper.as_json(),
        }


@dataclass(frozen=True)
class Second:
    """What another attack found on rows of one class, on the free numbers alone.

    Attributes
    ----------
    method : its name.
    rows : that were given to it, of those the search attacked.
    started : rows for which a start was found: numbers of a row of another class that flip this one.
    found : rows in which it flips the decision, as it moves numbers.
    kept : rows whose flip is left when the numbers are rounded to what may be.
    missed : of these, rows in which the search found none.
    size : of the flips that are left, and of the search's in the same rows.
    asked : rows that it gave the model.
    """

    method: str
    rows: int
    started: int
    found: int
    kept: int
    missed: int
    size: Spread | None
    own_size: Spread | None
    asked: int

    def as_json(self) -> dict[str, object]:
        return {
            "method": self.method,
            "rows": self.rows,
            "started": self.started,
            "found": self.found,
            "kept": self.kept,
            "missed_by_the_search": self.missed,
            "size": None if self.size is None else self.size.as_json(),
            "size_of_the_search": None if self.own_size is None else self.own_size.as_json(),
            "asked": self.asked,
        }


@dataclass(frozen=True)
class ClassAttacked:
    """The rows that the model decides one way.

    Attributes
    ----------
    decided : that way.
    rows, among : rows attacked, drawn from so many that were decided so.
    shares : of them that flip with at most 1, 2, … changes, with Wilson's interval.
    at_random : share that flips by permitted changes drawn at random, as many columns as `random_changes`.
    size : of the smallest change found of each row that flips, in the columns' own spread.
    columns : in how many of these each column changes.
    second : what another attack found, where it was asked.
    headline : share that flips with at most `random_changes` changes, as an estimate.
    """

    decided: str
    rows: int
    among: int
    shares: tuple[Measurement, ...]
    at_random: Measurement | None
    size: Spread | None
    price: Price | None
    columns: Mapping[str, int]
    headline: Wilson
    examples: tuple[Example, ...] = ()
    second: Second | None = None

    @property
    def flipped(self) -> int:
        """Rows that flip with any number of changes that was tried."""
        return round(self.shares[-1].value * self.rows) if self.shares else 0

    def as_json(self) -> dict[str, object]:
        return {
            "decided": self.decided,
            "rows": self.rows,
            "among": self.among,
            "flipped_by_changes": [share.as_json() for share in self.shares],
            "flipped_at_random": None if self.at_random is None else self.at_random.as_json(),
            "size": None if self.size is None else self.size.as_json(),
            "price": None if self.price is None else self.price.as_json(),
            "columns": dict(self.columns),
            "examples": [example.as_json() for example in self.examples],
            "second_opinion": None if self.second is None else self.second.as_json(),
        }


@dataclass(frozen=True)
class Attack:
    """What was found on every class, and what was searched.

    Attributes
    ----------
    free : what may change, by the words that a person uses.
    declared : whether somebody declared it; else it was assumed.
    draws, random_changes : of the naive baseline, of each row.
    asked : rows that the model was given, in all.
    stopped : whether somebody stopped it; what is here was finished before.
    """

    classes: tuple[ClassAttacked, ...]
    free: tuple[str, ...]
    declared: bool
    effort: Effort
    draws: int
    random_changes: int
    asked: int
    notes: tuple[str, ...] = ()
    stopped: bool = False

    def of(self, decided: str) -> ClassAttacked | None:
        """The rows that were decided so; None where none was attacked."""
        return next((one for one in self.classes if one.decided == decided), None)

    @property
    def rows(self) -> int:
        return sum(one.rows for one in self.classes)

    def as_json(self) -> dict[str, object]:
        """See docs/json.md."""
        return {
            "rows": self.rows,
            "asked": self.asked,
            "free": list(self.free),
            "declared": self.declared,
            "most_changes": self.effort.changes,
            "random": {"draws": self.draws, "changes": self.random_changes},
            "classes": [one.as_json() for one in self.classes],
            "notes": list(self.notes),
            "stopped": self.stopped,
        }

    def __str__(self) -> str:
        """The table and one sentence a class."""
        from airworthy.assurance.attack.words import written  # it reads this module's values

        return written(self)
