"""What is compared: the present recipe, the remedies that its charter leaves open, and the rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

from airworthy.charter.model import Charter, Direction, Remedy, Task
from airworthy.charter.scope import Scope
from airworthy.kernel.budget import Budget
from airworthy.kernel.errors import InputError
from airworthy.kernel.ports import Progress
from airworthy.model import Problem
from airworthy.model.by_group import plain_name
from airworthy.model.permitted import learners_of
from airworthy.model.weighed import EVEN_OF

STRENGTH = 0.7
"""AUC from which an input stands in for a group, where nobody says otherwise."""


@dataclass(frozen=True)
class Asked:
    """What a person asks.

    Attributes
    ----------
    recipe
        Name of the candidate that the present model is.
    strength
        AUC from which an input counts as a stand-in for a group, and is dropped.
    directions
        Columns whose number may move the answer one way only, as a remedy.
    """

    recipe: str
    strength: float = STRENGTH
    directions: Mapping[str, Direction] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class World:
    """The problem with every remedy permitted, the rows that measure, and where candidates are kept.

    `held` are canonical rows of the same columns that no model sees. `base` is the recipe whose rows can be
    weighed; None where the charter permits no such learner.
    """

    problem: Problem
    held: pl.DataFrame
    asked: Asked
    base: str | None
    folder: Path
    budget: Budget
    progress: Progress

    @property
    def charter(self) -> Charter:
        return self.problem.charter

    @property
    def scope(self) -> Scope:
        return Scope(self.problem.charter, self.problem.contract)

    @property
    def plain(self) -> str:
        """The present recipe without a remedy."""
        return plain_name(self.asked.recipe)


def world_of(
    problem: Problem, held: pl.DataFrame, asked: Asked, folder: Path, budget: Budget, progress: Progress
) -> World:
    """Raises `InputError` unless remedies can be measured here."""
    require_groups(problem.charter)
    require_strength(asked.strength)
    base = weighable(asked.recipe, problem.charter)
    return World(_permitting(problem), held, asked, base, folder, budget, progress)


def require_groups(charter: Charter) -> None:
    """Raise `InputError` unless there are two classes and a protected column."""
    if charter.task is not Task.BINARY:
        raise InputError(
            f"Remedies are measured on decisions between two answers; this task is {charter.task}.",
            value=str(charter.task),
            remedy='Declare two answers: task = "binary", with target.above or target.positive.',
        )
    if not charter.fairness.protected:
        raise InputError(
            "No column is protected, so there are no groups to compare.",
            value="fairness.protected",
            remedy='Write for example protected = ["gender"] under [fairness] in airworthy.toml, or '
            'aw.mitigate(..., protected="gender").',
        )


def require_strength(strength: float) -> None:
    """Raise `InputError` unless it lies above chance and below certainty."""
    if not 0.5 < strength < 1:
        raise InputError(
            f"A strength of {strength:g} is no AUC that tells a stand-in from chance.",
            value=strength,
            remedy="Give a number between 0.5 and 1, such as 0.7.",
        )


def weighable(recipe: str, charter: Charter) -> str | None:
    """The recipe itself where its rows can be weighed, else one that the charter permits; None without."""
    permitted = learners_of(charter)
    known = [name for name in reversed(EVEN_OF) if name.partition("-")[0] in permitted]
    plain = plain_name(recipe)
    return plain if plain in known else next(iter(known), None)


def thresholds_open(charter: Charter) -> bool:
    """Whether nothing else moves the threshold that each group would get."""
    return charter.decision.capacity is None and charter.decision.review_cost is None


def _permitting(problem: Problem) -> Problem:
    """The problem under a charter that permits every remedy that goes with its decisions."""
    charter = problem.charter
    remedies = tuple(one for one in Remedy if one is not Remedy.THRESHOLDS or thresholds_open(charter))
    fairness = replace(charter.fairness, mitigate=remedies)
    return replace(problem, charter=replace(charter, fairness=fairness))
