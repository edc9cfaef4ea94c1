"""Neighbours among very many rows, in time that grows with the rows and not with their square.

Every pair of words in a row is a key. A row keeps the few of its keys that are rarest in the other table, and
meets the rows there that have them too; those that share the rarest keys are its candidates.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

Places = NDArray[np.int64]
Words = NDArray[np.int32]

WORDS = 12
"""Of a row's words the rarest, which are paired."""
KEPT, MOST = 32, 40
"""Keys that a row keeps, and rows of the other table that may have such a key."""
CANDIDATES = 12
"""Of the rows met those that share the rarest keys."""
WORTH = 1 << 20
"""Of a key that one row has; of one that n rows have the n-th part."""
MOST_SLOTS = 26
"""Bits of a key. Two pairs of words with one key meet rows that share nothing, which letters tell apart."""
PORTION = 50_000
"""Rows at a time."""
BEGINNING, LONG = 4, 6
"""Letters that stand for a word of so many too: a slip is seldom among the first."""
_NONE, _FAR = -1, np.iinfo(np.int32).max
_MIX = np.uint64(0x9E3779B97F4A7C15)
"""2^64 over the golden ratio (Knuth, TAOCP 3, 6.4): numbers near each other get keys far apart."""


@dataclass(frozen=True, eq=False)
class Keys:
    """How many rows of a table have each key of `bits` bits."""

    bits: int
    rows: NDArray[np.int32]


def candidates(left: Sequence[str], right: Sequence[str] | None = None) -> Places:
    """(k, 2) pairs of rows that share rare pairs of words, looked for from both sides, each once, in order.

    Without `right` pairs within `left`, the lower row first.

    >>> candidates(["anna meier bern", "bo roth chur"], ["roth bo", "carl frank", "meier anna"]).tolist()
    [[0, 2], [1, 0]]
    """
    ours, theirs = _rarest_words(left, right)
    bits = min(MOST_SLOTS, int(8 * ours.shape[1] * max(len(ours), len(theirs), 1)).bit_length())
    if right is None:
        found = np.sort(_met(ours, ours, bits, itself=True), axis=1)
    else:
        back = _met(theirs, ours, bits, itself=False)
        found = np.concatenate([_met(ours, theirs, bits, itself=False), back[:, ::-1]])
    return np.unique(found, axis=0)


def _rarest_words(left: Sequence[str], right: Sequence[str] | None) -> tuple[Words, Words]:
    """(rows, 12) of each table: numbers of each row's rarest words, of those that may meet another row."""
    sides = [left] if right is None else [left, right]
    counted = [
        pl.concat([words["word"].value_counts(name=f"rows{side}") for words in _split(texts)])
        .group_by("word")
        .agg(pl.col(f"rows{side}").sum())
        for side, texts in enumerate(sides)
    ]
    if right is None:
        both = counted[0].filter(pl.col("rows0") > 1).with_columns(rows=pl.col("rows0"))
    else:
        both = counted[0].join(counted[1], on="word").with_columns(rows=pl.col("rows0") + pl.col("rows1"))
    # The rarer a word the lower its number, so that the lowest of a row are its rarest.
    known = both.sort("rows", "word").select("word").with_row_index("number")
    made = [_numbered(texts, known) for texts in sides]
    return made[0], made[-1]


def _split(texts: Sequence[str]) -> Iterator[pl.DataFrame]:
    """Rows and their words, each word once a row, and the beginnings of long ones; a portion at a time."""
    for first in range(0, len(texts), PORTION):
        words = pl.Series("word", texts[first : first + PORTION], dtype=pl.String).str.split(" ")
        whole = pl.DataFrame({"row": pl.int_range(len(words), eager=True) + first, "word": words})
        whole = whole.explode("word").filter(pl.col("word") != "")
        begun = whole.filter(pl.col("word").str.len_chars() >= LONG).with_columns(
            pl.col("word").str.slice(0, BEGINNING) + "~"
        )
        yield pl.concat([whole, begun]).unique(maintain_order=True)


def _numbered(texts: Sequence[str], known: pl.DataFrame) -> Words:
    held = np.full((len(texts), WORDS), _NONE, np.int32)
    for words in _split(texts):
        found = words.join(known, on="word").select("row", "number").sort("row", "number")
        rows, numbers = found["row"].to_numpy(), found["number"].to_numpy()
        if len(rows):
            starts = np.r_[0, np.flatnonzero(np.diff(rows)) + 1]
            place = np.arange(len(rows)) - np.repeat(starts, np.diff(np.r_[starts, len(rows)]))
            kept = place < WORDS
            held[rows[kept], place[kept]] = numbers[kept]
    return held


def _keys(words: Words, bits: int) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """(rows, 78) key of each two words of a row and of each alone, and whether the row has them."""
    one, other = np.triu_indices(WORDS)
    a, b = words[:, one], words[:, other]
    mixed = (a.astype(np.uint64) << np.uint64(32) | b.astype(np.uint32)) * _MIX
    return (mixed >> np.uint64(64 - bits)).astype(np.int64), (a != _NONE) & (b != _NONE)


def _met(ours: Words, theirs: Words, bits: int, *, itself: bool) -> Places:
    """(k, 2) each row of `ours` with the rows of `theirs` that share the rarest keys with it."""
    rows = np.zeros(1 << bits, np.int32)
    for first in range(0, len(theirs), PORTION):
        keys, there = _keys(theirs[first : first + PORTION], bits)
        np.add.at(rows, keys[there], 1)
    kept = [
        _rarest_keys(ours[first : first + PORTION], rows - itself if itself else rows, bits)
        for first in range(0, len(ours), PORTION)
    ]
    wanted = np.zeros(1 << bits, np.bool_)
    for keys in kept:
        wanted[keys[keys != _NONE]] = True
    index = _index(theirs, wanted, bits)
    found = [_best(keys, number * PORTION, index, itself=itself) for number, keys in enumerate(kept)]
    return np.concatenate(found) if found else np.zeros((0, 2), np.int64)


def _rarest_keys(words: Words, rows: NDArray[np.int32], bits: int) -> NDArray[np.int64]:
    """(n, 32) of each row the keys that fewest rows of the other table have, -1 where there are fewer."""
    keys, there = _keys(words, bits)
    often = rows[keys]
    often[~there | (often < 1) | (often > MOST)] = _FAR
    # No two ranks are alike: which of several equally rare keys stays must not hang on the machine.
    rank = often.astype(np.int64) * often.shape[1] + np.arange(often.shape[1])
    best = np.argpartition(rank, KEPT - 1, axis=1)[:, :KEPT]
    chosen = np.take_along_axis(keys, best, axis=1)
    return np.where(np.take_along_axis(often, best, axis=1) == _FAR, _NONE, chosen)


def _index(words: Words, wanted: NDArray[np.bool_], bits: int) -> tuple[Places, Places]:
    """Rows in the order of their wanted keys, and these keys."""
    held_keys, held_rows = [], []
    for first in range(0, len(words), PORTION):
        keys, there = _keys(words[first : first + PORTION], bits)
        row, at = np.nonzero(there & wanted[keys])
        held_keys.append(keys[row, at])
        held_rows.append(row + first)
    keys, rows = np.concatenate(held_keys), np.concatenate(held_rows)
    order = np.argsort(keys, kind="stable")
    return keys[order], rows[order]


def _best(kept: NDArray[np.int64], first: int, index: tuple[Places, Places], *, itself: bool) -> Places:
    """(k, 2) of each row the rows that share the rarest keys with it; a key counts 1 over its rows."""
    keys, rows = index
    row, at = np.nonzero(kept != _NONE)
    asked = kept[row, at]
    low, high = np.searchsorted(keys, asked), np.searchsorted(keys, asked, side="right")
    count = high - low
    ours = np.repeat(row + first, count)
    place = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count) + np.repeat(low, count)
    theirs, worth = rows[place], np.repeat(WORTH // np.maximum(count, 1), count)
    if itself:
        other = ours != theirs
        ours, theirs, worth = ours[other], theirs[other], worth[other]
    return _most_shared(ours, theirs, worth)


def _most_shared(ours: Places, theirs: Places, worth: Places) -> Places:
    """Of each of `ours` the rows of `theirs` whose shared keys are worth most, of two alike the lower."""
    if not len(ours):
        return np.zeros((0, 2), np.int64)
    width = int(theirs.max()) + 1
    pair = ours * width + theirs
    order = np.argsort(pair)
    pair = pair[order]
    starts = np.flatnonzero(np.r_[True, np.diff(pair) != 0])
    worth = np.add.reduceat(worth[order], starts)  # whole numbers, so that their order does not matter
    ours, theirs = np.divmod(pair[starts], width)
    order = np.argsort(ours * (worth.max() + 1) + (worth.max() - worth), kind="stable")
    begins = np.flatnonzero(np.r_[True, np.diff(ours) != 0])
    rank = np.arange(len(ours)) - np.repeat(begins, np.diff(np.r_[begins, len(ours)]))
    chosen = order[rank < CANDIDATES]
    return np.column_stack([ours[chosen], theirs[chosen]])
