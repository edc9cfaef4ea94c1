"""Windows of past traffic, in which people can take only so many cases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from airworthy.model.job import Deciding
from airworthy.model.rows import IntArray, Rows
from airworthy.scoring.columns import FloatArray

DAY = 86_400.0
ENDS = 5
"""From this many windows on the first and the last are left out: they may have been cut off."""


@dataclass(frozen=True, eq=False)
class Windows:
    """The windows that n rows fell into.

    Attributes
    ----------
    code
        Window of each row, shape (n,); -1 where the row's window is left out; None where windows are counted
        in rows and no row belongs to a certain one.
    count
        Windows of whole traffic that the counted rows stand for.
    share
        Of that traffic, the part that is among the rows.
    """

    code: IntArray | None
    count: float
    share: float
    n: int

    @property
    def counted(self) -> npt.NDArray[np.bool_]:
        """Which rows lie in a window that counts, shape (n,)."""
        return np.ones(self.n, dtype=bool) if self.code is None else self.code >= 0

    def places(self, capacity: int) -> float:
        """How many of the counted rows may be chosen so that a window holds `capacity` on average."""
        return capacity * self.count * self.share

    def a_window(self, chosen: npt.NDArray[np.bool_]) -> float:
        """How many cases of `chosen` (n,) a window of whole traffic holds on average."""
        return float((chosen & self.counted).sum()) / (self.count * self.share)

    def by_window(self, chosen: npt.NDArray[np.bool_]) -> FloatArray | None:
        """Chosen cases in each window, shape (count,); None where the rows are but a sample of windows."""
        if self.code is None or self.share < 1.0:
            return None
        return np.bincount(self.code[chosen & self.counted], minlength=int(self.count)).astype(np.float64)


def windows_of(deciding: Deciding, rows: Rows) -> Windows:
    """The windows that the charter declares, laid over `rows`."""
    n = len(rows)
    if deciding.per is None or rows.told.at is None:
        whole = deciding.per_rows or n
        return Windows(None, n / deciding.share / whole, deciding.share, n)
    at = rows.told.at
    raw = np.floor((at - _origin(float(at.min()), deciding.per, rows.zone)) / deciding.per).astype(np.int64)
    known, code = np.unique(raw, return_inverse=True)
    if len(known) < ENDS:
        return Windows(code.astype(np.int64), float(len(known)), deciding.share, n)
    inner = (code > 0) & (code < len(known) - 1)
    return Windows(np.where(inner, code - 1, -1), float(len(known) - 2), deciding.share, n)


def _origin(first: float, per: float, zone: str) -> float:
    """Where windows start: the local midnight before `first` for whole days, else the UTC epoch."""
    if per % DAY:
        return 0.0
    there = datetime.fromtimestamp(first, UTC).astimezone(ZoneInfo(zone))
    return there.replace(hour=0, minute=0, second=0, microsecond=0).timestamp()
