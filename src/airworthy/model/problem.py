"""What is to be learned: rows that are set aside for fitting and for comparing, and what was declared."""

from __future__ import annotations

from dataclasses import dataclass

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
    train, validation
        Canonical frames with `__target__`; `train` fits, `validation` compares, calibrates and decides.
    steps
        Repairs learned from training rows; every candidate starts with them.
    """

    contract: Contract
    train: pl.DataFrame
    validation: pl.DataFrame
    task: Task
    charter: Charter
    seed: int
    steps: tuple[Step, ...] = ()

    def __post_init__(self) -> None:
        if not self.contract.inputs:
            raise InputError(
                "No column is left that a model may read.",
                value=0,
                remedy="Shorten data.exclude or data.after_decision in airworthy.toml, or join more columns.",
            )
        for name, frame in (("training", self.train), ("validation", self.validation)):
            self._check(name, frame)

    def _check(self, name: str, frame: pl.DataFrame) -> None:
        known = frame.get_column(TARGET).drop_nulls()
        if self.task is Task.REGRESSION:
            enough, found = known.len() >= 2, f"{known.len()} rows with an outcome"
        else:
            seen = known.n_unique()
            same = f', all "{known[0]}"' if seen == 1 else ""
            enough, found = seen >= 2, f"{known.len():,} rows with an outcome{same}"
        if not enough:
            raise InputError(
                f"The {name} rows are too few to learn from: {found}.",
                value=known.len(),
                remedy="Give more rows, or a smaller split.sealed and split.validation in airworthy.toml.",
            )

    @property
    def ordered(self) -> bool:
        """Whether the later rows stand for the future, so that inner holdouts must be the latest rows."""
        return self.charter.split.method is SplitMethod.TIME
