"""What is to be learned: the development rows, and what was declared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from airworthy.charter.model import Charter, SplitMethod, Task
from airworthy.kernel.errors import InputError
from airworthy.scoring.contract import Contract
from airworthy.scoring.spec import Step

TARGET = "__target__"


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
    """

    contract: Contract
    rows: pl.DataFrame
    task: Task
    charter: Charter
    seed: int
    steps: tuple[Step, ...] = ()
    learn: pl.Series | None = None
    suspects: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.contract.inputs:
            raise InputError(
                "No column is left that a model may read.",
                value=0,
                remedy="Shorten data.exclude or data.after_decision in airworthy.toml, or join more columns.",
            )
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
                remedy="Give more rows, or a smaller split.sealed in airworthy.toml.",
            )

    @property
    def learned(self) -> pl.DataFrame:
        """The rows that a model may be fitted on."""
        return self.rows if self.learn is None else self.rows.filter(self.learn)

    @property
    def ordered(self) -> bool:
        """Whether the later rows stand for the future, so that they are measured forward."""
        return self.charter.split.method is SplitMethod.TIME
