"""The parts of the past: known, then three windows that teach the ranker, choose, and measure the choice."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from airworthy.data.interactions import Interactions

CUTS = (0.55, 0.7, 0.85)
"""Shares of the rows before the windows: what is asked of a year is then said of its last weeks."""


@dataclass(frozen=True)
class Windows:
    """Three moments. A window reaches from its moment to the next; nothing later is seen."""

    cuts: tuple[float, float, float]

    @classmethod
    def of(cls, rows: Interactions) -> Windows | None:
        """The windows of rows in the order of time; None where there are too few different times.

        Rows of one moment stay together.
        """
        cuts = [float(rows.time[int(len(rows) * share)]) for share in CUTS]
        apart = rows.time[0] < cuts[0] < cuts[1] < cuts[2]
        return cls((cuts[0], cuts[1], cuts[2])) if apart else None

    def known(self, rows: Interactions, window: int) -> Interactions:
        """The rows before a window."""
        return rows.before(self.cuts[window])

    def later(self, rows: Interactions, window: int) -> Interactions:
        """The rows of a window."""
        rest = rows.since(self.cuts[window])
        return rest if window + 1 == len(self.cuts) else rest.before(self.cuts[window + 1])

    def half_life(self, rows: Interactions) -> float:
        """The length of the last window: what is older than the question by as much counts half."""
        return float(np.maximum(rows.time[-1] - self.cuts[2], 1e-9))
