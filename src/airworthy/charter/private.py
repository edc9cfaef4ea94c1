"""Training with differential privacy: how much may be spent on whom, and what is public of each column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

ROW = "row"
"""`privacy.unit`: each row is somebody else."""


@dataclass(frozen=True)
class PrivacyRules:
    """Train with differential privacy, and never spend more than a total on the same people. What a model
    must know of a column before it has seen a row stands here: taken from the rows it would tell of them."""

    epsilon: float  # what one model spends: the smaller, the less it can tell of one person
    delta: float  # chance that is left out of the promise; far below one in the number of people
    total_epsilon: float  # what all models on the same people may spend together, at the same delta
    unit: str = ROW  # who is protected: `row`, or the column of data.entity that names the person
    rows_per_unit: int = 1  # most rows of one person that are learned from; each further one adds noise
    bounds: Mapping[str, tuple[float, ...]] = field(default_factory=dict)  # lowest and highest, by column
    categories: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # words that may occur, by column
    missing: tuple[str, ...] = ()  # columns where a missing value tells something; costs a noisy term each
