"""Dates on which inputs changed for good, found where nobody declared a change of regime.

Rows in order of time are cut into blocks, and each column's values into a few bins (fifths of a number,
common values, no value). What is compared is the share of rows in each bin, four blocks before against four
after: half the sum of all changes of shares. A column changed where this distance is far beyond what the same
column shows everywhere else, so weather, seasons and customers who come and go are their own measure.
`benchmarks/production/clean.py` counts how often it is wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from airworthy.scoring.contract import Column, Contract, LogicalType

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

BLOCKS, ROWS_IN_BLOCK, FEWEST_BLOCKS = 40, 20, 16
WINDOW = 4
"""Blocks on either side that are compared."""
FIFTHS = (0.2, 0.4, 0.6, 0.8)
MOST_VALUES = 20
LEAST = 0.1
"""Share of rows that must have moved to other bins."""
BEYOND = 3.0
"""Times the column's usual distance."""
UNUSUAL = 8.0
"""Spreads of the column's distances above the usual one."""
STAYS = 0.8
"""Share of blocks that must lie on their side of the change, before and after."""
EDGE = 0.1
"""A category that is not in the first or last tenth of rows came late or left early."""
MISSING, MIDDLE = "missing", "middle"


@dataclass(frozen=True)
class Moved:
    """A column that changed: in what, and its share or middle value before and since."""

    column: str
    what: str  # MISSING, MIDDLE, or the value whose share moved most
    before: float
    since: float


@dataclass(frozen=True)
class Change:
    """A date from which some columns are not what they were; `rows` are known since then."""

    place: int  # of the first changed row, 0-based, in order of time
    rows: int
    columns: tuple[Moved, ...]


def changes(rows: pl.DataFrame, contract: Contract) -> tuple[Change, ...]:
    """What changed for good, and when; empty with fewer than 320 rows.

    Parameters
    ----------
    rows : in order of time, in the canonical form.
    contract : their columns; inputs are searched, texts only for missing ones.
    """
    blocks = min(BLOCKS, rows.height // ROWS_IN_BLOCK)
    if blocks < FEWEST_BLOCKS:
        return ()
    found = []
    for column in contract.inputs:
        values = rows[column.name]
        codes = binned(values, column)
        if (place := change_point(np.minimum(codes, 1), blocks)) is not None:
            found.append((place, _absent(values, column, place)))
        elif (place := _change_point_of_values(codes, blocks, column)) is not None:
            found.append((place, _moved(values, column, place)))
    near = WINDOW * rows.height // blocks
    groups: list[list[tuple[int, Moved]]] = []
    for one in sorted(found, key=lambda pair: pair[0]):
        if groups and one[0] - groups[-1][0][0] <= near:
            groups[-1].append(one)
        else:
            groups.append([one])
    return tuple(_change(group, rows.height) for group in groups)


def _change(group: Sequence[tuple[int, Moved]], rows: int) -> Change:
    place = int(np.median([place for place, _ in group]))
    return Change(place, rows - place, tuple(moved for _, moved in group))


def binned(values: pl.Series, column: Column) -> Codes:
    """A bin (n,) for every row: 0 where nothing stands, else fifths of numbers or the commonest values.

    Of a text only whether it is there.

    >>> from airworthy.scoring.contract import Role
    >>> binned(pl.Series([1.0, None, 9.0]), Column(name="x", type=LogicalType.REAL, role=Role.INPUT)).tolist()
    [1, 0, 5]
    """
    there = values.is_not_null().to_numpy()
    if column.type is LogicalType.TEXT:
        return there.astype(np.int64)
    codes = np.zeros(len(values), dtype=np.int64)
    if column.type.numeric:
        numbers = values.cast(pl.Float64).fill_null(np.nan).to_numpy()
        there = there & ~np.isnan(numbers)
        if there.any():
            codes[there] = 1 + np.searchsorted(np.quantile(numbers[there], FIFTHS), numbers[there], "left")
        return codes
    words = values.cast(pl.String)
    common = words.drop_nulls().value_counts(sort=True).head(MOST_VALUES)[words.name].to_list()
    known = {word: code for code, word in enumerate(sorted(common), 1)}
    return np.array([0 if word is None else known.get(word, len(known) + 1) for word in words], np.int64)


def change_point(codes: Codes, blocks: int) -> int | None:
    """The first row after a lasting change of the shares of `codes` (n,); None where nothing stands out."""
    shares = _shares(codes, blocks)
    middles = np.arange(WINDOW, blocks - WINDOW + 1)
    sums = np.vstack([np.zeros(shares.shape[1]), np.cumsum(shares, axis=0)])
    steps = (sums[middles + WINDOW] - 2 * sums[middles] + sums[middles - WINDOW]) / WINDOW
    distances = np.abs(steps).sum(axis=1) / 2
    best = int(distances.argmax())
    away = np.abs(middles - middles[best]) >= WINDOW
    usual = float(np.median(distances[away]))
    spread = 1.4826 * float(np.median(np.abs(distances[away] - usual)))
    far = float(distances[best])
    if far < max(LEAST, BEYOND * usual) or far - usual < UNUSUAL * spread:
        return None
    if not _lasting(shares @ steps[best], int(middles[best])):
        return None
    return _first_row(steps[best][codes], int(middles[best]), len(codes) // blocks, len(codes) % blocks)


def _change_point_of_values(codes: Codes, blocks: int, column: Column) -> int | None:
    """As `change_point` of all bins together; else of one of few categories that came late or left early."""
    place, many = change_point(codes, blocks), int(codes.max()) > MOST_VALUES
    if place is not None or column.type.numeric or many:
        return place
    for code in range(1, int(codes.max()) + 1):
        there = np.flatnonzero(codes == code)
        if there[0] > EDGE * len(codes) or there[-1] < (1 - EDGE) * len(codes):
            place = change_point((codes == code).astype(np.int64), blocks)
            if place is not None:
                return place
    return None


def _shares(codes: Codes, blocks: int) -> Floats:
    """Share of each bin in each block (blocks, bins); rows that fill no block are the oldest."""
    size = len(codes) // blocks
    used, bins = codes[len(codes) - blocks * size :], int(codes.max()) + 1
    counts = np.bincount(np.repeat(np.arange(blocks), size) * bins + used, minlength=blocks * bins)
    return counts.reshape(blocks, bins) / size


def _lasting(level: Floats, middle: int) -> bool:
    """Whether the blocks before and after lie on either side of the half way between their levels."""
    old, new = float(np.median(level[:middle])), float(np.median(level[middle:]))
    half = (old + new) / 2
    return (
        new > old
        and float((level[:middle] < half).mean()) >= STAYS
        and float((level[middle:] > half).mean()) >= STAYS
    )


def _first_row(pull: Floats, middle: int, size: int, left: int) -> int:
    """The row near block `middle` before which rows pull one way and from which they pull the other."""
    start, end = left + (middle - 2) * size, left + (middle + 2) * size
    near = pull[start:end] - pull[start:end].mean()
    return start + int(np.cumsum(near)[:-1].argmin()) + 1


def _absent(values: pl.Series, column: Column, place: int) -> Moved:
    """The share of rows without a value."""
    before, since = (part.null_count() / len(part) for part in (values[:place], values[place:]))
    return Moved(column.name, MISSING, before, since)


def _moved(values: pl.Series, column: Column, place: int) -> Moved:
    """The middle of numbers, or the value whose share moved most."""
    parts = [part.drop_nulls() for part in (values[:place], values[place:])]
    if column.type.numeric:
        before, since = (float(np.median(part.cast(pl.Float64).to_numpy())) for part in parts)
        return Moved(column.name, MIDDLE, before, since)
    shares = [dict(part.cast(pl.String).value_counts(normalize=True).iter_rows()) for part in parts]
    old, new = shares
    words = sorted(old.keys() | new.keys())
    most = max(words, key=lambda word: abs(new.get(word, 0.0) - old.get(word, 0.0)))
    return Moved(column.name, most, old.get(most, 0.0), new.get(most, 0.0))
