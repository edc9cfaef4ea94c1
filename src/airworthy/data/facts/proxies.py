"""How well the inputs, together and each alone, foretell a protected column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from airworthy.data.facts import Batch
from airworthy.kernel.fact import Facts


def _batch(wanted: Sequence[Any], facts: Facts) -> Mapping[Any, object]:
    # Loads when first read: listing checks must import no numeric library.
    from airworthy.data.facts.proxy_scan import compute

    return compute(wanted, facts)


@dataclass(frozen=True)
class Proxies:
    """`ProxyOf` of one protected column by `inputs`; None where fewer than two groups have enough rows."""

    column: str
    inputs: tuple[str, ...]
    version: ClassVar[int] = 1
    batch: ClassVar[Batch] = _batch


@dataclass(frozen=True)
class ProxyOf:
    """AUC of the group told best by all inputs together, out of fold, or by one alone where that is more.

    `alone` are (input, its AUC, group), the strongest first; `together` is the trees' AUC; `tried` counts
    the groups and inputs.
    """

    group: str
    auc: float
    error: float
    events: int
    others: int
    tried: int
    together: float
    alone: tuple[tuple[str, float, str], ...]
