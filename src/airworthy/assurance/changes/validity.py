"""Whether rows that came from anywhere keep every rule beside the rows that they started from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from airworthy.assurance.changes.rule import ColumnRule
from airworthy.assurance.changes.space import Mask, Places, Space
from airworthy.assurance.predictions import Values
from airworthy.charter.changing import Move

ROOM = 1e-6
"""Relative difference of a step that is rounding."""


@dataclass(frozen=True, eq=False)
class Validity:
    """Which of m candidates keep every rule (m,), and the first rule that each of the others breaks (m)."""

    kept: Mask
    reasons: tuple[str, ...]


def validity(space: Space, rows: Places, columns: Mapping[str, Values]) -> Validity:
    """Look at every rule of every column.

    Parameters
    ----------
    rows : (m,) the row of `space` that each candidate started from.
    columns : the m candidates by column.

    >>> from airworthy.assurance.changes.rule import ChangeRules, ColumnRule, Lever
    >>> rules = ChangeRules((ColumnRule("age", "age", Move.NEVER),), ())
    >>> space = Space(rules, {"age": np.array([30.0])})
    >>> validity(space, np.array([0]), {"age": np.array([31.0])}).reasons
    ('age never changes',)
    """
    reasons = np.full(len(rows), "", object)
    for why, broken in _broken(space, rows, columns):
        reasons[(reasons == "") & broken] = why
    return Validity(np.asarray(reasons == ""), tuple(reasons.tolist()))


def _broken(space: Space, rows: Places, columns: Mapping[str, Values]) -> Iterator[tuple[str, Mask]]:
    """Each rule in words, and which candidates break it."""
    rules = space.rules
    grouped = {j for lever in rules.levers if lever.is_group for j in lever.at}
    for index, rule in enumerate(rules.columns):
        own, new = space.held(rule.name, rows), _array(columns[rule.name])
        moved = ~((own == new) | ((own != own) & (new != new)))
        if rule.fixed:
            yield f"{rule.label} never changes", moved
            continue
        yield f"{rule.label} is missing", moved & _missing(new)
        yield f"{rule.label} stays missing", moved & _missing(own)
        if index not in grouped:
            yield from _of_column(rule, own, new, moved, index in rules.following)
    for lever in rules.levers:
        if lever.is_group:
            names = [rules.columns[j].name for j in lever.at]
            now, before = (
                _sum(names, pick) for pick in (lambda n: columns[n], lambda n: space.held(n, rows))
            )
            yield f"exactly one of {lever.name} is 1", (now != 1) & (before == 1)
    yield from space.broken_relations(rows, columns)


def _of_column(
    rule: ColumnRule, own: NDArray[Any], new: NDArray[Any], moved: Mask, follows: bool
) -> Iterator[tuple[str, Mask]]:
    if rule.words is not None:
        known = np.array([word in rule.words for word in new.tolist()], bool)
        yield f"{rule.label} becomes a word that it may not", moved & ~known
        return
    own, new = own.astype(float), new.astype(float)
    room = ROOM * np.maximum(rule.step, np.abs(own) * ROOM)
    if rule.may is Move.UP:
        yield f"{rule.label} only goes up", new < own - room
    if rule.may is Move.DOWN:
        yield f"{rule.label} only goes down", new > own + room
    yield f"{rule.label} lies below {rule.low:g}", moved & (new < np.minimum(rule.low, own) - room)
    yield f"{rule.label} lies above {rule.high:g}", moved & (new > np.maximum(rule.high, own) + room)
    if rule.flag or (not follows and rule.declared) or (rule.step == 1 and rule.decimals == 0):
        steps = (new - (own if rule.declared else 0.0)) / rule.step
        yield f"{rule.label} moves in steps of {rule.step:g}", moved & (np.abs(steps - np.rint(steps)) > ROOM)


def _array(values: Values) -> NDArray[Any]:
    if isinstance(values, np.ndarray):
        return values
    made = np.empty(len(values), object)
    made[:] = list(values)
    return made


def _missing(values: NDArray[Any]) -> Mask:
    if values.dtype == object:
        return np.array([value is None for value in values.tolist()], bool)
    return np.asarray(values != values)


def _sum(names: list[str], pick: Any) -> NDArray[np.float64]:
    return np.asarray(np.sum([np.asarray(pick(name), float) for name in names], axis=0))
