"""A recipe's active steps, fitted on training rows: scoring steps, columns left out, and rows left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
import polars as pl

from airworthy.charter.problems import did_you_mean
from airworthy.data.columns import columns_for_scoring
from airworthy.data.facts import RESERVED
from airworthy.data.repair.kinds import BY_NAME
from airworthy.data.repair.kinds.kind import Cells
from airworthy.data.repair.step import Example, RepairStep
from airworthy.kernel.errors import InputError
from airworthy.scoring.columns import STRINGS
from airworthy.scoring.contract import Column, Contract, LogicalType, Role
from airworthy.scoring.repaired import BadStep, clock_names, repaired_contract
from airworthy.scoring.spec import ParseDay, ParseNumber, Step
from airworthy.scoring.steps import apply_steps

MOST_EXAMPLES = 5
Cell = float | str | None


@dataclass(frozen=True, eq=False)
class Rows:
    """Training rows in the canonical form, their contract, and the column of the decision time."""

    frame: pl.DataFrame
    contract: Contract
    clock: str | None = None


@dataclass(frozen=True, eq=False)
class FittedStep:
    """One step as it acts: `rows` is how many training rows it changed, or left out."""

    step: RepairStep
    scoring: tuple[Step, ...]
    rows: int
    examples: tuple[Example, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """What the evidence holds of it."""
        kind = BY_NAME[self.step.kind]
        return {
            "id": self.step.id,
            "kind": self.step.kind,
            "column": self.step.column or None,
            "does": kind.does.format(column=self.step.column),
            "finding": self.step.finding,
            "only_restores": self.step.safe,
            "state": str(self.step.state),
            "by": self.step.by,
            "rows": self.rows,
            "examples": [example.as_json() for example in self.examples],
        }


@dataclass(frozen=True, eq=False)
class Fitted:
    """Steps fitted on training rows; `contract` is that of the rows before them, without dropped columns."""

    steps: tuple[FittedStep, ...]
    contract: Contract
    clock: str | None
    of: int

    @property
    def scoring(self) -> tuple[Step, ...]:
        """What the model carries: the same for batch, single row and server."""
        return tuple(step for fitted in self.steps for step in fitted.scoring)

    @property
    def dropped(self) -> tuple[str, ...]:
        """Columns that the model no longer reads."""
        return tuple(f.step.column for f in self.steps if BY_NAME[f.step.kind].drops_column())

    def keep(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The training rows that are left; only rows are left out, no value changes."""
        for fitted in self.steps:
            kept = _keeps(fitted.step, frame)
            frame = frame if kept is None else frame.filter(kept)
        return frame


def fit_recipe(steps: Sequence[RepairStep], rows: Rows) -> Fitted:
    """Fit `steps` in order, each on the rows as the steps before leave them.

    Raises `InputError` when a step names an absent column, or cannot read what the column holds.
    """
    contract = rows.contract
    frame = rows.frame
    found = []
    for step in steps:
        kind = BY_NAME[step.kind]
        if kind.on_rows:
            kept = _keeps(step, frame)
            left_out = 0 if kept is None else int((~kept).sum())
            frame = frame if kept is None else frame.filter(kept)
            found.append(FittedStep(step, (), left_out))
        elif kind.drops_column():
            found.append(FittedStep(step, (), frame.height - _column(step, frame).null_count()))
            contract = _with_role(contract, step.column, Role.EXCLUDED)
    named = {step.column for step in steps if not BY_NAME[step.kind].on_rows}
    for name in named:
        _known(name, contract)
    columns = columns_for_scoring(frame, contract, names=_names(named, rows.clock))
    now = contract  # of the columns as the steps so far leave them
    for place, step in enumerate(steps):
        kind = BY_NAME[step.kind]
        if kind.on_rows or kind.drops_column():
            continue
        fitted, columns, now = _fit_cells(step, columns, now, rows.clock)
        found.insert(place, fitted)
        if _only_written_as_key(contract[step.column], fitted):
            contract, now = (_with_role(c, step.column, Role.INPUT) for c in (contract, now))
    return Fitted(tuple(found), contract, rows.clock, rows.frame.height)


def _fit_cells(
    step: RepairStep, columns: Mapping[str, Any], now: Contract, clock: str | None
) -> tuple[FittedStep, dict[str, Any], Contract]:
    cells = Cells(now[step.column], columns[step.column], clock)
    kind = BY_NAME[step.kind]
    if kind.reads and kind.reads != ("text" if cells.column.type in STRINGS else "numbers"):
        raise _cannot_run(step, cells, f"it reads {kind.reads}")
    scoring = kind.fit(step.parameters, cells)
    try:
        then = repaired_contract(now, scoring)
    except BadStep as error:
        raise _cannot_run(step, cells, str(error)) from error
    # Only what the step reads: with thousands of steps, copying every column each time would cost minutes.
    read = {name: columns[name] for name in dict.fromkeys((step.column, *clock_names(scoring)))}
    after = apply_steps(scoring, read)
    old, new = columns[step.column], after[step.column]
    changed = _changed(old, new)
    fitted = FittedStep(step, scoring, int(changed.sum()), _examples(old, new, changed))
    return fitted, {**columns, **after}, then


def _cannot_run(step: RepairStep, cells: Cells, why: str) -> InputError:
    return InputError(
        f"The step {step.id} cannot run: {step.column} then holds {cells.column.type}, and {why}.",
        value=step.id,
        remedy=f"Refuse it (airworthy repair --refuse {step.id}), or correct recipe.toml.",
    )


def _names(named: set[str], clock: str | None) -> tuple[str, ...]:
    return tuple(sorted(named | ({clock} if clock else set())))


def _known(name: str, contract: Contract) -> None:
    if name not in contract:
        names = [column.name for column in contract.columns]
        raise InputError(
            f'The recipe repairs "{name}", which is no column of the table.',
            value=name,
            remedy=did_you_mean(name, names, "Take the step out of recipe.toml, or run `airworthy repair`."),
        )


def _column(step: RepairStep, frame: pl.DataFrame) -> pl.Series:
    if step.column not in frame.columns:
        visible = [name for name in frame.columns if name not in RESERVED]
        raise InputError(
            f'The recipe repairs "{step.column}", which is no column of the table.',
            value=step.column,
            remedy=did_you_mean(step.column, visible, "Take the step out of recipe.toml."),
        )
    return frame[step.column]


def _keeps(step: RepairStep, frame: pl.DataFrame) -> pl.Series | None:
    kind = BY_NAME[step.kind]
    if kind.on_rows and step.column:
        _column(step, frame)
    return kind.keeps(step.parameters, step.column, frame) if kind.on_rows else None


def _with_role(contract: Contract, name: str, role: Role) -> Contract:
    columns = tuple(
        msgspec.structs.replace(column, role=role) if column.name == name else column
        for column in contract.columns
    )
    return msgspec.structs.replace(contract, columns=columns)


def _only_written_as_key(column: Column, fitted: FittedStep) -> bool:
    """Whether a number was taken for a key because of its writing: read as a number it is an input again."""
    parsed = any(isinstance(step, ParseNumber | ParseDay) for step in fitted.scoring)
    return parsed and column.type is LogicalType.IDENTIFIER and column.role is Role.EXCLUDED


def _changed(old: Any, new: Any) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """(n,) where a value is another one; a text read as the number it writes counts too."""
    if isinstance(old, np.ndarray) and isinstance(new, np.ndarray):
        return np.asarray((old != new) & ~(np.isnan(old) & np.isnan(new)), dtype=bool)
    if isinstance(new, np.ndarray):
        return np.array([text is not None for text in old], dtype=bool)
    return np.array([a != b for a, b in zip(old, new, strict=True)], dtype=bool)


def _examples(old: Any, new: Any, changed: np.ndarray[Any, np.dtype[np.bool_]]) -> tuple[Example, ...]:
    """The most frequent changes; of a text read as a number those first that are not its plain digits."""
    pairs: dict[tuple[str, str], int] = {}
    for place in np.flatnonzero(changed):
        pair = (_shown(old[place]), _shown(new[place]))
        pairs[pair] = pairs.get(pair, 0) + 1
    ranked = sorted(pairs.items(), key=lambda item: (item[0][0] == item[0][1], -item[1], item[0]))
    return tuple(Example(before, after, rows) for (before, after), rows in ranked[:MOST_EXAMPLES])


def _shown(value: Cell) -> str:
    if value is None or value != value:
        return "missing"
    return value if isinstance(value, str) else f"{value:.10g}"
