"""Which spellings of a column mean the same: by blanks and case, and by few slips beside a frequent value."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from airworthy.scoring.text_steps import fold

OFTEN, MUCH_MORE_OFTEN = 10, 20
"""A slip is at least so many times rarer than what was meant; with three rows or more the second holds."""

CLEARLY = 2
"""Of two spellings apart by blanks and case one is meant if it has at least so many times the rows."""

RARE, RARE_SHARE = 2, 0.005
"""A slip occurs in at most this many rows, or in this share of them: two frequent values never merge."""

FEWEST_LETTERS = 4
SLIP_EVERY = 5
"""One slip is believed for every so many characters."""

MOST_PAIRS = 200_000
_LETTERS = 32


@dataclass(frozen=True)
class Merge:
    """A spelling, what it stands for, and its rows."""

    spelling: str
    meant: str
    rows: int


def same_but_for_blanks(counts: Mapping[str, int]) -> tuple[Merge, ...]:
    """Spellings that differ from the most frequent one in blanks and case only.

    >>> same_but_for_blanks({"Rome": 9, "rome ": 2, "Oslo": 5})
    (Merge(spelling='rome ', meant='Rome', rows=2),)
    """
    groups: dict[str, list[str]] = {}
    for value in counts:
        groups.setdefault(fold(value), []).append(value)
    found = []
    for members in groups.values():
        meant = min(members, key=lambda value: (-counts[value], value))
        found += [
            Merge(v, meant, counts[v]) for v in members if counts[v] * CLEARLY <= counts[meant] and v != meant
        ]
    return tuple(sorted(found, key=lambda merge: (-merge.rows, merge.spelling)))


def slips(counts: Mapping[str, int]) -> tuple[Merge, ...]:
    """Rare values a few letters away from exactly one frequent value.

    Digits must agree, each word that differs has four letters or more, and no second frequent value lies
    nearly as close: numbers, keys and short codes are let be.

    >>> slips({"Amsterdam": 40, "Amstredam": 1, "Rotterdam": 40, "Type A": 40, "Type B": 1})
    (Merge(spelling='Amstredam', meant='Amsterdam', rows=1),)
    """
    total = sum(counts.values())
    most = max(RARE, RARE_SHARE * total)
    rare = sorted(v for v, rows in counts.items() if rows <= most and _is_word(v))
    often = sorted(v for v, rows in counts.items() if rows >= OFTEN and _is_word(v))
    if not rare or not often:
        return ()
    near = _near(rare, often)
    found = []
    for place, places in near.items():
        merge = _merge(rare[place], [often[i] for i in places], counts)
        if merge is not None:
            found.append(merge)
    return tuple(sorted(found, key=lambda merge: (-merge.rows, merge.spelling)))


def _is_word(value: str) -> bool:
    letters = sum(letter.isalpha() for letter in value)
    return letters >= FEWEST_LETTERS and letters * 2 >= len(value)


def _merge(value: str, candidates: Sequence[str], counts: Mapping[str, int]) -> Merge | None:
    allowed = max(1, len(value) // SLIP_EVERY)
    ranked = []
    times = OFTEN if counts[value] <= RARE else MUCH_MORE_OFTEN
    for other in candidates:
        if other == value or counts[other] < times * counts[value] or not _comparable(value, other):
            continue
        distance = edit_distance(value, other, 2 * allowed)
        ranked.append((distance, other))
    ranked.sort()
    if not ranked or ranked[0][0] > allowed:
        return None
    if len(ranked) > 1 and ranked[1][0] < 2 * ranked[0][0] + 1:
        return None  # two are meant equally well
    return Merge(value, ranked[0][1], counts[value])


def _comparable(value: str, other: str) -> bool:
    """Same digits; and where both have as many words, each that differs is long, and differs by a third."""
    if re.sub(r"\D", "", value) != re.sub(r"\D", "", other):
        return False
    mine, theirs = _words(value), _words(other)
    if len(mine) != len(theirs):
        return True
    return all(a == b or _one_word(a, b) for a, b in zip(mine, theirs, strict=True))


def _one_word(one: str, other: str) -> bool:
    shorter = min(len(one), len(other))
    most = max(1, shorter // 3)
    return shorter >= FEWEST_LETTERS and edit_distance(one, other, most) <= most


def _words(value: str) -> list[str]:
    return re.findall(r"[^\W_]+", value)


def _near(rare: Sequence[str], often: Sequence[str]) -> dict[int, list[int]]:
    """For each rare value the frequent ones whose letters could be turned into it.

    An edit changes the counts of at most two letters by one each: half the difference of the counts bounds
    the distance from below, and costs one subtraction.
    """
    mine, theirs = _letter_counts(rare), _letter_counts(often)
    found: dict[int, list[int]] = {}
    pairs = 0
    for place, value in enumerate(rare):
        allowed = 2 * max(1, len(value) // SLIP_EVERY)
        apart = np.abs(theirs - mine[place]).sum(axis=1)
        places = np.flatnonzero(apart <= 2 * allowed)
        pairs += len(places)
        if len(places):
            found[place] = places.tolist()
        if pairs > MOST_PAIRS:
            break
    return found


def _letter_counts(values: Sequence[str]) -> NDArray[np.int16]:
    table = np.zeros((len(values), _LETTERS), dtype=np.int16)
    for row, value in enumerate(values):
        for letter in value:
            table[row, ord(letter) % _LETTERS] += 1
    return table


def edit_distance(one: str, other: str, most: int) -> int:
    """Insertions, deletions, substitutions and swaps of neighbours; anything above `most` is `most + 1`.

    Optimal string alignment: Damerau, CACM 7 (1964) 171.

    >>> edit_distance("ca", "ac", 3), edit_distance("kitten", "sitting", 5), edit_distance("a", "xyz", 1)
    (1, 3, 2)
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    last: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        before, last, row = last, row, [i]
        for j, b in enumerate(other, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)
