"""How many rows of which group would decide a gap that is undecided."""

from __future__ import annotations

import math

from airworthy.kernel.result import Limit, Measurement
from airworthy.measures.gaps import RowsNeeded, rows_needed


def rows_to_settle(
    gap: Measurement, limit: Limit, group: tuple[float, int], others: tuple[float, int]
) -> RowsNeeded | None:
    """Rows of either side at which the gap's interval would clear its limit, were the rates to stay.

    Parameters
    ----------
    group, others : (half-width of its own interval at any one level, rows) of either side.

    Returns
    -------
    None where the gap is decided, lies on its limit, or has no limit.

    >>> undecided = Measurement(0.05, -0.05, 0.15, "share", 1000, 0.95)     # .05 off the limit, .1 wide
    >>> rows_to_settle(undecided, Limit(high=0.1), (0.1, 100), (0.0, 900))
    RowsNeeded(group=400, others=900)
    """
    reach = _to_clear(gap, limit)
    if not reach:
        return None
    wide = math.hypot(group[0], others[0])
    if not math.isfinite(wide) or wide == 0:
        return None
    # The gap's arm towards the limit, shared out as the squares of the two sides' own arms are.
    needed = [
        rows_needed([distance], (arm * group[0] / wide, group[1]), (arm * others[0] / wide, others[1]))
        for distance, arm in reach
    ]
    known = [one for one in needed if one is not None]
    return max(known, key=lambda one: one.group + one.others) if len(known) == len(reach) else None


def _to_clear(gap: Measurement, limit: Limit) -> list[tuple[float, float]]:
    """(distance from value to limit, reach of the interval towards it) of each limit that it lies across."""
    found = []
    for bound in (limit.low, limit.high):
        if bound is None:
            continue
        edge = gap.low if bound < gap.value else gap.high
        if edge is None:
            return []
        if abs(edge - gap.value) > abs(bound - gap.value):
            found.append((abs(bound - gap.value), abs(edge - gap.value)))
    return found
