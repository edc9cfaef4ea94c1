"""What stress found, and the parts that were not reached because somebody stopped it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from airworthy.assurance.extraction.found import Extraction
from airworthy.assurance.severity.curve import Curve
from airworthy.assurance.text_attack.found import TextAttack
from airworthy.kernel.errors import InputError
from airworthy.kernel.result import NotApplicable

TEXTS, COPIES = "attacked texts", "copied model"


@dataclass(frozen=True)
class Refused:
    """A kind of mess that the model takes no row of, and what it says."""

    kind: str
    why: str


@dataclass(frozen=True)
class Stress:
    """Quality under growing stress, on `rows` rows.

    Attributes
    ----------
    name : of the version or the model; empty where nobody named it.
    figure : "AUC", "accuracy" or "RMSE"; `quality` is its value on the rows as they are.
    curves : by kind of mess, the costliest at the highest dose first.
    refused : kinds that the model does not take.
    texts, copied : what attacks found, or why there was none; None where they were not reached.
    missing : parts that were not reached.
    notes : what was assumed.
    """

    name: str
    figure: str
    quality: float
    rows: int
    curves: tuple[Curve, ...] = ()
    refused: tuple[Refused, ...] = ()
    texts: TextAttack | NotApplicable | None = None
    copied: Extraction | NotApplicable | None = None
    missing: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def of(self, kind: str) -> Curve:
        """The curve of one kind of mess, such as "missing". Raises `InputError` where there is none."""
        for curve in self.curves:
            if str(curve.kind) == kind:
                return curve
        measured = ", ".join(str(curve.kind) for curve in self.curves)
        raise InputError(
            f"There is no curve of {kind!r}.", value=kind, remedy=f"Name one of: {measured or 'none'}."
        )

    def named(self, name: str, *notes: str) -> Stress:
        """The same with the name of what was stressed, and notes before its own."""
        return replace(self, name=name, notes=(*notes, *self.notes))

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "figure": self.figure,
            "quality": self.quality,
            "rows": self.rows,
            "curves": [curve.as_json() for curve in self.curves],
            "refused": [{"kind": one.kind, "why": one.why} for one in self.refused],
            "texts": _document(self.texts),
            "copied": _document(self.copied),
            "missing": list(self.missing),
            "notes": list(self.notes),
        }

    def __str__(self) -> str:
        from airworthy.assurance.stress.words import told  # it reads this module's types

        return told(self)


def _document(found: TextAttack | Extraction | NotApplicable | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {"not_applicable": found.reason} if isinstance(found, NotApplicable) else found.as_json()


class StressStopped(KeyboardInterrupt):
    """Ctrl-C in the middle: `found` has what was finished, and names the rest as missing."""

    def __init__(self, found: Stress) -> None:
        super().__init__()
        self.found = found
