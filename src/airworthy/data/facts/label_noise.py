"""How many outcomes seem to be written down wrongly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from airworthy.data.facts import Batch
from airworthy.kernel.fact import Facts

LEAST_GAIN = 0.4
"""Share of a plain guess's errors that the inputs must avoid. Below it doubt and wrong labels look alike."""


def _batch(wanted: Sequence[Any], facts: Facts) -> Mapping[Any, object]:
    # Loads when first read: listing checks must import no numeric library.
    from airworthy.data.facts.label_noise_scan import compute

    return compute(wanted, facts)


@dataclass(frozen=True)
class LabelNoise:
    """`NoiseFloor` of the outcome given `inputs`; None with too few rows or classes to say anything."""

    inputs: tuple[str, ...]
    version: ClassVar[int] = 1
    batch: ClassVar[Batch] = _batch


@dataclass(frozen=True)
class NoiseFloor:
    """What small trees, scored out of fold, say of `rows` sampled rows: a third where that said enough.

    `floor` is their error extrapolated to full certainty, `deviation` its standard error. `gain` is the share
    of the errors of always naming the commonest outcome that they avoid, `least_foretold` the smallest ratio
    of how often an outcome is foretold to how often it is written. `confident` is confident learning's
    estimate. `by_certainty` are errors from the most to the least certain fifth; `suspects` are (row, outcome
    as written, outcome foretold), the most certain first.
    """

    rows: int
    floor: float
    deviation: float
    gain: float
    least_foretold: float
    confident: float
    by_certainty: tuple[float, ...]
    suspects: tuple[tuple[int, str, str], ...]
