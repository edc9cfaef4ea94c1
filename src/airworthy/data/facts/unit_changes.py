"""Names of what tells that some rows hold a number in another unit: since a date, or in one source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from airworthy.data.facts import Batch
from airworthy.kernel.fact import Facts

RATIOS: tuple[tuple[float, str], ...] = (
    (1e6, "1,000,000"),
    (1000.0, "1,000"),
    (100.0, "100"),
    (60.0, "60 (minutes and hours)"),
    (28.3495, "28.3 (ounces and grams)"),
    (25.4, "25.4 (inches and mm)"),
    (24.0, "24 (hours and days)"),
    (12.0, "12"),
    (10.0, "10"),
    (4.184, "4.18 (calories and joules)"),
    (3.7854, "3.79 (gallons and litres)"),
    (3.6, "3.6 (m/s and km/h)"),
    (3.2808, "3.28 (metres and feet)"),
    (2.54, "2.54 (inches and cm)"),
    (2.2046, "2.2 (kg and pounds)"),
    (1.852, "1.85 (nautical miles and km)"),
    (1.6093, "1.61 (miles and km)"),
)
"""Factors between common units, the largest first."""


def _batch(wanted: Sequence[Any], facts: Facts) -> Mapping[Any, object]:
    # Loads when first read: listing checks must import no numeric library.
    from airworthy.data.facts.unit_scan import compute

    return compute(wanted, facts)


@dataclass(frozen=True)
class OtherUnit:
    """`UnitFound` of one number, or None; `sources` are the columns of words that may name a source."""

    column: str
    sources: tuple[str, ...]
    version: ClassVar[int] = 3
    batch: ClassVar[Batch] = _batch


@dataclass(frozen=True)
class UnitFound:
    """Rows that have the distribution of the others but for a known change of unit.

    `share` of the values are in the other unit: `factor` times the usual one, plus `offset`; `name` says what
    that fits. `source` and `value` name whose rows they are ("" for everybody's), `at` since when, in seconds
    since 1970 (None for always). `before` and `after` are medians: of the rows before and after `at`, else of
    the other sources and of this one. `apart` is the largest difference between the two distributions,
    `left` what remains of it when the unit is put right; `compared` counts the values compared. A unit told
    `by_values` has in both the share of the source's values that no other source has.
    """

    share: float
    factor: float
    offset: float
    name: str
    source: str
    value: str
    at: float | None
    before: float
    after: float
    apart: float
    left: float
    compared: int
    by_values: bool = False
