"""A bag: the models of all folds as one, their trees or nets side by side.

Features that no outcome decides are the same in every fold and are computed once; a category's mean outcome
and a text's score are each fold's own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
import numpy as np

from airworthy.model.learners.fitted import Fitted
from airworthy.model.learners.numbers import read_numbers, written_numbers
from airworthy.scoring.network import Layer, layers_of
from airworthy.scoring.spec import Averaged, Boosted, Feature, Filed, Network

_TREE = re.compile(r"(?m)^(?=Tree=\d+$)")


def can_be_bagged(fitted: Fitted) -> bool:
    """Whether it is made of trees or nets: tables and weighted sums are fitted again, to stay readable."""
    return isinstance(fitted.learner, Filed)


def bag(models: Sequence[Fitted], rows: int) -> Fitted:
    """One model whose score is the mean of the models' scores (of a forest: of their votes).

    Parameters
    ----------
    models
        One learner's, of one kind and with one name of weights.
    rows
        How many rows they learned from together.
    """
    joined = _joined(models)
    learner = models[0].learner
    if isinstance(learner, Network):
        learner, weights = _nets_together(models, joined.places)
    else:
        assert isinstance(learner, Boosted | Averaged)
        weights = _trees_together(models, learner.weights, joined)
    return Fitted(
        features=joined.features,
        learner=learner,
        baseline=joined.baseline,
        rows=rows,
        weights={learner.weights: weights},
        note=f"mean of {len(models)} fits, {', '.join(dict.fromkeys(model.note for model in models))}",
    )


@dataclass(frozen=True)
class _Joined:
    """The bag's features with their baseline, and where those of each model stand among them."""

    features: tuple[Feature, ...]
    baseline: tuple[float, ...]
    places: list[list[int]]


def _joined(models: Sequence[Fitted]) -> _Joined:
    first = models[0]
    features: list[Feature] = list(first.features)
    baseline = list(first.baseline)
    found: list[list[int]] = []
    for model in models:
        places = []
        for at, feature in enumerate(model.features):
            shared = at < len(first.features) and feature == first.features[at]
            places.append(at if shared else len(features))
            if not shared:
                features.append(feature)
                baseline.append(model.baseline[at])
        found.append(places)
    return _Joined(tuple(features), tuple(baseline), found)


def _nets_together(models: Sequence[Fitted], places: Sequence[Sequence[int]]) -> tuple[Network, bytes]:
    """The nets side by side, their layers one after the other."""
    layers: list[list[Layer]] = []
    for model in models:
        learner = model.learner
        assert isinstance(learner, Network)
        layers.append(layers_of(read_numbers(model.weights[learner.weights]), learner))
    assert isinstance(learner, Network)
    together = [
        np.concatenate(
            [part.ravel() for part in (*(own.weights for own in depth), *(own.biases for own in depth))]
        )
        for depth in zip(*layers, strict=True)
    ]
    reads = tuple(
        tuple(own[at] for at in read)
        for own, model in zip(places, models, strict=True)
        for read in _reads(model)
    )
    joined = msgspec.structs.replace(learner, reads=reads)
    return joined, written_numbers(np.concatenate(together))


def _reads(model: Fitted) -> tuple[tuple[int, ...], ...]:
    assert isinstance(model.learner, Network)
    return model.learner.reads


def _trees_together(models: Sequence[Fitted], name: str, joined: _Joined) -> bytes:
    """The trees side by side, each leaf divided by the number of models."""
    # As bytes, one model's text at a time: a bag of forests is tens of megabytes of it.
    heads: list[list[str]] = []
    blocks: list[bytes] = []
    for model, places in zip(models, joined.places, strict=True):
        head, trees = _parts(model.weights[name])
        heads.append(head)
        for tree in trees:
            blocks.append(_moved(tree, len(blocks), np.array(places), 1.0 / len(models)).encode())
    return _text(heads[0], blocks, len(joined.features))


def _parts(weights: bytes) -> tuple[list[str], list[str]]:
    """Lines of the head, and the trees."""
    head, *trees = _TREE.split(weights.decode().partition("end of trees")[0])
    return head.strip().split("\n"), trees


def _moved(tree: str, number: int, places: np.ndarray, share: float) -> str:
    """The tree as the bag's `number`, over the bag's features, and what it adds times `share`."""
    lines = tree.split("\n")
    lines[0] = f"Tree={number}"
    for at, line in enumerate(lines):
        name, _, values = line.partition("=")
        if name == "split_feature" and values:
            lines[at] = f"{name}=" + " ".join(str(places[int(v)]) for v in values.split(" "))
        elif name in ("leaf_value", "internal_value") and values:
            lines[at] = f"{name}=" + " ".join(repr(float(v) * share) for v in values.split(" "))
    return "\n".join(lines)


def _text(head: Sequence[str], blocks: Sequence[bytes], width: int) -> bytes:
    said = dict(line.split("=", 1) for line in head if "=" in line)
    infos = said.get("feature_infos", "").split()
    told = {
        "max_feature_idx": str(width - 1),
        "feature_names": " ".join(f"f{i}" for i in range(width)),
        "feature_infos": " ".join([*infos, *["none"] * (width - len(infos))]),
        "tree_sizes": " ".join(str(len(block)) for block in blocks),
    }
    lines = [f"{name}={told[name]}" if (name := line.split("=", 1)[0]) in told else line for line in head]
    return b"".join([("\n".join(lines) + "\n\n").encode(), *blocks, b"end of trees\n"])
