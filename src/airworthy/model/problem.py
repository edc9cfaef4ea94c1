"""What is to be learned: the development rows, and what was declared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from airworthy.charter.called import called
from airworthy.charter.model import Charter, SplitMethod, Task
from airworthy.kernel.errors import InputError
from airworthy.scoring.contract import Column, Contract, Role
from airworthy.scoring.spec import Step

TARGET = "__target__"
MOST_NAMED = 5
UNREAD = {
    Role.ENTITY: "an entity",
    Role.TIME: "a time",
    Role.PROTECTED: "protected",
    Role.EXCLUDED: "excluded",
    Role.AFTER_DECISION: "known only after the decision",
}
"""What a column is that no model reads."""


@dataclass(frozen=True)
class Problem:
    """One training task over canonical frames (see `airworthy.data`).

    Attributes
    ----------
    contract
        Its input columns are what a model may read; `classes` is (negative, positive) for binary.
    rows
        The development rows: a canonical frame with `__target__`. Which of them fit, and which compare,
        calibrate and decide, the folds say (see `airworthy.model.crossfit`).
    steps
        Repairs learned from training rows; every candidate starts with them.
    learn
        Shape (n,), boolean: rows that a model may be fitted on; all by default. The others are measured.
    suspects
        Columns that may give the outcome away, with the checks that say so; the contract has them as no
        inputs (see `airworthy.data.suspects`).
    made_up
        Shape (n,), boolean: rows that nobody observed. They are fitted and never measured, so that no
        calibration and no threshold stands on them; none by default.
    """

    contract: Contract
    rows: pl.DataFrame
    task: Task
    charter: Charter
    seed: int
    steps: tuple[Step, ...] = ()
    learn: pl.Series | None = None
    suspects: Mapping[str, str] = field(default_factory=dict)
    made_up: pl.Series | None = None

    def __post_init__(self) -> None:
        if not self.contract.inputs:
            raise self._unreadable()
        known = self.learned.get_column(TARGET).drop_nulls()
        if self.task is Task.REGRESSION:
            enough, found = known.len() >= 2, f"{known.len()} rows with an outcome"
        else:
            seen = known.n_unique()
            same = f', all "{known[0]}"' if seen == 1 else ""
            enough, found = seen >= 2, f"{known.len():,} rows with an outcome{same}"
            rare = known.value_counts(sort=True)[-1] if seen == 2 else None
            if rare is not None and rare["count"].item() < 2:
                # No model could be fitted on an event and measured on another.
                enough, found = (
                    False,
                    f'1 of {known.len():,} rows with an outcome has "{rare[TARGET].item()}"',
                )
        if not enough:
            raise InputError(
                f"The training rows are too few to learn from: {found}.",
                value=known.len(),
                remedy=called(
                    self.charter,
                    "Give more rows, or a smaller split.sealed in airworthy.toml.",
                    "Give more rows.",
                ),
            )

    def _unreadable(self) -> InputError:
        """The error where no column is an input, with what became of each."""
        unread = [column for column in self.contract.columns if column.role not in (Role.INPUT, Role.TARGET)]
        told = [f"{column.name} {self._why_unread(column)}" for column in unread[:MOST_NAMED]]
        more = f" and {len(unread) - MOST_NAMED:,} more" if len(unread) > MOST_NAMED else ""
        return InputError(
            f"No column is left that a model may read{': ' if told else ''}{', '.join(told)}{more}.",
            value=", ".join(column.name for column in unread[:MOST_NAMED]) or 0,
            remedy=called(
                self.charter,
                "Add columns that differ between rows and are known when a row is decided, or shorten "
                "data.exclude or data.after_decision in airworthy.toml.",
                "Add columns that differ between rows, or name fewer in exclude, time, order and entity.",
            ),
        )

    def _why_unread(self, column: Column) -> str:
        if column.name in self.rows.columns and self.rows[column.name].drop_nulls().n_unique() < 2:
            return "holds one value"
        suspected = self.suspects.get(column.name)
        return f"may give the outcome away ({suspected})" if suspected else f"is {UNREAD[column.role]}"

    @property
    def learned(self) -> pl.DataFrame:
        """The rows that a model may be fitted on."""
        return self.rows if self.learn is None else self.rows.filter(self.learn)

    @property
    def ordered(self) -> bool:
        """Whether the later rows stand for the future, so that they are measured forward."""
        return self.charter.split.method is SplitMethod.TIME
