"""A bag: the models of all folds as one, their trees side by side and each leaf divided by their number.

Features that no outcome decides are the same in every fold and are computed once; a category's mean outcome
and a text's score are each fold's own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from airworthy.model.learners.fitted import Fitted
from airworthy.scoring.spec import Averaged, Boosted, Feature

_TREE = re.compile(r"(?m)^(?=Tree=\d+$)")


def can_be_bagged(fitted: Fitted) -> bool:
    """Whether it is made of trees: sums of tables and weights are fitted again instead, to stay readable."""
    return isinstance(fitted.learner, Boosted | Averaged)


def bag(models: Sequence[Fitted], rows: int) -> Fitted:
    """One model whose score is the mean of the models' scores (of a forest: of their votes).

    Parameters
    ----------
    models
        One learner's, of one kind and with one name of weights.
    rows
        How many rows they learned from together.
    """
    first = models[0]
    learner = first.learner
    assert isinstance(learner, Boosted | Averaged)
    features: list[Feature] = list(first.features)
    baseline = list(first.baseline)
    blocks: list[str] = []
    for model in models:
        places = []
        for at, feature in enumerate(model.features):
            shared = at < len(first.features) and feature == first.features[at]
            places.append(at if shared else len(features))
            if not shared:
                features.append(feature)
                baseline.append(model.baseline[at])
        _, trees = _parts(model.weights[learner.weights])
        blocks += [_moved(tree, np.array(places), 1.0 / len(models)) for tree in trees]
    head, _ = _parts(first.weights[learner.weights])
    return Fitted(
        features=tuple(features),
        learner=learner,
        baseline=tuple(baseline),
        rows=rows,
        weights={learner.weights: _text(head, blocks, len(features))},
        note=f"mean of {len(models)} fits, {', '.join(dict.fromkeys(model.note for model in models))}",
    )


def _parts(weights: bytes) -> tuple[list[str], list[str]]:
    """Lines of the head, and the trees."""
    head, *trees = _TREE.split(weights.decode().partition("end of trees")[0])
    return head.strip().split("\n"), trees


def _moved(tree: str, places: np.ndarray, share: float) -> str:
    """The tree over the bag's features, and what it adds times `share`."""
    lines = tree.split("\n")
    for at, line in enumerate(lines):
        name, _, values = line.partition("=")
        if name == "split_feature" and values:
            lines[at] = f"{name}=" + " ".join(str(places[int(v)]) for v in values.split(" "))
        elif name in ("leaf_value", "internal_value") and values:
            lines[at] = f"{name}=" + " ".join(repr(float(v) * share) for v in values.split(" "))
    return "\n".join(lines)


def _text(head: Sequence[str], trees: Sequence[str], width: int) -> bytes:
    blocks = [re.sub(r"^Tree=\d+", f"Tree={number}", tree) for number, tree in enumerate(trees)]
    said = dict(line.split("=", 1) for line in head if "=" in line)
    infos = said.get("feature_infos", "").split()
    told = {
        "max_feature_idx": str(width - 1),
        "feature_names": " ".join(f"f{i}" for i in range(width)),
        "feature_infos": " ".join([*infos, *["none"] * (width - len(infos))]),
        "tree_sizes": " ".join(str(len(block.encode())) for block in blocks),
    }
    lines = [f"{name}={told[name]}" if (name := line.split("=", 1)[0]) in told else line for line in head]
    return ("\n".join(lines) + "\n\n" + "".join(blocks) + "end of trees\n").encode()
