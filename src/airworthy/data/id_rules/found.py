"""What was found between two columns of IDs, in words, as JSON and as the lines of a charter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from airworthy.charter.id_rules import IdRule, Stretch
from airworthy.data.id_rules.judge import Judged, Shown
from airworthy.measures.proportion import Wilson

LEVEL = 0.95


class Outcome(StrEnum):
    """What became of the search."""

    ALIKE = "alike"
    PROPOSED = "proposed"
    UNSURE = "unsure"
    NONE = "none"


@dataclass(frozen=True)
class Part:
    """The IDs of one stretch of time, or all: how many meet as written, how many by the rule."""

    judged: Judged
    as_written: int

    @property
    def ids(self) -> int:
        return self.judged.counted.ids

    @property
    def matched(self) -> int:
        return self.judged.counted.matched

    def as_json(self) -> dict[str, object]:
        low, high = _interval(self.matched, self.ids)
        return {
            "steps": [str(step) for step in self.judged.stretch.steps],
            "from": _text(self.judged.stretch.since),
            "until": _text(self.judged.stretch.until),
            "ids": self.ids,
            "as_written": self.as_written,
            "matched": self.matched,
            "coverage": _share(self.matched, self.ids),
            "coverage_low": low,
            "coverage_high": high,
            "by_chance": self.judged.chance,
            "become_one": self.judged.counted.merged,
            "become_one_example": list(self.judged.counted.example or ()),
            "several_partners": self.judged.counted.doubtful,
            "agreement": [one.as_json() for one in self.judged.agreement],
            "why": self.judged.why,
        }


@dataclass(frozen=True)
class FoundRule:
    """How IDs of two tables are one, or why that cannot be told.

    `ids` are the different IDs of the left column, `partners` those of the right, `as_written` those that
    meet without a rule. `day` is the first of the new way, between `earliest` and `latest`.
    """

    left: str
    right: str
    ids: int
    partners: int
    as_written: int
    outcome: Outcome
    parts: tuple[Part, ...] = ()
    day: date | None = None
    earliest: date | None = None
    latest: date | None = None
    why: str = ""
    settle: str = ""

    @property
    def rule(self) -> IdRule | None:
        """The rule, where one is proposed or at least likely."""
        return IdRule(tuple(part.judged.stretch for part in self.parts)) if self.parts else None

    @property
    def matched(self) -> int:
        """IDs that meet by the rule; as written where there is none."""
        if not self.parts:
            return self.as_written
        return min(self.ids, sum(part.matched for part in self.parts))

    def toml(self) -> str:
        """The lines of a join, empty without a rule."""
        return self.rule.toml() if self.rule else ""

    def sentences(self) -> list[str]:
        """What was found, in plain sentences with their numbers."""
        first = f"{self.as_written:,} of {self.ids:,} IDs in {self.left} stand in {self.right} as written."
        if self.outcome is Outcome.ALIKE:
            return [first, "No rule is needed."]
        if not self.parts:
            return [first, f"No rule was found: {self.why or 'none brings ten IDs together'}."]
        low, high = _interval(self.matched, self.ids)
        by = "By" if self.outcome is Outcome.PROPOSED else "Perhaps by"
        told = [
            first,
            f"{by} the rule ({self.steps()}): {self.matched:,} of {self.ids:,} "
            f"({_share(self.matched, self.ids):.1%}, {low:.1%} to {high:.1%}).",
        ]
        if self.day is not None:
            between = "" if self.earliest == self.latest else f", between {self.earliest} and {self.latest}"
            told.append(f"The way of writing changed on {self.day}{between}.")
        ruled = [part for part in self.parts if part.judged.stretch.steps and part.judged.why]
        told += [f"{self._named(part)}{part.judged.why}." for part in ruled]
        return [
            *told,
            *([f"{self.why[0].upper()}{self.why[1:]}."] if self.why else []),
            *([self.settle] if self.settle else []),
        ]

    def steps(self) -> str:
        """The rule in words, a stretch of time after the other."""
        if len(self.parts) == 1:
            return _words(self.parts[0].judged.stretch)
        return "; ".join(f"{_when(part.judged.stretch)} {_words(part.judged.stretch)}" for part in self.parts)

    def _named(self, part: Part) -> str:
        return f"{_when(part.judged.stretch).capitalize()}: " if len(self.parts) > 1 else "The rule: "

    def as_json(self) -> dict[str, object]:
        """The document of `airworthy keys --json`."""
        low, high = _interval(self.matched, self.ids)
        return {
            "outcome": str(self.outcome),
            "left": self.left,
            "right": self.right,
            "ids": self.ids,
            "partners": self.partners,
            "as_written": self.as_written,
            "matched": self.matched,
            "coverage": _share(self.matched, self.ids),
            "coverage_low": low,
            "coverage_high": high,
            "migration": {
                "day": _text(self.day),
                "earliest": _text(self.earliest),
                "latest": _text(self.latest),
            }
            if self.day
            else None,
            "parts": [part.as_json() for part in self.parts],
            "toml": self.toml(),
            "sentences": self.sentences(),
            "settle": self.settle,
        }


def _interval(hits: int, n: int) -> tuple[float, float]:
    return Wilson(hits, n, "share").interval(LEVEL) if n else (0.0, 1.0)


def _share(hits: int, n: int) -> float:
    return hits / n if n else 0.0


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _when(stretch: Stretch) -> str:
    return f"until {stretch.until}" if stretch.until else f"from {stretch.since}"


def _words(stretch: Stretch) -> str:
    return ", ".join(map(str, stretch.steps)) or "as written"


OUTCOMES = {Shown.PROPOSED: Outcome.PROPOSED, Shown.UNSURE: Outcome.UNSURE, Shown.NONE: Outcome.NONE}
