"""The explainable boosting machine of interpret, exported as tables that add up.

It is slow: 269 s on 250,000 rows (measured), so it learns from a declared sample of rows.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np
from interpret.glassbox import ExplainableBoostingClassifier, ExplainableBoostingRegressor

from airworthy.kernel.errors import InputError
from airworthy.kernel.seed import derive_seed
from airworthy.model.encode import Encoding
from airworthy.model.learners.fitted import NOTHING_TO_SET, Fitted, Grown, means_of, sampled
from airworthy.model.learners.settings import ADDITIVE_ROWS
from airworthy.model.part import Part
from airworthy.model.rising import rising
from airworthy.model.rows import Rows
from airworthy.model.shape import pairs_of, signs_of
from airworthy.scoring.columns import FloatArray
from airworthy.scoring.spec import Additive, Code, Term

BAGS = 4
LEARNING_RATE = 0.1
"""interpret's own 0.015 took over 36 s on 29,000 rows of elec2; 0.12 took 5 s, and 0.06 took 9 s for a
log loss of 0.5775 instead of 0.5779 (measured)."""
BINS = 256
PAIR_BINS = 32

Bins = Sequence[object]


def fit_additive(part: Part, pairs: int) -> Grown:
    """Fit one term a feature and `pairs` terms of two features (none beyond two classes)."""
    rows, encoding = part.rows, part.encoded("trees").learn
    # The declared sample is taken after encoding, so that category codes are those of all training rows.
    chosen = rows.sample(ADDITIVE_ROWS)
    matrix, y = encoding.matrix[chosen], rows.y[chosen]
    _require_all_classes(y, rows)
    regression = rows.task == "regression"
    kind = ExplainableBoostingRegressor if regression else ExplainableBoostingClassifier
    center, scale = (float(y.mean()), float(y.std()) or 1.0) if regression else (0.0, 1.0)
    model = kind(
        feature_types=["nominal" if isinstance(f, Code) else "continuous" for f in encoding.features],
        max_bins=BINS,
        max_interaction_bins=PAIR_BINS,
        interactions=_interactions(encoding, rows, pairs),
        outer_bags=BAGS,
        learning_rate=LEARNING_RATE,
        n_jobs=1,
        random_state=derive_seed(rows.seed, "additive") % 2**31,
    )
    with warnings.catch_warnings():
        # It speaks of its own pictures, which nobody draws here: missing values are a bin like others.
        warnings.filterwarnings("ignore", "Missing values detected", UserWarning)
        model.fit(matrix, (y - center) / scale if regression else y)
    fitted = Fitted(
        features=encoding.features,
        learner=export(model, encoding, rows.outputs, center, scale, signs_of(encoding.features, rows.shape)),
        baseline=means_of(encoding),
        rows=len(chosen),
        note=sampled(len(chosen), len(rows)),
    )
    return Grown(NOTHING_TO_SET, lambda setting: fitted)


def _interactions(encoding: Encoding, rows: Rows, pairs: int) -> int | list[tuple[int, int]]:
    """How many pairs to find, or which may be formed."""
    allowed = pairs_of(encoding.features, rows.shape)
    if rows.outputs > 1 or not pairs:
        return 0
    return pairs if allowed is None else allowed


def _require_all_classes(y: FloatArray, rows: Rows) -> None:
    if rows.task != "regression" and len(np.unique(y)) < len(rows.contract.classes):
        raise InputError(
            "The additive model's sample of rows lacks a class.",
            value=len(y),
            remedy="Join rare classes, or give more rows of them.",
        )


def export(
    model: ExplainableBoostingClassifier | ExplainableBoostingRegressor,
    encoding: Encoding,
    outputs: int,
    center: float = 0.0,
    scale: float = 1.0,
    signs: Sequence[int] = (),
) -> Additive:
    """The fitted machine as `Additive`: the same sums, on the scale `margin * scale + center`.

    A curve that must rise (1) or fall (-1) by `signs` becomes the nearest one that does, its bins weighed
    by their rows.
    """
    intercepts = np.atleast_1d(np.asarray(model.intercept_, dtype=np.float64)) * scale + center
    terms = []
    found = zip(model.term_features_, model.term_scores_, model.bin_weights_, strict=True)
    for features, scores, weights in found:
        table = np.asarray(scores, dtype=np.float64) * scale
        cuts = []
        for axis, feature in enumerate(features):
            # interpret bins a feature more finely alone than in pairs, where a coarser table exists.
            levels: Bins = model.bins_[feature]
            bins = levels[min(len(features), len(levels)) - 1]
            own, order = _axis(bins, encoding.features[feature])
            cuts.append(own)
            table = np.take(table, order, axis=axis)
        if len(features) == 1 and signs and signs[features[0]]:
            table[1:] = _directed(table[1:], np.asarray(weights)[1 : len(table)], signs[features[0]])
        terms.append(Term(features=tuple(features), cuts=tuple(cuts), scores=_by_output(table, outputs)))
    return Additive(intercepts=tuple(intercepts.tolist()), terms=tuple(terms))


def _directed(curve: FloatArray, rows: FloatArray, sign: int) -> FloatArray:
    """The rising or falling curve of least squares (Barlow et al. 1972); an empty bin hardly counts."""
    return sign * rising(sign * curve, np.maximum(rows, 1e-6))


def _axis(bins: object, feature: object) -> tuple[tuple[float, ...], list[int]]:
    """Cuts of one axis, and which of interpret's rows (missing, bins, unknown) each of our bins is.

    A nominal bin is found by the code's number; a code that the sample did not hold is unknown.
    """
    if not isinstance(bins, dict):
        cuts = tuple(np.asarray(bins, dtype=np.float64).tolist())
        return cuts, list(range(len(cuts) + 2))
    by_code = {round(float(name)): int(at) for name, at in bins.items()}
    unknown = max(by_code.values()) + 1
    size = len(feature.vocabulary) if isinstance(feature, Code) else max(by_code) + 1
    codes = [by_code.get(code, unknown) for code in range(size)]
    return tuple(float(code) for code in range(1, size + 1)), [0, *codes, by_code.get(size, unknown)]


def _by_output(table: FloatArray, outputs: int) -> tuple[tuple[float, ...], ...]:
    if outputs == 1:
        return (tuple(table.ravel().tolist()),)
    return tuple(tuple(table[..., k].ravel().tolist()) for k in range(outputs))
