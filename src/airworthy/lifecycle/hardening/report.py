"""What was found about hardening, as values: each model's quality, its flips, and how far both moved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum

from airworthy.assurance.mitigation.report import Line, Moved


class Hardening(StrEnum):
    """What was done to a model."""

    PRESENT = "present"
    ADVERSARIAL = "adversarial-training"
    MONOTONE = "monotone"
    BOTH = "both"


ACTIONS = (Hardening.ADVERSARIAL, Hardening.MONOTONE, Hardening.BOTH)


@dataclass(frozen=True)
class HardenedModel:
    """What one model does on the measured rows.

    Attributes
    ----------
    added : made-up rows that it learned from beside the observed ones.
    otherwise : measured rows that it decides unlike the present model.
    quality, wrong, money : AUC, wrong decisions per 1,000, and their cost, on all measured rows.
    flips : share of the attacked rows whose decision flips with 1, with up to 2, … changes.
    by_decision : of the rows that the present model decides each way, the share that flips with up to
        `Hardened.compared` changes.
    """

    action: Hardening
    model: str
    added: int
    otherwise: int
    quality: Moved
    wrong: Moved
    money: Moved | None
    flips: tuple[Moved, ...]
    by_decision: Mapping[str, Moved]

    def as_json(self) -> dict[str, object]:
        return {
            "action": str(self.action),
            "model": self.model,
            "added_rows": self.added,
            "decided_otherwise": self.otherwise,
            "auc": self.quality.as_json(),
            "wrong_per_1000": self.wrong.as_json(),
            "money": None if self.money is None else self.money.as_json(),
            "flipped_by_changes": [moved.as_json() for moved in self.flips],
            "flipped_by_decision": {name: moved.as_json() for name, moved in self.by_decision.items()},
        }


@dataclass(frozen=True)
class Hardened:
    """Every way of hardening beside the present model.

    Attributes
    ----------
    learned, rows, attacked : observed rows that taught, rows that measured, and those of them attacked.
    compared : changes of the headline, at most.
    free : what may change; `declared` says whether somebody declared it.
    asked : rows given to all models while they were attacked.
    not_measured : ways without figures, and why.
    lines : what to declare to adopt a way.
    files : where the made-up rows of a way lie, to be read and, if you will, taught.
    """

    models: tuple[HardenedModel, ...]
    not_measured: Mapping[Hardening, str]
    learned: int
    rows: int
    attacked: int
    compared: int
    free: tuple[str, ...]
    declared: bool
    asked: int
    lines: Mapping[Hardening, tuple[Line, ...]] = field(default_factory=dict)
    files: Mapping[Hardening, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    version: str | None = None

    @property
    def present(self) -> HardenedModel:
        return self.models[0]

    def of(self, action: Hardening | str) -> HardenedModel | None:
        """The figures of a way; None where it was not measured."""
        return next((one for one in self.models if one.action == action), None)

    def as_json(self) -> dict[str, object]:
        """See docs/json.md."""
        return {
            "version": self.version,
            "learned_rows": self.learned,
            "measured_rows": self.rows,
            "attacked_rows": self.attacked,
            "most_changes": self.compared,
            "free": list(self.free),
            "declared": self.declared,
            "asked": self.asked,
            "models": [one.as_json() for one in self.models],
            "not_measured": {str(action): why for action, why in self.not_measured.items()},
            "lines": {str(action): [asdict(one) for one in own] for action, own in self.lines.items()},
            "files": {str(action): name for action, name in self.files.items()},
            "notes": list(self.notes),
        }

    def __str__(self) -> str:
        """The table and one sentence a way."""
        from airworthy.lifecycle.hardening.words import written  # it reads this module's values

        return written(self)
