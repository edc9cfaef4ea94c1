"""The groups of protected columns, from the contract alone: fixed before anything is measured."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from airworthy.charter.scope import Scope
from airworthy.kernel.errors import InputError
from airworthy.kernel.result import Subject
from airworthy.scoring.contract import Column, LogicalType, Role

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MISSING = "(missing)"
OTHER = "(other)"
MOST_VALUES = 50
"""Rarer values of one column are measured together: more groups than this leave none with power."""
MOST_NUMBERS = 10
"""A number with at most this many values is a code, not a scale."""
BANDS = 4

_YES = {"true", "yes", "y", "t"}
_NO = {"false", "no", "n", "f"}


@dataclass(frozen=True)
class Group:
    """Rows of one value, of no value, of all rarer values, or of one band of a number [low, high)."""

    column: str
    label: str
    values: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    share: float | None = None  # of training rows, where the contract counted them

    @property
    def subject(self) -> Subject:
        return f"group:{self.column}={self.label}"


def protected_columns(scope: Scope) -> tuple[Column, ...]:
    """Columns that the charter names as protected or that carry that role, in the contract's order."""
    named = set(scope.charter.fairness.protected)
    return tuple(c for c in scope.contract.columns if c.name in named or c.role is Role.PROTECTED)


def groups_of(scope: Scope) -> tuple[Group, ...]:
    """All planned groups of all protected columns."""
    return tuple(
        group for column in protected_columns(scope) for group in column_groups(column, scope.contract.rows)
    )


def column_groups(column: Column, rows: int = 0) -> tuple[Group, ...]:
    """The groups of one column; of two values only the rarer, whose gap is the other's mirrored.

    >>> [g.label for g in column_groups(Column(name="sex", type=LogicalType.CATEGORY, vocabulary=("M", "F")))]
    ['F']
    """
    missing = (Group(column.name, MISSING, share=column.null_share),) if column.null_share > 0 else ()
    named = value_groups(column, rows)
    if len(named) == 2 and named[1].values and not missing:
        return (named[1],)
    return (*named, *missing)


def value_groups(column: Column, rows: int = 0) -> tuple[Group, ...]:
    """Every group of a known value: each value, the rarer ones together, or the bands of a number.

    >>> sex = Column(name="sex", type=LogicalType.CATEGORY, vocabulary=("M", "F"))
    >>> [group.label for group in value_groups(sex)]
    ['M', 'F']
    """
    numeric = column.type.numeric or column.type in (LogicalType.INSTANT, LogicalType.DAY)
    if numeric and not 0 < len(column.vocabulary) <= MOST_NUMBERS:
        return _bands(column)
    total = sum(column.counts) or rows
    shares = [count / total for count in column.counts] if column.counts and total else []
    named = [
        Group(column.name, value, (value,), share=shares[i] if i < len(shares) else None)
        for i, value in enumerate(column.vocabulary)
    ]
    if len(named) <= MOST_VALUES:
        return tuple(named)
    rare = named[MOST_VALUES:]
    share = sum(shares[MOST_VALUES:]) if shares else None
    other = Group(column.name, OTHER, tuple(group.label for group in rare), share=share)
    return (*named[:MOST_VALUES], other)


def _bands(column: Column) -> tuple[Group, ...]:
    """Four bands of equal width over the training range; the outer two are open."""
    if column.low is None or column.high is None or not column.high > column.low:
        return ()
    width = (column.high - column.low) / BANDS
    edges = [column.low + width * i for i in range(BANDS + 1)]
    if column.type is LogicalType.INTEGER:
        edges = [float(math.ceil(edge)) for edge in edges]
    edges = sorted(set(edges))
    groups = []
    for i, (low, high) in enumerate(pairwise(edges)):
        first, last = i == 0, i == len(edges) - 2
        label = f"under {high:g}" if first else f"{low:g} and over" if last else f"{low:g} to under {high:g}"
        bounds = (None if first else low, None if last else high)
        groups.append(Group(column.name, label, low=bounds[0], high=bounds[1], share=_share(column, *bounds)))
    return tuple(groups) if len(groups) > 1 else ()


def _share(column: Column, low: float | None, high: float | None) -> float | None:
    """Share of the known training rows within [low, high), where the contract counted each value."""
    if not column.counts or len(column.counts) != len(column.vocabulary):
        return None
    inside = [
        rows
        for value, rows in zip(column.vocabulary, column.counts, strict=True)
        if (low is None or float(value) >= low) and (high is None or float(value) < high)
    ]
    return sum(inside) / sum(column.counts)


def members(group: Group, columns: Mapping[str, Any]) -> NDArray[np.bool_]:
    """Which rows (n,) belong to the group.

    Raises
    ------
    InputError : the predictions do not carry the column.
    """
    import numpy as np  # listing checks must not import numpy

    if group.column not in columns:
        raise InputError(
            f"The predictions do not carry the protected column {group.column!r}.",
            value=group.column,
            remedy="Give the column with the predictions, or take it out of fairness.protected.",
        )
    values = np.asarray(columns[group.column])
    if values.dtype.kind in "fiub":
        numbers = values.astype(float)
        return _numeric_members(group, numbers)
    empty = np.array([value is None for value in values.tolist()])
    if group.label == MISSING and not group.values:
        return empty
    return np.asarray(np.isin(np.where(empty, "", values.astype(str)), group.values) & ~empty)


def _numeric_members(group: Group, numbers: NDArray[np.float64]) -> NDArray[np.bool_]:
    import numpy as np  # listing checks must not import numpy

    if group.label == MISSING and not group.values:
        return np.asarray(np.isnan(numbers))
    if group.values:
        return np.isin(numbers, [_as_number(value) for value in group.values])
    inside = ~np.isnan(numbers)
    if group.low is not None:
        inside &= numbers >= group.low
    if group.high is not None:
        inside &= numbers < group.high
    return inside


def _as_number(text: str) -> float:
    """A vocabulary entry of a flag or a number."""
    word = text.strip().lower()
    if word in _YES or word in _NO:
        return 1.0 if word in _YES else 0.0
    try:
        return float(word)
    except ValueError:
        raise InputError(
            f"The protected value {text!r} is not a number, but the column holds numbers.",
            value=text,
            remedy="Declare the column's type as category in data.types.",
        ) from None


def expected_rows(group: Group, scope: Scope) -> float | None:
    """Rows of the group to expect in the smaller of validation and sealed set; None where nobody counted."""
    if group.share is None or not scope.contract.rows:
        return None
    split = scope.charter.split
    training = (1 - split.sealed) * (1 - split.validation)
    measured = min(split.sealed, (1 - split.sealed) * split.validation)
    return group.share * scope.contract.rows * measured / training
