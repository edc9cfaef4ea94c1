"""How the score moves with one column: accumulated local effects, and swaps between categories."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from airworthy.assurance.explain.one_output import OneOutput
from airworthy.assurance.explain.picture import FEW, Point, Shape
from airworthy.assurance.predictions import Values, take_columns
from airworthy.measures.means import mean_error, t_quantile
from airworthy.scoring.columns import TIMES
from airworthy.scoring.contract import LogicalType

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
LEVEL = 0.95
CATEGORIES = 8
PLACES = (0.0, 0.02, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.98, 1.0)
"""Shares of the rows below each edge: finer at the ends, where the last tenth often lies far apart."""
FEWEST = 5
"""Rows below which neighbouring bins are joined."""
MISSING = "missing"


@dataclass(frozen=True, eq=False)
class Seen:
    """Rows (n) on which shapes are measured; `clusters` (n,) where rows belong together."""

    columns: Mapping[str, Values]
    clusters: Codes | None = None
    types: Mapping[str, LogicalType] | None = None

    def kind(self, name: str) -> LogicalType | None:
        return None if self.types is None else self.types.get(name)

    def where(self, keep: NDArray[np.int64]) -> dict[str, Values]:
        return take_columns(self.columns, keep)


def shape_of(output: OneOutput, seen: Seen, name: str, label: str) -> Shape | None:
    """The shape of one column; None of free text, and of a column that holds one value.

    >>> from airworthy.assurance.foreign import ForeignScorer
    >>> from airworthy.charter.model import Task
    >>> from airworthy.assurance.tables import read_table
    >>> rows = read_table(np.array([[0.0], [1.0]] * 10))
    >>> scorer = ForeignScorer(lambda x: 2 * x[:, 0], rows, Task.REGRESSION, ())
    >>> found = shape_of(OneOutput.of(scorer, rows.columns), Seen(rows.columns), "x0", "x")
    >>> [(point.label, point.value) for point in found.points]
    [('0', -1.0), ('1', 1.0)]
    """
    values = seen.columns[name]
    if seen.kind(name) is LogicalType.TEXT or seen.kind(name) is LogicalType.IDENTIFIER:
        return None
    if isinstance(values, np.ndarray) and values.dtype.kind in "fiub":
        return _of_number(output, seen, name, label, values.astype(float))
    return _of_category(output, seen, name, label, [None if v is None else str(v) for v in values])


def _of_number(output: OneOutput, seen: Seen, name: str, label: str, values: Floats) -> Shape | None:
    """Accumulated local effects (Apley and Zhu, JRSS B 82 (2020) 1059), centred over the rows."""
    held = np.flatnonzero(np.isfinite(values))
    edges = _edges(values[held])
    if len(edges) < 2:
        return None
    bins = np.clip(np.searchsorted(edges, values[held], side="left"), 1, len(edges) - 1)
    rows = seen.where(held)
    moved = output.shown({**rows, name: _like(seen, name, edges[bins])})
    moved = moved - output.shown({**rows, name: _like(seen, name, edges[bins - 1])})
    clusters = None if seen.clusters is None else seen.clusters[held]
    effects = _Effects.of(moved, bins, len(edges) - 1, clusters)
    kind = seen.kind(name)
    near = _near(values[held], edges, bins)
    points = effects.points(edges, near, [value_words(edge, kind) for edge in edges.tolist()])
    gaps = np.flatnonzero(~np.isfinite(values))
    if len(gaps) >= FEW:
        points = (*points, _gap(output, seen, name, gaps, edges, points))
    return Shape(name, label, points, output.unit, len(values), of=output.name)


def _like(seen: Seen, name: str, values: Floats) -> Values:
    """Numbers in the kind of array that the column has."""
    return values.astype(np.asarray(seen.columns[name]).dtype)


def _edges(values: Floats) -> Floats:
    """Values that lie in the data and cut the rows into bins of about as many, each of at least five."""
    distinct = np.unique(values)
    if len(distinct) > len(PLACES) + 1:
        distinct = np.unique(np.quantile(values, PLACES, method="inverted_cdf"))
    kept = [float(distinct[0])] if len(distinct) else []
    for edge in distinct[1:].tolist():
        above_last = len(kept) > 1
        if ((values > kept[-1]) & (values <= edge)).sum() >= FEWEST or not above_last:
            kept.append(edge)
        elif edge == distinct[-1]:
            kept[-1] = edge
    return np.array(kept)


def _near(values: Floats, edges: Floats, bins: Codes) -> Codes:
    """Rows behind each edge: those that have an edge's value where all do, else those of the bin it ends."""
    if np.isin(values, edges).all():
        return np.array([(values == edge).sum() for edge in edges], np.int64)
    rows = np.bincount(bins, minlength=len(edges))
    lowest = int((values == edges[0]).sum())
    if lowest < FEWEST:
        rows[0] = rows[1]
    else:  # a lowest value that many rows have, such as 0, stands for itself
        rows[0], rows[1] = lowest, rows[1] - lowest
    return rows.astype(np.int64)


@dataclass(frozen=True, eq=False)
class _Effects:
    """Mean step of each bin (k,), its variance, and rows."""

    steps: Floats
    variances: Floats
    rows: Codes
    units: int

    @classmethod
    def of(cls, moved: Floats, bins: Codes, count: int, clusters: Codes | None) -> _Effects:
        steps, variances, rows, units = np.zeros(count), np.zeros(count), np.zeros(count, np.int64), 0
        for index in range(count):
            at = bins == index + 1
            own = None if clusters is None else np.unique(clusters[at], return_inverse=True)[1]
            error, of_bin = mean_error(moved[at], own)
            steps[index], variances[index], rows[index] = moved[at].mean(), error**2, at.sum()
            units += of_bin
        return cls(steps, variances, rows, units)

    def points(self, edges: Floats, near: Codes, words: Sequence[str]) -> tuple[Point, ...]:
        """The curve at the edges. Every point is a sum of steps, weighted for the centring."""
        count = len(self.steps)
        up = np.tril(np.ones((count + 1, count)), -1)  # point k has the steps of all bins up to k
        weights = self.rows / self.rows.sum()
        centred = up - (weights[:, None] * (up[1:] + up[:-1]) / 2).sum(axis=0)
        values, spread = centred @ self.steps, np.sqrt((centred**2) @ self.variances)
        half = t_quantile(LEVEL, max(1, self.units - count)) * spread
        return tuple(
            Point(
                words[k],
                float(values[k]),
                *_ends(float(values[k]), float(half[k])),
                int(near[k]),
                float(edges[k]),
                bool(near[k] < FEW),
            )
            for k in range(count + 1)
        )


def _ends(value: float, half: float) -> tuple[float | None, float | None]:
    return (value - half, value + half) if np.isfinite(half) else (None, None)


def _gap(
    output: OneOutput,
    seen: Seen,
    name: str,
    gaps: NDArray[np.int64],
    edges: Floats,
    points: Sequence[Point],
) -> Point:
    """Rows without a number against the same rows with the middle one, from its point of the curve on."""
    middle = (len(edges) - 1) // 2
    rows = seen.where(gaps)
    usual = _like(seen, name, np.full(len(gaps), edges[middle]))
    moved = output.shown(rows) - output.shown({**rows, name: usual})
    clusters = None if seen.clusters is None else np.unique(seen.clusters[gaps], return_inverse=True)[1]
    error, units = mean_error(moved, clusters)
    value = points[middle].value + float(moved.mean())
    half = t_quantile(LEVEL, max(1, units - 1)) * error
    return Point(MISSING, value, *_ends(value, half), len(gaps), None, len(gaps) < FEW)


def _of_category(
    output: OneOutput, seen: Seen, name: str, label: str, values: Sequence[str | None]
) -> Shape | None:
    """Each category against the most frequent one, among the rows of both: every row with either value."""
    counts: dict[str | None, int] = {}
    for value in values:
        counts[value] = counts.get(value, 0) + 1
    ordered = sorted(counts, key=lambda value: (-counts[value], value or ""))
    if len(ordered) < 2:
        return None
    reference, shown = ordered[0], ordered[1 : CATEGORIES + 1]
    points = [Point(_named(reference), 0.0, 0.0, 0.0, counts[reference])]
    for value in shown:
        at = np.array([i for i, held in enumerate(values) if held in (value, reference)], np.int64)
        rows, size = seen.where(at), len(at)
        moved = output.shown({**rows, name: [value] * size}) - output.shown(
            {**rows, name: [reference] * size}
        )
        clusters = None if seen.clusters is None else np.unique(seen.clusters[at], return_inverse=True)[1]
        error, units = mean_error(moved, clusters)
        half = t_quantile(LEVEL, max(1, units - 1)) * error
        mean = float(moved.mean())
        points.append(
            Point(_named(value), mean, *_ends(mean, half), counts[value], None, counts[value] < FEW)
        )
    left = len(ordered) - 1 - len(shown)
    return Shape(
        name,
        label,
        tuple(points),
        output.unit,
        len(values),
        reference=_named(reference),
        left_out=left,
        of=output.name,
    )


def _named(value: str | None) -> str:
    return MISSING if value is None else value


def value_words(value: float, kind: LogicalType | None) -> str:
    """A value of a column as a person writes it.

    >>> value_words(1250.0, LogicalType.INTEGER), value_words(0.0, LogicalType.DAY)
    ('1,250', '1970-01-01')
    """
    if kind in TIMES:
        moment = datetime.fromtimestamp(value, UTC)
        return f"{moment:%Y-%m-%d}" if kind is LogicalType.DAY else f"{moment:%Y-%m-%d %H:%M}"
    if kind is LogicalType.FLAG:
        return "yes" if value else "no"
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.4g}"
