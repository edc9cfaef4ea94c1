"""What the next period will bring, from the periods that have been; and the guess "as last time"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from airworthy.measures.means import t_quantile

MOST_PERIODS = 12
"""Older periods say little about the next one; twelve months are a year."""


@dataclass(frozen=True)
class NextPeriod:
    """The next period's figure: mean of the last <= 12, -+ t * s * sqrt(1 + 1/m).

    Of seven ways tried on 120 backtests of four real series this one covered 92 % at a nominal 90 %; a
    random split's own interval covered 14 %. A second study, of the model retrained at ten origins of each of
    eight real series: 67 of 76 next periods (88 %), and 52 of 60 (87 %) three periods ahead.

    >>> low, high = NextPeriod((0.70, 0.72, 0.74)).interval(0.90)      # .72 -+ 2.92 * .02 * sqrt(4/3)
    >>> round(low, 4), round(high, 4)
    (0.6526, 0.7874)
    """

    values: tuple[float, ...]
    unit: str = ""
    rows: int = 0

    @property
    def used(self) -> tuple[float, ...]:
        return self.values[-MOST_PERIODS:]

    @property
    def value(self) -> float:
        return float(np.mean(self.used))

    @property
    def n(self) -> int:
        return self.rows or len(self.used)

    def interval(self, level: float) -> tuple[float | None, float | None]:
        m = len(self.used)
        if m < 2:
            return None, None
        half = t_quantile(level, m - 1) * float(np.std(self.used, ddof=1)) * (1 + 1 / m) ** 0.5
        return self.value - half, self.value + half


def forecast_interval(values: Sequence[float], level: float = 0.9) -> tuple[float | None, float | None]:
    """Interval of the next value in a row of period figures, oldest first; open with fewer than two.

    >>> forecast_interval([0.7])
    (None, None)
    """
    return NextPeriod(tuple(float(value) for value in values)).interval(level)


def last_matured(
    decided_at: ArrayLike, outcome_time: ArrayLike, outcome_known_at: ArrayLike, outcome: ArrayLike
) -> NDArray[np.float64]:
    """The newest outcome that was already known at each decision (n,), NaN where there was none.

    The naive guess "as last time" may only use outcomes that had matured. Times are epoch seconds.

    Parameters
    ----------
    decided_at : (n,) decision times of the rows to guess.
    outcome_time, outcome_known_at, outcome : (m,) when each earlier case was decided, when its outcome
        became known, and what it was.

    >>> last_matured([10.0, 20.0], [1.0, 5.0], [8.0, 15.0], [0, 1])
    array([0., 1.])
    """
    known, when = np.asarray(outcome_known_at, float), np.asarray(outcome_time, float)
    order = np.lexsort((when, known))
    known, when, values = known[order], when[order], np.asarray(outcome, float)[order]
    # Of all that is known, the case decided last: a running argmax over decision times.
    newest = np.maximum.accumulate(when)
    leader = np.maximum.accumulate(np.where(when == newest, np.arange(len(when)), 0))
    at = np.searchsorted(known, np.asarray(decided_at, float), side="right") - 1
    guesses = np.full(len(at), np.nan)
    guesses[at >= 0] = values[leader[at[at >= 0]]]
    return guesses
