"""The rows of a backtest, oldest first, as the stand-in learner reads them, and rows still to come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from airworthy.assurance.noise import Noise
from airworthy.assurance.predictions import take_columns
from airworthy.charter.model import Charter
from airworthy.data import columns_for_scoring
from airworthy.data.series.names import FORECAST, SIZE
from airworthy.kernel.seed import derive_seed
from airworthy.lifecycle.outlook.messy import spoilt
from airworthy.lifecycle.outlook.words import texts_of
from airworthy.lifecycle.predict import known_forecast, last_outcome_of, numbers_of, order_of, seconds_of
from airworthy.scoring.contract import Contract, LogicalType
from airworthy.scoring.repaired import read_names, repaired_contract
from airworthy.scoring.spec import Step
from airworthy.scoring.steps import Cells, apply_steps

Floats = NDArray[np.float64]
Words = list[list[list[str]]]
MOST_ROWS, MOST_ROWS_WITH_TEXT = 60_000, 20_000


@dataclass(frozen=True, eq=False)
class Past:
    """The backtested rows, oldest first. `last`: the newest outcome known then, or NaN. `time` in seconds."""

    features: Floats
    texts: Words
    target: Floats
    last: Floats
    time: Floats | None
    forecast: Floats  # that a learner corrects, in shares of `size`: 0 and 1 where nothing is known ahead
    size: Floats
    places: NDArray[np.int64]  # in `with_outcome`
    columns: Mapping[str, Cells] = field(default_factory=dict)  # as they came, before any repair

    def __getitem__(self, rows: NDArray[np.int64]) -> Past:
        """The rows in another order, without their texts and columns."""
        time = None if self.time is None else self.time[rows]
        arrays = (
            self.target[rows],
            self.last[rows],
            time,
            self.forecast[rows],
            self.size[rows],
            self.places[rows],
        )
        return Past(self.features[rows], [], *arrays)

    def without(self, name: str, contract: Contract, steps: Sequence[Step]) -> Past:
        """The same rows whose learner does not read `name`."""
        inputs = [column.name for column in repaired_contract(contract, steps).inputs]
        if name not in inputs or len(inputs) == 1:
            return self
        return replace(self, features=np.delete(self.features, inputs.index(name), axis=1))

    def known_at(self, edges: NDArray[np.int64], matures_after: float) -> list[int]:
        """How many rows had an outcome when the block at each edge began: younger ones teach nothing yet."""
        if self.time is None or not matures_after:
            return [int(edge) for edge in edges]
        starts = self.time[np.minimum(edges, len(self.time) - 1)]
        matured = np.searchsorted(self.time, starts - matures_after, side="right")
        return [int(min(pair)) for pair in zip(edges, matured, strict=True)]


@dataclass(frozen=True, eq=False)
class Further:
    """Rows beside the past ones: features (m, d), the words of each text column, and who scores them.

    `taught` is how many of the oldest past rows their model learns from; `rows` how many they stand for, and
    `places` (m,) where they are among those.
    """

    features: Floats
    texts: Words
    taught: int
    rows: int
    places: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Upcoming:
    """Rows of the period to come, in the canonical form, and those whose outcome somebody looked up.

    `sites` names where the rows come from, for each declared column that is among them. Labelled rows that
    were drawn in parts have one each, and `rows_of_parts` rows are in each part; else they are of all rows.
    """

    rows: pl.DataFrame
    labelled: pl.DataFrame | None = None
    sites: tuple[pl.Series, ...] = ()
    part: NDArray[np.int64] | None = None
    rows_of_parts: tuple[int, ...] = ()


def with_outcome(frame: pl.DataFrame, charter: Charter) -> pl.DataFrame:
    """The rows that can be judged; the first ones of a series have no past that could forecast them."""
    known = frame.filter(pl.col("__target__").is_not_null())
    return known if charter.forecast is None else known.drop_nulls([FORECAST, SIZE])


def past_of(frame: pl.DataFrame, charter: Charter, contract: Contract, steps: Sequence[Step]) -> Past:
    """The rows of `frame` with outcomes, oldest first (or as they stand), as many as a backtest needs."""
    known = with_outcome(frame, charter)
    order, last = order_of(known, charter), last_outcome_of(known, charter, contract.classes)
    order = np.zeros(known.height) if order is None else order
    newest = np.full(known.height, np.nan) if last is None else last
    kept = np.lexsort((known["__row__"].to_numpy(), order))
    most = most_rows(contract, steps)
    if len(kept) > most:
        rng = np.random.default_rng(derive_seed(charter.seed, "backtest"))
        kept = kept[np.sort(rng.choice(len(kept), most, replace=False))]
    rows = known[kept]
    columns = _columns(rows, contract, steps)
    features, words = _read(columns, contract, steps, rows.height)
    return Past(
        features,
        words,
        numbers_of(rows, charter.task, contract.classes),
        newest[kept],
        seconds_of(rows),
        *known_forecast(rows, charter),
        kept,
        columns,
    )


def coming_rows(
    frame: pl.DataFrame, past: Past, charter: Charter, contract: Contract, steps: Sequence[Step]
) -> Further:
    """Rows of the coming period, in the canonical form, drawn at random where there are too many."""
    most, places = most_rows(contract, steps), np.arange(frame.height)
    if frame.height > most:
        rng = np.random.default_rng(derive_seed(charter.seed, "coming rows"))
        places = np.sort(rng.choice(frame.height, most, replace=False))
    read = _read(_columns(frame[places], contract, steps), contract, steps, len(places))
    return Further(*read, len(past.target), frame.height, places)


def messy_rows(
    past: Past, block: slice, taught: int, contract: Contract, steps: Sequence[Step], seed: int
) -> dict[Noise, Further]:
    """The past rows of `block` once for each kind of mess that can touch them, before any repair."""
    rows = np.arange(block.start, block.stop)
    clean = take_columns(past.columns, rows)
    made = spoilt(clean, contract, seed).items()
    return {
        noise: Further(*_read(columns, contract, steps, len(rows)), taught, len(rows), rows)
        for noise, columns in made
    }


def most_rows(contract: Contract, steps: Sequence[Step]) -> int:
    """Rows that a backtest reads: fewer where it has to read text."""
    inputs = repaired_contract(contract, steps).inputs
    return MOST_ROWS_WITH_TEXT if any(c.type is LogicalType.TEXT for c in inputs) else MOST_ROWS


def _columns(rows: pl.DataFrame, contract: Contract, steps: Sequence[Step]) -> dict[str, Cells]:
    return dict(columns_for_scoring(rows, contract, names=read_names(contract, steps)))


def _read(
    columns: Mapping[str, Cells], contract: Contract, steps: Sequence[Step], rows: int
) -> tuple[Floats, Words]:
    """Numbers (n, d) and words of the rows once they are repaired."""
    after, repaired = repaired_contract(contract, steps), apply_steps(steps, columns)
    return _matrix(repaired, after, rows), texts_of(repaired, after)


def _matrix(columns: Mapping[str, Cells], contract: Contract, rows: int) -> Floats:
    made = []
    for column in contract.inputs:
        values = columns[column.name]
        if isinstance(values, np.ndarray):
            made.append(values)
        else:
            codes = {label: float(code) for code, label in enumerate(column.vocabulary)}
            made.append(np.array([codes.get(v, np.nan) if v is not None else np.nan for v in values]))
    return np.column_stack(made) if made else np.zeros((rows, 1))
