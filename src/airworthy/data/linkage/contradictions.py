"""Answers that cannot all be true: a is b and b is c, but a is not c; or one row with two partners."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from airworthy.data.linkage.neighbours import Pairs
from airworthy.data.linkage.partners import Partners

Row = tuple[int, int]
"""Side (0 left, 1 right) and place; of one table the side is always 0."""


@dataclass(frozen=True)
class Disagreement:
    """Pairs (by their places) of which not all answers can be true, and why."""

    places: tuple[int, ...]
    why: str


def consistent(
    pairs: Pairs, said: Mapping[int, bool], partners: Partners
) -> tuple[dict[int, bool], tuple[Disagreement, ...]]:
    """The answers that can all be true, and what the others say; of those that cannot, none counts.

    >>> from numpy import array
    >>> three = Pairs(array([0, 1, 0]), array([1, 2, 2]), array([0.9, 0.9, 0.9]), (3, 3), one=True)
    >>> kept, found = consistent(three, {0: True, 1: True, 2: False}, Partners.ANY)
    >>> kept, found[0].why
    ({}, 'row 1 and row 3 are said not to be one, but other answers make them one')
    """
    groups = _groups(pairs, [place for place, same in said.items() if same])
    found = list(_broken(pairs, said, groups))
    if partners is not Partners.ANY:
        found += _crowded(pairs, said, groups, partners)
    out = {place for one in found for place in one.places}
    return {place: same for place, same in said.items() if place not in out}, tuple(found)


def _ends(pairs: Pairs, place: int) -> tuple[Row, Row]:
    return (0, int(pairs.left[place])), (0 if pairs.one else 1, int(pairs.right[place]))


def _groups(pairs: Pairs, same: Sequence[int]) -> dict[Row, Row]:
    """Each row that some answer joins, with the first row of its group."""
    first: dict[Row, Row] = {}

    def root(row: Row) -> Row:
        first.setdefault(row, row)
        while first[row] != row:
            first[row] = first[first[row]]
            row = first[row]
        return row

    for place in same:
        a, b = (root(row) for row in _ends(pairs, place))
        first[max(a, b)] = min(a, b)
    return {row: root(row) for row in list(first)}


def _broken(pairs: Pairs, said: Mapping[int, bool], groups: Mapping[Row, Row]) -> list[Disagreement]:
    """Pairs said not to be one that other answers put into one group, with the answers of that group."""
    found = []
    for place, same in said.items():
        a, b = _ends(pairs, place)
        if same or a not in groups or groups[a] != groups.get(b):
            continue
        why = (
            f"{_named(a, pairs)} and {_named(b, pairs)} are said not to be one, "
            "but other answers make them one"
        )
        found.append(Disagreement((place, *_within(pairs, said, groups, groups[a])), why))
    return found


def _crowded(
    pairs: Pairs, said: Mapping[int, bool], groups: Mapping[Row, Row], partners: Partners
) -> list[Disagreement]:
    """Groups with two rows of a table whose rows have one partner at most."""
    members: dict[Row, list[Row]] = {}
    for row, first in sorted(groups.items()):
        members.setdefault(first, []).append(row)
    found = []
    for first, rows in members.items():
        left, right = ([row for row in rows if row[0] == side] for side in (0, 1))
        crowd = right if len(right) > 1 else left if partners is Partners.ONE else []
        if len(crowd) > 1:
            other = left[0] if crowd is right else right[0]
            two = " and ".join(_named(row, pairs) for row in crowd[:2])
            why = f"{two} are both said to be {_named(other, pairs)}"
            found.append(Disagreement(_within(pairs, said, groups, first), why))
    return found


def _within(pairs: Pairs, said: Mapping[int, bool], groups: Mapping[Row, Row], first: Row) -> tuple[int, ...]:
    """Places of the answers yes that made the group of `first`."""
    return tuple(place for place, same in said.items() if same and groups[_ends(pairs, place)[0]] == first)


def _named(row: Row, pairs: Pairs) -> str:
    side = "" if pairs.one else ("left ", "right ")[row[0]]
    return f"{side}row {row[1] + 1:,}"
