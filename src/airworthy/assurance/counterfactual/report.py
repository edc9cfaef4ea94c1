"""What a search for counterfactuals found: each change in words; what was searched where there is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from airworthy.assurance.counterfactual.words import sentence, told
from airworthy.assurance.wording import number
from airworthy.kernel.units import Money

NOT_THE_WORLD = (
    "This describes the model, not the world: who changes a value need not change the outcome, and the model "
    "may be another one by then. Nothing is promised."
)


@dataclass(frozen=True)
class Change:
    """One value that would be another; `label` is the word for the column, `by` the difference of numbers."""

    column: str
    label: str
    was: float | str | bool | None
    becomes: float | str | bool | None
    by: float | None = None
    follows: bool = False
    unit: str = ""

    def as_json(self) -> dict[str, Any]:
        return {
            "column": self.column,
            "label": self.label,
            "was": self.was,
            "becomes": self.becomes,
            "by": self.by,
            "unit": self.unit or None,
            "follows": self.follows,
        }


@dataclass(frozen=True)
class Counterfactual:
    """A row that would be decided as wanted.

    Attributes
    ----------
    changes : what differs; those that `follow` came of the others by a declared relation.
    count, size, money : levers moved; their size in deviations; what they cost, where each has a price.
    decision, score : what the model says of the row, asked again once it stood.
    apart, unusual : mean difference from the nearest real row that is decided so, from 0 to 1, and whether
        95 % of those rows have a nearer neighbour; None without such rows.
    """

    changes: tuple[Change, ...]
    count: int
    size: float
    money: Money | None
    decision: str | float
    score: float | None
    apart: float | None
    unusual: bool

    def as_json(self) -> dict[str, Any]:
        money = None if self.money is None else {"amount": self.money.amount, "currency": self.money.currency}
        return {
            "changes": [change.as_json() for change in self.changes],
            "count": self.count,
            "size": self.size,
            "money": money,
            "decision": self.decision,
            "score": self.score,
            "apart": self.apart,
            "unusual": self.unusual,
        }


@dataclass(frozen=True)
class Counterfactuals:
    """The answer for one row; `print` it.

    Attributes
    ----------
    decision, score : of the row as it is. wanted : the decision that was looked for, in words.
    found : the nearest first: by money where every change has a price, else by number of changes and size.
    asked : candidates that the model was asked about. most : changes at once, at most.
    free : columns that may change. notes : what was assumed, and left out.
    best : the highest score that a candidate reached, where none was decided as wanted.
    real : rows that are decided as wanted, which candidates were held against.
    """

    decision: str | float
    score: float | None
    wanted: str
    found: tuple[Counterfactual, ...]
    asked: int
    most: int
    free: tuple[str, ...]
    notes: tuple[str, ...]
    best: float | None = None
    real: int = 0

    def __str__(self) -> str:
        score = (
            "" if self.score is None or isinstance(self.decision, float) else f", score {number(self.score)}"
        )
        lines = [f"The row is decided {told(self.decision, True)}{score}; wanted: {self.wanted}."]
        for index, one in enumerate(self.found):
            lines += [f"{index + 1}. {sentence(one, self.wanted)}", f"   {self._beside(one)}"]
        if not self.found:
            lines.append(self._none())
        lines += ["", NOT_THE_WORLD, self._searched(), *self.notes]
        return "\n".join(lines)

    def _beside(self, one: Counterfactual) -> str:
        parts = [f"{one.count} change{'' if one.count == 1 else 's'}"]
        parts.append(str(one.money) if one.money else f"size {one.size:.1f} median deviations")
        if one.score is not None and not isinstance(one.decision, float):
            parts.append(f"score {number(one.score)}")
        if one.apart is None:
            parts.append("no real row is decided so to compare with")
        else:
            near = "unlike any" if one.unusual else "near a"
            parts.append(f"{near} real row decided so ({100 * one.apart:.0f} % apart, mean of all columns)")
        return "; ".join(parts) + "."

    def _none(self) -> str:
        best = "" if self.best is None else f" The nearest candidate scores {number(self.best)}."
        return (
            f"None found: of {self.asked:,} candidates with up to {self.most} changes in {len(self.free):,} "
            f"columns none is decided {self.wanted}.{best} That is no proof that there is none."
        )

    def _searched(self) -> str:
        if not self.free:
            return "No column of this row may change: declare some with changes= or under [changes]."
        return f"Asked about {self.asked:,} candidates. Free to change: {', '.join(self.free)}."

    def as_json(self) -> dict[str, Any]:
        """The document that `airworthy counterfactual --json` prints."""
        return {
            "decision": self.decision,
            "score": self.score,
            "wanted": self.wanted,
            "found": [one.as_json() for one in self.found],
            "asked": self.asked,
            "most_changes": self.most,
            "free": list(self.free),
            "best_score": self.best,
            "real_rows": self.real,
            "notes": list(self.notes),
            "caution": NOT_THE_WORLD,
        }
