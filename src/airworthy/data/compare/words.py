"""Words of a column of categories: which are new, which are gone, and which are only written otherwise."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from airworthy.data.compare.found import Words
from airworthy.data.facts.variants import with_keys

MOST_WORDS = 200
"""More different words than this are names or text, no categories."""

LEAST_SHARE = 0.9
"""Share of a word's matched rows that must hold one new word for it to be the same, written otherwise."""


def words_of(before: pl.Series, after: pl.Series, became: Mapping[str, tuple[str, float]]) -> Words | None:
    """What changed in the vocabulary of a text column; None when nothing did, or it has no vocabulary.

    Parameters
    ----------
    became : of a word, the word that most of its matched rows hold now, and the share of them that do.

    >>> words_of(pl.Series("c", ["Two year", "Monthly"]), pl.Series("c", ["two-year", "Monthly"]), {}).renamed
    (('Two year', 'two-year', 1),)
    """
    if before.dtype != pl.String or after.dtype != pl.String:
        return None
    then, now = (_counted(side) for side in (before, after))
    if not then or not now:
        return None
    gone = {word: rows for word, rows in then.items() if word not in now}
    new = {word: rows for word, rows in now.items() if word not in then}
    if not gone and not new:
        return None
    same = _rewritten(gone, new, became)
    return Words(
        before.name,
        tuple((word, rows) for word, rows in new.items() if word not in same.values()),
        tuple((word, rows) for word, rows in gone.items() if word not in same),
        tuple((word, other, new[other]) for word, other in same.items()),
    )


def _counted(column: pl.Series) -> dict[str, int]:
    """Words with their rows, most frequent first; empty for a column of too many."""
    values = column.drop_nulls()
    if values.head(20 * MOST_WORDS).n_unique() > MOST_WORDS:
        return {}
    counts = values.alias("word").value_counts(name="rows").sort("rows", "word", descending=[True, False])
    if counts.height > MOST_WORDS or (counts.height > 10 and counts.height > len(values) / 2):
        return {}
    return dict(counts.iter_rows())


def _rewritten(
    gone: Mapping[str, int], new: Mapping[str, int], became: Mapping[str, tuple[str, float]]
) -> dict[str, str]:
    same: dict[str, str] = {}
    for word in gone:
        other, share = became.get(word, ("", 0.0))
        if other in new and share >= LEAST_SHARE and other not in same.values():
            same[word] = other
    for word, other in _one_key(gone, new).items():
        if word not in same and other not in same.values() and word not in became:
            same[word] = other
    return same


def _one_key(gone: Mapping[str, int], new: Mapping[str, int]) -> dict[str, str]:
    """Words that are one but for case, accents, blanks and hyphens."""
    tally = pl.DataFrame({"value": [*gone, *new], "count": [*gone.values(), *new.values()]})
    keyed = with_keys(tally)
    keys = dict(zip(keyed["value"], keyed["key"], strict=True))
    by_key = {keys[word]: word for word in new}
    return {word: by_key[keys[word]] for word in gone if keys[word] in by_key}
