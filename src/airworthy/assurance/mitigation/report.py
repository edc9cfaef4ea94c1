"""What was found about remedies, as values: each model's figures, how far they moved, what to declare."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from airworthy.kernel.result import Measurement

if TYPE_CHECKING:
    from airworthy.assurance.mitigation.proxies import Proxy, Together


class Action(StrEnum):
    """What was done to a model."""

    PRESENT = "present"
    PLAIN = "plain"
    REWEIGHING = "reweighing"
    REDUCTIONS = "reductions"
    THRESHOLDS = "thresholds"
    DROPPING = "dropping"
    DROPPING_REWEIGHING = "dropping-reweighing"
    MONOTONE = "monotone"


REMEDIES = tuple(action for action in Action if action not in (Action.PRESENT, Action.PLAIN))
READS_GROUPS = (Action.THRESHOLDS,)
"""Remedies that read the protected column at each decision."""


@dataclass(frozen=True)
class Moved:
    """A figure of one model, and how far it lies from the present model's in the same rows, paired.

    `change` is None of the present model itself.
    """

    now: Measurement
    change: Measurement | None

    def as_json(self) -> dict[str, object]:
        return {"now": self.now.as_json(), "change": None if self.change is None else self.change.as_json()}


@dataclass(frozen=True)
class GapEffect:
    """One protected column: the group whose gap was largest on the training rows, against those beside it.

    Gaps are positive where they point as the present model's did on the training rows. `ratio` is the
    impact ratio of the category that was selected least there.
    """

    column: str
    group: str
    rows: int
    selection: Moved
    ratio: Moved
    true_positive: Moved | None
    false_positive: Moved | None

    def as_json(self) -> dict[str, object]:
        rates = {"true_positive_rate": self.true_positive, "false_positive_rate": self.false_positive}
        return {
            "column": self.column,
            "group": self.group,
            "rows": self.rows,
            "selection_rate": self.selection.as_json(),
            "impact_ratio": self.ratio.as_json(),
            **{name: None if moved is None else moved.as_json() for name, moved in rates.items()},
        }


@dataclass(frozen=True)
class Effect:
    """What one model does on the measured rows.

    `wrong` is in decisions per 1,000; `otherwise` counts rows that it decides unlike the present model.
    """

    action: Action
    model: str
    otherwise: int
    quality: Moved
    wrong: Moved
    money: Moved | None
    gaps: tuple[GapEffect, ...]

    def as_json(self) -> dict[str, object]:
        return {
            "action": str(self.action),
            "model": self.model,
            "decided_otherwise": self.otherwise,
            "auc": self.quality.as_json(),
            "wrong_per_1000": self.wrong.as_json(),
            "money": None if self.money is None else self.money.as_json(),
            "gaps": [gap.as_json() for gap in self.gaps],
        }


@dataclass(frozen=True)
class Line:
    """One line of the charter: a key below a table, and its value."""

    table: str
    key: str
    value: str | float | list[str] | dict[str, str]


@dataclass(frozen=True)
class Mitigation:
    """Every remedy beside the present model, and what stands for a protected column.

    Attributes
    ----------
    learned, rows
        Rows that all models learned from, and later or held-out rows that all are measured on.
    limit
        The gap that reductions and thresholds aim at.
    strength
        The AUC from which an input counts as a stand-in.
    not_measured
        Remedies without figures, and why.
    lines
        What to declare to adopt a remedy.
    """

    effects: tuple[Effect, ...]
    not_measured: Mapping[Action, str]
    proxies: tuple[Proxy, ...]
    together: tuple[Together, ...]
    learned: int
    rows: int
    limit: float
    strength: float
    lines: Mapping[Action, tuple[Line, ...]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    version: str | None = None

    @property
    def present(self) -> Effect:
        return self.effects[0]

    def of(self, action: Action | str) -> Effect | None:
        """The figures of a remedy; None where it was not measured."""
        return next((effect for effect in self.effects if effect.action == action), None)

    def as_json(self) -> dict[str, object]:
        """See docs/json.md."""
        return {
            "version": self.version,
            "learned_rows": self.learned,
            "measured_rows": self.rows,
            "limit": self.limit,
            "strength": self.strength,
            "effects": [effect.as_json() for effect in self.effects],
            "not_measured": {str(action): why for action, why in self.not_measured.items()},
            "proxies": [proxy.as_json() for proxy in self.proxies],
            "together": [one.as_json() for one in self.together],
            "lines": {str(action): [asdict(one) for one in own] for action, own in self.lines.items()},
            "notes": list(self.notes),
        }

    def __str__(self) -> str:
        """The tables and one sentence a remedy."""
        from airworthy.assurance.mitigation.words import written  # it reads this module's values

        return written(self)
