"""Somebody else's estimator trained again, as scikit-learn clones it: other rows, another seed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from airworthy.assurance.asked import label_of
from airworthy.assurance.explain.contributions import contributions_of, explainable_rows
from airworthy.assurance.explain_tests.explained import Explained
from airworthy.assurance.foreign import ForeignScorer
from airworthy.assurance.given import ModelRefused, sizes_of
from airworthy.assurance.predictions import Predictions, take_columns
from airworthy.charter.model import Task
from airworthy.kernel.result import NotApplicable
from airworthy.kernel.seed import derive_seed

Floats = NDArray[np.float64]
Places = NDArray[np.int64]

COMPARED, FEWEST_COMPARED = 40, 10
"""Rows whose reasons are explained anew for each fit."""
SHARE = 8
"""Of what explaining the rows once may ask, one in so many for each fit."""
RANDOM = "random_state"


def foreign_fits(
    found: Explained, predictions: Predictions, draws: Sequence[Places], rows: int, seed: int
) -> Floats | NotApplicable:
    """Contributions (fits, n, d) to the first explained rows, each by the estimator trained on its draw."""
    scorer = found.scorer
    assert isinstance(scorer, ForeignScorer)
    told = found.contributions
    sizes = replace(sizes_of(scorer), explained=sizes_of(scorer).explained // SHARE)
    rows = min(rows, COMPARED, explainable_rows(scorer, found.rows.columns, sizes=sizes))
    if rows < FEWEST_COMPARED:
        return NotApplicable(
            f"Reasons of {len(told.names)} columns take too many scores to sample for each fit."
        )
    shown = found.rows.rows(np.arange(rows)).columns
    values = []
    for number, places in enumerate(draws):
        try:
            again = _fitted(scorer, predictions, places, derive_seed(seed, f"fit {number}"))
        except ModelRefused as refusal:
            return NotApplicable(f"The estimator does not learn from these rows again: {refusal.value}")
        some = contributions_of(again, shown, background=found.rows.columns, seed=seed, sizes=sizes)
        values.append(some.values[:, [some.names.index(name) for name in told.names]])
    return np.stack(values)


def _fitted(scorer: ForeignScorer, predictions: Predictions, places: Places, seed: int) -> ForeignScorer:
    """The estimator cloned and trained on the rows at `places`. Raises `ModelRefused`."""
    from sklearn.base import clone  # takes a while to import; who gives an estimator has it

    held = scorer.native(take_columns(predictions.columns, places))
    model, outcomes = clone(held.model), _outcomes(held.model, predictions.y[places], predictions)
    seeds = {name: seed % 2**31 for name in model.get_params() if name.split("__")[-1] == RANDOM}
    try:
        model.set_params(**seeds).fit(held.table, outcomes)
    except Exception as error:  # the estimator is somebody else's code: whatever it raises is its refusal
        raise _refused(" ".join(str(error).split()) or type(error).__name__) from error
    return scorer.with_model(model)


def _outcomes(model: Any, y: NDArray[Any], predictions: Predictions) -> NDArray[Any]:
    """What came, in the estimator's own labels. Raises `ModelRefused` where it does not know them."""
    if predictions.task is Task.REGRESSION:
        return y
    own = {label_of(value): value for value in getattr(model, "classes_", ())}
    if not set(predictions.classes) <= set(own):
        raise _refused("the outcomes are not in its own labels")
    return np.array([own[predictions.classes[code]] for code in y.tolist()])


def _refused(why: str) -> ModelRefused:
    return ModelRefused(f"The estimator refuses to learn: {why}.", value=why[:200], remedy="Train it again.")
