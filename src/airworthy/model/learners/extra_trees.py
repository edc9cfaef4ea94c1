"""Extremely randomised trees of scikit-learn (Geurts et al. 2006): errors unlike those of boosting."""

from __future__ import annotations

import numpy as np
from sklearn.ensemble import ExtraTreesClassifier, ExtraTreesRegressor

from airworthy.kernel.seed import derive_seed
from airworthy.model.learners.fitted import NOTHING_TO_SET, Fitted, Grown, means_of, sampled
from airworthy.model.learners.foreign_trees import forest_trees
from airworthy.model.learners.settings import FOREST_ROWS
from airworthy.model.learners.tree_text import model_text
from airworthy.model.part import Part
from airworthy.model.shape import signs_of
from airworthy.scoring.spec import Averaged, Boosted

WEIGHTS = "weights/extra-trees.txt"
TREES, TREES_IN_BAG = 150, 50
"""In all, and in each fold of a bag: that of five has 250, and each costs time and megabytes."""
HUGE = float(np.finfo(np.float32).max)
MOST_LEAVES = 1_000
"""Leaves of one tree: a larger forest costs tens of megabytes and hundreds of microseconds a row."""


def fit_extra_trees(part: Part, threads: int) -> Grown:
    """Fit on a declared sample of at most `FOREST_ROWS` rows; `threads` changes the time, never the model."""
    rows, encoding = part.rows, part.encoded("numbers").learn
    chosen = rows.sample(FOREST_ROWS)
    matrix, y = encoding.matrix[chosen], rows.y[chosen]
    regression = rows.task == "regression"
    kind = ExtraTreesRegressor if regression else ExtraTreesClassifier
    count = TREES if rows.ordered else TREES_IN_BAG
    signs = signs_of(encoding.features, rows.shape)
    model = kind(
        count,
        min_samples_leaf=3,
        max_leaf_nodes=MOST_LEAVES,
        max_features=0.5,
        monotonic_cst=signs if any(signs) else None,
        n_jobs=threads,
        random_state=derive_seed(rows.seed, "extra-trees") % 2**31,
    )
    model.fit(np.clip(matrix, -HUGE, HUGE), y)
    if not regression and len(model.classes_) < len(rows.contract.classes):
        raise ValueError("the sample of rows lacks a class")
    trees = forest_trees(model.estimators_, rows.outputs, classes=not regression)
    kept = Boosted if regression else Averaged
    fitted = Fitted(
        features=encoding.features,
        learner=kept(weights=WEIGHTS, outputs=rows.outputs),
        baseline=means_of(encoding),
        rows=len(chosen),
        weights={WEIGHTS: model_text(trees, len(encoding.features), rows.outputs)},
        note=sampled(len(chosen), len(rows)) or f"{count} trees",
    )
    return Grown(NOTHING_TO_SET, lambda setting: fitted)
