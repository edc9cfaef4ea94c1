"""How much a row's group moves the point from which it is decided positive: one number a row."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from airworthy.scoring.columns import NAN, Columns, Row, Value, canonical_reader, is_numeric
from airworthy.scoring.contract import Column, Contract
from airworthy.scoring.integrity import require
from airworthy.scoring.spec import Decision, LeastCost, Move

_TRUE = frozenset({"true", "yes", "y", "t"})
_FALSE = frozenset({"false", "no", "n", "f"})


class RowMoves:
    """The sum of the moves of a row's groups; a value in no group, or none at all, moves nothing.

    Groups are read as they are sent: no repair step changes who somebody is.

    Attributes
    ----------
    names
        Columns of the contract that name the groups; none where nothing is moved.
    """

    def __init__(self, decision: Decision, contract: Contract) -> None:
        moves = decision.moves if isinstance(decision, LeastCost) else ()
        self.names = tuple(dict.fromkeys(move.column for move in moves))
        for name in self.names:
            require(name in contract, "column of a group", name)
        require(all(math.isfinite(move.by) for move in moves), "move of a group", [m.by for m in moves])
        self._parts = tuple(
            (name, canonical_reader(contract[name]), _compile(contract[name], moves)) for name in self.names
        )

    def row(self, row: Row) -> float:
        """The move of one typed row."""
        total = 0.0
        for name, read, move in self._parts:
            total += move(read(row.get(name)))
        return total

    def batch(self, columns: Columns, n: int) -> list[float]:
        """The moves of n rows of canonical columns; a column that is absent moves nothing."""
        total = [0.0] * n
        for name, _, move in self._parts:
            values = columns.get(name, [NAN] * n)
            listed = values.tolist() if isinstance(values, np.ndarray) else values
            total = [sum_ + move(value) for sum_, value in zip(total, listed, strict=True)]
        return total


def _compile(column: Column, moves: Sequence[Move]) -> Callable[[Value], float]:
    own = [move for move in moves if move.column == column.name]
    if not is_numeric(column):
        named = {value: move.by for move in own for value in move.values}
        return lambda value: named.get(value, 0.0) if isinstance(value, str) else 0.0
    exact = {_number(value): move.by for move in own for value in move.values}
    bands = [move for move in own if not move.values]

    def of_number(value: Value) -> float:
        if not isinstance(value, float) or value != value:
            return 0.0
        if value in exact:
            return exact[value]
        for band in bands:
            if (band.low is None or value >= band.low) and (band.high is None or value < band.high):
                return band.by
        return 0.0

    return of_number


def _number(text: str) -> float:
    """A value of a flag or a number, as contracts write it."""
    word = text.strip().lower()
    if word in _TRUE or word in _FALSE:
        return float(word in _TRUE)
    try:
        return float(word)
    except ValueError:
        require(False, "value of a group among numbers", text)
        raise AssertionError from None  # `require` raised
