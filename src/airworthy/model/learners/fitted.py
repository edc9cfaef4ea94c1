"""What a learner returns: features and numbers, ready to be written down."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from airworthy.model.encode import Encoding
from airworthy.scoring.columns import FloatArray
from airworthy.scoring.spec import Feature, Learner


@dataclass(frozen=True)
class Fitted:
    """A fitted learner.

    Attributes
    ----------
    baseline
        Mean of each feature over the training rows, the reference of a linear model's reasons.
    weights
        Bytes of each weight file by its path in the artefact.
    note
        What a reader must know about this fit, such as a declared sample of rows.
    """

    features: tuple[Feature, ...]
    learner: Learner
    baseline: tuple[float, ...]
    rows: int
    weights: Mapping[str, bytes] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True, eq=False)
class Grown:
    """A learner fitted once, its setting (rounds of trees, a penalty) not fixed yet.

    Attributes
    ----------
    losses
        Mean loss on the part's held rows at setting 0, 1, ...; shape (1,) where there is nothing to set.
    fitted
        The model at a setting.
    """

    losses: FloatArray
    fitted: Callable[[int], Fitted]


NOTHING_TO_SET: FloatArray = np.zeros(1)


def means_of(encoding: Encoding) -> tuple[float, ...]:
    """Mean of each feature over its known values; 0 where none is known."""
    # Column by column: a wide table must not be copied for its means.
    return tuple(_mean(column) for column in encoding.matrix.T)


def _mean(column: FloatArray) -> float:
    known = column[np.isfinite(column)]
    return float(known.mean()) if len(known) else 0.0


def sampled(used: int, rows: int) -> str:
    """The note of a fit on a declared sample; empty when all rows were used.

    >>> sampled(10_000, 250_000)
    'learned from 10,000 of 250,000 training rows'
    """
    return f"learned from {used:,} of {rows:,} training rows" if used < rows else ""
