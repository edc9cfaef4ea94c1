"""A sound table, and the register of generators that break it; each writes a file and returns its path."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

Row = list[Any]
HEADER = ["age", "income", "city", "joined", "y"]
CITIES = ["Delft", "Breda", "Assen", "Goes"]
FAULTS: dict[str, Callable[[Path], Path]] = {}


def fault(write: Callable[[Path], Path]) -> Callable[[Path], Path]:
    """Register a generator under its own name."""
    FAULTS[write.__name__] = write
    return write


@dataclass(frozen=True)
class Table:
    """A header and rows of anything that prints."""

    header: Sequence[str]
    rows: list[Row]

    def text(self, delimiter: str = ",") -> str:
        out = io.StringIO()
        writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
        writer.writerow(self.header)
        writer.writerows(self.rows)
        return out.getvalue()

    def with_column(self, name: str, values: Iterable[Any]) -> Table:
        """One more column, before the target."""
        rows = [[*row[:-1], value, row[-1]] for row, value in zip(self.rows, values, strict=True)]
        return Table([*self.header[:-1], name, self.header[-1]], rows)

    def replaced(self, name: str, values: Iterable[Any]) -> Table:
        at = list(self.header).index(name)
        rows = [[*row[:at], value, *row[at + 1 :]] for row, value in zip(self.rows, values, strict=True)]
        return Table(self.header, rows)

    def column(self, name: str) -> list[Any]:
        at = list(self.header).index(name)
        return [row[at] for row in self.rows]

    def frame(self) -> pl.DataFrame:
        return pl.DataFrame(self.rows, schema=list(self.header), orient="row")


def clean(rows: int = 400, seed: int = 1) -> Table:
    """A sound table: the outcome depends on age and income, with noise."""
    rng = np.random.default_rng(seed)
    age = rng.integers(18, 80, rows)
    income = np.round(rng.lognormal(10, 0.4, rows), 2)
    city = rng.choice(CITIES, rows)
    day = np.datetime64("2022-01-01") + rng.integers(0, 900, rows)
    event = rng.random(rows) < 1 / (1 + np.exp(-(age - 49) / 12))
    cells = zip(age.tolist(), income.tolist(), city.tolist(), day.astype(str).tolist(), event, strict=True)
    return Table(HEADER, [[*row[:4], "Yes" if row[4] else "No"] for row in cells])


def put(folder: Path, content: str | bytes, name: str = "table.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return path
