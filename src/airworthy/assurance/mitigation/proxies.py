"""Which inputs foretell a protected column, each alone and all together, on rows they were not fitted on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.special import ndtr

from airworthy.assurance.mitigation.wordlist import Told, by_words
from airworthy.charter.groups import Group, members, protected_columns, value_groups
from airworthy.charter.scope import Scope
from airworthy.data.columns import columns_for_scoring
from airworthy.data.facts.estimates import RankInterval, Searched
from airworthy.data.facts.foretell import foretell
from airworthy.data.facts.small_trees import out_of_fold
from airworthy.measures.multiple import holm
from airworthy.measures.ranking import Auc
from airworthy.scoring.contract import Column, LogicalType

FEWEST = 30
"""Rows of a group below which it is not foretold."""
MOST = 20_000
"""Rows that are looked at, evenly from all."""
ALPHA, LEVEL = 0.05, 0.95
BOTH_WAYS = 2**0.5
"""Where a column tells nothing, both halves' AUC are one figure: what chance put into the one half, times
what it put into the other. Their mean then varies as much as each, and not as the mean of two: taken for
two, 34 of 150 tables without any relation showed one, and so taken 2 (measured; 1 in 20 is asked for)."""
HALVES = 81
"""Of the hash that parts the rows in two."""

Codes = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Proxy:
    """How well one input alone foretells whether a row is of a protected group.

    Attributes
    ----------
    auc, low, high
        Area under the curve with DeLong's 95 % interval, shared among the groups that were tried.
    chance
        That an input without any relation to the column shows as much, corrected by Holm's steps for all
        inputs and columns that were looked at.
    rows
        That were compared, one an entity.
    """

    column: str
    protected: str
    group: str
    auc: float
    low: float
    high: float
    chance: float
    rows: int

    @property
    def shown(self) -> bool:
        """Whether it is more than chance."""
        return self.chance < ALPHA

    def as_json(self) -> dict[str, object]:
        return {name: getattr(self, name) for name in self.__dataclass_fields__} | {"shown": self.shown}


@dataclass(frozen=True)
class Together:
    """How well all inputs together foretell a group, and how well those that are left would."""

    protected: str
    group: str
    auc: float
    low: float | None
    high: float | None
    rows: int
    without: tuple[str, ...] = ()

    def as_json(self) -> dict[str, object]:
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


@dataclass(frozen=True, eq=False)
class _Sought:
    """One protected column: the rows of its groups, their codes, and the groups, most frequent first."""

    column: str
    places: npt.NDArray[np.intp]
    codes: Codes
    labels: tuple[str, ...]


def find_proxies(frame: pl.DataFrame, scope: Scope) -> tuple[Proxy, ...]:
    """Every input beside every protected column, the strongest first.

    Parameters
    ----------
    frame : canonical rows that a model may learn from; of an entity that returns the first row counts.
    """
    rows, inputs = _once(frame, scope), _inputs(scope)
    found, chances = [], []
    for sought in _sought(rows, scope):
        for column in inputs:
            told = _alone(rows[column.name], column, sought)
            if told is None:
                continue
            proxy, chance = _proxy(told, column.name, sought)
            found.append(proxy)
            chances.append(chance)
    judged = [replace(one, chance=float(chance)) for one, chance in zip(found, holm(chances), strict=True)]
    return tuple(sorted(judged, key=lambda one: (-one.auc, one.protected, one.column)))


def stand_ins(proxies: Iterable[Proxy], strength: float) -> tuple[str, ...]:
    """The inputs that foretell a group with an AUC of at least `strength`, and more than by chance."""
    return tuple(dict.fromkeys(one.column for one in proxies if one.shown and one.auc >= strength))


def foretold_together(frame: pl.DataFrame, scope: Scope, without: Sequence[str] = ()) -> tuple[Together, ...]:
    """How well small boosted trees over all inputs but `without` foretell each protected column.

    Of several groups the one told best. Free text counts by its words.
    """
    rows = _once(frame, scope)
    inputs = [column for column in _inputs(scope) if column.name not in without]
    if not inputs:
        return ()
    return tuple(_together(rows, inputs, sought, tuple(without)) for sought in _sought(rows, scope))


def _together(
    rows: pl.DataFrame, inputs: Sequence[Column], sought: _Sought, without: tuple[str, ...]
) -> Together:
    table = pl.DataFrame([_readable(rows[column.name], column, sought) for column in inputs])
    score = out_of_fold(table, sought.codes, len(sought.labels), f"stand-in {sought.column}")
    tried = range(1, 2) if len(sought.labels) == 2 else range(len(sought.labels))
    told = {at: Auc(sought.codes == at, score[:, at]) for at in tried}
    best = max(told, key=lambda at: told[at].value)
    low, high = told[best].interval(1 - (1 - LEVEL) / len(told))
    label = sought.labels[best]
    return Together(sought.column, label, told[best].value, low, high, len(sought.codes), without)


def _readable(values: pl.Series, column: Column, sought: _Sought) -> pl.Series:
    """The column as trees read it: text as how far its words speak against the most frequent group."""
    own = values[sought.places]
    if column.type is not LogicalType.TEXT:
        return own.to_physical().alias(column.name) if own.dtype.is_temporal() else own
    told = by_words(own, (sought.codes != 0).astype(np.int64), ("most frequent", "others"), _half(len(own)))
    return pl.Series(column.name, np.zeros(len(own)) if told is None else told.scores)


def _alone(values: pl.Series, column: Column, sought: _Sought) -> Told | None:
    own, half = values[sought.places], _half(len(sought.codes))
    if column.type is LogicalType.TEXT:
        return by_words(own, sought.codes, sought.labels, half)
    told = foretell(own, sought.codes, sought.labels, half)
    if told is None:
        return None
    return Told(told.outcome, told.auc, told.error, told.events, told.others, told.outcomes)


def _proxy(told: Told, column: str, sought: _Sought) -> tuple[Proxy, float]:
    error = BOTH_WAYS * told.error
    interval = Searched(RankInterval(told.auc, error, told.events, told.others), told.tried)
    low, high = interval.interval(LEVEL)
    rows = told.events + told.others
    return Proxy(column, sought.column, told.group, told.auc, low, high, 1.0, rows), _chance(told)


def _chance(told: Told) -> float:
    """That an AUC of one half shows so much, on the one side, for the groups tried."""
    above = told.auc - 0.5
    if told.error == 0:
        return 0.0 if above > 0 else 1.0
    return min(1.0, told.tried * float(ndtr(-above / (BOTH_WAYS * told.error))))


def _sought(rows: pl.DataFrame, scope: Scope) -> list[_Sought]:
    """The protected columns that have two groups of rows enough."""
    bands = scope.charter.fairness.bands
    found = []
    for column in protected_columns(scope):
        groups = value_groups(column, scope.contract.rows, bands.get(column.name, ()))
        values = columns_for_scoring(rows, scope.contract, names=[column.name])
        sides = [(group, members(group, values)) for group in groups]
        large = [(group, inside) for group, inside in sides if int(inside.sum()) >= FEWEST]
        if len(large) > 1:
            found.append(_codes(column.name, sorted(large, key=lambda side: (-side[1].sum(), side[0].label))))
    return found


def _codes(column: str, sides: Sequence[tuple[Group, Mask]]) -> _Sought:
    code = np.full(len(sides[0][1]), -1, dtype=np.int64)
    for place, (_, inside) in enumerate(sides):
        code[inside] = place
    places = np.flatnonzero(code >= 0)
    return _Sought(column, places, code[places], tuple(group.label for group, _ in sides))


def _inputs(scope: Scope) -> list[Column]:
    """What a model reads, but for protected columns."""
    protected = {column.name for column in protected_columns(scope)}
    return [column for column in scope.contract.inputs if column.name not in protected]


def _once(frame: pl.DataFrame, scope: Scope) -> pl.DataFrame:
    """The first row of each entity, as its further rows would be taken for further people; at most `MOST`."""
    entity = [name for name in scope.charter.data.entity if name in frame.columns]
    rows = frame.unique(subset=entity, keep="first", maintain_order=True) if entity else frame
    return rows.gather_every(-(-rows.height // MOST)) if rows.height > MOST else rows


def _half(n: int) -> Mask:
    return np.asarray((pl.int_range(n, dtype=pl.UInt64, eager=True).hash(HALVES) % 2 == 0).to_numpy())
