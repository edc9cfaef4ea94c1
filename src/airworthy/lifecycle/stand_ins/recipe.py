"""A recipe: what a version was made by, and how the same is made of other rows."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, islice

import numpy as np
from numpy.typing import NDArray

from airworthy.data.split import Fold
from airworthy.data.units import row_units
from airworthy.kernel.errors import InputError
from airworthy.lifecycle.context import Context
from airworthy.lifecycle.prepare import Prepared
from airworthy.lifecycle.remedies.of_version import recipe_of
from airworthy.model import Problem
from airworthy.model.by_group import plain_name
from airworthy.model.crossfit import Field, Fit, cross_fit, margins_of
from airworthy.model.job import LEARN, prepare_job
from airworthy.model.learners.fitted import Fitted
from airworthy.model.part import Part
from airworthy.model.rows import FOLDS, Rows, rows_of
from airworthy.model.trials import QUICK, Trial, portfolio, quick_trial
from airworthy.model.tune import drawn_trials
from airworthy.model.weighed import EVEN, REWEIGHED, WEIGHTED
from airworthy.scoring.columns import FloatArray

Codes = NDArray[np.int64]
Places = NDArray[np.intp]

MOST_DRAWN = 200
"""Configurations drawn by chance among which a recipe's name is looked for."""


@dataclass(frozen=True, eq=False)
class Recipe:
    """How a version is made again of some of its rows.

    Attributes
    ----------
    rows
        The development rows that a model may learn, as the repairs leave them.
    units
        Shape (n,): rows of one entity, or copies of a row, belong together.
    notes
        What to know where it is not quite the version's own.
    """

    name: str
    rows: Rows
    units: Codes
    fit: Fit
    notes: tuple[str, ...] = ()
    version: str | None = None

    def model(self, rows: Rows) -> Fitted:
        """A model of `rows` as versions are made: the bag of all folds, or fitted again without one."""
        if rows.ordered:
            setting = self.setting(rows)
            return self.fit(Part(rows), setting).fitted(setting)
        folds = [Fold(np.flatnonzero(rows.fold != k), np.flatnonzero(rows.fold == k)) for k in range(FOLDS)]
        crossed = cross_fit(self.fit, Field(rows, np.ones(len(rows), bool), folds))
        assert crossed is not None  # nothing is hopeless
        return crossed.fitted

    def setting(self, rows: Rows) -> int:
        """The setting that does best on the last fold of `rows`."""
        last = rows.fold == rows.fold.max()
        part = Part(rows.take(np.flatnonzero(~last)), rows.take(np.flatnonzero(last)))
        return int(self.fit(part, None).losses.argmin())

    def margins(self, model: Fitted, rows: Rows) -> FloatArray:
        """What `model` says of `rows`, shape (n, k)."""
        return margins_of(model, rows)


def recipe_of_version(context: Context, prepared: Prepared, version: str | None) -> Recipe:
    """The recipe of a version, by default the newest, on the development rows of today.

    Raises
    ------
    InputError
        It was trained with differential privacy, or is of lists.
    """
    charter = context.charter
    if charter.privacy is not None:
        raise InputError(
            "The charter trains with differential privacy: models of the same rows without its noise would "
            "say nothing of this one.",
            value="privacy",
            remedy="Its epsilon bounds what anybody can learn: airworthy show VERSION.",
        )
    name, recipe, notes = recipe_of(context, version)
    problem = Problem(
        contract=prepared.contract,
        rows=prepared.development,
        task=charter.task,
        charter=charter,
        seed=charter.seed,
        steps=prepared.steps,
        learn=prepared.learn,
        suspects=prepared.suspects,
    )
    return recipe_on(problem, recipe, notes, name)


def recipe_on(problem: Problem, name: str, notes: tuple[str, ...] = (), version: str | None = None) -> Recipe:
    """The recipe `name` on the rows of `problem`."""
    prepared = prepare_job(problem)
    job = prepared.job
    rows = rows_of(prepared.rows, job, job.steps)
    learn = prepared.rows[LEARN].to_numpy()
    trial, told = _trial(name, Field(rows, learn, prepared.folds))
    entity = [column for column in problem.charter.data.entity if column in problem.rows.columns]
    inputs = [column.name for column in problem.contract.inputs if column.name in prepared.rows.columns]
    units = row_units(prepared.rows, inputs, ()).codes if not entity else rows.groups
    assert units is not None  # rows with an entity have groups
    kept = np.flatnonzero(learn)
    codes = np.unique(units[kept], return_inverse=True)[1].astype(np.int64)
    return Recipe(trial.name, rows.take(kept), codes, trial.fit, (*notes, *told), version)


def _trial(name: str, field: Field) -> tuple[Trial, tuple[str, ...]]:
    """The trial of that name; what changes only how rows count, or who decides, is left out and told."""
    plain = plain_name(name)
    for ending in (REWEIGHED, WEIGHTED, EVEN):
        plain = plain.removesuffix(ending)
    if plain == QUICK:
        return quick_trial(field), ()
    known = {one.name: one for one in chain(portfolio(field, 1), islice(drawn_trials(field, 1), MOST_DRAWN))}
    if plain not in known:
        plain = "lightgbm-31"
    left = () if plain == name else (f"{plain} stands for {name}.",)
    return known[plain], left
