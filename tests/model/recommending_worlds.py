"""Worlds of shoppers: tastes that ties can find, habits that come back, and no pattern at all."""

from __future__ import annotations

import numpy as np
import polars as pl


def shoppers(
    users: int = 240, rows: int = 7_000, items: int = 120, tastes: int = 6, habit: float = 0.0, seed: int = 0
) -> pl.DataFrame:
    """Each user takes items of one taste, or, with probability `habit`, one of their own three again.

    `tastes=1` is a world without taste: everybody takes anything.
    """
    rng = np.random.default_rng(seed)
    who = rng.integers(0, users, rows)
    taste = rng.integers(0, tastes, users)
    what = rng.integers(0, items // tastes, rows) * tastes + taste[who]
    own = rng.integers(0, items, (users, 3))[who, rng.integers(0, 3, rows)]
    what = np.where(rng.random(rows) < habit, own, what)
    return pl.DataFrame(
        {
            "who": [f"u{user:03d}" for user in who],
            "what": [f"i{item:03d}" for item in what],
            "when": np.arange(rows),
        }
    )
