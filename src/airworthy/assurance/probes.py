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
    sizes_of,
)
from airworthy.assurance.noise import Noise
from airworthy.assurance.perturb import spoil
from airworthy.assurance.predictions import OUT_OF_FOLD, Predictions, Values, take_columns
from airworthy.assurance.quality import row_losses
from airworthy.assurance.request import request_bodies
from airworthy.kernel.errors import InputError
from airworthy.kernel.fact import Facts
from airworthy.kernel.seed import derive_seed
from airworthy.scoring.contract import Column

Floats = NDArray[np.float64]

FEWEST_PERMUTED = 300
PERMUTATIONS = 3
WARM_UP_SHARE = 20
"""One request to warm up for so many that are timed."""


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
    """The same rows as `scorer` scores them with other input; decisions where it gives nothing else."""
    scores: Scores = scorer.score_columns(columns)
    decided = None
    if scores.probability is None and scores.prediction is None:
        decided = np.array([predictions.classes.index(label) for label in scores.decision], np.int64)
    return replace(
        predictions,
        probability=None if scores.probability is None else np.asarray(scores.probability, float),
        prediction=None if scores.prediction is None else np.asarray(scores.prediction, float),
        decision=decided,
        columns=columns,
    )


def noisy(facts: Facts, inputs: tuple[Column, ...], noise: Noise) -> tuple[Predictions, Predictions]:
    """The sampled rows as they are and with noise, both scored now."""
    base = derive_seed(facts[SEED], "assurance", "noise sample")
    rows = sample(facts[PREDICTIONS], sizes_of(facts[SCORER]).noisy, base)
    rng = np.random.default_rng(derive_seed(facts[SEED], "assurance", f"noise {noise}"))
    columns = dict(rows.columns)
    clean = rescored(rows, facts[SCORER], columns)
    return clean, rescored(rows, facts[SCORER], spoil(noise, columns, inputs, rng))


def importance(facts: Facts, inputs: tuple[Column, ...]) -> Importance:
    """Permutation importance (Fisher, Rudin and Dominici, JMLR 20 (2019) 177) in the task's loss."""
    names = tuple(column.name for column in inputs if column.name in facts[PREDICTIONS].columns)
    sizes = sizes_of(facts[SCORER])
    most = max(FEWEST_PERMUTED, min(sizes.permuted, sizes.scored // max(1, len(names))))
    rows = sample(facts[PREDICTIONS], most, derive_seed(facts[SEED], "assurance", "permutation sample"))
    columns, scorer = dict(rows.columns), facts[SCORER]
    times = max(1, min(PERMUTATIONS, sizes.scored // max(1, len(names) * len(rows))))
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
    """Seconds from request bytes to decision for single rows, one at a time."""
    clock, scorer = facts[CLOCK], facts[SCORER]
    most = sizes_of(scorer).timed
    accepted = accepted_bodies(facts, inputs)
    warm_up, seconds = most // WARM_UP_SHARE, []
    for index in range(warm_up + most if accepted else 0):
        body = accepted[index % len(accepted)]
        began = clock()
        scorer.score_row(scorer.decode(body)[0])
        seconds.append(clock() - began)
    where = getattr(scorer, "where", "this machine, in process")
    return LatencySamples(tuple(seconds[warm_up:]), f"{where}, one request at a time")


def accepted_bodies(facts: Facts, inputs: tuple[Column, ...]) -> list[bytes]:
    """Requests of the sampled rows, without those that the contract refuses."""
    scorer = facts[SCORER]
    seed = derive_seed(facts[SEED], "assurance", "latency sample")
    rows = sample(facts[PREDICTIONS], sizes_of(scorer).timed, seed)
    bodies = request_bodies(_sent(inputs, scorer), rows.columns, len(rows))
    return [body for body in bodies if _is_accepted(scorer, body)]


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
    places = _sent_places(predictions, scorer, derive_seed(facts[SEED], "assurance", "skew sample"))
    rows = predictions if len(places) == len(predictions) else predictions.rows(places)
    batch = scorer.score_columns(rows.columns)
    outcome = batch.prediction if batch.probability is None else batch.probability
    expected = np.column_stack([batch.raw] if outcome is None else [batch.raw, outcome]).tolist()
    decided, tolerance = list(batch.decision), float(getattr(scorer, "tolerance", 0.0))
    differing, refused, first = [], [], ""
    for index, body in enumerate(request_bodies(_sent(inputs, scorer), rows.columns, len(rows))):
        try:
            row = scorer.decode(body)[0]
        except InputError as error:
            refused.append(int(places[index]))
            first = first or error.message
            continue
        if not _same(scorer.score_row(row), expected[index], decided[index], tolerance):
            differing.append(int(places[index]))
    return SkewCount(len(rows), tuple(differing), tuple(refused), first)


def _sent_places(predictions: Predictions, scorer: ScoresRequests, seed: int) -> NDArray[np.int64]:
    """Which rows are sent: all, except of very many, where the scorer bounds them."""
    n, sizes = len(predictions), sizes_of(scorer)
    if n <= sizes.sent or (sizes.all_sealed and predictions.rows_are != OUT_OF_FOLD):
        return np.arange(n)
    return np.sort(np.random.default_rng(seed).choice(n, sizes.sent, replace=False))


def _same(score: Any, expected: list[float], decided: object, tolerance: float) -> bool:
    """Whether the numbers are the same, by every bit without a tolerance.

    With one, a row at the very edge of two decisions may fall on either side: the numbers tell.
    """
    outcome = (score.prediction,) if score.probability is None else score.probability
    numbers = (*score.raw, *(number for number in outcome if number is not None))
    if not tolerance or not numbers:
        # NaN equals nothing, yet NaN on both sides is the same score.
        return score.decision == decided and all(
            a == b or (a != a and b != b) for a, b in zip(numbers, expected, strict=True)
        )
    return bool(np.allclose(numbers, expected, rtol=tolerance, atol=tolerance))
