"""The named figures of a model, each with its interval, its rows and the naive baseline."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from airworthy.assurance.predictions import Predictions
from airworthy.assurance.quality import LAST, PRIOR, naive, one_class, row_losses
from airworthy.assurance.worth import Worth, worth_of
from airworthy.charter.model import Costs, Task
from airworthy.kernel.result import Estimate
from airworthy.kernel.seed import derive_seed
from airworthy.measures.bootstrap import MOST_UNITS, RESAMPLES, Bootstrap
from airworthy.measures.calibration import CalibrationError
from airworthy.measures.labels import confusion
from airworthy.measures.means import MeanT
from airworthy.measures.probability import confidence_of, row_log_loss
from airworthy.measures.proportion import Wilson
from airworthy.measures.ranking import Auc, average_precision, average_precision_of_weights

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Metric:
    """One figure. `low`/`high` bound it at `level`; `baseline` is what `baseline_name` reaches."""

    value: float
    low: float | None
    high: float | None
    n: int
    unit: str
    level: float
    higher_is_better: bool
    baseline: float | None
    baseline_name: str | None
    rows: str

    def as_json(self) -> dict[str, object]:
        return dict(self.__dict__)


def metrics(
    predictions: Predictions,
    level: float = 0.95,
    *,
    costs: Costs | None = None,
    seed: int = 0,
    resamples: int = RESAMPLES,
) -> Mapping[str, Metric]:
    """Every figure that the task allows, by name.

    Parameters
    ----------
    predictions : outcomes and predictions of n rows.
    level : of the intervals.
    costs : declared costs; without them decisions are counted as errors per 1,000 cases.
    seed : of the resampling. resamples : behind an interval that has no formula.

    Returns
    -------
    binary: auc, average_precision, log_loss, brier, calibration_error, and with decisions accuracy,
    false_alarms_per_1000, misses_per_1000, cost_per_1000. multiclass: log_loss, calibration_error, accuracy,
    macro_recall, cost_per_1000. regression: rmse, mae, r2, bias, cost_per_1000. All: coverage, where the
    charter declares decision.interval.
    """
    table = _Table(predictions, level, seed, resamples)
    if predictions.task is Task.REGRESSION:
        _regression(table)
    else:
        _probabilities(table)
        _decided_classes(table)
    if predictions.held is not None:
        held = Wilson.of(predictions.held.astype(float), _neighbours(predictions))
        table.add("coverage", held, (None, None), higher=True)
    worth = worth_of(predictions, costs)
    if isinstance(worth, Worth):
        table.add(
            "cost_per_1000",
            Bootstrap.of_means(
                worth.model[:, None],
                lambda means: 1000 * means[:, 0],
                unit=worth.unit,
                seed=table.seed_of("cost"),
                clusters=predictions.entity,
                resamples=resamples,
            ),
            (1000 * float(worth.baseline.mean()), worth.baseline_name),
            higher=False,
        )
    return table.metrics


BLOCKS = 50
"""Neighbours in time resemble each other: so many blocks of them are what varies independently."""


def _neighbours(found: Predictions) -> NDArray[np.int64] | None:
    """Codes (n,) of rows that vary together: an entity's, or a stretch of time."""
    if found.entity is not None or found.time is None or len(found) < 2 * BLOCKS:
        return found.entity
    code = np.empty(len(found), np.int64)
    code[np.argsort(found.time, kind="stable")] = np.arange(len(found)) * BLOCKS // len(found)
    return code


NEVER_NEGATIVE = frozenset({"log_loss", "brier", "mae", "rmse", "cost_per_1000"})
"""A symmetric interval of few rows may cross 0, where none of these can lie: the part below is cut off."""


class _Table:
    def __init__(self, predictions: Predictions, level: float, seed: int, resamples: int) -> None:
        self.resamples = resamples
        self.predictions = predictions
        self.level = level
        self.metrics: dict[str, Metric] = {}
        self._seed = seed

    def seed_of(self, name: str) -> int:
        return derive_seed(self._seed, "assurance", f"metric {name}")

    def add(
        self, name: str, estimate: Estimate, baseline: tuple[float | None, str | None], *, higher: bool
    ) -> None:
        low, high = estimate.interval(self.level)
        if low is not None and name in NEVER_NEGATIVE:
            low = max(0.0, low)
        self.metrics[name] = Metric(
            float(estimate.value),
            low,
            high,
            estimate.n,
            estimate.unit,
            self.level,
            higher,
            baseline[0],
            baseline[1],
            self.predictions.rows_are,
        )

    def mean(self, name: str, values: Floats, unit: str, baseline: tuple[float, str], higher: bool) -> None:
        self.add(name, MeanT(values, unit, self.predictions.entity), baseline, higher=higher)

    def of_means(
        self,
        name: str,
        columns: Floats,
        combine: Callable[[Floats], Floats],
        unit: str,
        baseline: tuple[float, str],
        higher: bool,
    ) -> None:
        estimate = Bootstrap.of_means(
            columns,
            combine,
            unit=unit,
            seed=self.seed_of(name),
            clusters=self.predictions.entity,
            resamples=self.resamples,
        )
        self.add(name, estimate, baseline, higher=higher)


def calibration_estimate(predictions: Predictions) -> CalibrationError:
    """Binary: of the event; multiclass: of the most likely class being right."""
    hit, confidence = confidence_of(predictions.y, _class_scores(predictions))
    return CalibrationError(hit, confidence, predictions.entity)


def _class_scores(predictions: Predictions) -> Floats:
    if predictions.task is Task.BINARY:
        return predictions.score
    return predictions.require_probability()


def _probabilities(table: _Table) -> None:
    found = table.predictions
    if found.probability is None:
        return
    prior = np.tile(found.shares, (len(found), 1))
    if found.task is Task.BINARY and one_class(found) is None:
        guess = naive(found)
        table.add("auc", Auc(found.y, found.score, found.entity), (guess.value, guess.name), higher=True)
        _average_precision(table, guess.guess, guess.name)
    log_guess = naive(found) if found.task is Task.MULTICLASS else None
    log_base = (
        (log_guess.value, log_guess.name)
        if log_guess
        else (float(row_log_loss(found.y, prior).mean()), PRIOR)
    )
    table.mean("log_loss", row_losses(found), "nats", log_base, higher=False)
    if found.task is Task.BINARY:
        base = float(((found.y - prior[:, 1]) ** 2).mean())
        table.mean("brier", (found.y - found.score) ** 2, "squared share", (base, PRIOR), higher=False)
    table.add(
        "calibration_error",
        calibration_estimate(found),
        (None, None),
        higher=False,
    )


def _average_precision(table: _Table, guess: Floats, name: str) -> None:
    """Stratified bootstrap; above 20,000 rows of a sample, its spread scaled to all rows (m out of n)."""
    found, seed = table.predictions, table.seed_of("average_precision")
    base = max(float(found.y.mean()), average_precision(found.y, guess))
    part = found
    if len(found) > MOST_UNITS:
        picked = np.random.default_rng(seed).choice(len(found), MOST_UNITS, replace=False)
        part = found.rows(np.sort(picked))
    drawn = Bootstrap.of_rows(
        average_precision_of_weights(part.y, part.score),
        len(part),
        unit="share",
        seed=seed,
        clusters=part.entity,
        strata=part.y,
        resamples=table.resamples,
    )
    value = average_precision(found.y, found.score)
    # Resampling repeats rows and so ranks too well: the draws are centred as far below the value as they lie
    # above it (simulated coverage .86 to .89 without it, .90 to .93 with it).
    centred = drawn.draws - drawn.value - 2 * (drawn.draws.mean() - drawn.value)
    draws = value + centred * (len(part) / len(found)) ** 0.5
    estimate = Bootstrap(value, "share", len(found), draws, drawn.units)
    table.add("average_precision", estimate, (base, name), higher=True)


def _decided_classes(table: _Table) -> None:
    found = table.predictions
    if found.decision is None:
        return
    right = (found.decision == found.y).astype(float)
    always = int(np.argmax(found.shares))
    table.add(
        "accuracy",
        Wilson.of(right, found.entity),
        _better_guess(found, (found.y == always).mean()),
        higher=True,
    )
    if found.task is Task.BINARY:
        alarms, misses = (found.decision > found.y), (found.decision < found.y)
        for name, errors in (("false_alarms_per_1000", alarms), ("misses_per_1000", misses)):
            estimate = _PerThousand(Wilson.of(errors, found.entity, "per 1,000"))
            table.add(name, estimate, (None, None), higher=False)
        return
    counts = confusion(found.y, found.decision, len(found.classes))
    used = np.flatnonzero(counts.sum(axis=1))
    each = np.equal.outer(found.y, used).astype(float)
    table.of_means(
        "macro_recall",
        np.hstack([each * right[:, None], each]),
        lambda means: _mean_ratio(means, len(used)),
        "share",
        (1 / len(used), "one class for all"),
        higher=True,
    )


def _mean_ratio(means: Floats, k: int) -> Floats:
    hits, all_ = means[:, :k], means[:, k:]
    ratio = np.divide(hits, all_, out=np.full_like(hits, np.nan), where=all_ > 0)
    return np.asarray(np.nanmean(ratio, axis=1), float)


def _better_guess(found: Predictions, always_right: float) -> tuple[float, str]:
    last = found.last_matured_outcome
    if last is None:
        return float(always_right), PRIOR
    known = np.where(np.isfinite(last), last, int(np.argmax(found.shares)))
    repeated = float((known == found.y).mean())
    return (repeated, LAST) if repeated > always_right else (float(always_right), PRIOR)


@dataclass(frozen=True)
class _PerThousand:
    share: Wilson
    unit: str = "per 1,000"

    @property
    def value(self) -> float:
        return 1000 * self.share.value

    @property
    def n(self) -> int:
        return self.share.n

    def interval(self, level: float) -> tuple[float, float]:
        low, high = self.share.interval(level)
        return 1000 * low, 1000 * high


def _regression(table: _Table) -> None:
    found, guess = table.predictions, naive(table.predictions)
    error = found.require_prediction() - found.y
    table.of_means(
        "rmse",
        (error**2)[:, None],
        lambda means: np.sqrt(means[:, 0]),
        "target unit",
        (guess.value, guess.name),
        higher=False,
    )
    flat = float(np.abs(guess.guess - found.y).mean())
    table.mean("mae", np.abs(error), "target unit", (flat, guess.name), higher=False)
    table.mean("bias", error, "target unit", (0.0, "no bias"), higher=False)
    if one_class(found) is None:
        # Centred first: the variance as a difference of large squares would lose its digits.
        centred = found.y - found.y.mean()
        table.of_means(
            "r2",
            np.column_stack([error**2, centred, centred**2]),
            lambda means: 1 - means[:, 0] / np.maximum(means[:, 2] - means[:, 1] ** 2, 1e-300),
            "share",
            (1 - guess.value**2 / float((centred**2).mean()), guess.name),
            higher=True,
        )
