"""Where the public tables of both pools stand, how they are read, and how a trial's rows are drawn."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import polars as pl

from planted.world import World

FOLDER = Path(
    os.environ.get("AIRWORTHY_SHARED_DATA", Path(__file__).resolve().parents[3] / "shared" / "data")
)
ROWS = 4_000


def read_csv(path: str, **options: object) -> pl.DataFrame:
    return pl.read_csv(FOLDER / path, infer_schema_length=None, null_values=["NA", ""], **options)  # type: ignore[arg-type]


@dataclass
class Tables:
    """The public tables of one pool.

    Of those in `regular` (one row an hour, say) a sample is one stretch of `stretch` rows, which keeps its
    rhythm; of the others it is drawn row by row. `small` ones give columns to permuted tables, but hold too
    few rows to plant into.
    """

    makers: Mapping[str, Callable[[], World]]
    regular: Mapping[str, int] = field(default_factory=dict)
    small: frozenset[str] = frozenset()
    _read: dict[str, World] = field(default_factory=dict)

    def at_hand(self, small: bool = False) -> list[str]:
        """Names of the tables on this machine that can be planted into; with `small`, of all."""
        return [n for n in self.makers if (FOLDER / _folder(n)).is_dir() and (small or n not in self.small)]

    def whole(self, name: str) -> World:
        if name not in self._read:
            self._read[name] = self.makers[name]()
        return self._read[name]

    def sample(self, name: str, seed: int, rows: int = ROWS) -> World:
        """`rows` rows of a public table, in their order."""
        world = self.whole(name)
        rng = np.random.default_rng([seed, len(name)])
        if name in self.regular:
            stretch = rows * self.regular[name] // ROWS
            begin = int(rng.integers(0, world.rows - stretch))
            frame = world.frame.slice(begin, stretch)
        else:
            frame = world.frame[np.sort(rng.choice(world.rows, min(rows, world.rows), replace=False))]
        return replace(world, name=f"{world.name}-{seed}", frame=frame)


def _folder(name: str) -> str:
    """Several tables may come from one folder: `nycflights/weather`."""
    return name.partition("/")[0]
