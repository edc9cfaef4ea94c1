"""Any library's trees written as LightGBM model text, so that one small engine scores them all.

LightGBM's library scores a row in microseconds with the same bits as a batch, gives exact contributions, and
is loaded without its Python package. Trees of scikit-learn, XGBoost and CatBoost over numbers are the same
thing in another notation: a number is compared with a threshold, and a missing one has a declared side.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from airworthy.scoring.columns import FloatArray

LEAF = -1
_MISSING_IS_NAN, _DEFAULT_LEFT = 2 << 2, 1 << 1  # LightGBM's tree.h: missing type in bits 2 and 3


@dataclass(frozen=True, eq=False)
class TreeArrays:
    """One binary tree over numbers, its nodes in any order with the root first; shapes (nodes,).

    Attributes
    ----------
    left, right
        Positions of the children, `LEAF` for a leaf. A row goes left where its value <= `threshold`.
    missing_left
        Whether a missing value goes left.
    value
        What a leaf adds; of inner nodes it is not read.
    cover
        Training rows, or their weight, that reached the node: contributions weigh branches by it.
    """

    feature: npt.NDArray[np.int64]
    threshold: FloatArray
    left: npt.NDArray[np.int64]
    right: npt.NDArray[np.int64]
    missing_left: npt.NDArray[np.bool_]
    value: FloatArray
    cover: FloatArray


def model_text(
    trees: Sequence[TreeArrays], features: int, outputs: int = 1, base: Sequence[float] = ()
) -> bytes:
    """The text of a model whose raw score of output k is base[k] + the sum of trees k, k + outputs, ...

    Parameters
    ----------
    trees
        Round after round, one tree an output.
    base
        What is added to each output; nothing when empty.

    >>> stump = TreeArrays(*(np.array(a) for a in (
    ...     [0, 0, 0], [1.5, 0, 0], [1, -1, -1], [2, -1, -1], [True] * 3, [0, -1.0, 2.0], [9.0, 6, 3])))
    >>> b"threshold=1.5" in model_text([stump], features=1)
    True
    """
    if len(trees) % outputs:
        raise ValueError(f"{len(trees)} trees are no whole rounds of {outputs}")
    whole = [*(_constant(value) for value in base), *trees]
    blocks = [_tree(number, tree) for number, tree in enumerate(whole)]
    head = [
        "tree",
        "version=v4",
        f"num_class={outputs}",
        f"num_tree_per_iteration={outputs}",
        "label_index=0",
        f"max_feature_idx={features - 1}",
        "feature_names=" + " ".join(f"f{i}" for i in range(features)),
        "feature_infos=" + " ".join(["none"] * features),
        "tree_sizes=" + " ".join(str(len(block.encode())) for block in blocks),
    ]
    return ("\n".join(head) + "\n\n" + "".join(blocks) + "end of trees\n").encode()


def _constant(value: float) -> TreeArrays:
    one, none = np.zeros(1, np.int64), np.full(1, LEAF)
    return TreeArrays(one, np.zeros(1), none, none, np.ones(1, bool), np.array([value]), np.ones(1))


def _tree(number: int, tree: TreeArrays) -> str:
    inner = np.flatnonzero(tree.left != LEAF)
    leaves = np.flatnonzero(tree.left == LEAF)
    # LightGBM counts inner nodes and leaves apart; a leaf's position is written as its complement.
    place = np.empty(len(tree.left), np.int64)
    place[inner] = np.arange(len(inner))
    place[leaves] = ~np.arange(len(leaves))
    kinds = _MISSING_IS_NAN + _DEFAULT_LEFT * tree.missing_left[inner].astype(np.int64)
    counts = np.maximum(1, np.rint(tree.cover)).astype(np.int64)
    lines = [f"Tree={number}", f"num_leaves={len(leaves)}", "num_cat=0"]
    if len(inner):
        lines += [
            _line("split_feature", tree.feature[inner]),
            _line("split_gain", np.zeros(len(inner), np.int64)),
            _line("threshold", tree.threshold[inner]),
            _line("decision_type", kinds),
            _line("left_child", place[tree.left[inner]]),
            _line("right_child", place[tree.right[inner]]),
        ]
    lines += [
        _line("leaf_value", tree.value[leaves]),
        _line("leaf_weight", counts[leaves]),
        _line("leaf_count", counts[leaves]),
    ]
    if len(inner):
        lines += [
            _line("internal_value", np.zeros(len(inner), np.int64)),
            _line("internal_weight", counts[inner]),
            _line("internal_count", counts[inner]),
        ]
    return "\n".join([*lines, "is_linear=0", "shrinkage=1", "", "", ""])


def _line(name: str, values: FloatArray | npt.NDArray[np.int64]) -> str:
    return f"{name}=" + " ".join(map(repr, values.tolist()))
