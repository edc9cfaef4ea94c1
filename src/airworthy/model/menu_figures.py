"""What a candidate is worth: against deciding without a model, and row by row against the recommended one."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from airworthy.kernel.seed import derive_seed
from airworthy.measures.bootstrap import Bootstrap
from airworthy.measures.ranking import Auc
from airworthy.model.choose import Rival
from airworthy.model.figures import PER
from airworthy.model.menu import LOG_LOSS, Measured, Worth
from airworthy.model.rows import IntArray
from airworthy.scoring.columns import FloatArray

TOGETHER = 8
"""Candidates that are resampled at once: all of them would take hundreds of megabytes on many rows."""


@dataclass(frozen=True, eq=False)
class Bench:
    """The rows on which candidates are compared.

    Attributes
    ----------
    y
        Class indices or numbers, shape (n,).
    naive
        What deciding without a model costs in each row, (n,); None where nobody declared a cost.
    blocks
        Rows that belong together, (n,); None where each row stands alone.
    unit
        Of money, such as `EUR per 1,000` or `EUR a month`.
    per
        How many decisions a figure of money is of.
    metric
        Of losses: `log loss` or `root mean squared error`.
    """

    y: FloatArray
    naive: FloatArray | None
    blocks: IntArray | None
    unit: str
    metric: str
    seed: int
    per: float = PER

    @property
    def squared(self) -> bool:
        """Whether losses are squared errors."""
        return self.metric != LOG_LOSS


def worths(rivals: Sequence[Rival], recommended: Rival, bench: Bench) -> dict[str, Worth]:
    """By name; intervals come from resampling rows, or the blocks that belong together."""
    found: dict[str, Worth] = {}
    for first in range(0, len(rivals), TOGETHER):
        some = rivals[first : first + TOGETHER]
        columns = [column for rival in some for column in _columns(rival, recommended, bench)]
        estimates = iter(
            Bootstrap.of_each(
                np.column_stack(columns),
                unit="",
                seed=derive_seed(bench.seed, "menu"),
                clusters=bench.blocks,
            )
        )
        found |= {rival.name: _worth(rival, recommended, bench, estimates) for rival in some}
    return found


def earns(rival: Rival, other: Rival, bench: Bench) -> tuple[Measured | None, Measured]:
    """How much more `rival` earns than `other`, and how much worse its quality is; rows paired."""
    worth = worths([rival], other, bench)[rival.name]
    assert worth.worse is not None  # two candidates
    return worth.earns, worth.worse


def _columns(rival: Rival, recommended: Rival, bench: Bench) -> list[FloatArray]:
    losses = [rival.losses, rival.losses - recommended.losses]
    if rival.costs is None or recommended.costs is None or bench.naive is None:
        return losses
    return [*losses, (bench.naive - rival.costs) * bench.per, (recommended.costs - rival.costs) * bench.per]


def _worth(rival: Rival, recommended: Rival, bench: Bench, estimates: Iterator[Bootstrap]) -> Worth:
    itself = rival.name == recommended.name
    loss, worse = next(estimates), next(estimates)
    saves = earned = None
    if rival.costs is not None and bench.naive is not None:
        saves, earned = (Measured.of(next(estimates), bench.unit) for _ in range(2))
    # Of squares: (a - b) / (sqrt a + sqrt b) = sqrt a - sqrt b.
    scale = 1 / max(math.sqrt(rival.loss) + math.sqrt(recommended.loss), 1e-300) if bench.squared else 1.0
    return Worth(
        quality=_root(loss, bench) if bench.squared else Measured.of(loss, bench.metric),
        worse=None if itself else Measured.of(worse, bench.metric, scale),
        saves=saves,
        earns=None if itself else earned,
        auc=_auc(rival, bench),
    )


def _root(estimate: Bootstrap, bench: Bench) -> Measured:
    """The root of a mean square and of the ends of its interval."""
    square = Measured.of(estimate, bench.metric)
    low, high = (None if end is None else math.sqrt(max(0.0, end)) for end in (square.low, square.high))
    return Measured(math.sqrt(square.value), low, high, square.unit, square.n)


def _auc(rival: Rival, bench: Bench) -> Measured | None:
    """None where there are not two classes, or rows of one only."""
    if rival.event is None or len(np.unique(bench.y)) < 2:
        return None
    return Measured.of(Auc(bench.y, rival.event, bench.blocks), "AUC")
