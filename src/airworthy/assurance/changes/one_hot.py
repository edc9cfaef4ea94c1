"""Groups of columns of which exactly one is 1: one question, spread over several columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from airworthy.kernel.errors import InputError

FEWEST_ROWS = 20
"""Rows below which columns may sum to 1 by chance."""


def one_hot_groups(columns: Mapping[str, Any]) -> tuple[tuple[str, ...], ...]:
    """Neighbouring columns of 0 and 1 that sum to 1 in every row, each in at least one row.

    Only neighbours: encoders write them side by side, and any two flags may exclude each other by chance.

    >>> import numpy as np
    >>> a = np.array([1.0, 0.0] * 10); b = np.array([0.0, 1.0] * 10)
    >>> one_hot_groups({"a": a, "b": b, "x": a * 3})
    (('a', 'b'),)
    """
    names = [name for name, values in columns.items()]
    found: list[tuple[str, ...]] = []
    start = 0
    while start < len(names):
        group = _group_from(names, start, columns)
        if group:
            found.append(group)
        start += len(group) or 1
    return tuple(found)


def _group_from(names: Sequence[str], start: int, columns: Mapping[str, Any]) -> tuple[str, ...]:
    """The shortest run of flags from `start` on that sums to 1 everywhere; empty where there is none."""
    total: NDArray[np.float64] | None = None
    for end in range(start, len(names)):
        flags = _flags(columns[names[end]])
        if flags is None or len(flags) < FEWEST_ROWS:
            return ()
        total = flags if total is None else total + flags
        if (total > 1).any():
            return ()
        if end > start and (total == 1).all():
            return tuple(names[start : end + 1])
    return ()


def _flags(values: Any) -> NDArray[np.float64] | None:
    """The column as 0 and 1, where it holds both and nothing else."""
    if not isinstance(values, np.ndarray) or values.dtype.kind not in "fbiu":
        return None
    numbers = values.astype(float)
    both = bool(((numbers == 0) | (numbers == 1)).all()) and 0 < float(numbers.sum()) < len(numbers)
    return numbers if both else None


def require_one_hot(group: Sequence[str], columns: Mapping[str, Any]) -> None:
    """Raise `InputError` where a declared group is not one of these columns in every row."""
    flags = [_flags(columns[name]) for name in group]
    if any(one is None for one in flags):
        wrong = next(name for name, one in zip(group, flags, strict=True) if one is None)
        raise InputError(
            f"one_of names {wrong!r}, which does not hold 0 and 1 only, both of them.",
            value=wrong,
            remedy="Name columns of 0 and 1 of which exactly one is 1.",
        )
    total = np.sum(np.stack([one for one in flags if one is not None]), axis=0)
    if (total != 1).any():
        first = int(np.argmax(total != 1))
        raise InputError(
            f"Of {', '.join(group)} not exactly one is 1 in {int((total != 1).sum()):,} of {len(total):,} "
            f"rows, first in data row {first + 1:,}, where {total[first]:g} are.",
            value=int((total != 1).sum()),
            remedy="Take the group out of one_of, or correct those rows.",
        )
