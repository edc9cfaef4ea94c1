"""What outcomes, scores and decisions must be before they are checked; what is not is named with its row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from airworthy.charter.model import Task
from airworthy.kernel.errors import InputError

SHOWN = 5
FEWEST_FOR_A_NOTE = 50
"""Fewer rows are told apart without an error by luck."""


def refuse_infinite(what: str, values: NDArray[Any]) -> None:
    """Raise `InputError` for an infinite number: it is no missing value, and no figure can hold it."""
    if values.dtype.kind != "f":
        return
    infinite = np.isinf(values if values.ndim == 1 else values.sum(axis=1))
    if infinite.any():
        first = int(infinite.argmax())
        raise InputError(
            f"The {what} is infinite in {_of(infinite)} (the first is data row {first + 1:,}).",
            value=str(values[first]),
            remedy="Repair the formula that made it, or leave these rows out.",
        )


def refuse_no_probability(scores: NDArray[np.float64]) -> None:
    """Raise `InputError` where a score of a yes/no outcome lies outside 0 to 1.

    >>> refuse_no_probability(np.array([0.2, np.nan, 1.0]))
    """
    outside = (scores < 0) | (scores > 1)
    rows = np.asarray(outside if outside.ndim == 1 else outside.any(axis=1))
    if rows.any():
        first, value = int(rows.argmax()), float(scores[outside][0])
        raise InputError(
            f"The score is {value:g} in data row {first + 1:,}, and outside 0 to 1 in {_of(rows)}.",
            value=f"{value:g}",
            remedy="Give probabilities, not margins or percentages: divide percentages by 100.",
        )


def refuse_threshold(threshold: float | None) -> None:
    """Raise `InputError` for a threshold that no probability can reach, or that every one does."""
    if threshold is not None and not 0 < threshold < 1:
        raise InputError(
            f"The threshold is {threshold:g}; a probability is cut between 0 and 1.",
            value=f"{threshold:g}",
            remedy="Give for example 0.5, or leave it out.",
        )


def refuse_one_score_for_many(task: Task, labels: Sequence[str], scores: NDArray[np.float64] | None) -> None:
    """Raise `InputError` when several classes come with one score a row."""
    if task is not Task.MULTICLASS or scores is None or scores.ndim == 2:
        return
    words = [label for label in labels if not _number(label)]
    if words and len(words) * 2 < len(labels):
        raise InputError(
            f"The outcome holds numbers and text such as {words[0]!r}.",
            value=words[0],
            remedy="Correct these values, or leave them empty: rows without an outcome are left out.",
        )
    more = f" and {len(labels) - SHOWN:,} more" if len(labels) > SHOWN else ""
    raise InputError(
        f"The outcome has {len(labels):,} values ({', '.join(labels[:SHOWN])}{more}) and each row one score.",
        value=len(labels),
        remedy=f"Name the event (--positive {labels[0]!r}), or give one --score column for each outcome.",
    )


def refuse_missing_decisions(missing: NDArray[np.bool_]) -> None:
    """Raise `InputError` where a measured row has no decision."""
    if missing.any():
        raise InputError(
            f"There is no decision in {_of(missing)}.",
            value=int(missing.sum()),
            remedy="Write what was decided in every row, or leave these rows out.",
        )


def note_perfect(labels: Sequence[str], coded: Iterable[str], scores: NDArray[np.float64]) -> tuple[str, ...]:
    """A note where one cut of the score tells two outcomes apart without an error."""
    event = np.array([label == labels[1] for label in coded])
    if scores.ndim != 1 or len(event) < FEWEST_FOR_A_NOTE or event.all() or not event.any():
        return ()
    if scores[event].min() <= scores[~event].max():
        return ()
    return (
        f"The score tells all {len(event):,} outcomes apart without one error: make sure that it was written "
        "before the outcome was known.",
    )


def _of(rows: NDArray[np.bool_]) -> str:
    return f"{int(rows.sum()):,} of {len(rows):,} rows"


def _number(label: str) -> bool:
    try:
        float(label)
    except ValueError:
        return False
    return True
