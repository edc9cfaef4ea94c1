"""Settings of learners that the portfolio names before their libraries are imported."""

from __future__ import annotations

from dataclasses import dataclass

ADDITIVE_ROWS = 20_000
"""Rows that an explainable boosting machine learns from; the latest in time order, else drawn at random."""


LINEAR_ROWS = 30_000
"""Rows that a linear model learns from: 300,000 rows of flights took over 99 s in four blocks with five
penalties (measured), and a weighted sum is settled long before."""

FOREST_ROWS = 50_000
"""Rows that a forest learns from; the latest in time order, else drawn at random."""

NETWORK_ROWS = 50_000
"""Rows that a neural net learns from; the latest in time order, else drawn at random."""


@dataclass(frozen=True)
class Trees:
    """One configuration."""

    leaves: int
    learning_rate: float = 0.05
    columns: float = 0.6  # share of features tried in each tree
    rows: float = 0.8  # share of rows in each tree
    penalty: float = 5.0  # L2 on leaf values
    leaf_rows: int = 20
