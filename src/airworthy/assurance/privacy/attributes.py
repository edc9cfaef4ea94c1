"""Attribute inference: what a model's answers tell of a column that the model's client does not know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from airworthy.assurance.given import PREDICTIONS, SCORER, SEED, sizes_of
from airworthy.assurance.predictions import Predictions, Values
from airworthy.assurance.privacy.frames import frame_of
from airworthy.assurance.probes import rescored, sample
from airworthy.data.facts.small_trees import out_of_fold
from airworthy.kernel.fact import Facts
from airworthy.kernel.seed import derive_seed
from airworthy.measures.means import PairedDifference
from airworthy.measures.paired import PairedShares

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

MOST_VALUES = 6
FEWEST_ROWS, FEWEST_OF_VALUE = 200, 30
ANSWER, OFF = "__answer_{}__", "__off_{}__"


@dataclass(frozen=True, eq=False)
class Guesses:
    """A column guessed twice by small trees, each row by trees that had not seen it.

    Attributes
    ----------
    values
        The k values that are told apart.
    code, without, beside
        Shape (n,): the value of each row, what is guessed without the model, and beside its answers.
    asked
        Whether the model was asked what it would answer for each value: only where it reads the column.
    """

    column: str
    values: tuple[str, ...]
    code: Codes
    without: Codes
    beside: Codes
    asked: bool
    entity: Codes | None

    def rate(self, guess: Codes) -> float:
        """Share guessed rightly, each value counting the same."""
        return float(np.mean([(guess[self.code == v] == v).mean() for v in range(len(self.values))]))

    @property
    def gain(self) -> PairedDifference:
        """How much larger that share is with the model's answers."""
        sizes = np.bincount(self.code, minlength=len(self.values))
        weight = len(self.code) / (len(self.values) * sizes[self.code])
        first, second = (weight * (guess == self.code) for guess in (self.beside, self.without))
        return PairedDifference.of(first, second, "share guessed", self.entity)

    def by_value(self, level: float) -> list[dict[str, Any]]:
        """Of each value its rows, both shares, and the difference with its interval at `level`."""
        told = []
        for value, name in enumerate(self.values):
            rows = self.code == value
            first, second = (guess[rows] == value for guess in (self.beside, self.without))
            clusters = None if self.entity is None else self.entity[rows]
            gain = PairedShares.of(first, second, clusters)
            low, high = gain.interval(level)
            shares = {"without": float(second.mean()), "with_answers": float(first.mean())}
            told.append({"value": name, "rows": int(rows.sum()), **shares, "gain": gain.value})
            told[-1] |= {"low": low, "high": high, "level": level}
        return told


def guess_column(facts: Facts, column: str, is_input: bool) -> Guesses | None:
    """`column` guessed from all others, without and with the model's answers; None where rows are too few.

    Parameters
    ----------
    is_input : whether the model reads the column: then it can also be asked what each value would give.
    """
    rows = sample(
        facts[PREDICTIONS], sizes_of(facts[SCORER]).guessed, derive_seed(facts[SEED], "assurance", column)
    )
    held = _values(rows.columns[column])
    if held is None:
        return None
    names, stand_for, code = held
    rows, code = rows.rows(code >= 0), code[code >= 0]
    known = frame_of(rows.columns, [name for name in rows.columns if name != column])
    answers = _answers(rescored(rows, facts[SCORER], dict(rows.columns)))
    told = pl.DataFrame({ANSWER.format(i): one for i, one in enumerate(answers.T)})
    if is_input:
        told = told.hstack(_off(facts, rows, column, stand_for, answers))
    guesses = [_guess(frame, code, len(names), column) for frame in (known, known.hstack(told))]
    return Guesses(column, names, code, guesses[0], guesses[1], is_input, rows.entity)


def _values(values: Values) -> tuple[tuple[str, ...], list[Any], Codes] | None:
    """Names of the values told apart, one cell that stands for each, and (n,) codes, -1 for the others."""
    if isinstance(values, np.ndarray) and values.dtype.kind in "fiu":
        numbers = values.astype(float)
        if len(np.unique(numbers[np.isfinite(numbers)])) > MOST_VALUES:
            return _thirds(numbers)
        cells = [None if value != value else f"{value:g}" for value in numbers.tolist()]
    else:
        cells = [None if value is None else str(value) for value in values]
    found, counts = np.unique([cell for cell in cells if cell is not None], return_counts=True)
    often = np.lexsort((found, -counts))[:MOST_VALUES]
    names = tuple(str(found[i]) for i in often if counts[i] >= FEWEST_OF_VALUE)
    if len(names) < 2 or sum(int(counts[i]) for i in often) < FEWEST_ROWS:
        return None
    place = {name: i for i, name in enumerate(names)}
    code = np.array([place.get(cell, -1) if cell is not None else -1 for cell in cells], np.int64)
    return names, [values[int(np.argmax(code == i))] for i in range(len(names))], code


def _thirds(numbers: Floats) -> tuple[tuple[str, ...], list[Any], Codes] | None:
    known = np.isfinite(numbers)
    edges = np.unique(np.quantile(numbers[known], [1 / 3, 2 / 3]))
    code = np.where(known, np.searchsorted(edges, numbers, side="left"), -1)
    sizes = [int((code == i).sum()) for i in range(len(edges) + 1)]
    if min(sizes) < FEWEST_OF_VALUE or sum(sizes) < FEWEST_ROWS:
        return None
    first, last = f"up to {edges[0]:g}", f"above {edges[-1]:g}"
    between = [f"above {edges[0]:g} up to {edges[1]:g}"] if len(edges) > 1 else []
    stand_for = [float(np.median(numbers[code == i])) for i in range(len(sizes))]
    return (first, *between, last), stand_for, code


def _answers(scored: Predictions) -> Floats:
    """(n, c) what the client is told: probabilities, numbers, or the decided class."""
    if scored.probability is not None:
        return scored.probability[:, 1:]
    told = scored.prediction if scored.prediction is not None else scored.decision
    return np.asarray(told, float)[:, None]


def _off(facts: Facts, rows: Predictions, column: str, stand_for: list[Any], answers: Floats) -> pl.DataFrame:
    """How far the answer to each possible value is from the one that was given."""
    off = {}
    for place, cell in enumerate(stand_for):
        own = rows.columns[column]
        put = np.full(len(rows), cell, own.dtype) if isinstance(own, np.ndarray) else [cell] * len(rows)
        asked = _answers(rescored(rows, facts[SCORER], {**rows.columns, column: put}))
        off[OFF.format(place)] = np.abs(asked - answers).sum(axis=1)
    return pl.DataFrame(off)


def _guess(known: pl.DataFrame, code: Codes, values: int, column: str) -> Codes:
    """The value that is likelier than its share, so that rare values are guessed as often as common ones."""
    told = out_of_fold(known, code, values, f"attribute {column}")
    return np.asarray((told / np.bincount(code, minlength=values)).argmax(axis=1))
