"""The groups of protected columns, from the contract alone: fixed before anything is measured."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from types import NoneType
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
    """Rows of one value, of no value, of all rarer values, or of one band of a number [low, high).

    `against` is the declared group that it is held against; None: all other rows.
    """

    column: str
    label: str
    values: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    share: float | None = None  # of training rows, where the contract counted them
    against: Group | None = None

    @property
    def subject(self) -> Subject:
        return f"group:{self.column}={self.label}"


def protected_columns(scope: Scope) -> tuple[Column, ...]:
    """Columns that the charter names as protected or that carry that role, in the contract's order."""
    named = set(scope.charter.fairness.protected)
    return tuple(c for c in scope.contract.columns if c.name in named or c.role is Role.PROTECTED)


def groups_of(scope: Scope) -> tuple[Group, ...]:
    """All planned groups of all protected columns."""
    rules, rows = scope.charter.fairness, scope.contract.rows
    return tuple(
        group
        for column in protected_columns(scope)
        for group in column_groups(
            column, rows, rules.bands.get(column.name, ()), rules.reference.get(column.name)
        )
    )


def known_groups(column: Column, scope: Scope) -> tuple[Group, ...]:
    """Every group of a known value, compared or not, in the bands that the charter declares."""
    return value_groups(column, scope.contract.rows, scope.charter.fairness.bands.get(column.name, ()))


def column_groups(
    column: Column, rows: int = 0, edges: tuple[float, ...] = (), reference: str | None = None
) -> tuple[Group, ...]:
    """The groups of one column that are compared: of two values only the rarer, whose gap is the other's
    mirrored; with a declared `reference` all but that one.

    Raises
    ------
    InputError : no group is called `reference`.

    >>> [g.label for g in column_groups(Column(name="sex", type=LogicalType.CATEGORY, vocabulary=("M", "F")))]
    ['F']
    """
    named, missing = value_groups(column, rows, edges), missing_group(column)
    if reference is not None:
        against = _called(reference, named)
        return tuple(replace(group, against=against) for group in (*named, *missing) if group != against)
    if len(named) == 2 and named[1].values and not missing:
        return (named[1],)
    return (*named, *missing)


def missing_group(column: Column) -> tuple[Group, ...]:
    """The rows without a value, where the contract saw any."""
    return (Group(column.name, MISSING, share=column.null_share),) if column.null_share > 0 else ()


def _called(name: str, groups: tuple[Group, ...]) -> Group:
    for group in groups:
        if group.label == name:
            return group
    column = groups[0].column if groups else name
    known = ", ".join(f'"{group.label}"' for group in groups[:12]) or "none"
    raise InputError(
        f'fairness.reference names the group "{name}", and no row of {column} is of it.',
        value=name,
        remedy=f"Name one of its groups: {known}.",
    )


def value_groups(column: Column, rows: int = 0, edges: tuple[float, ...] = ()) -> tuple[Group, ...]:
    """Every group of a known value: each value, the rarer ones together, or the bands of a number.

    Parameters
    ----------
    edges : where declared bands of a number begin, but for the first.

    >>> sex = Column(name="sex", type=LogicalType.CATEGORY, vocabulary=("M", "F"))
    >>> [group.label for group in value_groups(sex)]
    ['M', 'F']
    """
    numeric = column.type.numeric or column.type in (LogicalType.INSTANT, LogicalType.DAY)
    if numeric and (edges or not 0 < len(column.vocabulary) <= MOST_NUMBERS):
        return _banded(column, edges or _quarters(column) or _equal_widths(column))
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


def _banded(column: Column, edges: tuple[float, ...]) -> tuple[Group, ...]:
    """Bands that begin at each of `edges`, and one below them; the outer two are open."""
    groups = []
    for low, high in pairwise((None, *edges, None)):
        label = f"{low:g} and over" if high is None else f"under {high:g}"
        label = f"{low:g} to {label}" if low is not None and high is not None else label
        groups.append(Group(column.name, label, low=low, high=high, share=_share(column, low, high)))
    return tuple(groups) if len(groups) > 1 else ()


def _quarters(column: Column) -> tuple[float, ...]:
    """Where the second, third and last quarter of the training rows begin, where each value was counted."""
    if not column.counts or len(column.counts) != len(column.vocabulary):
        return ()
    counted = sorted(zip(map(float, column.vocabulary), column.counts, strict=True))
    return quantile_edges([value for value, _ in counted], [rows for _, rows in counted])


def quantile_edges(values: Sequence[float], counts: Sequence[int]) -> tuple[float, ...]:
    """Where the second and further of four bands of equal rows begin; fewer where values tie.

    >>> quantile_edges([1, 2, 3, 4, 5], [1, 1, 1, 1, 4])     # half of all rows lie at 5
    (3, 5)
    """
    total, found = sum(counts), dict[float, None]()
    below = [0, *accumulate(counts)]
    for part in range(1, BANDS):
        at = next(i for i in range(len(values)) if below[i + 1] > total * part / BANDS)
        if at > 0:
            found[values[at]] = None
    return tuple(found)


def _equal_widths(column: Column) -> tuple[float, ...]:
    """Where the second, third and last of four bands of one width begin, over the training range."""
    if column.low is None or column.high is None or not column.high > column.low:
        return ()
    width = (column.high - column.low) / BANDS
    edges = [column.low + width * i for i in range(1, BANDS)]
    if column.type is LogicalType.INTEGER:
        edges = [float(math.ceil(edge)) for edge in edges]
    return tuple(sorted({edge for edge in edges if column.low < edge < column.high}))


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
    held = columns[group.column]
    if _are_words(held):
        return _word_members(group, held)
    values = np.asarray(held)
    if values.dtype.kind in "fiub":
        return _numeric_members(group, values.astype(float))
    return _word_members(group, values.tolist())


def _are_words(held: Any) -> bool:
    """Whether it is a list of texts, some of them perhaps missing: an array would cost a copy of each."""
    first = next((value for value in held if value is not None), None) if isinstance(held, list) else None
    return isinstance(first, str)


def _word_members(group: Group, words: Sequence[object]) -> NDArray[np.bool_]:
    import numpy as np  # listing checks must not import numpy

    if group.label == MISSING and not group.values:
        return np.fromiter((word is None for word in words), bool, len(words))
    asked = frozenset(group.values)
    if set(map(type, words)) <= {str, NoneType}:  # the usual case, without a step of Python's for each row
        return np.fromiter(map(asked.__contains__, words), bool, len(words))
    return np.fromiter((word is not None and str(word) in asked for word in words), bool, len(words))


def others(group: Group, columns: Mapping[str, Any]) -> NDArray[np.bool_]:
    """The rows (n,) that a group is held against: those of its declared reference, else all others."""
    return ~members(group, columns) if group.against is None else members(group.against, columns)


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
