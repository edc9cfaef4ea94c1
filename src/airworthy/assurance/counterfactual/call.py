"""`aw.counterfactual`: the nearest rows that a model would decide otherwise, under rules of change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from airworthy.assurance.changes import ChangeRules, Space, change_rules, read_changes
from airworthy.assurance.changes.given import Said
from airworthy.assurance.changes.validity import validity
from airworthy.assurance.counterfactual.find import Search, chosen, effort_for
from airworthy.assurance.counterfactual.plausible import RealRows
from airworthy.assurance.counterfactual.report import Change, Counterfactual, Counterfactuals
from airworthy.assurance.counterfactual.wanted import Range, Wanted, read_want
from airworthy.assurance.given import Scores, sizes_of
from airworthy.assurance.plain_rows import Opened, one_row, open_rows
from airworthy.assurance.predictions import Values, take_columns
from airworthy.charter.changing import Changes
from airworthy.charter.model import Task
from airworthy.kernel.errors import InputError
from airworthy.kernel.seed import derive_seed
from airworthy.kernel.units import Money

Floats = NDArray[np.float64]
MOST_CHANGES = 4
REAL_STARTS = 20
REAL_SHARE = 4
"""One in so many of the rows that may be asked about is a real one."""


def counterfactual(
    model: object,
    X: object,
    row: object,
    *,
    changes: Changes | Mapping[str, Said] | None = None,
    want: str | Range | None = None,
    count: int = 3,
    most_changes: int = MOST_CHANGES,
    protected: Sequence[str] | Mapping[str, Values] = (),
    task: Task | str | None = None,
    positive: str | None = None,
    threshold: float | None = None,
    seed: int = 0,
) -> Counterfactuals:
    """The nearest rows that the model would decide as wanted; each is asked about once more at the end.

    Parameters
    ----------
    model : anything with `predict_proba(X)` or `predict(X)`, a function of X, or `aw.remote(...)`.
    X : n rows in the form that the model takes; they say what is usual, and 500 or more are a good start.
    row : its place in `X` from 0, a mapping of column to value, or a table of one row.
    changes : what may change, by column (`never`, `up`, `down`, `any`, or more as `aw.changes` takes it).
    want : the class to be decided; of two by default the other one. Of a number: `(low, high)`.
    count : at most so many, each by changes of other columns.
    most_changes : at once.
    protected : columns that say who a person is; they never change unless `changes` says so.
    threshold : probability from which the event is decided; by default the model's own, else 0.5.

    Raises
    ------
    InputError : the row is decided so already, or something of the above cannot be used.

    >>> import numpy as np
    >>> X = np.column_stack([np.arange(100.0), np.arange(100.0) % 7])
    >>> found = counterfactual(lambda X: (X[:, 0] >= 50).astype(int), X, 40)
    >>> print(found.found[0].changes[0].becomes)
    50.0
    """
    opened = open_rows(
        model,
        X,
        protected=protected,
        task=task,
        positive=positive,
        threshold=threshold,
        changes=read_changes(changes),
    )
    return counterfactual_of(
        opened, one_row(opened, row), want=want, count=count, most_changes=most_changes, seed=seed
    )


def counterfactual_of(
    opened: Opened,
    row: Mapping[str, Values],
    *,
    want: str | Range | None = None,
    count: int = 3,
    most_changes: int = MOST_CHANGES,
    seed: int = 0,
) -> Counterfactuals:
    """As `counterfactual`, for an opened model and one row by column."""
    _refuse_counts(count, most_changes)
    rules = change_rules(opened.scope, opened.columns)
    classes = opened.scope.contract.classes
    now = opened.scorer.score_columns(row)
    decision = opened.decided(now)[0]
    wanted = Wanted(opened, read_want(want, classes, str(decision)))
    if wanted.reached(now)[0]:
        raise InputError(
            f"The row is decided {decision!r} already.",
            value=str(decision),
            remedy="Name another decision as want, or give a row that is decided otherwise.",
        )
    most = sizes_of(opened.scorer).searched
    real, points = _real_rows(opened, rules, wanted, row, seed, most)
    space = Space(rules, row)
    effort = effort_for(most, int(space.open[0].sum()), most_changes)
    search = Search(space, wanted, effort, wanted.asked + most)
    search.run(points)
    asked = wanted.asked
    return Counterfactuals(
        decision=decision,
        score=_known(wanted.shown(now)[0]),
        wanted=str(wanted.want),
        found=_validated(space, wanted, search.points[chosen(space, search.points, count)], real),
        asked=asked,
        most=most_changes,
        free=tuple(name for name, is_open in zip(rules.free, space.open[0], strict=True) if is_open),
        notes=rules.notes,
        best=_best(space, wanted, search),
        real=len(real),
    )


def _refuse_counts(count: int, most_changes: int) -> None:
    for name, value in (("count", count), ("most_changes", most_changes)):
        if value < 1:
            raise InputError(f"{name} is {value}.", value=value, remedy="Give 1 or more.")


def _real_rows(
    opened: Opened, rules: ChangeRules, wanted: Wanted, row: Mapping[str, Values], seed: int, most: int
) -> tuple[RealRows, Floats]:
    """Real rows that are decided as wanted, and the points of those nearest to the row."""
    rng = np.random.default_rng(derive_seed(seed, "counterfactual", "real rows"))
    some = np.sort(rng.permutation(len(opened))[: most // REAL_SHARE])
    columns = take_columns(opened.columns, some)
    hits = np.flatnonzero(wanted.reached(wanted.scores(columns, len(some))))
    chosen_rows = take_columns(columns, hits)
    real = RealRows(rules, chosen_rows, rng)
    if not len(real):
        return real, np.empty((0, len(rules.levers)))
    nearest = take_columns(chosen_rows, real.places[real.nearest_first(row)[:REAL_STARTS]])
    there = Space(rules, nearest)
    known = there.open & (there.start >= np.where(there.ordered, -np.inf, 0))
    return real, np.where(known, there.start, np.nan)


def _validated(space: Space, wanted: Wanted, points: Floats, real: RealRows) -> tuple[Counterfactual, ...]:
    """Candidates as they are told: each is scored once more, alone, and held against every rule."""
    found = []
    row = np.zeros(1, np.int64)
    for point in points:
        columns = space.columns(row, point[None, :])
        scores = wanted.scores(columns, 1)
        if not wanted.reached(scores)[0] or not validity(space, row, columns).kept[0]:
            continue  # a model whose answer hangs on the rows beside it has not decided so
        found.append(_told(space, wanted, point[None, :], columns, scores, real))
    return tuple(found)


def _told(
    space: Space, wanted: Wanted, point: Floats, columns: Mapping[str, Values], scores: Scores, real: RealRows
) -> Counterfactual:
    row = np.zeros(1, np.int64)
    distance = space.distance(row, point)
    money = (
        None if np.isnan(distance.money[0]) else Money(float(distance.money[0]), space.rules.currency or "")
    )
    near = real.near(columns) if len(real) else None
    return Counterfactual(
        changes=_changes(space, columns),
        count=int(distance.changes[0]),
        size=float(distance.size[0]),
        money=money,
        decision=wanted.opened.decided(scores)[0],
        score=_known(wanted.shown(scores)[0]),
        apart=None if near is None else float(near.apart[0]),
        unusual=near is not None and bool(near.unusual[0]),
    )


def _changes(space: Space, columns: Mapping[str, Values]) -> tuple[Change, ...]:
    """What differs from the row, column by column."""
    row, made = np.zeros(1, np.int64), []
    for index, rule in enumerate(space.rules.columns):
        was, becomes = (_plain(v, rule.flag) for v in (space.held(rule.name, row)[0], columns[rule.name][0]))
        if was != becomes and not (was is None and becomes is None):
            numbers = isinstance(was, float) and isinstance(becomes, float)
            by = round(becomes - was, max(rule.decimals, 3)) if numbers else None  # type: ignore[operator]
            made.append(
                Change(rule.name, rule.label, was, becomes, by, index in space.rules.following, rule.unit)
            )
    return tuple(made)


def _plain(value: Any, flag: bool) -> float | str | bool | None:
    """A cell as Python has it; None where it is missing."""
    if value is None or isinstance(value, str):
        return value
    number = float(value)
    if np.isnan(number):
        return None
    return bool(number) if flag else number


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _best(space: Space, wanted: Wanted, search: Search) -> float | None:
    """The score of the candidate that came nearest, where none was found."""
    if len(search.points) or search.best is None:
        return None
    row = np.zeros(1, np.int64)
    return _known(wanted.shown(wanted.scores(space.columns(row, search.best[None, :]), 1))[0])
