"""Rows that a model trained elsewhere has learned, asked of it and read as the other rows are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from airworthy.assurance.asked import ask
from airworthy.assurance.foreign import ForeignScorer
from airworthy.assurance.meaning import Meaning
from airworthy.assurance.plain_report import known
from airworthy.assurance.predictions import Predictions, take_columns
from airworthy.assurance.privacy.signals import confidence
from airworthy.assurance.privacy.stand_ins import Learn, Places
from airworthy.assurance.tables import Table, read_table
from airworthy.kernel.errors import InputError
from airworthy.kernel.seed import derive_seed

Refit = Callable[[Any, Any], Any]
"""Told rows and outcomes in the caller's own form: a model of the same recipe that learned from them."""


def learned_rows(
    model: object,
    scorer: ForeignScorer,
    meant: Meaning,
    given: tuple[object, ArrayLike | Sequence[object]],
    inputs: Sequence[str],
    seed: int,
) -> Predictions:
    """What `model` says of rows that it learned: at most as many as the scorer may be asked.

    Parameters
    ----------
    given : the rows, as the model takes them, and their outcomes.
    inputs : columns that the other rows have.

    Raises
    ------
    InputError : rows and outcomes do not match, a column is missing, or the model does not take them.
    """
    table, rows, outcomes = _read(model, given, inputs)
    keep = _drawn(len(rows), scorer.sizes.members, seed)
    columns = take_columns(rows.columns, keep)
    asked = table if len(keep) == len(rows) else rows.rebuild(columns)
    scores = scorer.read(ask(model, asked, len(keep)))
    return Predictions.of(
        meant.task,
        meant.coded(outcomes[keep]),
        classes=meant.classes,
        probability=scores.probability,
        prediction=scores.prediction,
        decision=list(scores.decision),
        columns=columns,
        rows_are="learned",
    )


def _read(
    model: object, given: tuple[object, ArrayLike | Sequence[object]], inputs: Sequence[str]
) -> tuple[object, Table, Any]:
    table, y = given
    narrowed = getattr(model, "narrowed", None)
    table = table if narrowed is None else narrowed(table)
    rows, outcomes = read_table(table), np.asarray(y).squeeze()
    there = known(outcomes, None) if outcomes.ndim == 1 else np.zeros(0, bool)
    if not there.all() or not len(rows) or len(rows) != len(there):
        raise InputError(
            f"There are {len(rows):,} learned rows and {int(there.sum()):,} known outcomes of them.",
            value=int(there.sum()),
            remedy="Give the same rows with an outcome each: trained_on=(X_train, y_train).",
        )
    if missing := [name for name in inputs if name not in rows.columns]:
        raise InputError(
            f"The learned rows lack the column {missing[0]!r}, which the other rows have.",
            value=missing[0],
            remedy="Give both in the form that the model takes.",
        )
    return table, rows, outcomes


def _drawn(rows: int, most: int, seed: int) -> np.ndarray[Any, Any]:
    if rows <= most:
        return np.arange(rows)
    rng = np.random.default_rng(derive_seed(seed, "assurance", "members"))
    return np.sort(rng.choice(rows, most, replace=False))


def refitted(refit: Refit, scorer: ForeignScorer) -> Callable[[Predictions], Learn]:
    """How stand-ins of the caller's own recipe learn given rows, and are asked as `scorer` asks its model."""

    def recipe(both: Predictions) -> Learn:
        labels = _labels(both)

        def learn(places: Places) -> np.ndarray[Any, Any]:
            table = scorer.native(take_columns(both.columns, places)).table
            scores = scorer.with_model(refit(table, labels[places])).score_columns(both.columns)
            told = Predictions.of(
                both.task,
                both.y,
                classes=both.classes,
                probability=scores.probability,
                prediction=scores.prediction,
                decision=list(scores.decision),
            )
            return confidence(told)

        return learn

    return recipe


def _labels(both: Predictions) -> Any:
    """Outcomes as they were given: numbers where all labels read as whole numbers."""
    if not both.classes:
        return np.asarray(both.y)
    if all(name.lstrip("-").isdigit() for name in both.classes):
        return np.asarray([int(name) for name in both.classes])[both.y]
    return np.asarray(both.classes, dtype=object)[both.y]
