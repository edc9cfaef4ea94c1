"""The error that is left where a model is certain: what inputs cannot explain is written down wrongly."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from airworthy.data.facts import ROW, TARGET, Sample
from airworthy.data.facts.label_noise import LEAST_GAIN, LabelNoise, NoiseFloor
from airworthy.data.facts.sample import draw
from airworthy.data.facts.small_trees import by_fold
from airworthy.kernel.fact import Facts

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

ROWS = 10_000
FEWEST_ROWS, FEWEST_OF_CLASS = 300, 30
MOST_CLASSES = 10
FIFTHS = 5
DOUBTLESS = 3.0
"""Standard errors by which the first third's errors must pass the bound to spare the other two fits."""

_SUSPECTS = 10


def compute(wanted: Sequence[Any], facts: Facts) -> Mapping[Any, object]:
    sample: pl.DataFrame = facts[Sample()]
    return {fact: _noise(fact, sample) for fact in wanted}


def _noise(fact: LabelNoise, sample: pl.DataFrame) -> NoiseFloor | None:
    if TARGET not in sample.columns or not fact.inputs:
        return None
    known = sample.filter(pl.col(TARGET).is_not_null())
    words = known[TARGET].cast(pl.String)
    sizes = words.value_counts(name="rows").sort("rows", TARGET, descending=[True, False])
    kept = sizes.filter(sizes["rows"] >= FEWEST_OF_CLASS)[TARGET].head(MOST_CLASSES).to_list()
    rows = known.filter(words.is_in(kept))
    rows = draw(rows.lazy(), rows.height, ROWS)
    if len(kept) < 2 or rows.height < FEWEST_ROWS:
        return None
    place = {word: i for i, word in enumerate(kept)}
    y = rows[TARGET].cast(pl.String).replace_strict(place, return_dtype=pl.Int64).to_numpy()
    scored, told = _scores(rows.select(fact.inputs), y, len(kept))
    numbers = rows[ROW].to_numpy() if ROW in rows.columns else np.arange(len(y))
    return _floor(y[scored], told, kept, numbers[scored])


def _scores(inputs: pl.DataFrame, y: Codes, classes: int) -> tuple[Codes, Floats]:
    """Places (m,) of the rows scored, ascending, and their scores (m, classes): all, or those of one fold."""
    places, scores = [], []
    for held, told in by_fold(inputs, y, classes, "label noise"):
        places.append(held)
        scores.append(told)
        if len(places) == 1 and _tell_too_little(y[held], told):
            break
    scored = np.concatenate(places)
    order = np.argsort(scored)
    return scored[order], np.concatenate(scores)[order]


def _tell_too_little(y: Codes, told: Floats) -> bool:
    """Whether the first fold's errors leave no doubt that the inputs avoid too few of a plain guess's."""
    base = 1 - float(np.bincount(y).max()) / len(y)
    error = float((told.argmax(1) != y).mean())
    deviation = math.sqrt(error * (1 - error) / len(y))
    return error - DOUBTLESS * deviation > (1 - LEAST_GAIN) * base


def _floor(y: Codes, told: Floats, names: Sequence[str], numbers: Codes) -> NoiseFloor:
    guess, certain = told.argmax(1), told.max(1)
    wrong = guess != y
    fifth = fifths(guess, certain)
    errors = [float(wrong[fifth == i].mean()) if (fifth == i).any() else 0.0 for i in range(FIFTHS)]
    floor, deviation = at_certainty(wrong, fifth)
    base = 1 - float(np.bincount(y).max()) / len(y)
    doubtful = np.flatnonzero(wrong)
    doubtful = doubtful[np.argsort(-certain[doubtful], kind="stable")][:_SUSPECTS]
    return NoiseFloor(
        len(y),
        floor,
        deviation,
        1 - float(wrong.mean()) / base if base else 0.0,
        float((np.bincount(guess, minlength=len(names)) / np.bincount(y, minlength=len(names))).min()),
        confident_share(y, told),
        tuple(errors),
        tuple((int(numbers[i]), names[y[i]], names[guess[i]]) for i in doubtful),
    )


def fifths(guess: Codes, certain: Floats) -> Codes:
    """The fifth of certainty (n,), 0 the most certain, within the rows of each foretold outcome."""
    fifth = np.zeros(len(guess), np.int64)
    for label in np.unique(guess):
        rows = np.flatnonzero(guess == label)
        order = rows[np.argsort(-certain[rows], kind="stable")]
        fifth[order] = np.arange(len(order)) * FIFTHS // len(order)
    return fifth


def at_certainty(wrong: NDArray[np.bool_], fifth: Codes) -> tuple[float, float]:
    """The error at full certainty and its standard error: on a line through two pairs of fifths.

    Twice the error of the first two fifths less that of the next two. Honest doubt grows from nothing and
    gives no more than zero; wrong labels err as often wherever the model is certain.
    """
    first, second = wrong[fifth < 2], wrong[(fifth >= 2) & (fifth < 4)]
    if not (len(first) and len(second)):
        return 0.0, 0.5
    shares = [(float(part.sum()) + 0.5) / (len(part) + 1) for part in (first, second)]
    spread = [share * (1 - share) / len(part) for share, part in zip(shares, (first, second), strict=True)]
    return 2 * float(first.mean()) - float(second.mean()), math.sqrt(4 * spread[0] + spread[1])


def confident_share(y: Codes, told: Floats) -> float:
    """Confident learning's share of wrong labels: off the diagonal of the calibrated confident joint.

    >>> y, told = np.array([0, 0, 0, 1]), np.array([[0.9, 0.1], [0.8, 0.2], [0.1, 0.9], [0.2, 0.8]])
    >>> confident_share(y, told)     # the third row passes the other outcome's mean of 0.8
    0.25
    """
    classes = told.shape[1]
    passes = told >= np.array([told[y == label, label].mean() for label in range(classes)]) - 1e-6
    sure = passes.any(1)
    most = np.where(passes, told, -1.0).argmax(1)
    joint = np.zeros((classes, classes))
    np.add.at(joint, (y[sure], most[sure]), 1.0)
    sizes = np.bincount(y, minlength=classes).astype(float)
    sums = joint.sum(1)
    joint = np.divide(joint, sums[:, None], out=np.eye(classes), where=sums[:, None] > 0) * sizes[:, None]
    return float(1 - np.trace(joint) / joint.sum())
