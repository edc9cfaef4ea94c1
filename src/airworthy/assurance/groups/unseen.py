"""What cannot be known of groups: nobody named a column, or rows do not say of which group they are."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from airworthy.assurance.groups.compare import known_rows
from airworthy.assurance.predictions import Predictions
from airworthy.assurance.wording import percent, rows
from airworthy.charter.groups import known_groups, members, protected_columns
from airworthy.charter.model import Task
from airworthy.charter.scope import Scope
from airworthy.measures.power import rows_to_show


def unseen_groups(predictions: Predictions, scope: Scope) -> tuple[str, ...]:
    """Sentences on what these rows can never say of groups, and on what would have to be asked.

    Of unknown rows the widest bounds are given that any answer of theirs could lead to (Manski, Partial
    Identification of Probability Distributions, 2003): no guess at who they are is made.
    """
    if not protected_columns(scope):
        return (_nobody_named(predictions, scope),)
    return tuple(_unknown(predictions, scope))


def _nobody_named(predictions: Predictions, scope: Scope) -> str:
    told = "no protected column was named, so nobody can say for whom it is worse: --protected COLUMN."
    if scope.charter.task is not Task.BINARY or predictions.decision is None:
        return told
    rate, gap = float(np.mean(predictions.decision == 1)), scope.charter.fairness.max_gap
    if not 0 < gap <= max(rate, 1 - rate):
        return told
    needed = rows_to_show(gap if rate + gap <= 1 else -gap, rate)
    return (
        f"{told} Where the rows do not say: ask {rows(needed)} of each of two groups, drawn by chance, and "
        f"a gap of {100 * gap:g} points beside the {percent(rate)} selected here shows four times in five."
    )


def _unknown(predictions: Predictions, scope: Scope) -> Iterator[str]:
    for column in protected_columns(scope):
        unknown = ~known_rows(column, scope, predictions)
        if not unknown.any():
            continue
        told = f"{rows(int(unknown.sum()))} ({percent(float(unknown.mean()))}) do not say their {column.name}"
        masks = {group.label: members(group, predictions.columns) for group in known_groups(column, scope)}
        sized = {label: mask for label, mask in masks.items() if mask.any()}
        if scope.charter.task is not Task.BINARY or predictions.decision is None or not sized:
            yield f"{told}: what holds for the others need not hold for them."
            continue
        least = min(sized, key=lambda label: int(sized[label].sum()))
        low, high = _bounds(predictions.decision[sized[least]] == 1, predictions.decision[unknown] == 1)
        yield (
            f"{told}. Whoever they are, the share selected in {column.name}={least} lies between "
            f"{percent(low)} and {percent(high)}."
        )


def _bounds(known: NDArray[np.bool_], unknown: NDArray[np.bool_]) -> tuple[float, float]:
    """The least and the greatest share of a group that any of the unknown rows may belong to.

    >>> _bounds(np.array([True, False]), np.array([True, False, False]))     # 1 of 4, and 2 of 3
    (0.25, 0.6666666666666666)
    """
    hits, n, more = int(known.sum()), len(known), int(unknown.sum())
    return hits / (n + len(unknown) - more), (hits + more) / (n + more)
