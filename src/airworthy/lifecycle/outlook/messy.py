"""How the newest past period would have gone with messy input: seeded noise, one kind at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from airworthy.assurance.noise import SPOILT, Noise, affected
from airworthy.assurance.perturb import spoil
from airworthy.kernel.seed import derive_seed
from airworthy.measures import AucDifference, PairedDifference, row_log_loss
from airworthy.scoring.contract import Contract
from airworthy.scoring.steps import Cells

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Scenario:
    """What one kind of mess costs: how much worse the figure gets, with its interval, paired row by row."""

    noise: str
    words: str
    worse_by: float  # AUC points, nats, or the outcome's unit
    low: float
    high: float
    rows: int

    def as_json(self) -> dict[str, object]:
        return {
            "noise": self.noise,
            "words": self.words,
            "worse_by": self.worse_by,
            "low": self.low,
            "high": self.high,
            "rows": self.rows,
        }


def spoilt(columns: Mapping[str, Cells], contract: Contract, seed: int) -> dict[Noise, Mapping[str, Cells]]:
    """The columns once for each noise that can touch any of them."""
    return {
        noise: spoil(noise, columns, contract.inputs, _rng(seed, noise))
        for noise in Noise
        if affected(noise, contract.inputs)
    }


def scenario(
    noise: Noise, metric: str, y: Floats, clean: Floats, messy: Floats, level: float
) -> Scenario | None:
    """The figure of `messy` outputs beside `clean` ones; None where the rows are too few for an interval.

    Parameters
    ----------
    y : (n,) outcomes as `period_of` takes them; `clean` and `messy` likewise.

    >>> y, p = np.array([0.0, 0.0, 1.0, 1.0]), np.array([0.1, 0.2, 0.8, 0.9])
    >>> scenario(Noise.TYPOS, "rmse", y, p, p, 0.9).worse_by
    0.0
    """
    if np.array_equal(clean, messy):  # nothing to estimate: no answer changed
        return Scenario(str(noise), SPOILT[noise], 0.0, 0.0, 0.0, len(y))
    if metric == "auc":
        found: AucDifference | PairedDifference = AucDifference(y, clean, messy)
    elif metric == "log_loss":
        labels = y.astype(np.int64)
        found = PairedDifference.of(row_log_loss(labels, messy), row_log_loss(labels, clean))
    else:
        found = PairedDifference.of((messy - y) ** 2, (clean - y) ** 2)
    low, high = found.interval(level)
    if low is None or high is None:
        return None
    worse = _in_units(metric, float(((clean - y) ** 2).mean()) if metric == "rmse" else 0.0)
    return Scenario(str(noise), SPOILT[noise], worse(found.value), worse(low), worse(high), len(y))


def _in_units(metric: str, before: float) -> Callable[[float], float]:
    """A rise of the mean squared error as one of its root."""
    if metric != "rmse":
        return float
    return lambda rise: float(max(before + rise, 0.0) ** 0.5 - before**0.5)


def _rng(seed: int, noise: Noise) -> np.random.Generator:
    return np.random.default_rng(derive_seed(seed, "scenario", str(noise)))
