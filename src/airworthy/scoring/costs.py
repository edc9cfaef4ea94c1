"""What a false alarm and a miss cost in each row: the amounts of columns, for one row and for many."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from airworthy.scoring.columns import NAN, Columns, FloatArray, Row, Value, canonical_reader, is_numeric
from airworthy.scoring.contract import Contract
from airworthy.scoring.integrity import require
from airworthy.scoring.moves import RowMoves
from airworthy.scoring.repaired import clock_names, repaired_contract
from airworthy.scoring.spec import Clip, Decision, ErrorCost, Fill, FlagMissing, LeastCost, ScorerSpec, Step
from airworthy.scoring.steps import apply_steps, compile_steps, run_steps

ErrorPair = tuple[float, float]
"""What a false alarm and a miss cost in one row."""

FREE: ErrorPair = (0.0, 0.0)


class RowCosts:
    """The costs of both errors, row by row; one scalar function, which a batch runs by row.

    Attributes
    ----------
    names
        Columns of the contract that the amounts need; none where costs are the same for all rows.
    """

    def __init__(self, decision: Decision, contract: Contract, steps: Iterable[Step]) -> None:
        both = (decision.alarm, decision.miss) if isinstance(decision, LeastCost) else ()
        amounts = list(dict.fromkeys(cost.column for cost in both if cost.column is not None))
        self._steps = amount_steps(steps, amounts)
        self.names = tuple(dict.fromkeys([*amounts, *clock_names(self._steps)]))
        _require_amounts(amounts, contract, self._steps)
        place = {name: i for i, name in enumerate(self.names)}
        self._amounts = amounts
        self._readers = tuple((name, canonical_reader(contract[name])) for name in self.names)
        self._run = compile_steps(self._steps, place)
        self._of_row = tuple(
            _compile(cost, None if cost.column is None else place[cost.column]) for cost in both
        )

    def row(self, row: Row) -> ErrorPair:
        """(false alarm, miss) of one typed row; an absent column is a missing amount."""
        if not self._of_row:
            return FREE
        values: list[Value] = [read(row.get(name)) for name, read in self._readers]
        run_steps(self._run, values)
        alarm, miss = self._of_row
        return alarm(values), miss(values)

    def batch(self, columns: Columns, n: int) -> list[ErrorPair]:
        """(false alarm, miss) of n rows of canonical columns."""
        if not self._of_row:
            return [FREE] * n
        given = {name: columns[name] for name in self.names if name in columns}
        cells = apply_steps(self._steps, given)
        known = [np.asarray(cells[name]).tolist() if name in cells else [NAN] * n for name in self.names]
        rows = list(zip(*known, strict=True)) if known else [()] * n
        alarm, miss = self._of_row
        return [(alarm(values), miss(values)) for values in rows]

    def amounts(self, columns: Columns) -> dict[str, FloatArray]:
        """The amounts themselves, shape (n,) by column, NaN for null, so that a border can refuse them."""
        cells = apply_steps(self._steps, {name: columns[name] for name in self.names})
        return {name: np.asarray(cells[name], dtype=np.float64) for name in self._amounts}


def besides_names(spec: ScorerSpec) -> tuple[str, ...]:
    """Columns that scoring reads besides the inputs: clocks of repairs, amounts of costs, names of groups."""
    amounts = RowCosts(spec.decision, spec.contract, spec.steps).names
    groups = RowMoves(spec.decision, spec.contract).names
    return tuple(dict.fromkeys([*clock_names(spec.steps), *amounts, *groups]))


def amount_steps(steps: Iterable[Step], amounts: Iterable[str]) -> tuple[Step, ...]:
    """The repairs that correct amounts. A fill or a clip serves the model; a cost is not made up."""
    wanted = set(amounts)
    return tuple(
        step for step in steps if step.column in wanted and not isinstance(step, Fill | Clip | FlagMissing)
    )


def _require_amounts(amounts: list[str], contract: Contract, steps: tuple[Step, ...]) -> None:
    for name in amounts:
        require(name in contract, "column of costs", name)
    after = repaired_contract(contract, steps)
    for name in amounts:
        require(is_numeric(after[name]), "costs need numbers, and this column holds none:", name)


def _compile(cost: ErrorCost, place: int | None) -> Callable[..., float]:
    fixed, share, missing = cost.fixed, cost.share, cost.missing
    if place is None:
        return lambda values: fixed

    def of_row(values: list[Value]) -> float:
        amount = values[place]
        # NaN is not >= 0 either: both stand-ins are one comparison.
        known = amount if isinstance(amount, float) and amount >= 0.0 else missing
        return fixed + share * known

    return of_row
