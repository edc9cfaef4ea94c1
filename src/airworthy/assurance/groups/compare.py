"""Fills the group table: every figure of every group, gaps judged as one family a measure, crossings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np
from numpy.typing import NDArray

from airworthy.assurance.depth import DEFAULT
from airworthy.assurance.groups.measures import GroupMeasure, Material, measures_of
from airworthy.assurance.groups.settle import rows_to_settle
from airworthy.assurance.groups.table import REST, GroupFigure, GroupRow, GroupTable, MeasureView
from airworthy.assurance.predictions import Predictions
from airworthy.charter.groups import (
    Group,
    column_groups,
    known_groups,
    members,
    missing_group,
    others,
    protected_columns,
)
from airworthy.charter.scope import Scope
from airworthy.kernel.judge import DEFAULT_ALPHA, Judged, judge_family
from airworthy.kernel.result import Estimate, Limit, NotApplicable
from airworthy.measures.gaps import least_shown
from airworthy.scoring.contract import Column

Mask = NDArray[np.bool_]

MOST_CROSSED = 10
"""Groups of a column whose crossings are looked at; more leave cells of a handful of rows."""
OWN_LEVEL = 0.95


@dataclass(frozen=True, eq=False)
class _Line:
    """A group or cell before it is measured: its rows, and those it is held against, or None."""

    columns: tuple[str, ...]
    label: str
    inside: Mask
    beside: Mask | None
    against: str = REST


def group_table(
    predictions: Predictions,
    scope: Scope,
    *,
    seed: int = 0,
    alpha: float = DEFAULT_ALPHA,
    crossed: int = DEFAULT.crossed,
) -> GroupTable | None:
    """Every measure of every group of the protected columns; None where there is nothing to compare.

    Parameters
    ----------
    alpha : chance of any wrong verdict among the planned groups of one measure, and among its cells.
    crossed : columns, at most, whose groups are crossed at once.

    Raises
    ------
    InputError : the predictions do not carry a protected column.
    """
    measures = measures_of(scope.charter.task, scope.charter.costs)
    columns = protected_columns(scope)
    if not measures or not columns:
        return None
    floor, material = scope.charter.fairness.min_rows, Material(predictions, scope.charter.costs, seed)
    single = [line for column in columns for line in _lines(column, scope, predictions)]
    cells, empty = _cells(columns, scope, predictions, crossed)
    figures: dict[int, list[GroupFigure]] = {at: [] for at in range(len(single) + len(cells))}
    for measure in measures:
        found = [*_measured(measure, single, material, scope, alpha, 0)]
        found += _measured(measure, cells, material, scope, alpha, floor)
        for at, figure in enumerate(found):
            figures[at].append(figure)
    rows = tuple(
        GroupRow(line.columns, line.label, int(line.inside.sum()), line.against, tuple(figures[at]))
        for at, line in enumerate((*single, *cells))
    )
    unknown = {c.name: int((~known_rows(c, scope, predictions)).sum()) for c in columns}
    views = tuple(_view(measure, scope, rows) for measure in measures)
    return GroupTable(
        views,
        rows,
        len(predictions),
        floor,
        predictions.rows_are,
        1 - alpha,
        {name: count for name, count in unknown.items() if count},
        empty,
    )


def _lines(column: Column, scope: Scope, predictions: Predictions) -> Iterable[_Line]:
    """Every group of a column; those that are only looked at (a reference, a mirror) have nobody beside."""
    rules, held = scope.charter.fairness, predictions.columns
    edges = rules.bands.get(column.name, ())
    planned = {
        group.label: group
        for group in column_groups(column, scope.contract.rows, edges, rules.reference.get(column.name))
    }
    for group in _every(column, scope):
        inside, asked = members(group, held), planned.get(group.label)
        if asked is None:
            yield _Line((column.name,), group.label, inside, None, "")
        else:
            against = REST if asked.against is None else asked.against.label
            yield _Line((column.name,), group.label, inside, others(asked, held), against)


def _every(column: Column, scope: Scope) -> tuple[Group, ...]:
    return (*known_groups(column, scope), *missing_group(column))


def _cells(
    columns: Sequence[Column], scope: Scope, predictions: Predictions, most: int
) -> tuple[list[_Line], int]:
    """The crossings of two and up to `most` columns of few groups, and how many have no row."""
    few = {column.name: _every(column, scope) for column in columns}
    few = {name: groups for name, groups in few.items() if 0 < len(groups) <= MOST_CROSSED}
    inside = {group: members(group, predictions.columns) for groups in few.values() for group in groups}
    cells, empty = [], 0
    for names in (names for several in range(2, most + 1) for names in combinations(few, several)):
        for groups in product(*(few[name] for name in names)):
            mask = np.logical_and.reduce([inside[group] for group in groups])
            if mask.any():
                cells.append(_Line(names, " & ".join(group.label for group in groups), mask, ~mask))
            else:
                empty += 1
    return cells, empty


def known_rows(column: Column, scope: Scope, predictions: Predictions) -> Mask:
    """Which rows (n,) are of a group; others are empty, or of a value not seen when groups were planned."""
    known = np.zeros(len(predictions), bool)
    for group in known_groups(column, scope):
        known |= members(group, predictions.columns)
    return known


def _measured(
    measure: GroupMeasure,
    lines: Sequence[_Line],
    material: Material,
    scope: Scope,
    alpha: float,
    floor: int,
) -> list[GroupFigure]:
    """The figure of each line; of those that are compared, their gaps, judged as one family."""
    sides = [measure.of(material, line.inside) for line in lines]
    asked = [
        str(at)
        for at, (line, side) in enumerate(zip(lines, sides, strict=True))
        if line.beside is not None and (not floor or _rows(side) >= floor)
    ]
    gaps = {at: measure.gap(material, lines[int(at)].inside, _beside(lines[int(at)])) for at in asked}
    limit = measure.limit(scope)
    known = {at: gap for at, gap in gaps.items() if not isinstance(gap, NotApplicable)}
    judged = judge_family(known, dict.fromkeys(asked, limit), alpha)
    return [
        _figure(measure, material, line, side, judged.get(str(at)), limit)
        for at, (line, side) in enumerate(zip(lines, sides, strict=True))
    ]


def _beside(line: _Line) -> Mask:
    assert line.beside is not None
    return line.beside


def _rows(side: Estimate | NotApplicable) -> int:
    return 0 if isinstance(side, NotApplicable) else side.n


def _figure(
    measure: GroupMeasure,
    material: Material,
    line: _Line,
    side: Estimate | NotApplicable,
    judged: Judged | None,
    limit: Limit,
) -> GroupFigure:
    if isinstance(side, NotApplicable):
        return GroupFigure(measure.key, reason=side.reason.replace("{side}", "group"))
    low, high = side.interval(OWN_LEVEL)
    if judged is None:
        return GroupFigure(measure.key, side.n, side.value, low, high)
    beside = measure.of(material, _beside(line))
    assert not isinstance(beside, NotApplicable)
    needed = rows_to_settle(judged.measurement, limit, _arm(side), _arm(beside))
    return GroupFigure(
        measure.key,
        side.n,
        side.value,
        low,
        high,
        judged.measurement,
        judged.verdict,
        least_shown(side, beside, judged.measurement.level, measure.scale(material)),
        needed.group if needed else None,
        needed.others if needed else None,
    )


def _arm(side: Estimate) -> tuple[float, int]:
    """The longer arm of the own interval, and the rows."""
    low, high = side.interval(OWN_LEVEL)
    arms = [abs(end - side.value) for end in (low, high) if end is not None]
    return max(arms, default=float("inf")), side.n


def _view(measure: GroupMeasure, scope: Scope, rows: Sequence[GroupRow]) -> MeasureView:
    figures = [row.figure(measure.key) for row in rows]
    gap_unit = next((figure.gap.unit for figure in figures if figure.gap), "")
    unit = "target unit" if measure.in_spreads else gap_unit
    words = (measure.key, measure.words, measure.meaning, unit, gap_unit, measure.counts)
    return MeasureView(*words, measure.code, measure.limit(scope))
