"""The private additive model of interpret (Nori et al., ICML 2021), exported as tables that add up.

Its noise comes from the operating system's entropy: a seed that stands in a charter would let anybody draw
the same noise and take it off. So no two fits are alike, and a test has to say that it wants a seed.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
from interpret.privacy import DPExplainableBoostingClassifier, DPExplainableBoostingRegressor

from airworthy.model.learners.fitted import Fitted
from airworthy.model.private.columns import Bounded, additive_features
from airworthy.model.private.plan import BINNING, Plan
from airworthy.model.private.units import capped
from airworthy.model.rows import Rows
from airworthy.scoring.columns import FloatArray
from airworthy.scoring.features import feature_matrix
from airworthy.scoring.spec import Additive, Code, Feature, Term
from airworthy.scoring.steps import apply_steps

FAINT = 1e-9
"""Weight of the rows that nobody is; a person's row weighs 1."""


def fit_private_additive(rows: Rows, plan: Plan, *, test_seed: int | None = None) -> Fitted:
    """Fit one curve a feature with noise that keeps the plan's promise.

    Parameters
    ----------
    rows : to learn from; of each unit at most `plan.rows_per_unit` are.
    test_seed : makes the noise repeatable and the promise void. Nothing but a test gives one.
    """
    taught = rows.take(capped(rows, plan))
    parts = additive_features(rows.contract, plan, rows.zone)
    features = tuple(part.feature if isinstance(part, Bounded) else part for part in parts)
    matrix = coded(features, feature_matrix(features, apply_steps((), taught.columns)))
    nobody = _nobody(parts)
    y, kind, told = _outcome(taught, plan)
    model = kind(
        epsilon=plan.fit_epsilon,
        delta=plan.delta,
        bin_budget_frac=BINNING,
        composition="gdp",
        feature_types=["nominal" if isinstance(part, Code) else "continuous" for part in parts],
        privacy_bounds={at: (p.low, p.high) for at, p in enumerate(parts) if isinstance(p, Bounded)},
        n_jobs=1,
        random_state=test_seed,
        **told,
    )
    with warnings.catch_warnings():
        if test_seed is not None:
            warnings.simplefilter("ignore")  # it rightly says that a seed voids the promise
        model.fit(
            np.vstack([matrix, nobody]),
            np.concatenate([y, np.resize(np.unique(y), len(nobody))]),
            sample_weight=np.concatenate([np.ones(len(y)), np.full(len(nobody), FAINT)]),
        )
    return Fitted(
        features=features,
        learner=exported(model, parts),
        baseline=_middles(parts),
        rows=len(taught),
        note=f"trained with noise: epsilon {plan.epsilon:g}, delta {plan.delta:g}",
    )


def _outcome(rows: Rows, plan: Plan) -> tuple[FloatArray, Any, dict[str, float]]:
    """What is learned, by which of interpret's classes, and the public ends of a number."""
    if rows.task != "regression":
        return rows.y, DPExplainableBoostingClassifier, {}
    low, high = plan.bounds[plan.target]
    ends = {"privacy_target_min": low, "privacy_target_max": high}
    return np.clip(rows.y, low, high), DPExplainableBoostingRegressor, ends


def coded(features: Sequence[Feature], matrix: FloatArray) -> FloatArray:
    """The matrix without null: a missing word is one more word, after that of unknown ones.

    >>> coded([Code(column="c", vocabulary=("x", "y"))], np.array([[0.0], [2.0], [np.nan]])).ravel()
    array([0., 2., 3.])
    """
    found = matrix.copy()
    for at, feature in enumerate(features):
        if isinstance(feature, Code):
            column = found[:, at]
            column[np.isnan(column)] = len(feature.vocabulary) + 1
    return found


def _nobody(parts: Sequence[Bounded | Code]) -> FloatArray:
    """Rows in which every declared word occurs: which words the real rows hold would show otherwise."""
    words = [len(part.vocabulary) + 2 for part in parts if isinstance(part, Code)]
    count = max(words, default=0)
    columns = [
        np.arange(count) % (len(part.vocabulary) + 2)
        if isinstance(part, Code)
        else np.full(count, (part.low + part.high) / 2)
        for part in parts
    ]
    return np.column_stack(columns).astype(np.float64)


def _middles(parts: Sequence[Bounded | Code]) -> tuple[float, ...]:
    """What reasons are told against; the means of the rows would tell of them."""
    return tuple((part.low + part.high) / 2 if isinstance(part, Bounded) else 0.0 for part in parts)


def exported(model: Any, parts: Sequence[Bounded | Code]) -> Additive:
    """The fitted curves as `Additive`: the same sums, and none of interpret's counts."""
    terms = []
    for (at,), scores in zip(model.term_features_, model.term_scores_, strict=True):
        bins, part = model.bins_[at][0], parts[at]
        table = np.asarray(scores, dtype=np.float64)
        if isinstance(part, Code):
            size = len(part.vocabulary)
            cuts: tuple[float, ...] = tuple(float(code) for code in range(1, size + 1))
            table = table[_places(bins, size)]
        else:
            cuts = tuple(np.asarray(bins, dtype=np.float64).tolist())
            table = table[: len(cuts) + 2]
        terms.append(Term(features=(at,), cuts=(cuts,), scores=(tuple(table.tolist()),)))
    intercept = float(np.atleast_1d(np.asarray(model.intercept_, dtype=np.float64))[0])
    return Additive(intercepts=(intercept,), terms=tuple(terms))


def _places(bins: dict[str, int], size: int) -> list[int]:
    """Interpret's bin of a missing word, of each word, and of an unknown one.

    Words too rare for the noise share a last bin.
    """
    by_code = {round(float(name)): int(at) for name, at in bins.items()}
    rare = max(by_code.values(), default=0) + 1
    return [by_code.get(code, rare) for code in (size + 1, *range(size + 1))]
