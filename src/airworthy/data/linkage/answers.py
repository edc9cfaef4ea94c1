"""What people said of uncertain pairs: written to a file, read again, and known by what the rows say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

from airworthy.data.linkage.columns import Written
from airworthy.data.linkage.neighbours import Pairs
from airworthy.kernel.digest import PREFIX, digest_bytes, digest_json
from airworthy.kernel.errors import InputError

YES, NO = ("yes", "y", "1", "true"), ("no", "n", "0", "false")
KEY, SAME = "key", "same"


def keys_of(compared: Sequence[Written], pairs: Pairs, at: Any) -> list[str]:
    """Of each pair at `at` a key made of what both rows say: it outlives their order in the file."""
    places = np.asarray(at, np.int64)
    left, right = pairs.left[places].tolist(), pairs.right[places].tolist()
    ours = _digests([column.left for column in compared], left)
    theirs = _digests([column.left if column.right is None else column.right for column in compared], right)
    both = ((ours[one], theirs[other]) for one, other in zip(left, right, strict=True))
    ordered = (sorted(two) for two in both) if pairs.one else both
    return [digest_bytes("".join(two).encode()).removeprefix(PREFIX)[:24] for two in ordered]


def _digests(columns: Sequence[Sequence[str | None]], rows: Sequence[int]) -> dict[int, str]:
    """Digest of what each of `rows` says."""
    return {row: digest_json([values[row] for values in columns]) for row in dict.fromkeys(rows)}


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
    require_columns(table, (KEY, SAME), name)
    rows = enumerate(table.select(KEY, SAME).iter_rows(), start=2)
    read = {str(key): said_in(same, f"{name}, row {row}") for row, (key, same) in rows}
    return {key: said for key, said in read.items() if said is not None}


def require_columns(table: pl.DataFrame, columns: Sequence[str], name: str) -> None:
    """Raise `InputError` for a file that no review wrote."""
    if missing := [column for column in columns if column not in table.columns]:
        raise InputError(
            f"{name} has no column {missing[0]!r}.",
            value=missing[0],
            remedy="Fill in the file that the review wrote, and keep its columns.",
        )


def said_in(word: object, where: str) -> bool | None:
    """Yes or no as a person wrote it; None for nothing. Raises `InputError` for any other word."""
    said = "" if word is None else str(word).strip().casefold()
    if said and said not in (*YES, *NO):
        raise InputError(
            f"{where}: {word!r} is neither yes nor no.", value=word, remedy="Write yes, no, or nothing."
        )
    return said in YES if said else None
