"""Features: each turns one column into one float64, for all rows or for one, with the same arithmetic.

Training builds its matrix with `feature_matrix` too, so no second implementation exists.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from airworthy.kernel.errors import InputError
from airworthy.scoring.columns import NAN, Columns, FloatArray, Value, row_count
from airworthy.scoring.dates import part_of, parts_of
from airworthy.scoring.spec import (
    Code,
    DatePart,
    Feature,
    IsNull,
    Number,
    OneHot,
    Scaled,
    TargetMean,
    TextLength,
    TextScore,
)
from airworthy.scoring.text import text_score

RowFeature = Callable[[Sequence[Value]], float]


def feature_matrix(features: Sequence[Feature], columns: Columns) -> FloatArray:
    """The (n, d) float64 matrix, C-contiguous, of `features` over n rows; steps must have been applied.

    Raises `InputError` when a column is absent, or is text where numbers are needed and the other way round.

    >>> columns = {"age": np.array([41.0, np.nan]), "city": ["Rome", None]}
    >>> feature_matrix([Number(column="age"), OneHot(column="city", value="Rome")], columns)
    array([[41.,  1.],
           [nan,  0.]])
    """
    matrix = np.empty((row_count(columns), len(features)), dtype=np.float64)
    words = _Words(columns)
    with np.errstate(over="ignore", invalid="ignore"):
        for index, feature in enumerate(features):
            matrix[:, index] = _vector(feature, columns, words)
    return matrix


class _Words:
    """The different texts of each column, and which of them each row has: a feature asks each text once."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._known: dict[str, tuple[list[str | None], npt.NDArray[np.intp]]] = {}

    def read(self, feature: Feature, reader: Callable[[str | None], float]) -> FloatArray:
        """`reader` of every row's text, shape (n,)."""
        if feature.column not in self._known:
            values = _strings(feature, self._columns)
            place: dict[str | None, int] = {}
            codes = np.fromiter(
                (place.setdefault(value, len(place)) for value in values), np.intp, len(values)
            )
            self._known[feature.column] = list(place), codes
        texts, codes = self._known[feature.column]
        return np.array([reader(text) for text in texts], dtype=np.float64)[codes]


def _vector(feature: Feature, columns: Columns, words: _Words) -> FloatArray | list[float]:
    if isinstance(feature, Number):
        return _numbers(feature, columns)
    if isinstance(feature, Scaled):
        values = _numbers(feature, columns)
        filled = np.where(np.isnan(values), feature.fill, values)
        # Comparisons, as for one row: np.clip has rules of its own for -0.0.
        if feature.low is not None:
            filled = np.where(filled < feature.low, feature.low, filled)
        if feature.high is not None:
            filled = np.where(filled > feature.high, feature.high, filled)
        return (filled - feature.center) / feature.scale
    if isinstance(feature, DatePart):
        parts = parts_of(feature.part, feature.zone, _numbers(feature, columns))
        if feature.fill is not None:
            parts = np.where(np.isnan(parts), feature.fill, parts)
        return (parts - feature.center) / feature.scale
    if isinstance(feature, IsNull):
        column = _column(feature, columns)
        if isinstance(column, np.ndarray):
            return np.isnan(column).astype(np.float64)
        return [1.0 if value is None else 0.0 for value in column]
    return words.read(feature, _string_reader(feature))


def _column(feature: Feature, columns: Columns) -> FloatArray | Sequence[str | None]:
    try:
        return columns[feature.column]
    except KeyError:
        raise InputError(
            f"Column {feature.column!r} is needed to score and is not there.",
            value=feature.column,
            remedy="Add the column; null values are allowed where the contract says so.",
        ) from None


def _numbers(feature: Feature, columns: Columns) -> FloatArray:
    values = _column(feature, columns)
    if isinstance(values, np.ndarray) and values.dtype == np.float64:
        return values
    raise InputError(
        f"Column {feature.column!r} must be numbers: the model uses it as {type(feature).__name__}.",
        value=feature.column,
        remedy="Pass it as a float64 array with NaN for null.",
    )


def _strings(feature: Feature, columns: Columns) -> Sequence[str | None]:
    values = _column(feature, columns)
    if not isinstance(values, np.ndarray):
        return values
    raise InputError(
        f"Column {feature.column!r} must be text: the model uses it as {type(feature).__name__}.",
        value=feature.column,
        remedy="Pass it as a list of strings with None for null.",
    )


def _string_reader(feature: Feature) -> Callable[[str | None], float]:
    """What a feature over strings makes of one value; a batch runs it row by row."""
    if isinstance(feature, Code):
        codes: dict[str | None, float] = {value: float(i) for i, value in enumerate(feature.vocabulary)}
        codes[None], unseen = NAN, float(len(feature.vocabulary))
        return lambda value: codes.get(value, unseen)
    if isinstance(feature, OneHot):
        wanted = feature.value
        return lambda value: 1.0 if value == wanted else 0.0
    if isinstance(feature, TargetMean):
        means, default = feature.values, feature.default
        return lambda value: default if value is None else means.get(value, default)
    if isinstance(feature, TextLength):
        scale = feature.scale
        return lambda value: (0.0 if value is None else float(len(value))) / scale
    if isinstance(feature, TextScore):
        return lambda value: text_score(feature, value)
    raise TypeError(f"{type(feature).__name__} does not read strings")


def compile_features(features: Sequence[Feature], position: dict[str, int]) -> tuple[RowFeature, ...]:
    """The same features for one row whose canonical values lie at `position`."""
    return tuple(_row_feature(feature, position[feature.column]) for feature in features)


def _row_feature(feature: Feature, at: int) -> RowFeature:
    if isinstance(feature, Number):
        return lambda values: values[at]  # type: ignore[return-value]  # numeric columns hold floats
    if isinstance(feature, Scaled):
        return _scaled(feature, at)
    if isinstance(feature, DatePart):
        return _date_part(feature, at)
    if isinstance(feature, IsNull):
        return lambda values: 1.0 if values[at] is None or values[at] != values[at] else 0.0
    read = _string_reader(feature)
    return lambda values: read(values[at])  # type: ignore[arg-type]  # text columns hold strings


def _scaled(feature: Scaled, at: int) -> RowFeature:
    fill, center, scale = feature.fill, feature.center, feature.scale
    low = -math.inf if feature.low is None else feature.low
    high = math.inf if feature.high is None else feature.high

    def read(values: Sequence[Value]) -> float:
        value: float = values[at]  # type: ignore[assignment]
        if value != value:
            value = fill
        if value < low:
            value = low
        if value > high:
            value = high
        return (value - center) / scale

    return read


def _date_part(feature: DatePart, at: int) -> RowFeature:
    part, zone, center, scale = feature.part, feature.zone, feature.center, feature.scale
    fill = math.nan if feature.fill is None else feature.fill

    def read(values: Sequence[Value]) -> float:
        value = part_of(part, zone, values[at])  # type: ignore[arg-type]
        return ((fill if value != value else value) - center) / scale

    return read


def feature_row(features: tuple[RowFeature, ...], values: Sequence[Value]) -> list[float]:
    """The d feature values of one row."""
    return [feature(values) for feature in features]
