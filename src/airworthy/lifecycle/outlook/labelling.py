"""Which coming rows to label, and how far their outcomes would narrow the forecast."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from airworthy.kernel.seed import derive_seed
from airworthy.measures import Outlook, PastPeriod

LABELLED = 150
"""Rows of one sitting of a person, and enough for an AUC's error of about .04."""


@dataclass(frozen=True)
class Labelling:
    """Coming rows drawn at random, and the interval's width before and, as expected, after their outcomes.

    Rows that were picked for being doubtful would say less of the period: they are not like its others.
    """

    rows: int
    places: tuple[int, ...]  # 0-based, in the order of the coming rows
    width: float
    width_expected: float

    def as_json(self) -> dict[str, object]:
        return {
            "rows": self.rows,
            "places": list(self.places),
            "width": self.width,
            "width_expected": self.width_expected,
        }


def sampling_error(error: float, of_rows: float, rows: int, coming: int) -> float:
    """Error of a figure of `rows` drawn from `coming`, from that of a figure of `of_rows`.

    It vanishes where all coming rows are labelled (finite population correction).

    >>> round(sampling_error(0.02, 400, 100, 200), 4)      # .02 * sqrt(400 / 100) * sqrt(1 - 100 / 200)
    0.0283
    """
    return error * float(np.sqrt(of_rows / rows) * np.sqrt(max(0.0, 1 - rows / coming)))


def labelling(outlook: Outlook, coming: int, period_rows: float, level: float, seed: int) -> Labelling | None:
    """What 150 labels would do to the interval; None where it has none, or that many rows are not coming."""
    low, high = outlook.interval(level)
    if low is None or high is None or coming <= LABELLED:
        return None
    typical = float(np.median([period.error for period in outlook.used]))
    error = sampling_error(typical, period_rows, LABELLED, coming)
    told = replace(outlook, seen=PastPeriod(outlook.value, error)).interval(level)
    assert told[0] is not None
    assert told[1] is not None
    drawn = np.random.default_rng(derive_seed(seed, "label these rows")).choice(
        coming, LABELLED, replace=False
    )
    return Labelling(LABELLED, tuple(np.sort(drawn).tolist()), high - low, told[1] - told[0])
