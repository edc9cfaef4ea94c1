"""How long a model takes for one row and how much room its files take: measured, never estimated."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from airworthy.model.rows import Rows
from airworthy.scoring import Scorer, row_at

ROWS, PASSES = 200, 3
CELLS = 200_000
"""Rows of 10,000 values take longer to make than to score: fewer of them then."""
MOST_SECONDS = 0.5
"""A model of a millisecond a row is measured on fewer rows: the search has better uses for its time."""
FEWEST = 20


@dataclass(frozen=True)
class Latency:
    """Microseconds of one row, from its typed values to the decision."""

    median_us: float
    p99_us: float


def latency_of(scorer: Scorer, rows: Rows, clock: Callable[[], float] = time.perf_counter) -> Latency:
    """Time rows spread over `rows` one by one.

    Of three passes the quickest counts for each row: what else the machine did meanwhile only adds. The
    figures say how fast a model is here, and become part of no model.
    """
    most = min(ROWS, max(FEWEST, CELLS // max(1, len(rows.columns))), len(rows))
    places = np.unique(np.linspace(0, len(rows) - 1, most).astype(int))
    typed = [row_at(scorer.contract, rows.columns, int(i)) for i in places]
    scorer.score_row(typed[0])  # the first call fills caches that every later one finds
    best: list[float] = []
    until = clock() + MOST_SECONDS
    for row in typed:
        taken = []
        for _ in range(PASSES):
            began = clock()
            scorer.score_row(row)
            taken.append(clock() - began)
        best.append(min(taken))
        if len(best) >= FEWEST and clock() > until:
            break
    micro = np.array(best) * 1e6
    return Latency(round(float(np.median(micro)), 1), round(float(np.quantile(micro, 0.99)), 1))


def size_of(folder: Path) -> int:
    """Bytes of all files below `folder`."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
