"""What planted labels do, and what the labels show as they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from airworthy.lifecycle.poisoning.attacks import Way

LEVEL = 0.95


@dataclass(frozen=True)
class Estimated:
    """A figure with its 95 % interval over draws; open where one draw alone was made."""

    value: float
    low: float | None
    high: float | None
    draws: int

    def as_json(self) -> dict[str, Any]:
        return {"value": self.value, "low": self.low, "high": self.high, "draws": self.draws, "level": LEVEL}

    def text(self, digits: int = 3, scale: float = 1.0) -> str:
        """The figure and its interval."""
        if self.low is None or self.high is None:
            return f"{scale * self.value:.{digits}f} (1 draw)"
        value, low, high = (f"{scale * one:.{digits}f}" for one in (self.value, self.low, self.high))
        return f"{value} ({low} to {high})"


@dataclass(frozen=True)
class Effect:
    """One way and share: the quality that is lost, and of a trigger the share of rows that it turns."""

    way: Way
    share: float
    planted: int
    lost: Estimated
    success: Estimated | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "way": str(self.way),
            "share": self.share,
            "planted": self.planted,
            "lost": self.lost.as_json(),
            "success": self.success.as_json() if self.success else None,
        }


@dataclass(frozen=True)
class Suspect:
    """Rows whose labels look planted: what they have in common, how many, and what speaks for it."""

    kind: str
    what: str
    rows: int
    label: str
    share: float
    beside: float

    def as_json(self) -> dict[str, Any]:
        return dict(vars(self))


@dataclass(frozen=True)
class PoisonReport:
    """Everything that was measured; `version` is None for a table.

    Attributes
    ----------
    clean
        Quality of the recipe on rows that it did not learn, before anything was planted.
    carried_before
        Share of stamped rows that the clean model gives the trigger's class: the baseline of its success.
    looked
        Pairs of values that were compared in the search for triggers.
    """

    recipe: str
    metric: str
    clean: Estimated
    learned: int
    measured: int
    effects: tuple[Effect, ...]
    suspects: tuple[Suspect, ...]
    looked: int
    victims: str
    trigger: str
    trigger_class: str
    carried_before: Estimated | None
    notes: tuple[str, ...] = ()
    version: str | None = None

    def as_json(self) -> dict[str, Any]:
        own = {
            name: getattr(self, name)
            for name in ("version", "recipe", "metric", "learned", "measured", "looked", "victims", "trigger")
        }
        return {
            **own,
            "trigger_class": self.trigger_class,
            "clean": self.clean.as_json(),
            "carried_before": self.carried_before.as_json() if self.carried_before else None,
            "effects": [effect.as_json() for effect in self.effects],
            "suspects": [suspect.as_json() for suspect in self.suspects],
            "notes": list(self.notes),
        }

    def __str__(self) -> str:
        return "\n".join([*self._labels(), "", *self._effects(), *(f"Note: {note}" for note in self.notes)])

    def _labels(self) -> list[str]:
        """What the labels show as they are."""
        rows = f"{self.learned + self.measured:,} rows"
        head = f"Labels as they are: {rows}, {self.looked:,} pairs of values compared."
        if not self.suspects:
            return [head, "No trigger and no cluster of suspicious labels was found."]
        return [head, *(f"SUSPECT {_suspect(one)}" for one in self.suspects)]

    def _effects(self) -> list[str]:
        lines = [
            f"What planted labels would do to {self.recipe}: {self.learned:,} rows teach, "
            f"{self.measured:,} measure.",
            f"Without any: {self.metric} {self.clean.text()}. Lost {self.metric} by share of planted rows:",
        ]
        shares = sorted({effect.share for effect in self.effects})
        lines.append(f"{'':<28}" + "".join(f"{100 * share:>26g} %" for share in shares))
        for way in Way:
            of_way = {effect.share: effect for effect in self.effects if effect.way is way}
            if of_way:
                lines.append(f"{way:<28}" + _cells(of_way, shares, "lost"))
        of_trigger = {effect.share: effect for effect in self.effects if effect.success}
        if of_trigger and self.carried_before:
            lines.append(f"{'rows that the trigger turns':<28}" + _cells(of_trigger, shares, "success"))
            lines.append(
                f"The trigger is {self.trigger}, planted as {self.trigger_class}; without planted rows "
                f"{self.carried_before.text(1, 100)} % of the rows that carry it get that answer."
            )
        lines.append(f"The group is {self.victims}. Intervals are over draws of the planted rows.")
        return lines


def _cells(effects: Mapping[float, Effect], shares: list[float], figure: str) -> str:
    found = (getattr(effects.get(share), figure, None) for share in shares)
    if figure == "success":
        return "".join(f"{one.text(1, 100) + ' %' if one else 'not run':>28}" for one in found)
    return "".join(f"{one.text() if one else 'not run':>28}" for one in found)


def _suspect(one: Suspect) -> str:
    return (
        f"{one.what} {one.kind}: {100 * one.share:.0f} % of its {one.rows:,} rows are {one.label}, at most "
        f"{100 * one.beside:.0f} % of the rows beside them. Look at these rows and where they came from."
    )
