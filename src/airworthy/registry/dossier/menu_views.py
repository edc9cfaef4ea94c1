"""The menu of a version as typed values: every candidate that was measured, its trade, and the limits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from airworthy.registry.dossier.decision_views import Figure


class GapView(msgspec.Struct, frozen=True, kw_only=True):
    """The largest gap between a protected group and the rest."""

    value: float
    low: float | None = None
    high: float | None = None
    column: str = ""
    group: str = ""
    rows: int | None = None


class OfferView(msgspec.Struct, frozen=True, kw_only=True):
    """One candidate on the menu; `earns` and `worse` are beside the recommended one, rows paired."""

    name: str
    quality: Figure
    learner: str = ""
    read: str = ""
    readable: bool = False
    saves: Figure | None = None
    earns: Figure | None = None
    worse: Figure | None = None
    auc: Figure | None = None
    gap: GapView | None = None
    latency_us: float | None = None
    latency_p99_us: float | None = None
    size_bytes: int | None = None
    front: bool = False
    beaten_by: str = ""
    beyond: tuple[str, ...] = ()
    refused: str = ""
    says: str = ""


class LimitView(msgspec.Struct, frozen=True, kw_only=True):
    """One declared limit of the search, and what it costs."""

    name: str
    says: str = ""
    met_by: tuple[str, ...] = ()


class MenuView(msgspec.Struct, frozen=True, kw_only=True):
    """All candidates on the menu, the simplest first."""

    recommended: str
    chosen: str
    because: str = ""
    rule: str = ""
    rows: int = 0
    unit: str = ""
    metric: str = ""
    limits: tuple[LimitView, ...] = ()
    offers: tuple[OfferView, ...] = ()
    chart: Mapping[str, Any] | None = None


class ChoiceView(msgspec.Struct, frozen=True, kw_only=True):
    """Who chose another candidate than the recommended one, and why."""

    candidate: str
    instead_of: str
    by: str
    reason: str
    version: str = ""
