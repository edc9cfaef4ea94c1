"""Figures of the decision document: a mean a row, or the difference of two rules, with its interval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from airworthy.kernel.seed import derive_seed
from airworthy.measures.bootstrap import Bootstrap
from airworthy.measures.proportion import Wilson
from airworthy.model.rows import IntArray
from airworthy.scoring.columns import FloatArray

LEVEL = 0.95
PER = 1000.0
BLOCKS = 50
"""Neighbouring rows in time resemble each other, so that many blocks of them are resampled."""

Document = Mapping[str, object]


@dataclass(frozen=True, eq=False)
class Evidence:
    """What the figures are computed from.

    Attributes
    ----------
    y
        Class indices or numbers, shape (n,).
    outputs
        Out of fold: probabilities (n, classes), or prediction and decided number (n, 2).
    groups
        Entity codes (n,): whole entities are resampled.
    """

    y: FloatArray
    outputs: FloatArray
    groups: IntArray | None
    seed: int


def figure(
    values: npt.ArrayLike, unit: str, evidence: Evidence, name: str, per: float = PER, furthest: float = 0.0
) -> Document:
    """Mean a row times `per`, with its bootstrap interval; `furthest` is how far from 0 a row can lie."""
    ends = np.array([per * furthest])
    estimate = Bootstrap.of_means(
        np.asarray(values, dtype=np.float64)[:, None] * per,
        lambda means: means[:, 0],
        unit=unit,
        seed=derive_seed(evidence.seed, "decision", name),
        clusters=evidence.groups,
        ends=(-ends, ends) if furthest else None,
    )
    return shown(estimate)


def difference(one: FloatArray, other: FloatArray, unit: str, evidence: Evidence, name: str) -> Document:
    """How much more a row costs under `one` than under `other`, per 1,000, rows paired."""
    furthest = float(max(np.abs(one).max(initial=0.0), np.abs(other).max(initial=0.0)))
    return figure(one - other, unit, evidence, name, furthest=furthest)


def each_figure(columns: Sequence[FloatArray], unit: str, evidence: Evidence, name: str) -> list[Document]:
    """As `figure` for several columns (n,), all on the same resamples."""
    estimates = Bootstrap.of_each(
        np.column_stack(columns) * PER,
        unit=unit,
        seed=derive_seed(evidence.seed, "decision", name),
        clusters=evidence.groups,
    )
    return [shown(estimate) for estimate in estimates]


def shown(estimate: Bootstrap | Wilson, level: float = LEVEL) -> Document:
    """A value with its interval, as the documents hold it."""
    low, high = estimate.interval(level)
    return {
        "value": estimate.value,
        "low": low,
        "high": high,
        "n": estimate.n,
        "unit": estimate.unit,
        "level": level,
    }


def blocks_of(groups: IntArray | None, n: int, *, ordered: bool) -> IntArray | None:
    """What is resampled as one unit of n rows (n,): entities, else blocks in time order, else None: rows.

    >>> blocks_of(None, 200, ordered=True)[:5]
    array([0, 0, 0, 0, 1])
    """
    if groups is not None:
        return groups
    return np.arange(n, dtype=np.int64) * BLOCKS // n if ordered and n >= 2 * BLOCKS else None
