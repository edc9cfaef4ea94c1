"""What a curve of severity holds: quality and loss at each dose, and the dose at which too much is lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from airworthy.assurance.severity.kinds import CELLS, Kind
from airworthy.assurance.wording import percent

if TYPE_CHECKING:  # listing checks imports no numeric library
    from airworthy.measures.crossing import Crossing


@dataclass(frozen=True)
class Point:
    """Quality at one dose and what is lost of it, each with its 95 % bounds; None where a side is open."""

    dose: float
    quality: float
    low: float | None
    high: float | None
    lost: float
    lost_low: float | None
    lost_high: float | None

    def as_json(self) -> dict[str, float | None]:
        return {
            "dose": self.dose,
            "quality": self.quality,
            "low": self.low,
            "high": self.high,
            "lost": self.lost,
            "lost_low": self.lost_low,
            "lost_high": self.lost_high,
        }


@dataclass(frozen=True)
class Alone:
    """What one column costs when it alone is spoilt, in `share` of its cells."""

    column: str
    label: str
    share: float
    lost: float
    low: float | None
    high: float | None

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.column,
            "label": self.label,
            "share": self.share,
            "lost": self.lost,
            "low": self.low,
            "high": self.high,
        }


@dataclass(frozen=True)
class Curve:
    """One kind of mess in growing doses, on the same `rows` rows.

    Attributes
    ----------
    figure : "AUC", "accuracy" or "RMSE".
    points : by dose, from none; as far as the model takes such rows.
    most : the loss that was agreed as too much; None where nobody agreed on one.
    passed : the dose at which the loss passes `most`.
    alone : single columns, the costliest first, at most five; `tried` counts those that were spoilt alone.
    refusal : what the model says of rows that it does not take, empty where it takes all.
    """

    kind: Kind
    figure: str
    rows: int
    columns: tuple[str, ...]
    points: tuple[Point, ...]
    most: float | None = None
    passed: Crossing | None = None
    alone: tuple[Alone, ...] = ()
    tried: int = 0
    refusal: str = ""

    @property
    def relative(self) -> bool:
        """Whether a loss is a share of the figure itself."""
        return self.figure == "RMSE"

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": str(self.kind),
            "cells": CELLS[self.kind],
            "figure": self.figure,
            "rows": self.rows,
            "columns": list(self.columns),
            "points": [point.as_json() for point in self.points],
            "most_lost": self.most,
            "passed_at": self.passed.as_json() if self.passed else None,
            "alone": [one.as_json() for one in self.alone],
            "columns_tried_alone": self.tried,
            "refusal": self.refusal,
        }


def passed_words(passed: Mapping[str, Any], most: float, figure: str) -> str:
    """From which dose more than `most` is lost, in one sentence; `passed` as `Crossing.as_json` writes it.

    >>> passed_words({"value": 0.12, "low": 0.09, "high": None, "last": 0.5}, 0.05, "AUC")
    'More than 0.05 AUC is lost from a dose of 12 % on (95 % interval 9.0 % to beyond 50 %).'
    """
    much = f"{percent(most, 0)} of RMSE is added" if figure == "RMSE" else f"{most:g} {figure} is lost"
    last = percent(passed["last"], 0)
    low, high = (f"beyond {last}" if passed[side] is None else dose(passed[side]) for side in ("low", "high"))
    if passed["value"] is None:
        perhaps = "" if passed["low"] is None else f", though from {low} on is not excluded"
        return f"Not more than {much} up to a dose of {last}{perhaps}."
    return f"More than {much} from a dose of {dose(passed['value'])} on (95 % interval {low} to {high})."


def dose(share: float) -> str:
    """A dose as people say it: whole per cent from ten on.

    >>> dose(0.034), dose(0.2)
    ('3.4 %', '20 %')
    """
    return percent(share, 0 if share >= 0.0995 else 1)
