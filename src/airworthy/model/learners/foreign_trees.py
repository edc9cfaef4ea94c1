"""Trees of scikit-learn, XGBoost and CatBoost, read from what these libraries document of their models.

Thresholds are 32-bit numbers there and rows are rounded to 32 bits before they are compared; here rows are
compared as they are. A value within 32-bit rounding of a threshold may fall on its other side: measured and
released is the model as written here.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from airworthy.model.learners.tree_text import LEAF, TreeArrays
from airworthy.scoring.columns import FloatArray

Document = Mapping[str, Any]


def forest_trees(estimators: Iterable[Any], outputs: int, classes: bool) -> list[TreeArrays]:
    """Trees of a fitted scikit-learn forest, each leaf divided by their number: together they make the mean.

    Parameters
    ----------
    outputs
        Of two classes one tree tells the second's share; of more, one tree a class and estimator.
    """
    fitted = [estimator.tree_ for estimator in estimators]
    found = []
    for tree in fitted:
        shares = tree.value[:, 0, :]
        if classes:
            shares = shares / shares.sum(axis=1, keepdims=True)
            shares = shares[:, 1:2] if outputs == 1 else shares
        for output in range(outputs):
            found.append(
                TreeArrays(
                    feature=tree.feature.astype(np.int64),
                    threshold=tree.threshold.astype(np.float64),
                    left=tree.children_left.astype(np.int64),
                    right=tree.children_right.astype(np.int64),
                    missing_left=tree.missing_go_to_left.astype(bool),
                    value=shares[:, output] / len(fitted),
                    cover=tree.weighted_n_node_samples.astype(np.float64),
                )
            )
    return found


def xgboost_trees(document: Document) -> list[TreeArrays]:
    """Trees of XGBoost's JSON model (`Booster.save_raw("json")`), in the order of rounds and outputs."""
    return [_xgboost_tree(tree) for tree in document["learner"]["gradient_booster"]["model"]["trees"]]


def xgboost_base(document: Document) -> list[float]:
    """What XGBoost adds to each output, on the scale of margins."""
    learner = document["learner"]
    written = json.loads(learner["learner_model_param"]["base_score"])
    scores = [float(score) for score in (written if isinstance(written, list) else [written])]
    if learner["objective"]["name"] == "binary:logistic":
        return [math.log(score / (1 - score)) for score in scores]
    return scores


def _xgboost_tree(tree: Document) -> TreeArrays:
    left = np.array(tree["left_children"], dtype=np.int64)
    conditions = np.array(tree["split_conditions"], dtype=np.float32)
    # Left is "less than" there and "at most" here: the next lower 32-bit number.
    below = np.nextafter(conditions, np.float32(-np.inf)).astype(np.float64)
    return TreeArrays(
        feature=np.array(tree["split_indices"], dtype=np.int64),
        threshold=below,
        left=left,
        right=np.array(tree["right_children"], dtype=np.int64),
        missing_left=np.array(tree["default_left"], dtype=bool),
        value=conditions.astype(np.float64),  # a leaf keeps its value where a split keeps its condition
        cover=np.array(tree["sum_hessian"], dtype=np.float64),
    )


def catboost_trees(document: Document, outputs: int) -> list[TreeArrays]:
    """Trees of CatBoost's JSON model over numbers, one an output and round, with its scale put in."""
    treatment = {
        int(feature["feature_index"]): feature.get("nan_value_treatment", "AsIs")
        for feature in document["features_info"].get("float_features", [])
    }
    scale = float(document["scale_and_bias"][0])
    found = []
    for tree in document["oblivious_trees"]:
        values = np.array(tree["leaf_values"], dtype=np.float64).reshape(-1, outputs) * scale
        cover = np.array(tree["leaf_weights"], dtype=np.float64)
        for output in range(outputs):
            found.append(_oblivious(tree.get("splits") or [], values[:, output], cover, treatment))
    return found


def catboost_base(document: Document) -> list[float]:
    """What CatBoost adds to each output."""
    bias = document["scale_and_bias"][1]
    return [float(value) for value in (bias if isinstance(bias, list) else [bias])]


def _oblivious(
    splits: Sequence[Document], values: FloatArray, cover: FloatArray, treatment: Mapping[int, str]
) -> TreeArrays:
    """A symmetric tree as a binary one: a leaf's number holds a bit for each split, the first the lowest."""
    depth = len(splits)
    inner = 2**depth - 1
    nodes = inner + len(values)
    feature, threshold = np.zeros(nodes, np.int64), np.zeros(nodes)
    left, right = np.full(nodes, LEAF), np.full(nodes, LEAF)
    missing_left = np.ones(nodes, bool)
    for level, split in enumerate(splits):
        first = 2**level - 1
        here = np.arange(first, 2 * first + 1)
        feature[here] = int(split["float_feature_index"])
        threshold[here] = float(split["border"])
        missing_left[here] = treatment.get(int(split["float_feature_index"])) != "AsTrue"
        left[here], right[here] = 2 * here + 1, 2 * here + 2
    # The way to the p-th leaf from the left reads p's bits from the highest; CatBoost from the lowest.
    paths = np.arange(2**depth)
    bits = np.zeros_like(paths)
    for level in range(depth):
        bits |= ((paths >> (depth - 1 - level)) & 1) << level
    value, covered = np.zeros(nodes), np.zeros(nodes)
    value[inner:], covered[inner:] = values[bits], cover[bits]
    for node in range(inner - 1, -1, -1):
        covered[node] = covered[2 * node + 1] + covered[2 * node + 2]
    return TreeArrays(feature, threshold, left, right, missing_left, value, covered)
