"""Figures of what was found on the rows of one class: shares, sizes, money, columns, examples."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from airworthy.assurance.attack.plan import Terms
from airworthy.assurance.attack.report import ClassAttacked, Example, Price, Spread, Step
from airworthy.assurance.attack.search import Flips
from airworthy.assurance.attack.target import labels_of
from airworthy.assurance.changes.rule import ChangeRules
from airworthy.assurance.changes.space import Floats, Mask, Places, Space
from airworthy.assurance.predictions import Predictions
from airworthy.charter.model import Costs, Task
from airworthy.kernel.result import Measurement
from airworthy.measures.money import binary_costs, matrix_costs
from airworthy.measures.proportion import Wilson

LEVEL = 0.95
SHOWN = 3


@dataclass(frozen=True, eq=False)
class Struck:
    """Rows of one class that were attacked.

    Attributes
    ----------
    rows, space : these rows, and what may change in them.
    own : the class that the model decides of all of them.
    places : of these rows among those that were given, (n,).
    among : rows that were decided so, from which these were drawn.
    flips, after : what was found of each row, and what it is then decided as (n,).
    at_random : whether random changes flip it (n,).
    """

    rows: Predictions
    space: Space
    own: int
    places: Places
    among: int
    flips: Flips
    after: Places
    at_random: Mask

    @property
    def hit(self) -> Places:
        """Rows that flip, smallest change first."""
        found = np.flatnonzero(self.flips.changes > 0)
        order = np.lexsort((self.flips.sizes[found], self.flips.changes[found]))
        return np.asarray(found[order])


def class_attacked(struck: Struck, terms: Terms, costs: Costs) -> ClassAttacked:
    """The figures of one class."""
    changes, clusters = struck.flips.changes, struck.rows.entity
    hit = struck.hit
    distance = struck.space.distance(hit, struck.flips.points[hit]) if len(hit) else None
    rules = struck.space.rules
    return ClassAttacked(
        decided=struck.rows.classes[struck.own],
        rows=len(struck.rows),
        among=struck.among,
        shares=tuple(
            _share((changes > 0) & (changes <= most), clusters) for most in range(1, terms.effort.changes + 1)
        ),
        at_random=_share(struck.at_random, clusters) if rules.levers and terms.draws else None,
        size=None if distance is None else spread_of(distance.size),
        price=None if distance is None else _price(struck, hit, distance.money, costs),
        columns=_columns(struck, hit),
        headline=Wilson.of((changes > 0) & (changes <= terms.compared), clusters),
        examples=tuple(_example(struck, row) for row in hit[:SHOWN].tolist()),
    )


def _share(hits: Mask, clusters: Places | None) -> Measurement:
    return Measurement.of(Wilson.of(hits, clusters), LEVEL)


def spread_of(values: Floats) -> Spread:
    """Median and outer tenths.

    >>> spread_of(np.array([1.0, 2.0, 3.0])).median
    2.0
    """
    low, median, high = np.quantile(values, [0.1, 0.5, 0.9]).tolist()
    return Spread(median, low, high, len(values))


def _columns(struck: Struck, hit: Places) -> dict[str, int]:
    """In how many flips each lever moves, the most frequent first."""
    moved = (struck.flips.points[hit] != struck.space.start[hit]).sum(axis=0)
    names = struck.space.rules.free
    order = np.argsort(-moved, kind="stable")
    return {names[i]: int(moved[i]) for i in order.tolist() if moved[i]}


def _price(struck: Struck, hit: Places, money: Floats, costs: Costs) -> Price | None:
    """What flips cost, where the charter prices every change."""
    rules = struck.space.rules
    if not rules.all_priced or rules.currency is None:
        return None
    paid = spread_of(money)
    losses = error_costs(struck.rows, struck.own, hit, struck.after[hit], costs)
    if losses is None or costs.currency != rules.currency or not len(losses[0]):
        return Price(rules.currency, paid)
    right, loss = losses
    cheaper = _share(
        money[right] < loss, None if struck.rows.entity is None else struck.rows.entity[hit[right]]
    )
    return Price(rules.currency, paid, spread_of(loss), cheaper)


def error_costs(
    rows: Predictions, own: int, hit: Places, after: Places, costs: Costs
) -> tuple[Places, Floats] | None:
    """Positions in `hit` of right decisions, and what each costs once it is decided as `after`.

    None where nobody declared what errors cost.
    """
    right = np.flatnonzero(rows.y[hit] == own)
    y, decided = rows.y[hit[right]], after[right]
    if rows.task is Task.BINARY:
        if rows.error_costs is not None:
            alarm, miss = rows.error_costs[hit[right]].T
        elif costs.false_positive is not None and costs.false_negative is not None:
            alarm = np.full(len(right), costs.false_positive.middle)
            miss = np.full(len(right), costs.false_negative.middle)
        else:
            return None
        return right, binary_costs(y, decided == 1, alarm, miss)
    if costs.matrix is None:
        return None
    table = np.array([[costs.matrix.get((a, b), 0.0) for b in rows.classes] for a in rows.classes])
    return right, matrix_costs(y, decided, table)


def _example(struck: Struck, row: int) -> Example:
    at = np.array([row])
    points = struck.flips.points[at]
    far = struck.space.distance(at, points)
    moved = np.flatnonzero(points[0] != struck.space.start[row])
    columns = struck.space.columns(at, points)
    before, now = labels_of([struck.own, int(struck.after[row])], struck.rows.classes)
    money = float(far.money[0])
    return Example(
        int(struck.places[row]),
        before,
        now,
        tuple(step for lever in moved.tolist() for step in _steps(struck, row, lever, columns)),
        float(far.size[0]),
        money if np.isfinite(money) else None,
    )


def _steps(struck: Struck, row: int, lever: int, columns: Mapping[str, Any]) -> list[Step]:
    """What one lever does to its columns; of a group only what changes."""
    rules: ChangeRules = struck.space.rules
    found = []
    for j in rules.levers[lever].at:
        rule = rules.columns[j]
        before, after = struck.space.held(rule.name, np.array([row]))[0], columns[rule.name][0]
        if before != after:
            found.append(Step(rule.label, _plain(before), _plain(after)))
    return found


def _plain(value: Any) -> str | float | None:
    return value if value is None or isinstance(value, str) else float(value)
