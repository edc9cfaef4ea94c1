"""How far apart a model's decisions lie between a protected group and all other rows, out of fold.

The groups are those of the group checks: fixed by the contract before anything is measured. Of all of them
the largest difference is kept, with an interval that is as wide as so many looks ask for (Bonferroni).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from airworthy.charter.groups import Group, groups_of, members, others
from airworthy.charter.model import Charter, GapMeasure
from airworthy.charter.scope import Scope
from airworthy.measures.means import Difference
from airworthy.measures.proportion import Newcombe, Wilson
from airworthy.model.decide import decided_classes
from airworthy.model.rows import IntArray, Rows
from airworthy.scoring.columns import FloatArray
from airworthy.scoring.contract import Contract
from airworthy.scoring.spec import Decision, Shift

LEVEL = 0.95

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class GroupGap:
    """The largest absolute difference between a group and the rest.

    Attributes
    ----------
    value, low, high
        Of classes: difference of the rates of one decision. Of numbers: difference of the mean decided number
        in standard deviations of the outcome. `low` may lie below 0.
    rows
        Of the group.
    """

    value: float
    low: float
    high: float
    column: str
    group: str
    rows: int

    def as_json(self) -> dict[str, object]:
        """Its document in the evidence."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


def gap_limit(charter: Charter) -> float | None:
    """The gap that a candidate may not exceed; None where no remedy was permitted, so that none is sought."""
    return charter.fairness.max_gap if charter.fairness.mitigate else None


def gap_of(
    charter: Charter, contract: Contract, rows: Rows, decision: Decision, outputs: FloatArray
) -> GroupGap | None:
    """The largest gap of a finished candidate on the measured `rows`; None without a protected group.

    Parameters
    ----------
    outputs
        Out of fold: probabilities (n, classes), or prediction and decided number (n, 2).
    """
    groups = groups_of(Scope(charter, contract))
    if isinstance(decision, Shift):
        decided = outputs[:, 1]
    else:
        decided = decided_classes(decision, rows, outputs).astype(np.float64)
    return largest_gap(decided, rows, groups, charter.fairness.min_rows, counted_rows(charter, rows))


def largest_gap(
    decided: FloatArray, rows: Rows, groups: Sequence[Group], fewest: int, counted: Mask | None = None
) -> GroupGap | None:
    """The largest gap between one of `groups` and the rest, among groups of at least `fewest` rows.

    Parameters
    ----------
    decided
        Index of the decided class of each row (-1: a person decides), or the decided number; shape (n,).
    counted
        The rows that rates are made of, shape (n,); all by default.
    """
    if counted is not None and not counted.all():
        places = np.flatnonzero(counted)
        return largest_gap(decided[places], rows.take(places), groups, fewest)
    sides = [(group, *both) for group in groups for both in _sides(group, rows, fewest)]
    found = [
        (estimate, group, int(inside.sum()))
        for group, inside, beside in sides
        for estimate in _differences(decided, rows, inside, beside)
    ]
    if not found:
        return None
    level = 1 - (1 - LEVEL) / len(found)
    estimate, group, count = max(found, key=lambda one: abs(one[0].value))
    low, high = estimate.interval(level)
    if estimate.value < 0:
        low, high = (None if high is None else -high), (None if low is None else -low)
    return GroupGap(
        value=abs(estimate.value),
        low=-np.inf if low is None else low,
        high=np.inf if high is None else high,
        column=group.column,
        group=group.label,
        rows=count,
    )


def nothing_compared(charter: Charter, contract: Contract, rows: Rows) -> str:
    """What to know where groups are declared and none is large enough to be compared; else empty."""
    rules, counted = charter.fairness, counted_rows(charter, rows)
    if not rules.protected:
        return ""
    measured = rows if counted.all() else rows.take(np.flatnonzero(counted))
    groups = groups_of(Scope(charter, contract))
    sizes = [_smaller_side(group, measured) for group in groups]
    most = max(sizes, default=0)
    if most >= max(2, rules.min_rows):
        return ""
    return (
        f"No group was compared, so fairness.max_gap = {rules.max_gap:g} was held against nothing: of "
        f"{', '.join(rules.protected)} the largest group, or the rows beside it, has {most:,} of "
        f"{len(measured):,} measured rows, and fairness.min_rows asks for {rules.min_rows:,}. "
        "Add rows, or lower fairness.min_rows."
    )


def _smaller_side(group: Group, rows: Rows) -> int:
    sides = members(group, rows.told.protected), others(group, rows.told.protected)
    return min(int(side.sum()) for side in sides)


def counted_rows(charter: Charter, rows: Rows) -> Mask:
    """Which rows the declared rate is made of, shape (n,): all, or those whose outcome is the event."""
    if charter.fairness.measure is GapMeasure.TRUE_POSITIVE_RATE:
        return np.asarray(rows.y == 1)
    return np.ones(len(rows), dtype=bool)


def _sides(group: Group, rows: Rows, fewest: int) -> Iterator[tuple[Mask, Mask]]:
    """The group's rows and those it is held against, where both are large enough to be compared."""
    if _smaller_side(group, rows) >= max(2, fewest):
        yield members(group, rows.told.protected), others(group, rows.told.protected)


def _differences(
    decided: FloatArray, rows: Rows, inside: Mask, beside: Mask
) -> Iterator[Newcombe | Difference]:
    """Of each class that can be decided (of two only the positive one), or of the mean number."""
    if rows.task == "regression":
        spread = float(rows.y.std()) or 1.0
        yield Difference(
            decided[inside],
            decided[beside],
            "standard deviations",
            _of(rows.groups, inside),
            _of(rows.groups, beside),
            1 / spread,
        )
        return
    classes = range(1, 2) if rows.task == "binary" else range(rows.outputs)
    for label in classes:
        yield Newcombe.between(*(_share(decided == label, rows, side) for side in (inside, beside)))


def _share(hits: Mask, rows: Rows, side: Mask) -> Wilson:
    return Wilson.of(hits[side], _of(rows.groups, side))


def _of(groups: IntArray | None, side: Mask) -> IntArray | None:
    return None if groups is None else groups[side]
