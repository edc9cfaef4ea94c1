"""The outcome: binary from a number or two labels, several classes, or a number; and rows without one."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from airworthy.charter.model import Charter, Missing, Target, Task
from airworthy.charter.problems import did_you_mean, listed
from airworthy.data.canonical import as_text
from airworthy.kernel.errors import InputError

MAX_CLASSES = 100
"""More labels than this are a number or a key, not classes."""

_POSITIVE = ("1", "true", "yes", "y", "t", "positive", "event")


@dataclass(frozen=True)
class Outcome:
    """`values` is String (labels) or Float64 (regression), null where no outcome is.

    `without_outcome` counts the rows whose outcome was missing; `note` says what became of them.
    """

    values: pl.Series
    classes: tuple[str, ...]
    without_outcome: int
    note: str = ""


def make_target(column: pl.Series, charter: Charter) -> Outcome:
    """The target of every row.

    Raises `InputError` when the column is empty, is no number where one is needed, has one class, or more
    classes than the task has.
    """
    missing = column.null_count()
    if charter.task is Task.RANKING:
        return Outcome(as_text(column), (), missing)  # what was taken is the outcome of each row
    if missing == len(column):
        raise InputError(
            f'The target "{column.name}" has no value in any of {len(column):,} rows.',
            value=column.name,
            remedy="Name the right column: --target, or target.column in airworthy.toml.",
        )
    if charter.task is Task.REGRESSION:
        return _number(column, charter.target, missing)
    if charter.target.above is not None:
        numbers = _require_numbers(column)
        above = numbers > charter.target.above
        labels = pl.select(pl.when(above).then(pl.lit("true")).when(~above).then(pl.lit("false"))).to_series()
    else:
        labels = as_text(column)
    classes = class_order(label_order(labels), charter)
    return _fill(labels.alias(column.name), classes, charter.target, missing)


def class_order(labels: list[str], charter: Charter) -> tuple[str, ...]:
    """The classes in order; binary: (negative, positive).

    Raises `InputError` when their number does not suit the task or the positive value is not among them.
    """
    target = charter.target
    if len(labels) > MAX_CLASSES:
        stray = stray_text(pl.Series(target.column, labels))
        if stray is not None:
            raise stray
        raise InputError(
            f'The target "{target.column}" has {len(labels):,} values; at most {MAX_CLASSES} are classes.',
            value=target.column,
            remedy='Set task = "regression" for a number, or target.above to make a yes/no outcome of it.',
        )
    if len(labels) == 1:
        what = f"at or below {target.above:g}" if labels[0] == "false" else f"above {target.above}"
        told = f"is {what} in every row" if target.above is not None else f'is "{labels[0]}" in every row'
        raise InputError(
            f'The target "{target.column}" {told}; there is nothing to learn.',
            value=labels[0],
            remedy="Add rows with the other outcome, or name another target.",
        )
    if charter.task is Task.MULTICLASS:
        return tuple(labels)
    if len(labels) != 2:
        raise InputError(
            f'The target "{target.column}" has {len(labels)} values, not 2: {listed(labels, 6)}.',
            value=len(labels),
            remedy='Set task = "multiclass", or correct the labels.',
        )
    if target.above is not None:
        return ("false", "true")
    positive = _positive(labels, target)
    return (next(label for label in labels if label != positive), positive)


def label_order(values: pl.Series) -> list[str]:
    """The labels that occur, numbers before words, each in its own order.

    >>> label_order(pl.Series(["b", "10", "9", None]))
    ['9', '10', 'b']
    """
    return sorted(values.drop_nulls().unique(), key=_natural)


def _positive(labels: list[str], target: Target) -> str:
    if target.positive is None:
        named = [label for label in labels if label.casefold() in _POSITIVE]
        # Two words that say nothing about themselves: the later in order, as scikit-learn has it.
        return named[0] if len(named) == 1 else labels[1]
    if target.positive in labels:
        return target.positive
    wanted = target.positive.strip().casefold()
    found = [label for label in labels if label.strip().casefold() == wanted]
    if len(found) == 1:
        return found[0]
    raise InputError(
        f'target.positive is "{target.positive}", and "{target.column}" holds {listed(labels)}.',
        value=target.positive,
        remedy=did_you_mean(target.positive, labels, "Write one of them, exactly."),
    )


def _natural(label: str) -> tuple[int, float, str]:
    try:
        return (0, float(label), label)
    except ValueError:
        return (1, 0.0, label)


def _number(column: pl.Series, target: Target, missing: int) -> Outcome:
    values = _require_numbers(column)
    refuse_infinite(values)
    if values.drop_nulls().n_unique() == 1:
        raise InputError(
            f'The target "{column.name}" is {values.drop_nulls()[0]:g} in every row: nothing to learn.',
            value=column.name,
            remedy="Name another target.",
        )
    if target.missing is not Missing.LEAVE_OUT:
        raise InputError(
            f'target.missing is "{target.missing}", which a number cannot be.',
            value=str(target.missing),
            remedy='Use "leave-out" with regression.',
        )
    return Outcome(values, (), missing, _left_out(missing, len(column)))


def refuse_infinite(values: pl.Series) -> None:
    """Raise `InputError` when a numeric target holds an infinite value."""
    infinite = values.cast(pl.Float64).is_infinite().fill_null(value=False)
    if infinite.any():
        count = int(infinite.sum())
        raise InputError(
            f'The target "{values.name}" is infinite in {count:,} {"row" if count == 1 else "rows"} '
            f"(the first is data row {(infinite.arg_max() or 0) + 1:,}).",
            value=str(values.filter(infinite)[0]),
            remedy="Correct these values or leave the rows out.",
        )


def stray_text(column: pl.Series) -> InputError | None:
    """What to say of a text column whose values are numbers but for less than half of them.

    >>> stray_text(pl.Series("price", ["1.5", "2", "unknown"])).value
    'unknown'
    """
    numbers = column.cast(pl.Float64, strict=False)
    wrong = numbers.is_null() & column.is_not_null()
    count, present = int(wrong.sum()), len(column) - column.null_count()
    if not 0 < count * 2 < present:
        return None
    first = str(column.filter(wrong)[0])
    return InputError(
        f'The target "{column.name}" holds numbers and, in {count:,} of {present:,} values, text such as '
        f"{first!r}.",
        value=first,
        remedy="Correct these values, or leave them empty: rows without an outcome are left out.",
    )


def _require_numbers(column: pl.Series) -> pl.Series:
    if column.dtype == pl.Boolean or column.dtype.is_numeric():
        return column.cast(pl.Float64)
    if column.dtype == pl.String:
        numbers = column.cast(pl.Float64, strict=False)
        stray = stray_text(column)
        if stray is not None:
            raise stray
        bad = column.filter(numbers.is_null() & column.is_not_null())
        example = repr(bad[0]) if len(bad) else ""
    else:
        example = repr(column.drop_nulls()[0])
    raise InputError(
        f'The target "{column.name}" must be a number, and holds {example}.',
        value=example,
        remedy="Correct the values, or choose a binary or multiclass task without target.above.",
    )


def _fill(labels: pl.Series, classes: tuple[str, ...], target: Target, missing: int) -> Outcome:
    if target.missing is Missing.LEAVE_OUT or not missing:
        return Outcome(labels, classes, missing, _left_out(missing, len(labels)))
    if len(classes) != 2:
        raise InputError(
            f'target.missing is "{target.missing}", which needs a binary task.',
            value=str(target.missing),
            remedy='Use "leave-out" with several classes.',
        )
    label = classes[1] if target.missing is Missing.POSITIVE else classes[0]
    note = f'{missing:,} of {len(labels):,} rows without an outcome count as "{label}" (target.missing).'
    return Outcome(labels.fill_null(label), classes, missing, note)


def _left_out(missing: int, rows: int) -> str:
    return f"{missing:,} of {rows:,} rows have no outcome and are left out of training." if missing else ""
