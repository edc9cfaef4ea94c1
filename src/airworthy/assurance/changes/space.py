"""Rows that may be changed: what each lever can be set to, candidates as they are scored, and how far each is
from the row as it was. Many candidates at once, as points with one coordinate a lever."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from airworthy.assurance.changes.rule import ChangeRules, ColumnRule, Lever
from airworthy.assurance.predictions import Values, take_columns
from airworthy.charter.changing import ChangePrice, Move

Floats = NDArray[np.float64]
Places = NDArray[np.int64]
Mask = NDArray[np.bool_]
_PARTS = np.linspace(0, 1, 101)
_EDGE = 1e-9


@dataclass(frozen=True, eq=False)
class Distance:
    """How far m candidates are from their rows.

    Attributes
    ----------
    changes : (m,) levers that were moved.
    size : (m,) numbers in median absolute deviations, anything else 1, each times how hard it is.
    money : (m,) what the changes cost; NaN where one of them has no price.
    """

    changes: Places
    size: Floats
    money: Floats


class Space:
    """n rows under rules. A point (d,) has one coordinate a lever: a number, or the place of a word.

    Parameters
    ----------
    rules : of the columns.
    columns : the n rows by column, as they are scored.
    """

    def __init__(self, rules: ChangeRules, columns: Mapping[str, Values]) -> None:
        self.rules = rules
        self._held = dict(columns)
        self._kept_before = {
            kept: kept.holds(self._numbers(columns, kept.relation.columns)) for kept in rules.relations
        }
        coded = [self._coded(lever) for lever in rules.levers]
        rows = len(next(iter(columns.values())))
        self.start = np.column_stack([start for start, _ in coded]) if coded else np.empty((rows, 0))
        self.open = np.column_stack([opened for _, opened in coded]) if coded else np.empty((rows, 0), bool)

    def __len__(self) -> int:
        return len(self.start)

    @property
    def names(self) -> tuple[str, ...]:
        """The d levers."""
        return tuple(lever.name for lever in self.rules.levers)

    @cached_property
    def ordered(self) -> Mask:
        """Whether a lever's settings lie on a line, (d,)."""
        return np.array([self._on_a_line(lever) for lever in self.rules.levers], bool)

    def _on_a_line(self, lever: Lever) -> bool:
        rule = self._rule(lever)
        return not lever.is_group and rule.words is None and not rule.flag

    def _rule(self, lever: Lever) -> ColumnRule:
        return self.rules.columns[lever.at[0]]

    def _numbers(self, columns: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Floats]:
        return {name: np.asarray(columns[name], float) for name in names}

    def _coded(self, lever: Lever) -> tuple[Floats, Mask]:
        """Coordinates (n,) of one lever, and where it may be moved; a missing value stays missing."""
        rule = self._rule(lever)
        if lever.is_group:
            table = np.column_stack(
                [np.asarray(self._held[self.rules.columns[j].name], float) for j in lever.at]
            )
            own = table.argmax(axis=1)
            free = np.array([not self.rules.columns[j].fixed for j in lever.at])
            return own.astype(float), ((table == 1).sum(axis=1) == 1) & (
                (table != 0).sum(axis=1) == 1
            ) & free[own]
        values = self._held[rule.name]
        if rule.words is None:
            numbers = np.asarray(values, float)
            known = np.isfinite(numbers)
            return np.where(known, numbers, 0.0), known & self._loose(rule.name)
        words = [*values]
        place: dict[Any, int] = {word: index for index, word in enumerate(rule.words)}
        codes = np.array([place.get(word, -1) for word in words], np.float64)
        return codes, np.array([word is not None for word in words], np.bool_)

    def _loose(self, name: str) -> Mask:
        """Rows (n,) that keep every relation of the column: what a row breaks already stays broken."""
        loose = np.ones(len(self._held[name]), bool)
        for kept, held in self._kept_before.items():
            if name in kept.relation.columns:
                loose &= held
        return loose

    def limits(self, rows: Places, lever: int) -> tuple[Floats, Floats]:
        """Least and most that a number's lever can be set to in each of m rows."""
        rule, own = self._rule(self.rules.levers[lever]), self.start[rows, lever]
        low = own if rule.may is Move.UP else np.minimum(rule.low, own)
        high = own if rule.may is Move.DOWN else np.maximum(rule.high, own)
        return low, high

    def snapped(self, rows: Places, lever: int, values: Floats) -> Floats:
        """Numbers (m, k) on the grid of the lever, within what each row (m,) permits."""
        rule, own = self._rule(self.rules.levers[lever]), self.start[rows, lever][:, None]
        low, high = (edge[:, None] for edge in self.limits(rows, lever))
        origin = own if rule.declared else np.zeros_like(own)
        least = np.ceil((low - origin) / rule.step - _EDGE)
        most = np.floor((high - origin) / rule.step + _EDGE)
        steps = np.clip(np.rint((values - origin) / rule.step), least, most)
        found = np.round(origin + steps * rule.step, rule.decimals)
        # A grid that no step of fits between the limits leaves the row as it is.
        return np.asarray(
            np.where((least <= most) & (found >= low - _EDGE) & (found <= high + _EDGE), found, own)
        )

    def settings(self, rows: Places, knob: int, most: int) -> Floats:
        """At most `most` settings of one lever for each of m rows, (m, most); NaN where there are fewer."""
        lever = self.rules.levers[knob]
        own = self.start[rows, knob][:, None]
        if self.ordered[knob]:
            found = self._number_settings(rows, knob, most)
        else:
            found = np.broadcast_to(self._other_settings(lever, most + 1), (len(rows), most + 1))
        found = np.where((found == own) | ~self.open[rows, knob][:, None], np.nan, found)
        found = np.sort(found, axis=1)  # NaN last
        repeated = np.zeros(found.shape, bool)
        repeated[:, 1:] = found[:, 1:] == found[:, :-1]
        return np.asarray(np.sort(np.where(repeated, np.nan, found), axis=1)[:, :most])

    def _number_settings(self, rows: Places, knob: int, most: int) -> Floats:
        """One deviation to each side, and percentiles of the reference rows in between the limits."""
        rule, own = self._rule(self.rules.levers[knob]), self.start[rows, knob][:, None]
        low, high = self.limits(rows, knob)
        first, last = (np.interp(edge, rule.spread, _PARTS)[:, None] for edge in (low, high))
        parts = np.linspace(0, 1, max(2, most - 2))[None, :]
        found = np.interp(first + (last - first) * parts, _PARTS, rule.spread)
        # Declared limits may reach beyond every reference row.
        found[:, 0], found[:, -1] = low, high
        near = own + rule.scale * np.array([[-1.0, 1.0]])
        return self.snapped(rows, knob, np.column_stack([found, near])[:, : max(most, 2)])

    def _other_settings(self, lever: Lever, most: int) -> Floats:
        """Places of words, the most frequent first, or of columns of a group; NaN to fill up."""
        rule = self._rule(lever)
        if lever.is_group:
            places = [i for i, j in enumerate(lever.at) if not self.rules.columns[j].fixed]
        else:
            places = list(range(2 if rule.words is None else len(rule.words)))
        found = np.full(most, np.nan)
        found[: min(most, len(places))] = places[:most]
        return found

    def between(self, rows: Places, knobs: Places, near: Floats, far: Floats) -> Floats:
        """Settings about halfway from `near` to `far`, each of its own lever (m,); `far` without any."""
        found = far.copy()
        for knob in np.unique(knobs):
            if self.ordered[knob]:
                at = np.flatnonzero(knobs == knob)
                middle = self.snapped(rows[at], int(knob), ((near[at] + far[at]) / 2)[:, None])[:, 0]
                inside = (middle - near[at]) * (middle - far[at]) < 0
                found[at] = np.where(inside, middle, self._last_step(rows[at], int(knob), near[at], far[at]))
        return found

    def _last_step(self, rows: Places, knob: int, near: Floats, far: Floats) -> Floats:
        """The setting beside `near` on the way to `far`, where there is one in between; else `far`.

        A row's own number may lie off the grid, so that the middle rounds to it, or beyond.
        """
        step = self._rule(self.rules.levers[knob]).step
        beside = self.snapped(rows, knob, (near + np.sign(far - near) * step)[:, None])[:, 0]
        return np.where((beside - near) * (beside - far) < 0, beside, far)

    def columns(self, rows: Places, points: Floats) -> dict[str, Values]:
        """The m candidates `points` (m, d) of `rows` (m,) as they are scored; what follows is set anew."""
        made = self._taken(rows)
        moved = points != self.start[rows]
        for index, lever in enumerate(self.rules.levers):
            at = np.flatnonzero(moved[:, index])
            if len(at):
                self._set(made, lever, at, points[at, index])
        for kept in self.rules.relations:
            if kept.sets is not None:
                self._follow(made, rows, moved, kept)
        return {name: values.tolist() if values.dtype == object else values for name, values in made.items()}

    @cached_property
    def _arrays(self) -> dict[str, NDArray[Any]]:
        return {
            name: values if isinstance(values, np.ndarray) else _objects(values)
            for name, values in self._held.items()
        }

    def _taken(self, rows: Places) -> dict[str, NDArray[Any]]:
        return {name: values[rows] for name, values in self._arrays.items()}

    def _set(self, made: dict[str, NDArray[Any]], lever: Lever, at: Places, settings: Floats) -> None:
        rule = self._rule(lever)
        if lever.is_group:
            for index, j in enumerate(lever.at):
                made[self.rules.columns[j].name][at] = settings == index
        elif rule.words is not None:
            made[rule.name][at] = _objects(rule.words)[settings.astype(np.int64)]
        else:
            made[rule.name][at] = settings

    def _follow(self, made: dict[str, NDArray[Any]], rows: Places, moved: Mask, kept: Any) -> None:
        """Compute a column anew where something that it follows from has changed."""
        changed = np.zeros(len(rows), bool)
        for name in kept.relation.right.columns:
            changed |= ~_same(made[name], self._arrays[name][rows])
        changed &= self._kept_before[kept][rows] & ~np.isnan(np.asarray(made[kept.sets], float))
        if changed.any():
            at = np.flatnonzero(changed)
            made[kept.sets][at] = kept.computed(self._numbers(take_columns(made, at), kept.relation.columns))

    def held(self, name: str, rows: Places) -> NDArray[Any]:
        """The values of one column in `rows` (m,), as they were."""
        return self._arrays[name][rows]

    def broken_relations(self, rows: Places, columns: Mapping[str, Any]) -> Iterator[tuple[str, Mask]]:
        """Each relation, and which of m candidates break it that their rows (m,) kept."""
        for kept, held in self._kept_before.items():
            broken = ~kept.holds(self._numbers(columns, kept.relation.columns))
            yield kept.relation.text, broken & held[rows]

    def permitted(self, rows: Places, columns: Mapping[str, Any]) -> Mask:
        """Which of m candidates that `columns` made keep every relation, (m,).

        All else holds of settings by construction; `validity` looks at rows that came from elsewhere.
        """
        kept = np.ones(len(rows), bool)
        for _, broken in self.broken_relations(rows, columns):
            kept &= ~broken
        for place in self.rules.following:
            kept &= self._in_range(rows, columns, self.rules.columns[place])
        return kept

    def _in_range(self, rows: Places, columns: Mapping[str, Any], rule: ColumnRule) -> Mask:
        """Whether a number stays within its range and goes its way, or stays as it was."""
        values, own = np.asarray(columns[rule.name], float), np.asarray(self._arrays[rule.name][rows], float)
        room = _EDGE * np.maximum(1.0, np.abs(own))
        low = own if rule.may is Move.UP else np.minimum(rule.low, own)
        high = own if rule.may is Move.DOWN else np.maximum(rule.high, own)
        return np.asarray(_same(values, own) | ((values >= low - room) & (values <= high + room)))

    def sizes(self, rows: Places, points: Floats) -> Floats:
        """What decides between candidates, (m,): money where every change has a price, else their size."""
        found = self.distance(rows, points)
        return found.money if self.rules.all_priced else found.size

    def distance(self, rows: Places, points: Floats) -> Distance:
        """How far m candidates are from their rows."""
        own = self.start[rows]
        moved = points != own
        size, money = np.zeros(len(rows)), np.zeros(len(rows))
        for index, lever in enumerate(self.rules.levers):
            at = np.flatnonzero(moved[:, index])
            if len(at):
                way = np.abs(points[at, index] - own[at, index]) if self.ordered[index] else None
                size[at] += self._size(lever, way, len(at))
                money[at] += self._money(lever, way, points[at, index])
        return Distance(moved.sum(axis=1), size, money)

    def _size(self, lever: Lever, way: Floats | None, n: int) -> Floats:
        rule = self._rule(lever)
        return rule.hard * (np.ones(n) if way is None else way / rule.scale)

    def _money(self, lever: Lever, way: Floats | None, settings: Floats) -> Floats:
        """What moving one lever costs; of a group, what the column costs that becomes 1."""
        if lever.is_group:
            each = np.array([_price(self.rules.columns[j].price) for j in lever.at])
            return np.asarray(each[settings.astype(np.int64)])
        price = self._rule(lever).price
        if price is None or price.per is None or way is None:
            return np.full(len(settings), _price(price))
        return price.amount * way / price.per

    def drawn(self, rows: Places, changes: int, rng: np.random.Generator, settings: int = 16) -> Floats:
        """Points (m, d) of `rows` (m,) with `changes` levers each, chosen at random and set at random."""
        points = self.start[rows].copy()
        turned = np.where(self.open[rows], rng.random(points.shape), np.inf).argsort(axis=1)[:, :changes]
        for knob in range(points.shape[1]):
            at = np.flatnonzero((turned == knob).any(axis=1))
            if len(at):
                offered = self.settings(rows[at], knob, settings)
                some = (~np.isnan(offered)).sum(axis=1)
                at, offered, some = at[some > 0], offered[some > 0], some[some > 0]
                picked = (rng.random(len(at)) * some).astype(np.int64)
                points[at, knob] = offered[np.arange(len(at)), picked]
        return points

    def without(self, levers: Places) -> Space:
        """The same rows, with these levers closed."""
        made = Space(self.rules, self._held)
        made.open[:, levers] = False
        return made


def _objects(words: Any) -> NDArray[Any]:
    made = np.empty(len(words), object)
    made[:] = list(words)
    return made


def _same(one: NDArray[Any], other: NDArray[Any]) -> Mask:
    equal = one == other
    both_missing = (one != one) & (other != other)
    return np.asarray(equal | both_missing, bool)


def _price(price: ChangePrice | None) -> float:
    return np.nan if price is None else price.amount
