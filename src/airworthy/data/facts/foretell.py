"""How well one column alone gives the outcome, on rows that it was not fitted on."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from airworthy.data.facts import Foretelling, OutcomeSample
from airworthy.kernel.fact import Facts

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

BINS = 64
_BARS = 12


def compute(wanted: Sequence[Any], facts: Facts) -> Mapping[Any, object]:
    drawn = facts[OutcomeSample()]
    if drawn is None:
        return dict.fromkeys(wanted)
    rows, codes, outcomes = drawn
    outcome = np.asarray(codes, np.int64)
    # The rows were drawn by a hash of their place; odd and even of a second hash give independent halves.
    half = (pl.int_range(rows.height, dtype=pl.UInt64, eager=True).hash(77) % 2 == 0).to_numpy()
    return {fact: foretell(rows[fact.column], outcome, tuple(outcomes), half) for fact in wanted}


def foretell(
    column: pl.Series, outcome: Codes, outcomes: tuple[str, ...], half: NDArray[np.bool_]
) -> Foretelling | None:
    """Fit each half's rates by value (numbers: 64 quantile bins), score the other half, and rank.

    Parameters
    ----------
    column : (n,) values; missing is a value of its own.
    outcome : (n,) codes into `outcomes`.
    half : (n,) True for the first half.

    Returns
    -------
    The outcome with the largest AUC of "this one against the rest", with DeLong's error.
    """
    best: Foretelling | None = None
    tried = range(1) if len(outcomes) == 2 else range(len(outcomes))
    groups, labels = _groups(column, half)
    for index in tried:
        # Binary: the rarer outcome is the event; outcomes come most frequent first.
        event = (outcome == (1 if len(outcomes) == 2 else index)).astype(float)
        folds = [held for held in (half, ~half) if 0 < event[held].sum() < held.sum()]
        if len(folds) < 2:
            continue
        found = [_held_auc(groups, event, held, len(labels)) for held in folds]
        value = float(np.mean([auc for auc, _ in found]))
        error = math.sqrt(sum(variance for _, variance in found)) / len(folds)
        if best is None or value > best.auc:
            events = int(event.sum())
            name = outcomes[1 if len(outcomes) == 2 else index]
            bars = _bars(groups, labels, event)
            best = Foretelling(name, value, events, len(event) - events, len(tried), error, bars)
    return best


def _groups(column: pl.Series, half: NDArray[np.bool_]) -> tuple[Codes, list[str]]:
    """A group number for every row (0 is missing), and the groups' names."""
    kind = column.dtype
    if kind == pl.String or kind == pl.Boolean:
        text = column.cast(pl.String)
        known = text.drop_nulls().unique().sort()
        place = {value: i + 1 for i, value in enumerate(known.to_list())}
        codes = text.replace_strict(place, default=0, return_dtype=pl.Int64).fill_null(0)
        return codes.to_numpy(), ["missing", *known.to_list()]
    numbers = column.to_physical() if kind.is_temporal() else column
    values = numbers.cast(pl.Float64).fill_null(math.nan).to_numpy()
    present = values[~np.isnan(values)]
    if not present.size:
        return np.zeros(len(values), np.int64), ["missing"]
    unique = np.unique(present)
    if len(unique) <= BINS:
        edges = unique[1:]
    else:
        edges = np.unique(np.quantile(present[np.isfinite(present)], np.linspace(0, 1, BINS + 1)[1:-1]))
    places = np.where(np.isnan(values), 0, np.searchsorted(edges, values, side="right") + 1)
    starts = [unique[0], *edges]
    return places.astype(np.int64), ["missing", *(_start(value, kind) for value in starts)]


def _start(value: float, kind: pl.DataType) -> str:
    if kind.is_temporal():
        return str(pl.Series([int(value)]).cast(kind)[0])
    return f"{value:.6g}"


def _rates(groups: Codes, event: Floats, fitted: NDArray[np.bool_], size: int) -> Floats:
    """The event's share in each group (g,) among the fitted rows, drawn one row towards the base rate."""
    rows = np.bincount(groups[fitted], minlength=size)
    hits = np.bincount(groups[fitted], weights=event[fitted], minlength=size)
    base = event[fitted].mean()
    return np.asarray((hits + base) / (rows + 1), float)


def _held_auc(groups: Codes, event: Floats, held: NDArray[np.bool_], size: int) -> tuple[float, float]:
    """AUC of the held rows by the rates of the others, and its DeLong variance.

    Rows of one group share their score, so counts of groups replace ranks of rows.
    """
    rates = _rates(groups, event, ~held, size)
    score, place = np.unique(rates, return_inverse=True)
    level = place[groups[held]]
    rows = np.bincount(level, minlength=len(score)).astype(float)
    hits = np.bincount(level, weights=event[held], minlength=len(score)).astype(float)
    others = rows - hits
    m, n = float(hits.sum()), float(others.sum())
    above = (np.cumsum(others) - others / 2) / n  # placement of an event at each level
    below = 1 - (np.cumsum(hits) - hits / 2) / m
    return float(hits @ above / m), _variance(above, hits) / m + _variance(below, others) / n


def _variance(values: Floats, weights: Floats) -> float:
    """Sample variance of `values`, each seen `weights` times."""
    total = float(weights.sum())
    if total < 2:
        return 0.0
    middle = float(weights @ values) / total
    return float(weights @ (values - middle) ** 2) / (total - 1)


def _bars(groups: Codes, labels: list[str], event: Floats) -> tuple[tuple[str, int, float], ...]:
    """At most twelve bars: the largest groups, or runs of neighbouring bins."""
    rows = np.bincount(groups, minlength=len(labels))
    hits = np.bincount(groups, weights=event, minlength=len(labels))
    places = np.flatnonzero(rows)
    if len(places) > _BARS:
        runs = np.array_split(places, _BARS)
        return tuple(
            (labels[run[0]], int(rows[run].sum()), float(hits[run].sum() / rows[run].sum())) for run in runs
        )
    return tuple((labels[p], int(rows[p]), float(hits[p] / rows[p])) for p in places)
