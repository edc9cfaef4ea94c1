"""Encoders fitted on training rows: which features a learner reads, and their training values.

Where a feature looked at the outcome (mean outcome of a category, text score) the training value is out of
fold; everything else comes from `scoring.feature_matrix`, the one implementation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from airworthy.model.rows import FOLDS, IntArray, Rows
from airworthy.model.text import TextFeatures
from airworthy.scoring.columns import TIMES, FloatArray
from airworthy.scoring.contract import Column, LogicalType
from airworthy.scoring.features import feature_matrix
from airworthy.scoring.spec import (
    Code,
    DatePart,
    Feature,
    IsNull,
    Number,
    OneHot,
    Scaled,
    TargetMean,
)
from airworthy.scoring.steps import apply_steps

MAX_CODES = 255
"""Categories beyond the most frequent share one code, as LightGBM's 255 bins would have it."""
FEW_CODES = 4
"""Up to so many values a category is one yes or no each, for trees that know only numbers."""
MAX_ONE_HOT = 30
MIN_ONE_HOT_ROWS = 5
PRIOR_ROWS = 20.0
"""A category's mean outcome starts as if this many rows of the overall mean had been seen."""
RAMPS = 8
"""Pieces into which a neural net's encoding parts a number."""
MOST_RAMPED = 100
"""Of more numbers each is read as it is: nine features a number would cost more than they tell."""
TAIL = 0.005
"""A linear model reads numbers no further out than these quantiles: one typing error must not decide."""

_CATEGORIES = (LogicalType.CATEGORY, LogicalType.IDENTIFIER)
_DATE_SCALES = {"hour": (11.5, 7.0), "weekday": (3.0, 2.0), "month": (6.5, 3.5), "day": (15.5, 9.0)}


@dataclass(frozen=True, eq=False)
class Encoding:
    """Features and their training values.

    Attributes
    ----------
    matrix
        Shape (n, d), float64; NaN for null unless the features fill it.
    """

    features: tuple[Feature, ...]
    matrix: FloatArray

    @property
    def codes(self) -> tuple[int, ...]:
        """Positions of features whose numbers are names, not amounts."""
        return tuple(i for i, feature in enumerate(self.features) if isinstance(feature, Code))


@dataclass(frozen=True)
class Plain:
    """What a kind of learner reads that no outcome decides.

    Attributes
    ----------
    features
        Without those that have one value in all rows.
    by_mean
        Category columns that are read by their mean outcome; that is learned from the rows of each fit.
    """

    features: tuple[Feature, ...]
    by_mean: tuple[str, ...]


def encode_for_trees(rows: Rows, text: TextFeatures) -> Encoding:
    """Numbers as they are, categories as codes, and the mean outcome of categories too many for codes."""
    return encoded(plain_for_trees(rows), rows, text)


def encoded(plain: Plain, rows: Rows, text: TextFeatures) -> Encoding:
    """Plain features of `rows`, then mean outcomes out of fold, then text scores."""
    means = _Means(rows)
    for name in plain.by_mean:
        means.add(name)
    parts = [means.matrix(), text.matrix]
    if plain.features:
        parts.insert(0, feature_matrix(plain.features, apply_steps((), rows.columns)))
    features = (*plain.features, *means.features, *text.features)
    if not features:  # every input has one value in all rows
        name = rows.contract.inputs[0].name
        return Encoding((IsNull(column=name),), np.zeros((len(rows), 1)))
    return Encoding(features, np.ascontiguousarray(np.hstack(parts)))


def plain_for_trees(rows: Rows) -> Plain:
    """Numbers as they are, categories as codes."""
    plain: list[Feature] = []
    by_mean: list[str] = []
    for column in rows.contract.inputs:
        if column.type in TIMES:
            plain += _date_parts(column, rows)
        elif column.type in _CATEGORIES:
            vocabulary = _by_frequency(rows.columns[column.name])
            plain.append(Code(column=column.name, vocabulary=tuple(vocabulary[:MAX_CODES])))
            if len(vocabulary) > MAX_CODES:
                by_mean.append(column.name)
        elif column.type is not LogicalType.TEXT:
            plain.append(Number(column=column.name))
    return Plain(_useful(plain, rows), tuple(by_mean))


def plain_for_numbers(rows: Rows) -> Plain:
    """For trees that know only numbers: few categories one by one, others by their mean outcome."""
    plain: list[Feature] = []
    by_mean: list[str] = []
    for column in rows.contract.inputs:
        if column.type in TIMES:
            plain += _date_parts(column, rows)
        elif column.type in _CATEGORIES:
            often = _by_frequency(rows.columns[column.name])
            if len(often) <= FEW_CODES:
                plain += [OneHot(column=column.name, value=value) for value in often]
            else:
                by_mean.append(column.name)
        elif column.type is not LogicalType.TEXT:
            plain.append(Number(column=column.name))
    return Plain(_useful(plain, rows), tuple(by_mean))


def plain_for_linear(rows: Rows) -> Plain:
    """Everything filled, scaled and free of null: what a weighted sum can read."""
    plain: list[Feature] = []
    by_mean: list[str] = []
    for column in rows.contract.inputs:
        values = rows.columns[column.name]
        if column.type in TIMES:
            plain += _scaled_parts(column, rows)
        elif column.type in _CATEGORIES:
            plain += _one_hot(column.name, values, by_mean)  # type: ignore[arg-type]  # categories are strings
        elif column.type is not LogicalType.TEXT:
            plain += _scaled(column.name, np.asarray(values, dtype=np.float64))
    return Plain(_useful(plain, rows), tuple(by_mean))


def plain_for_network(rows: Rows) -> Plain:
    """As for a linear model, and each number once more as ramps from one quantile to the next.

    A net over smooth inputs learns steps slowly (Gorishniy et al., NeurIPS 2022: piecewise linear encoding).
    """
    linear = plain_for_linear(rows)
    numbers = [feature for feature in linear.features if isinstance(feature, Scaled)]
    if len(numbers) > MOST_RAMPED:
        return linear
    ramps = [ramp for feature in numbers for ramp in _ramps(feature, rows)]
    return Plain((*linear.features, *ramps), linear.by_mean)


def _ramps(feature: Scaled, rows: Rows) -> list[Feature]:
    """From -1 at one quantile of the known numbers to 1 at the next, and flat beyond them."""
    values = np.asarray(rows.columns[feature.column], dtype=np.float64)
    known = values[np.isfinite(values)]
    ends = np.unique(np.quantile(known, np.linspace(0.0, 1.0, RAMPS + 1), method="nearest")).tolist()
    if len(ends) < 3:  # a flag, or nearly one
        return []
    return [
        Scaled(
            column=feature.column,
            fill=feature.fill,
            center=(low + high) / 2,
            scale=(high - low) / 2,
            low=low,
            high=high,
        )
        for low, high in pairwise(ends)
        if (high - low) / 2 > 0
    ]


def _useful(plain: Sequence[Feature], rows: Rows) -> tuple[Feature, ...]:
    """Those that do not have one value in all rows."""
    if not plain:
        return ()
    matrix = feature_matrix(plain, apply_steps((), rows.columns))
    first = matrix[:1]
    same = ((matrix == first) | (np.isnan(matrix) & np.isnan(first))).all(axis=0)
    return tuple(feature for feature, flat in zip(plain, same, strict=True) if not flat)


def _date_parts(column: Column, rows: Rows) -> list[DatePart]:
    return [DatePart(column=column.name, part=part, zone=rows.zone) for part in _parts(column, rows)]


def _parts(column: Column, rows: Rows) -> list[str]:
    """Parts of a time. The date itself only where rows have no order: later rows lie outside its range."""
    parts = ["weekday", "month", "day"]
    if column.type is LogicalType.INSTANT:
        parts.insert(0, "hour")
    return parts if rows.ordered else [*parts, "days"]


def _scaled_parts(column: Column, rows: Rows) -> list[Feature]:
    features: list[Feature] = []
    for part in _parts(column, rows):
        center, scale = _DATE_SCALES.get(part, (0.0, 0.0))
        if part == "days":
            days = np.asarray(rows.columns[column.name], dtype=np.float64) / 86_400.0
            center, scale = _center_scale(days)
        features.append(
            DatePart(column=column.name, part=part, zone=rows.zone, center=center, scale=scale, fill=center)
        )
    return [*features, IsNull(column=column.name)]


def _center_scale(values: FloatArray) -> tuple[float, float]:
    known = values[np.isfinite(values)]
    if not len(known):
        return 0.0, 1.0
    return float(known.mean()), float(known.std()) or 1.0


def _scaled(name: str, values: FloatArray) -> list[Feature]:
    known = values[np.isfinite(values)]
    if not len(known):
        return [IsNull(column=name)]
    low, high = _tails(known)
    center, scale = _center_scale(np.clip(known, low, high))
    features: list[Feature] = [
        Scaled(column=name, fill=float(np.median(known)), center=center, scale=scale, low=low, high=high)
    ]
    return [*features, IsNull(column=name)] if len(known) < len(values) else features


def _tails(known: FloatArray) -> tuple[float, float]:
    """Between which bounds a linear model reads a number."""
    ends = float(known.min()), float(known.max())
    if len(known) < 1 / TAIL:
        return ends
    low, high = (float(q) for q in np.quantile(known, [TAIL, 1 - TAIL], method="nearest"))
    return (low, high) if low < high else ends  # a rare other value is the information


def _by_frequency(values: Sequence[str | None] | FloatArray) -> list[str]:
    known, counts = np.unique([str(v) for v in values if v is not None], return_counts=True)
    order = np.lexsort((known, -counts))
    return [str(value) for value in known[order]]


def _one_hot(name: str, values: Sequence[str | None], by_mean: list[str]) -> list[Feature]:
    counts: dict[str, int] = {}
    for value in values:
        if value is not None:
            counts[value] = counts.get(value, 0) + 1
    vocabulary = sorted(counts, key=lambda value: (-counts[value], value))
    if len(vocabulary) > MAX_ONE_HOT:
        by_mean.append(name)
    often = [value for value in vocabulary[:MAX_ONE_HOT] if counts[value] >= MIN_ONE_HOT_ROWS]
    features: list[Feature] = [OneHot(column=name, value=value) for value in often]
    return [*features, IsNull(column=name)] if sum(counts.values()) < len(values) else features


class _Means:
    """Mean outcome by category, out of fold for the training rows."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._values: list[FloatArray] = []
        self.features: list[TargetMean] = []
        self._targets = _standard_targets(rows)

    def add(self, name: str) -> None:
        """Encode the category column `name`, once for each output."""
        values = self._rows.columns[name]
        known, code = np.unique(["" if v is None else f"+{v}" for v in values], return_inverse=True)
        code = code.astype(np.int64)
        for target in self._targets:
            held_out = np.empty(len(code))
            for k in range(FOLDS):
                inside = self._rows.fold != k
                means = _shrunk(code[inside], target[inside], len(known))
                held_out[~inside] = means[code[~inside]]
            means = _shrunk(code, target, len(known))
            table = {str(v)[1:]: float(m) for v, m in zip(known, means, strict=True) if v != ""}
            self.features.append(TargetMean(column=name, values=table, default=float(target.mean())))
            self._values.append(np.where(known[code] == "", target.mean(), held_out))

    def matrix(self) -> FloatArray:
        """Shape (n, number of features)."""
        return np.column_stack(self._values) if self._values else np.empty((len(self._rows), 0))


def _standard_targets(rows: Rows) -> list[FloatArray]:
    """One target an output: 0/1 for each class, or the number in standard deviations."""
    if rows.task == "regression":
        center, scale = _center_scale(rows.y)
        return [(rows.y - center) / scale]
    if rows.outputs == 1:
        return [rows.y]
    return [(rows.y == k).astype(np.float64) for k in range(rows.outputs)]


def _shrunk(code: IntArray, target: FloatArray, size: int) -> FloatArray:
    counts = np.bincount(code, minlength=size)
    sums = np.bincount(code, weights=target, minlength=size)
    return np.asarray((sums + PRIOR_ROWS * target.mean()) / (counts + PRIOR_ROWS), dtype=np.float64)
