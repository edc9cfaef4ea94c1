"""How often a change of the inputs is found where none is, and how often one that was planted.

    python benchmarks/production/clean.py

A world has eight inputs and 3,000 rows in order: noise, a season, weather (an autoregression), a level that
wanders without end, categories, a rare flag, customers who come and go, and gaps that pass. In 200 worlds
nothing changes for good. In 100 more for each kind of change, one does, at a random row.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
from scipy.signal import lfilter

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from airworthy.lifecycle.outlook.changes import changes
from airworthy.scoring.contract import Column, Contract, LogicalType

CLEAN, PLANTED, ROWS = 200, 100, 3000
KINDS = {
    "noise": LogicalType.REAL,
    "season": LogicalType.REAL,
    "weather": LogicalType.REAL,
    "wandering": LogicalType.REAL,
    "category": LogicalType.CATEGORY,
    "rare": LogicalType.INTEGER,
    "customer": LogicalType.CATEGORY,
    "gaps": LogicalType.REAL,
}
CONTRACT = Contract(columns=tuple(Column(name=name, type=kind) for name, kind in KINDS.items()))

Plant = Callable[[pl.DataFrame, pl.Expr], pl.DataFrame]
"""A world and which of its rows come after the change: the changed world."""


def world(rng: np.random.Generator) -> pl.DataFrame:
    """One table in which nothing changes for good."""
    place, noise = np.arange(ROWS) / ROWS, rng.normal(size=(5, ROWS))
    weather = lfilter([np.sqrt(1 - 0.99**2)], [1, -0.99], noise[2])
    wandering = np.cumsum(noise[3]) * 2 / np.sqrt(ROWS) + rng.normal(size=ROWS)
    first = rng.uniform(-0.3, 1, 60)
    there = (first[None] <= place[:, None]) & (place[:, None] < first[None] + 0.3)
    customer = np.where(there, rng.random((ROWS, 60)), -1).argmax(axis=1)
    gap = rng.random(ROWS) < 0.05 + 0.3 * np.exp(-(((place - rng.uniform(0.1, 0.8)) / 0.04) ** 2))
    return pl.DataFrame(
        {
            "noise": noise[0],
            "season": noise[1] + 1.5 * np.sin(2 * np.pi * (place * rng.uniform(0.5, 4) + rng.random())),
            "weather": weather,
            "wandering": wandering,
            "category": rng.choice(list("abcdef"), ROWS, p=[0.5, 0.2, 0.1, 0.1, 0.05, 0.05]),
            "rare": (rng.random(ROWS) < 0.03).astype(int),
            "customer": [f"c{number}" for number in customer],
            "gaps": [None if missing else value for value, missing in zip(noise[4], gap, strict=True)],
        }
    )


def moved(by: float) -> Plant:
    return lambda rows, since: rows.with_columns(noise=pl.col("noise") + pl.when(since).then(by).otherwise(0))


def silent(share: float, rng: np.random.Generator) -> Plant:
    drawn = pl.Series(rng.random(ROWS) < share)
    return lambda rows, since: rows.with_columns(
        weather=pl.when(since & pl.lit(drawn)).then(None).otherwise("weather")
    )


def renamed(share: float, rng: np.random.Generator) -> Plant:
    drawn = pl.Series(rng.random(ROWS) < share)
    return lambda rows, since: rows.with_columns(
        category=pl.when(since & pl.lit(drawn)).then(pl.lit("new")).otherwise("category")
    )


def main() -> None:
    rng = np.random.default_rng(0)
    false = [
        {one.column for change in changes(world(rng), CONTRACT) for one in change.columns}
        for _ in range(CLEAN)
    ]
    print(f"A change was found in {sum(map(bool, false))} of {CLEAN} clean worlds, in these inputs:")
    print({name: sum(name in found for found in false) for name in KINDS})
    plants = {
        "a number moves by half its spread": moved(0.5),
        "a number moves by its spread": moved(1.0),
        "a fifth of a sensor's values is missing": silent(0.2, rng),
        "half of them are": silent(0.5, rng),
        "a fifth of rows has a new category": renamed(0.2, rng),
    }
    print("\n| planted | found | middle distance in rows |\n| --- | --- | --- |")
    for name, plant in plants.items():
        off = []
        for _ in range(PLANTED):
            at = int(ROWS * rng.uniform(0.2, 0.85))
            found = changes(plant(world(rng), pl.int_range(pl.len()) >= at), CONTRACT)
            near = [abs(change.place - at) for change in found if abs(change.place - at) < ROWS / 20]
            off += [min(near)] if near else []
        print(f"| {name} | {len(off)} of {PLANTED} | {np.median(off) if off else float('nan'):.0f} |")


if __name__ == "__main__":
    main()
