"""Which coming rows to label, what that costs, and how far their outcomes would narrow the forecast."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from airworthy.kernel.seed import derive_seed
from airworthy.kernel.units import Money
from airworthy.lifecycle.outlook.rows import Further
from airworthy.measures import Drawn, Outlook, PastPeriod, draw_in_parts

Floats = NDArray[np.float64]

LABELLED = 150
"""Rows of one sitting of a person, and enough for an AUC's error of about .04."""


@dataclass(frozen=True)
class Labelling:
    """Coming rows to label, and the interval's width before and, as expected, after their outcomes.

    They are drawn in parts that are equally hard to judge (`measures.drawn`), and count for the rows of their
    part. Rows that somebody picked for being doubtful would mislead: they are not like the others.
    """

    rows: int
    places: tuple[int, ...]  # 0-based, in the order of the coming rows
    parts: tuple[int, ...]  # the part of each
    rows_of_parts: tuple[int, ...]  # coming rows of each part
    width: float
    width_expected: float
    width_at_random: float  # what as many rows, drawn from all, would leave
    cost: Money | None = None  # of all these labels, where somebody declared what one costs

    def as_json(self) -> dict[str, object]:
        return {
            "rows": self.rows,
            "places": list(self.places),
            "parts": list(self.parts),
            "rows_of_parts": list(self.rows_of_parts),
            "width": self.width,
            "width_expected": self.width_expected,
            "width_at_random": self.width_at_random,
            "cost": self.cost.amount if self.cost else None,
            "currency": self.cost.currency if self.cost else None,
        }


def sampling_error(error: float, of_rows: float, rows: int, coming: int) -> float:
    """Error of a figure of `rows` drawn from `coming`, from that of a figure of `of_rows`.

    It vanishes where all coming rows are labelled (finite population correction).

    >>> round(sampling_error(0.02, 400, 100, 200), 4)      # .02 * sqrt(400 / 100) * sqrt(1 - 100 / 200)
    0.0283
    """
    return error * float(np.sqrt(of_rows / rows) * np.sqrt(max(0.0, 1 - rows / coming)))


def labelling(
    outlook: Outlook,
    output: Floats,
    coming: Further,
    period_rows: float,
    level: float,
    seed: int,
    label_cost: Money | None,
) -> Labelling | None:
    """What 150 labels would do to the interval; None where it has none, or that many rows are not coming.

    Parameters
    ----------
    output : (m,) or (m, classes) what the learner says of the coming rows that were read.
    period_rows : rows of a past period, whose sampling errors tell that of the labels.
    """
    low, high = outlook.interval(level)
    if low is None or high is None or coming.rows <= LABELLED:
        return None
    rng = np.random.default_rng(derive_seed(seed, "label these rows"))
    drawn = draw_in_parts(outlook.metric, output, min(LABELLED, len(output)), rng)
    typical = float(np.median([period.error for period in outlook.used]))
    error = sampling_error(typical, period_rows, len(drawn.places), coming.rows)
    cost = label_cost and replace(label_cost, amount=len(drawn.places) * label_cost.amount)
    return Labelling(
        len(drawn.places),
        tuple(coming.places[drawn.places].tolist()),
        tuple(drawn.part.tolist()),
        _rows_of_parts(drawn, coming.rows),
        high - low,
        _width(outlook, min(1.0, drawn.gain) * error, level),
        _width(outlook, error, level),
        cost,
    )


def _width(outlook: Outlook, error: float, level: float) -> float:
    """Of the interval once labels have shown about what is expected, with this error."""
    low, high = replace(outlook, seen=PastPeriod(outlook.value, error)).interval(level)
    assert low is not None
    assert high is not None
    return high - low


def _rows_of_parts(drawn: Drawn, coming: int) -> tuple[int, ...]:
    """Coming rows of each part, also where only some of them were read."""
    share = coming / int(drawn.rows.sum())
    return tuple(round(share * rows) for rows in drawn.rows.tolist())
