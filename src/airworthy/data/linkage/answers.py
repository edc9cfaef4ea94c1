"""What people said of uncertain pairs: written to a file, read again, and known by what the rows say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from airworthy.data.linkage.columns import Written
from airworthy.data.linkage.neighbours import Pairs
from airworthy.kernel.digest import digest_json
from airworthy.kernel.errors import InputError

YES, NO = ("yes", "y", "1", "true"), ("no", "n", "0", "false")
KEY, SAME = "key", "same"


def keys_of(compared: Sequence[Written], pairs: Pairs, at: Any) -> list[str]:
    """Of each pair at `at` a key made of what both rows say: it outlives their order in the file."""
    sides = [(column.left, column.left if column.right is None else column.right) for column in compared]
    keys = []
    for pair in at:
        left, right = int(pairs.left[pair]), int(pairs.right[pair])
        rows = [[ours[left] for ours, _ in sides], [theirs[right] for _, theirs in sides]]
        if pairs.one:
            rows.sort(key=str)
        keys.append(digest_json(rows).removeprefix("sha256:")[:24])
    return keys


def answered(compared: Sequence[Written], pairs: Pairs, answers: Mapping[str, bool]) -> dict[int, bool]:
    """Which pairs somebody has decided."""
    if not answers:
        return {}
    keys = keys_of(compared, pairs, range(len(pairs)))
    return {place: answers[key] for place, key in enumerate(keys) if key in answers}


def read_answers(table: pl.DataFrame, name: str) -> dict[str, bool]:
    """Answers by key from a reviewed table; rows whose `same` is empty say nothing.

    Raises `InputError` for a table without the two columns, or a word that is neither yes nor no.

    >>> read_answers(pl.DataFrame({"same": ["yes", "", "n"], "key": ["a", "b", "c"]}), "review.csv")
    {'a': True, 'c': False}
    """
    if missing := [column for column in (KEY, SAME) if column not in table.columns]:
        raise InputError(
            f"{name} has no column {missing[0]!r}.",
            value=missing[0],
            remedy="Fill in the file that --review wrote, and keep its columns.",
        )
    found = {}
    for row, (key, same) in enumerate(table.select(KEY, SAME).iter_rows(), start=2):
        said = "" if same is None else str(same).strip().casefold()
        if not said:
            continue
        if said not in (*YES, *NO):
            raise InputError(
                f"{name}, row {row}: {same!r} is neither yes nor no.",
                value=same,
                remedy="Write yes, no, or nothing.",
            )
        found[str(key)] = said in YES
    return found
