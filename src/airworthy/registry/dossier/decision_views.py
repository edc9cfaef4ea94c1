"""The decision of a version as typed values: its rule beside others, its limits, and what it covers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec


class Flip(msgspec.Struct, frozen=True, kw_only=True):
    """Between which worths of a miss, in false alarms, the model is worth using."""

    low: float | None = None
    high: float | None = None
    text: str = ""


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """A measured figure with its interval."""

    value: float
    low: float | None = None
    high: float | None = None
    n: int | None = None
    unit: str = ""
    level: float | None = None


class RuleView(msgspec.Struct, frozen=True, kw_only=True):
    """One rule on the rows of the decision; `dearer_by` is beside the model's, rows paired."""

    name: str
    label: str
    money_per_1000: Figure
    dearer_by: Figure | None = None
    positive_per_1000: float = 0.0
    reviewed_per_1000: float = 0.0
    beyond_capacity: bool = False


class CapacityView(msgspec.Struct, frozen=True, kw_only=True):
    """What people can take in one window, and what that limit costs."""

    capacity: int
    price_of_a_place: float = 0.0
    binding: bool = False
    positive_a_window: float = 0.0
    wanted_a_window: float = 0.0
    windows_beyond: Figure | None = None
    note: str = ""
    costs_per_1000: Figure | None = None


class Band(msgspec.Struct, frozen=True, kw_only=True):
    """Probabilities that go to a person."""

    low: float
    high: float


class ReviewView(msgspec.Struct, frozen=True, kw_only=True):
    """What goes to a person, and what that saves."""

    cost: float
    error: float = 0.0
    band: Band | None = None
    per_1000: Figure | None = None
    capacity: int | None = None
    a_window: float | None = None
    saves_per_1000: Figure | None = None


class PrecisionView(Figure, frozen=True, kw_only=True):
    """How many alarms are right; `volume` a window where a capacity is declared."""

    volume: int | None = None
    found: Figure | None = None


class CoverageView(msgspec.Struct, frozen=True, kw_only=True):
    """What intervals or sets held on rows that did not set them."""

    kind: str = ""
    level: float = 0.0
    measured: Figure | None = None
    adapted: Figure | None = None
    kept: bool | None = None
    size: float | None = None
    rows: str = ""
    note: str = ""


class DecisionView(msgspec.Struct, frozen=True, kw_only=True):
    """The decision rule; what it does in 1,000 cases stands among the metrics."""

    kind: str = ""
    threshold: float | None = None
    note: str = ""
    flips_at_ratio: Flip | None = None
    currency: str | None = None
    rules: tuple[RuleView, ...] = ()
    chart: Mapping[str, Any] | None = None
    capacity: CapacityView | None = None
    review: ReviewView | None = None
    precision: PrecisionView | None = None
    coverage: CoverageView | None = None
