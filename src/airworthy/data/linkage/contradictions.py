"""Answers that cannot all be true: a is b and b is c, but a is not c; or one row with two partners."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
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
    pairs: Pairs,
    said: Mapping[int, bool],
    partners: Partners,
    content: Callable[[Row], Hashable] = lambda row: row,
) -> tuple[dict[int, bool], tuple[Disagreement, ...]]:
    """The answers that can all be true, and what the others say; of those that cannot, none counts.

    Parameters
    ----------
    content : what a row says; an answer holds for all rows that say the same.

    >>> from numpy import array
    >>> three = Pairs(array([0, 1, 0]), array([1, 2, 2]), array([0.9, 0.9, 0.9]), (3, 3), one=True)
    >>> kept, found = consistent(three, {0: True, 1: True, 2: False}, Partners.ANY)
    >>> kept, found[0].why
    ({}, 'row 1 and row 3 are said not to be one, but other answers make them one')
    """
    known: dict[Hashable, Row] = {}
    ends = {
        place: tuple(known.setdefault((row[0], content(row)), row) for row in _rows(pairs, place))
        for place in said
    }
    answers = _Answers(pairs.one, said, {place: (a, b) for place, (a, b) in ends.items()})
    found = answers.broken()
    if partners is not Partners.ANY:
        found += answers.crowded(partners)
    out = {place for one in found for place in one.places}
    return {place: same for place, same in said.items() if place not in out}, tuple(found)


def _rows(pairs: Pairs, place: int) -> tuple[Row, Row]:
    return (0, int(pairs.left[place])), (0 if pairs.one else 1, int(pairs.right[place]))


class _Answers:
    """Answers between rows, and the groups that the answers yes make of the rows."""

    def __init__(self, one: bool, said: Mapping[int, bool], ends: Mapping[int, tuple[Row, Row]]) -> None:
        self.one, self.said, self.ends = one, said, ends
        self.groups = _groups([ends[place] for place, same in said.items() if same])

    def broken(self) -> list[Disagreement]:
        """Rows said not to be one that other answers put into one group, with the answers of that group."""
        found = []
        for place, same in self.said.items():
            a, b = self.ends[place]
            if same or a not in self.groups or self.groups[a] != self.groups.get(b):
                continue
            why = (
                f"{self._named(a)} and {self._named(b)} are said not to be one, "
                "but other answers make them one"
            )
            found.append(Disagreement((place, *self._within(self.groups[a])), why))
        return found

    def crowded(self, partners: Partners) -> list[Disagreement]:
        """Groups with two rows of a table whose rows have one partner at most."""
        members: dict[Row, list[Row]] = {}
        for row, first in sorted(self.groups.items()):
            members.setdefault(first, []).append(row)
        found = []
        for first, rows in members.items():
            left, right = ([row for row in rows if row[0] == side] for side in (0, 1))
            crowd = right if len(right) > 1 else left if partners is Partners.ONE else []
            if len(crowd) > 1:
                other = left[0] if crowd is right else right[0]
                two = " and ".join(self._named(row) for row in crowd[:2])
                why = f"{two} are both said to be {self._named(other)}"
                found.append(Disagreement(self._within(first), why))
        return found

    def _within(self, first: Row) -> tuple[int, ...]:
        """Places of the answers yes that made the group of `first`."""
        made = (place for place, same in self.said.items() if same)
        return tuple(place for place in made if self.groups[self.ends[place][0]] == first)

    def _named(self, row: Row) -> str:
        side = "" if self.one else ("left ", "right ")[row[0]]
        return f"{side}row {row[1] + 1:,}"


def _groups(same: Sequence[tuple[Row, Row]]) -> dict[Row, Row]:
    """Each row that some answer joins, with the first row of its group."""
    first: dict[Row, Row] = {}

    def root(row: Row) -> Row:
        first.setdefault(row, row)
        while first[row] != row:
            first[row] = first[first[row]]
            row = first[row]
        return row

    for a, b in same:
        one, other = root(a), root(b)
        first[max(one, other)] = min(one, other)
    return {row: root(row) for row in list(first)}
