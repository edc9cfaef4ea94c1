"""How well one column alone gives the outcome, on rows that it was not fitted on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from airworthy.data.facts import Foretelling, OutcomeSample
from airworthy.kernel.fact import Facts

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

BINS = 64

AT_ONCE = 1_000_000
"""Cells whose groups are counted together."""

_BARS = 12


@dataclass(frozen=True)
class Grouped:
    """A group number for every row (n,), 0 where the value is missing; the others begin at `starts`."""

    codes: Codes
    starts: Sequence[Any]
    kind: pl.DataType

    @property
    def size(self) -> int:
        return len(self.starts) + 1

    def label(self, place: int) -> str:
        if not place:
            return "missing"
        start = self.starts[place - 1]
        return start if isinstance(start, str) else _start(start, self.kind)


def compute(wanted: Sequence[Any], facts: Facts) -> Mapping[Any, object]:
    drawn = facts[OutcomeSample()]
    if drawn is None:
        return dict.fromkeys(wanted)
    rows, codes, outcomes = drawn
    outcome = np.asarray(codes, np.int64)
    # The rows were drawn by a hash of their place; odd and even of a second hash give independent halves.
    half = (pl.int_range(rows.height, dtype=pl.UInt64, eager=True).hash(77) % 2 == 0).to_numpy()
    # Rows of one group share their score, so columns are counted together, by group: `AT_ONCE` cells of them.
    names, at_once = tuple(outcomes), max(1, AT_ONCE // max(1, rows.height))
    computed: dict[Any, object] = {}
    for start in range(0, len(wanted), at_once):
        some = wanted[start : start + at_once]
        grouped = [_groups(rows[fact.column]) for fact in some]
        computed |= dict(zip(some, _foretell(grouped, outcome, names, half), strict=True))
    return computed


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
    return _foretell([_groups(column)], outcome, outcomes, half)[0]


def _foretell(
    grouped: Sequence[Grouped], outcome: Codes, outcomes: tuple[str, ...], half: NDArray[np.bool_]
) -> list[Foretelling | None]:
    """`foretell` of several columns by their groups."""
    best: list[Foretelling | None] = [None] * len(grouped)
    size = max(group.size for group in grouped)
    # The place of a row's group among those of all columns (n * columns).
    place = np.concatenate([group.codes + i * size for i, group in enumerate(grouped)])
    tried = range(1) if len(outcomes) == 2 else range(len(outcomes))
    for index in tried:
        # Binary: the rarer outcome is the event; outcomes come most frequent first.
        code = 1 if len(outcomes) == 2 else index
        event = outcome == code
        folds = [held for held in (half, ~half) if 0 < event[held].sum() < held.sum()]
        if len(folds) < 2:
            continue
        tables = [_counts(place, chosen, len(grouped), size) for chosen in (half, half & event, event)]
        rows = _counts(place, np.ones(len(half), bool), len(grouped), size)
        sides = (tables[0], tables[1]), (rows - tables[0], tables[2] - tables[1])
        found = [_held_auc(*sides[1 - own], *sides[own]) for own in (0, 1)]
        value = (found[0][0] + found[1][0]) / 2
        error = np.sqrt(found[0][1] + found[1][1]) / 2
        events = int(event.sum())
        for i, group in enumerate(grouped):
            held = best[i]
            if held is None or value[i] > held.auc:
                bars = _bars(group, rows[i], tables[2][i])
                told = (events, len(event) - events, len(tried), float(error[i]), bars)
                best[i] = Foretelling(outcomes[code], float(value[i]), *told)
    return best


def _counts(place: Codes, chosen: NDArray[np.bool_], columns: int, size: int) -> Floats:
    """Chosen rows of each group (columns, size)."""
    counted = np.bincount(place[np.tile(chosen, columns)], minlength=columns * size)
    return counted.reshape(columns, size).astype(float)


def _groups(column: pl.Series) -> Grouped:
    kind = column.dtype
    if kind == pl.String or kind == pl.Boolean:
        text = column.cast(pl.String)
        known = text.drop_nulls().unique().sort()
        place = {value: i + 1 for i, value in enumerate(known.to_list())}
        codes = text.replace_strict(place, default=0, return_dtype=pl.Int64).fill_null(0)
        return Grouped(codes.to_numpy(), known.to_list(), kind)
    numbers = column.to_physical() if kind.is_temporal() else column
    values = numbers.cast(pl.Float64).to_numpy()  # missing cells become NaN
    missing = np.isnan(values)
    present = np.sort(values[~missing])
    if not present.size:
        return Grouped(np.zeros(len(values), np.int64), [], kind)
    unique = present[np.append(True, present[1:] != present[:-1])]
    edges = unique[1:] if len(unique) <= BINS else np.unique(_quantiles(present[np.isfinite(present)]))
    places = np.where(missing, 0, np.searchsorted(edges, values, side="right") + 1)
    starts = [unique[0], *edges]
    return Grouped(places.astype(np.int64), starts, kind)


def _quantiles(ordered: Floats) -> Floats:
    """The inner ends of `BINS` equal parts of ordered values, as by `np.quantile`, which would sort again."""
    places = np.linspace(0, 1, BINS + 1)[1:-1] * (len(ordered) - 1)
    low = np.floor(places).astype(np.int64)
    part, start, end = places - low, ordered[low], ordered[np.minimum(low + 1, len(ordered) - 1)]
    return np.where(part >= 0.5, end - (end - start) * (1 - part), start + (end - start) * part)


def _start(value: float, kind: pl.DataType) -> str:
    if kind.is_temporal():
        return str(pl.Series([int(value)]).cast(kind)[0])
    return f"{value:.6g}"


def _held_auc(rows: Floats, hits: Floats, held: Floats, held_hits: Floats) -> tuple[Floats, Floats]:
    """AUC of the held rows (columns,) by the rates of the others, and its DeLong variance.

    Parameters
    ----------
    rows, hits : (columns, groups) rows that the rates are fitted on, and those with the event.
    held, held_hits : (columns, groups) the same of the rows that are scored.

    Notes
    -----
    A rate is drawn one row towards the base rate. Groups of one rate share a level, and rows of one level
    their score, so counts of levels replace ranks of rows.
    """
    base = hits.sum(axis=1, keepdims=True) / rows.sum(axis=1, keepdims=True)
    rates = (hits + base) / (rows + 1)
    order = np.argsort(rates, axis=1, kind="stable")
    ordered = np.take_along_axis(rates, order, axis=1)
    level: Codes = np.zeros_like(order)
    level[:, 1:] = np.cumsum(ordered[:, 1:] != ordered[:, :-1], axis=1)
    level += np.arange(len(level))[:, None] * level.shape[1]
    n_rows, n_hits = (_by_level(level, np.take_along_axis(x, order, axis=1)) for x in (held, held_hits))
    others = n_rows - n_hits
    m, n = n_hits.sum(axis=1, keepdims=True), others.sum(axis=1, keepdims=True)
    above = (np.cumsum(others, axis=1) - others / 2) / n  # placement of an event at each level
    below = 1 - (np.cumsum(n_hits, axis=1) - n_hits / 2) / m
    auc = (n_hits * above).sum(axis=1) / m[:, 0]
    return auc, _variance(above, n_hits) / m[:, 0] + _variance(below, others) / n[:, 0]


def _by_level(level: Codes, counts: Floats) -> Floats:
    summed = np.bincount(level.ravel(), counts.ravel(), level.size)
    return np.asarray(summed.reshape(level.shape), float)


def _variance(values: Floats, weights: Floats) -> Floats:
    """Sample variance of each row's `values`, each seen `weights` times; 0 of fewer than two."""
    total = weights.sum(axis=1)
    middle = (weights * values).sum(axis=1) / total
    squares = (weights * (values - middle[:, None]) ** 2).sum(axis=1)
    return np.where(total < 2, 0.0, squares / np.maximum(total - 1, 1))


def _bars(group: Grouped, rows: Floats, hits: Floats) -> tuple[tuple[str, int, float], ...]:
    """At most twelve bars: the largest groups, or runs of neighbouring bins."""
    places = np.flatnonzero(rows)
    runs = (
        np.array_split(places, _BARS)
        if len(places) > _BARS
        else [places[i : i + 1] for i in range(len(places))]
    )
    return tuple(
        (group.label(int(run[0])), int(rows[run].sum()), float(hits[run].sum() / rows[run].sum()))
        for run in runs
    )
