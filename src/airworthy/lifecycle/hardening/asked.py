"""What is compared: the present recipe, the ways to harden it, what may change, and the rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from airworthy.assurance.attack.search import Effort
from airworthy.charter.model import Charter, Direction, Task
from airworthy.kernel.budget import Budget
from airworthy.kernel.errors import InputError
from airworthy.kernel.ports import Progress
from airworthy.model import Problem

TAUGHT_EFFORT = Effort(changes=2, settings=6, partners=1, beam=3, halvings=8)
MEASURED_EFFORT = Effort(changes=2, settings=8, partners=2, beam=4, halvings=4)


@dataclass(frozen=True)
class Asked:
    """What a person asks.

    Attributes
    ----------
    recipe : name of the candidate that the present model is.
    directions : columns whose number may move the answer one way only.
    rounds : of adversarial training; each attacks the model of the round before.
    taught, attacked : rows at most that are attacked to teach, and to measure.
    """

    recipe: str
    directions: Mapping[str, Direction] = field(default_factory=dict)
    rounds: int = 2
    taught: int = 2_000
    attacked: int = 400


@dataclass(frozen=True, eq=False)
class World:
    """The problem, canonical rows that no model sees and all are measured on, and where models are kept."""

    problem: Problem
    held: pl.DataFrame
    asked: Asked
    folder: Path
    budget: Budget
    progress: Progress

    @property
    def charter(self) -> Charter:
        return self.problem.charter


def require_two_answers(charter: Charter) -> None:
    """Raise `InputError` unless there are two classes."""
    if charter.task is not Task.BINARY:
        raise InputError(
            f"Hardening is measured on decisions between two answers; this task is {charter.task}.",
            value=str(charter.task),
            remedy='Declare two answers: task = "binary", with target.above or target.positive.',
        )
