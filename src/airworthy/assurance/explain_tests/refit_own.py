"""A model of ours trained again: a learner of its kind, at plain settings, on rows drawn anew."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from airworthy.assurance.explain_tests.explained import Explained
from airworthy.assurance.given import ScoresColumns
from airworthy.assurance.predictions import Predictions
from airworthy.kernel.atomic import write_atomic
from airworthy.kernel.result import NotApplicable
from airworthy.kernel.seed import derive_seed
from airworthy.model.learners.fitted import Fitted
from airworthy.model.part import Part, matrix_of
from airworthy.model.rows import Rows
from airworthy.scoring.contract import LogicalType
from airworthy.scoring.learners import open_learner
from airworthy.scoring.repaired import read_names, repaired_contract, source_names
from airworthy.scoring.spec import Additive, Blend, Learner, Linear, Network, Relative
from airworthy.scoring.steps import apply_steps

if TYPE_CHECKING:
    from airworthy.scoring.scorer import Scorer

Floats = NDArray[np.float64]
Places = NDArray[np.int64]

ROUNDS, LEAVES, EPOCHS, STRENGTH = 100, 15, 20, 3
"""Plain settings: what the search chose is not written in a saved model."""
SLOW_TAUGHT = 1_500
"""Rows that an explainable boosting machine or a reader of texts learns from: four fits of 4,000 tweets took
twelve seconds."""


def own_fits(
    found: Explained, predictions: Predictions, draws: Sequence[Places], rows: int, seed: int
) -> Floats | NotApplicable:
    """Contributions (fits, n, d) to the first `rows` explained rows, each by a model of its draw."""
    scorer: Scorer = found.scorer  # type: ignore[assignment]  # the caller asks for ours only
    learner = _leading(scorer.spec.learner)
    if isinstance(learner, Relative):
        return NotApplicable("The model corrects a forecast, without which it cannot be trained again here.")
    taught = _rows_of(scorer, predictions, predictions.y.astype(float), seed)
    shown = _rows_of(scorer, found.rows.rows(np.arange(rows)), np.zeros(rows), seed)
    fit = _fits(learner)
    values = []
    for number, places in enumerate(draws):
        part = Part(replace(taught.take(places), seed=derive_seed(seed, f"fit {number}")))
        values.append(_contributions(fit(part), scorer, shown, found))
    return np.stack(values)


def learns_slowly(scorer: ScoresColumns) -> bool:
    """Whether a model of this kind takes seconds for a few thousand rows."""
    spec = scorer.spec  # type: ignore[attr-defined]  # the caller asks for ours only
    texts = any(column.type is LogicalType.TEXT for column in spec.contract.inputs)
    return texts or isinstance(_leading(spec.learner), Additive)


def own_kind(scorer: ScoresColumns) -> str:
    """What stands in for the model, in words."""
    learner = _leading(scorer.spec.learner)  # type: ignore[attr-defined]  # the caller asks for ours only
    if isinstance(learner, Linear):
        return "a linear stand-in"
    if isinstance(learner, Additive):
        return "a stand-in (explainable boosting machine)"
    return "a stand-in (small net)" if isinstance(learner, Network) else "a stand-in (boosted trees)"


def _leading(learner: Learner) -> Learner:
    """Of a blend the member of the largest weight."""
    if isinstance(learner, Blend):
        return _leading(max(learner.members, key=lambda member: member.weight).learner)
    return learner


def _fits(learner: Learner) -> Callable[[Part], Fitted]:
    """How a model of this kind is fitted at plain settings."""
    # Each brings its own library: only the one that is asked for is loaded.
    if isinstance(learner, Linear):
        from airworthy.model.learners.linear import fit_linear

        return lambda part: fit_linear(part, STRENGTH).fitted(STRENGTH)
    if isinstance(learner, Additive):
        from airworthy.model.learners.additive import fit_additive

        return lambda part: fit_additive(part, 0).fitted(0)
    if isinstance(learner, Network):
        from airworthy.model.learners.network import fit_network

        return lambda part: fit_network(part, EPOCHS).fitted(EPOCHS)
    from airworthy.model.learners.lightgbm import fit_lightgbm
    from airworthy.model.learners.settings import Trees

    return lambda part: fit_lightgbm(part, ROUNDS - 1, Trees(LEAVES), 1).fitted(ROUNDS - 1)


def _rows_of(scorer: Scorer, predictions: Predictions, y: Floats, seed: int) -> Rows:
    """The rows as a learner sees them: after the model's own repairs."""
    steps, contract = scorer.spec.steps, scorer.contract
    columns = {name: predictions.columns[name] for name in read_names(contract, steps)}
    return Rows(
        task=str(scorer.spec.task),
        contract=repaired_contract(contract, steps),
        columns=apply_steps(steps, columns),
        y=y,
        groups=None,
        ordered=False,
        zone="UTC",
        seed=seed,
    )


def _contributions(fitted: Fitted, scorer: Scorer, shown: Rows, found: Explained) -> Floats:
    """(n, d) in the columns and outputs of the explained rows."""
    told = found.contributions
    matrix = matrix_of(fitted.features, shown)
    sources = source_names(scorer.spec.steps)
    place = {name: at for at, name in enumerate(told.names)}
    columns = [place.get(sources.get(f.column, f.column)) for f in fitted.features]
    outputs = told.outputs[: len(shown)] if len(scorer.classes) > 2 else np.zeros(len(shown), np.int64)
    values = np.zeros((len(shown), len(told.names)))
    with tempfile.TemporaryDirectory(prefix="airworthy-") as folder:
        for name, data in fitted.weights.items():
            write_atomic(Path(folder) / name, data)
        learner = open_learner(fitted.learner, Path(folder), len(fitted.features), fitted.baseline)
        for output in np.unique(outputs).tolist():
            at = np.flatnonzero(outputs == output)
            _, parts = learner.contributions(np.ascontiguousarray(matrix[at]), output)
            for features, part in parts.items():
                for feature in features:
                    if (column := columns[feature]) is not None:
                        values[at, column] += part / len(features)
    return values
