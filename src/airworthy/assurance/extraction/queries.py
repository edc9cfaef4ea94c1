"""Rows that a curious client sends: like the real ones, or drawn inside the ranges that a contract tells."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from airworthy.assurance.predictions import Predictions, take_columns
from airworthy.assurance.swaps.tokens import words
from airworthy.scoring.contract import Column, LogicalType

Places = NDArray[np.int64]

WORDS = 12
"""In a text that is drawn word by word."""
READ_TEXTS = 2_000


class Drawn(StrEnum):
    """Where a client's rows come from."""

    REAL = "rows like the real ones"
    RANGES = "random rows inside the known ranges"


def queries(
    drawn: Drawn, pool: Predictions, inputs: Sequence[Column], n: int, rng: np.random.Generator
) -> dict[str, Any]:
    """Columns of `n` rows to ask about.

    Parameters
    ----------
    pool : rows that the client may own; real rows come first, in random order, each once. Beyond them, each
        row takes every column from one of two real rows.
    inputs : the model's columns with their ranges and vocabularies.
    """
    if drawn is Drawn.REAL:
        return _like_real(pool, [column.name for column in inputs], n, rng)
    made = take_columns(pool.columns, rng.integers(0, len(pool), n))
    for column in inputs:
        if column.name in made:
            made[column.name] = _inside(column, pool.columns[column.name], n, rng)
    return made


def _like_real(pool: Predictions, names: Sequence[str], n: int, rng: np.random.Generator) -> dict[str, Any]:
    own = rng.permutation(len(pool))[:n]
    first = np.concatenate([own, rng.integers(0, len(pool), n - len(own))])
    made = take_columns(pool.columns, first)
    if len(own) == n:
        return made
    other = rng.integers(0, len(pool), n)
    for name in names:
        if name in made:
            swapped = (rng.random(n) < 0.5) & (np.arange(n) >= len(own))
            made.update(take_columns({name: pool.columns[name]}, np.where(swapped, other, first)))
    return made


def _inside(column: Column, real: Any, n: int, rng: np.random.Generator) -> Any:
    """Values of one column that its range or vocabulary allows, each as likely as any other."""
    if column.type is LogicalType.TEXT:
        return _worded(real, n, rng)
    if isinstance(real, np.ndarray) and real.dtype.kind == "f":
        known = real[np.isfinite(real)]
        low = float(known.min(initial=np.inf)) if column.low is None else column.low
        high = float(known.max(initial=-np.inf)) if column.high is None else column.high
        if not low <= high:
            return np.full(n, np.nan)
        numbers = rng.uniform(low, high, n)
        whole = column.type is not LogicalType.REAL and bool((known == np.round(known)).all())
        return np.round(numbers) if whole else numbers
    if isinstance(real, np.ndarray):
        return rng.choice(np.unique(real), n)
    values = column.vocabulary or tuple(sorted({str(value) for value in real if value is not None}))
    return [values[at] for at in rng.integers(0, len(values), n)] if values else [None] * n


def _worded(real: Sequence[str | None], n: int, rng: np.random.Generator) -> list[str]:
    """Texts of words drawn from those that real texts hold, rare ones as often as frequent ones."""
    said = (text for text in list(real)[:READ_TEXTS] if text)
    known = sorted({word.text.lower() for text in said for word in words(text)})
    if not known:
        return [""] * n
    return [" ".join(known[at] for at in row) for row in rng.integers(0, len(known), (n, WORDS))]


def held_apart(rows: Predictions, held: int, rng: np.random.Generator) -> tuple[Predictions, Predictions]:
    """Rows that a client may own, and rows on which its copy is measured."""
    order = rng.permutation(len(rows))
    return rows.rows(np.sort(order[held:])), rows.rows(np.sort(order[:held]))
