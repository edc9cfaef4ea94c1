"""A value with its interval and its limit on one axis, in letters."""

from __future__ import annotations

from airworthy.kernel.result import Limit, Measurement
from airworthy.registry.dossier.axis import Axis


def whiskers(found: Measurement, limit: Limit | None, axis: Axis, width: int, *, zero: bool = False) -> str:
    """Interval, value and limit in `width` characters; what lies beyond the limit is shaded.

    Parameters
    ----------
    zero : mark where zero lies.

    >>> whiskers(Measurement(0.5, 0.4, 0.6, "share", 90, 0.95), Limit(high=0.8), Axis(0.3, 0.9), 13)
    '··├─●─┤···┃░░'
    """

    def at(value: float) -> int:
        return round(axis.percent(value) / 100 * (width - 1))

    low, high = (limit.low, limit.high) if limit else (None, None)
    cells = ["·"] * width
    if low is not None:
        cells[: at(low)] = "░" * at(low)
    if high is not None:
        cells[at(high) :] = "░" * (width - at(high))
    if zero:
        cells[at(0.0)] = "│"
    left = 0 if found.low is None else at(found.low)
    right = width - 1 if found.high is None else at(found.high)
    cells[left : right + 1] = "─" * (right + 1 - left)
    if found.low is not None:
        cells[left] = "├"
    if found.high is not None:
        cells[right] = "┤"
    for bound in (low, high):
        if bound is not None:
            cells[at(bound)] = "┃"
    cells[at(found.value)] = "●"
    return "".join(cells)
