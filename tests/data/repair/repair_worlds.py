"""A table with planted defects, each of which one kind of step mends."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import polars as pl

ROWS, CHANGE = 1500, 600
START = datetime(2023, 1, 1)


def planted(seed: int = 0) -> pl.DataFrame:
    """Stand-ins, units in text, a unit that changes at a date, gaps, copies."""
    rng = np.random.default_rng(seed)
    temp, price = rng.normal(10, 3, ROWS), rng.gamma(3, 4, ROWS)
    income, gap = rng.normal(50, 9, ROWS).round(1), rng.normal(0, 1, ROWS)
    colour = rng.choice(["red", "green", "blue"], ROWS)
    margin = 0.5 * (temp - 10) + 0.1 * (price - 12) + 0.05 * (income - 50) + (colour == "red")
    temp[CHANGE:] = temp[CHANGE:] * 1.8 + 32
    table = pl.DataFrame(
        {
            "at": [START + timedelta(hours=4 * i) for i in range(ROWS)],
            "temp": temp,
            "price": [f"{x:.2f} {'oz' if rng.random() < 0.5 else 'OZ.'}" for x in price],
            "income": np.where(rng.random(ROWS) < 0.06, -999, income),
            "gap": pl.Series(gap).set(pl.Series(rng.random(ROWS) < 0.25), None),
            "colour": colour,
            "y": np.where(rng.random(ROWS) < 1 / (1 + np.exp(-margin)), "yes", "no"),
        }
    )
    return pl.concat([table.head(60), table])
