"""Prediction intervals and sets, learned on the latest rows, and the share that they held on later ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from airworthy.measures.conformal import (
    adapted_coverage,
    fewest_rows,
    least_probability,
    residual_bounds,
)
from airworthy.model.rows import FOLDS, Rows
from airworthy.scoring.columns import FloatArray
from airworthy.scoring.coverage import compile_interval
from airworthy.scoring.spec import ClassSet, Interval

FEWEST_IN_HALF = 100
"""Fewer rows than this in the latest half, and all of them set the bounds."""
BIN_ROWS, MOST_BINS = 50, 10
"""Rows behind each point of the scale, and points at most."""
NARROWER = 0.97
"""A width that follows the prediction must be below this share of the plain one; less is noise."""

Held = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Coverage:
    """What was held on rows that did not set the bounds.

    Attributes
    ----------
    held
        Whether the outcome lay inside, shape (m,), in time order where there is one.
    width
        Width of each interval, or classes in each set, shape (m,).
    place
        Positions of those rows among all, shape (m,).
    adapted
        The same as `held` for an interval that follows what came; None where rows have no order.
    """

    held: Held
    width: FloatArray
    place: npt.NDArray[np.intp]
    adapted: Held | None


def fit_interval(
    level: float, y: FloatArray, prediction: FloatArray, *, ordered: bool, spread: Spreads | None = None
) -> Interval:
    """The interval around `prediction` (n,) that held `level` of the outcomes `y` (n,) in the latest half.

    In time order the earlier half says how the spread follows the prediction, the latest sets the bounds;
    otherwise every second row does. Where a column tells each row's `spread`, the width follows that.
    Raises `ValueError` below `fewest_rows(level)` rows.
    """
    n = len(y)
    residuals = y - prediction
    first, last = _halves(n, ordered)
    if spread is not None:
        few = len(last) < max(FEWEST_IN_HALF, fewest_rows(level))
        of = np.arange(n) if few else last
        low, high = residual_bounds((residuals / spread.values)[of], level)
        return Interval(level=level, low=low, high=high, by=spread.column, missing=spread.missing)
    if len(last) < max(FEWEST_IN_HALF, fewest_rows(level)):
        low, high = residual_bounds(residuals, level)
        return Interval(level=level, low=low, high=high)
    low, high = residual_bounds(residuals[last], level)
    plain = Interval(level=level, low=low, high=high)
    at, scale = _scale(prediction[first], np.abs(residuals[first]))
    if len(at) < 2:
        return plain
    follows = np.interp(prediction[last], at, scale)
    low, high = residual_bounds(residuals[last] / follows, level)
    narrower = (high - low) * float(follows.mean()) < NARROWER * (plain.high - plain.low)
    if not narrower:
        return plain
    return Interval(level=level, low=low, high=high, at=tuple(at.tolist()), scale=tuple(scale.tolist()))


@dataclass(frozen=True, eq=False)
class Spreads:
    """Each row's number in the column that an interval's width follows, (n,), null filled with `missing`."""

    column: str
    values: FloatArray
    missing: float

    def take(self, places: npt.NDArray[np.intp]) -> Spreads:
        """Of the rows at `places`."""
        return replace(self, values=self.values[places])


def spreads_of(column: str | None, rows: Rows) -> Spreads | None:
    """The spreads of `rows`; None where no column tells them, or none of them is above 0."""
    if column is None:
        return None
    values = np.asarray(rows.columns[column], dtype=np.float64)
    known = np.isfinite(values) & (values > 0)
    if not known.any():
        return None
    missing = float(np.median(values[known]))
    return Spreads(column, np.where(known, values, missing), missing)


def fit_set(level: float, y: FloatArray, probability: FloatArray, *, ordered: bool) -> ClassSet:
    """The least probability (n, k) that a class needs so that sets held `level` of the latest outcomes."""
    of_outcome = probability[np.arange(len(y)), y.astype(np.int64)]
    _, last = _halves(len(y), ordered)
    latest = of_outcome[last] if ordered and len(last) >= FEWEST_IN_HALF else of_outcome
    return ClassSet(level=level, at_least=least_probability(latest, level))


def interval_coverage(
    level: float, prediction: FloatArray, rows: Rows, by: str | None = None
) -> Coverage | None:
    """What intervals learned in the same way one step earlier held afterwards; None with too few rows."""
    spread = spreads_of(by, rows)
    widths = np.ones(len(rows)) if spread is None else spread.values

    def held(fit: npt.NDArray[np.intp], test: npt.NDArray[np.intp]) -> tuple[Held, FloatArray]:
        own = None if spread is None else spread.take(fit)
        found = fit_interval(level, rows.y[fit], prediction[fit], ordered=rows.ordered, spread=own)
        span = compile_interval(found)
        assert span is not None
        pairs = zip(prediction[test].tolist(), widths[test].tolist(), strict=True)
        bounds = np.array([span(x, width) for x, width in pairs]).reshape(-1, 2)
        inside = (bounds[:, 0] <= rows.y[test]) & (rows.y[test] <= bounds[:, 1])
        return inside, bounds[:, 1] - bounds[:, 0]

    return _coverage(level, np.abs(rows.y - prediction) / widths, rows, held, fewest_rows(level))


def set_coverage(level: float, probability: FloatArray, rows: Rows) -> Coverage | None:
    """As `interval_coverage`, for sets of classes."""
    outcome = rows.y.astype(np.int64)
    of_outcome = probability[np.arange(len(outcome)), outcome]

    def held(fit: npt.NDArray[np.intp], test: npt.NDArray[np.intp]) -> tuple[Held, FloatArray]:
        found = fit_set(level, rows.y[fit], probability[fit], ordered=rows.ordered)
        bound = np.minimum(found.at_least, probability[test].max(axis=1))
        return of_outcome[test] >= bound, (probability[test] >= bound[:, None]).sum(axis=1).astype(float)

    return _coverage(level, 1 - of_outcome, rows, held, 2)


def _coverage(
    level: float,
    scores: FloatArray,
    rows: Rows,
    held: Callable[[npt.NDArray[np.intp], npt.NDArray[np.intp]], tuple[Held, FloatArray]],
    fewest: int,
) -> Coverage | None:
    n = len(rows)
    if not rows.ordered:
        if n * (FOLDS - 1) // FOLDS < fewest + 1 or len(np.unique(rows.fold)) < FOLDS:
            return None
        parts = [(np.flatnonzero(rows.fold != k), np.flatnonzero(rows.fold == k)) for k in range(FOLDS)]
        found = [(*held(fit, test), test) for fit, test in parts]
        inside, width, place = (np.concatenate([part[i] for part in found]) for i in range(3))
        return Coverage(inside.astype(bool), width, place.astype(np.intp), None)
    first, last = _halves(n, ordered=True)
    if len(first) < fewest or not len(last):
        return None
    inside, width = held(first, last)
    return Coverage(inside, width, last, adapted_coverage(scores[last], scores[first], level))


def _halves(n: int, ordered: bool) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    if ordered:
        return np.arange(n // 2), np.arange(n // 2, n)
    return np.arange(0, n, 2), np.arange(1, n, 2)


def _scale(prediction: FloatArray, spread: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Mean absolute residual at the middle of each bin of the prediction, bins of equal row count."""
    bins = min(MOST_BINS, len(prediction) // BIN_ROWS)
    overall = float(spread.mean()) if len(spread) else 0.0
    if bins < 2 or overall <= 0.0:
        return np.empty(0), np.empty(0)
    parts = np.array_split(np.argsort(prediction, kind="stable"), bins)
    at = np.array([prediction[part].mean() for part in parts])
    scale = np.maximum([spread[part].mean() for part in parts], 0.05 * overall)
    rising = np.append(True, np.diff(at) > 0)
    return at[rising], scale[rising]
