"""Facts that send sampled rows through the scorer: noise, permutation, single requests."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from airworthy.assurance.given import (
    CLOCK,
    PREDICTIONS,
    SCORER,
    SEED,
    LatencySamples,
    Scores,
    ScoresColumns,
    ScoresRequests,
    SkewCount,
)
from airworthy.assurance.noise import NOISE_ROWS, Noise
from airworthy.assurance.perturb import spoil
from airworthy.assurance.predictions import OUT_OF_FOLD, Predictions, Values, take_columns
from airworthy.assurance.quality import row_losses
from airworthy.assurance.request import request_bodies
from airworthy.kernel.errors import InputError
from airworthy.kernel.fact import Facts
from airworthy.kernel.seed import derive_seed
from airworthy.scoring.contract import Column

Floats = NDArray[np.float64]

PERMUTED_ROWS, FEWEST_PERMUTED = 2_000, 300
PERMUTATIONS = 3
MOST_PERMUTED = 60_000
"""Rows scored over all inputs and shuffles: without it, 54 inputs made this fact outlive a run's budget."""
TIMED_ROWS = 1_000
WARM_UP_ROWS = 50
SENT_ROWS = 20_000
"""Of out-of-fold rows, which are looked at again and again: about six seconds. Sealed rows are all sent."""


@dataclass(frozen=True, eq=False)
class Importance:
    """Rise of each row's loss (n, d) when one input is shuffled, averaged over the shuffles."""

    names: tuple[str, ...]
    rises: Floats
    loss: float
    clusters: NDArray[np.int64] | None


def sample(predictions: Predictions, rows: int, seed: int) -> Predictions:
    """At most `rows` rows, drawn without replacement; in the original order."""
    if len(predictions) <= rows:
        return predictions
    rng = np.random.default_rng(seed)
    return predictions.rows(np.sort(rng.choice(len(predictions), rows, replace=False)))


def rescored(predictions: Predictions, scorer: ScoresColumns, columns: dict[str, Values]) -> Predictions:
    """The same rows as `scorer` scores them with other input."""
    scores: Scores = scorer.score_columns(columns)
    return replace(
        predictions,
        probability=None if scores.probability is None else np.asarray(scores.probability, float),
        prediction=None if scores.prediction is None else np.asarray(scores.prediction, float),
        decision=None,
        columns=columns,
    )


def noisy(facts: Facts, inputs: tuple[Column, ...], noise: Noise) -> tuple[Predictions, Predictions]:
    """The sampled rows as they are and with noise, both scored now."""
    base = derive_seed(facts[SEED], "assurance", "noise sample")
    rows = sample(facts[PREDICTIONS], NOISE_ROWS, base)
    rng = np.random.default_rng(derive_seed(facts[SEED], "assurance", f"noise {noise}"))
    columns = dict(rows.columns)
    clean = rescored(rows, facts[SCORER], columns)
    return clean, rescored(rows, facts[SCORER], spoil(noise, columns, inputs, rng))


def importance(facts: Facts, inputs: tuple[Column, ...]) -> Importance:
    """Permutation importance (Fisher, Rudin and Dominici, JMLR 20 (2019) 177) in the task's loss."""
    names = tuple(column.name for column in inputs if column.name in facts[PREDICTIONS].columns)
    most = max(FEWEST_PERMUTED, min(PERMUTED_ROWS, MOST_PERMUTED // max(1, len(names))))
    rows = sample(facts[PREDICTIONS], most, derive_seed(facts[SEED], "assurance", "permutation sample"))
    columns, scorer = dict(rows.columns), facts[SCORER]
    times = max(1, min(PERMUTATIONS, MOST_PERMUTED // max(1, len(names) * len(rows))))
    base = row_losses(rescored(rows, scorer, columns))
    rises = np.empty((len(rows), len(names)))
    for index, name in enumerate(names):
        rng = np.random.default_rng(derive_seed(facts[SEED], "assurance", f"permute {name}"))
        shuffled = [
            row_losses(rescored(rows, scorer, columns | _shuffle(columns, name, rng))) for _ in range(times)
        ]
        rises[:, index] = np.mean([loss - base for loss in shuffled], axis=0)
    return Importance(names, rises, float(base.mean()), rows.entity)


def _shuffle(columns: dict[str, Values], name: str, rng: np.random.Generator) -> dict[str, Values]:
    order = rng.permutation(len(columns[name]))
    return take_columns({name: columns[name]}, order)


def timed(facts: Facts, inputs: tuple[Column, ...]) -> LatencySamples:
    """Seconds from request bytes to decision for single rows, on this machine, one at a time."""
    clock, scorer = facts[CLOCK], facts[SCORER]
    rows = sample(facts[PREDICTIONS], TIMED_ROWS, derive_seed(facts[SEED], "assurance", "latency sample"))
    bodies = request_bodies(_sent(inputs, scorer), rows.columns, len(rows))
    accepted = [body for body in bodies if _is_accepted(scorer, body)]
    seconds = []
    for index in range(WARM_UP_ROWS + TIMED_ROWS if accepted else 0):
        body = accepted[index % len(accepted)]
        began = clock()
        scorer.score_row(scorer.decode(body)[0])
        seconds.append(clock() - began)
    return LatencySamples(tuple(seconds[WARM_UP_ROWS:]), "this machine, in process, one request at a time")


def _sent(inputs: tuple[Column, ...], scorer: ScoresRequests) -> tuple[Column, ...]:
    """What a caller sends: inputs, the clocks of the model's repairs, and the amounts that errors cost."""
    besides: tuple[Column, ...] = getattr(scorer, "besides", ())
    return (*inputs, *(column for column in besides if column not in inputs))


def _is_accepted(scorer: ScoresRequests, body: bytes) -> bool:
    try:
        scorer.decode(body)
    except InputError:
        return False
    return True


def skew(facts: Facts, inputs: tuple[Column, ...]) -> SkewCount:
    """Rows through the JSON path, each compared with its batch score, bit for bit."""
    predictions: Predictions = facts[PREDICTIONS]
    scorer: ScoresRequests = facts[SCORER]
    places = _sent_places(predictions, derive_seed(facts[SEED], "assurance", "skew sample"))
    rows = predictions if len(places) == len(predictions) else predictions.rows(places)
    batch = scorer.score_columns(rows.columns)
    outcome = batch.prediction if batch.probability is None else batch.probability
    assert outcome is not None
    expected = np.column_stack([batch.raw, outcome]).tolist()
    decided = list(batch.decision)
    differing, refused, first = [], [], ""
    for index, body in enumerate(request_bodies(_sent(inputs, scorer), rows.columns, len(rows))):
        try:
            row = scorer.decode(body)[0]
        except InputError as error:
            refused.append(int(places[index]))
            first = first or error.message
            continue
        if not _same(scorer.score_row(row), expected[index], decided[index]):
            differing.append(int(places[index]))
    return SkewCount(len(rows), tuple(differing), tuple(refused), first)


def _sent_places(predictions: Predictions, seed: int) -> NDArray[np.int64]:
    """Which rows are sent: all, except of very many out-of-fold rows."""
    n = len(predictions)
    if predictions.rows_are != OUT_OF_FOLD or n <= SENT_ROWS:
        return np.arange(n)
    return np.sort(np.random.default_rng(seed).choice(n, SENT_ROWS, replace=False))


def _same(score: Any, expected: list[float], decided: object) -> bool:
    numbers = (*score.raw, *(score.probability if score.probability is not None else (score.prediction,)))
    # NaN equals nothing, yet NaN on both sides is the same score.
    return score.decision == decided and all(
        a == b or (a != a and b != b) for a, b in zip(numbers, expected, strict=True)
    )
