"""Columns that another column determines but for a few rows: those rows contradict the others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from airworthy.data.facts import ColumnCounts, Sample
from airworthy.data.facts.follows import Followed, Follows
from airworthy.kernel.fact import Facts

Codes = NDArray[np.int64]

MOST_COLUMNS = 60
"""Columns that are paired, those of the fewest values first: the pairs grow with the square."""

SCREENED, MOST_NEW_PAIRS = 5_000, 0.1
"""Rows of the first look, and how many pairs of values, beyond one for each value, end the matter there."""

FEWEST_IN_GROUP, FEWEST_GROUPS, FEWEST_ROWS = 3, 5, 60
"""Rows with one value of the telling column that can contradict each other, such values, and their rows."""

LEAST_TO_TELL, LEAST_NEARLY_ALWAYS = 0.3, 0.03
"""Rows that always answering the most frequent value would get wrong: less is told by no column; the second
where a column tells nearly always."""

MOST_AGAINST, MOST_OTHER = 0.05, 0.01
"""Share of the rows against, above which a column merely goes with another; and of rows in second values
that are no slip, being frequent in their group."""

MOST_IN_ALL, MOST_IN_ONE, LEFT = 0.01, 0.02, 0.2
"""With fewer telling values, or one told value in most rows: the share of the rows against at most, in all
and with any one value (of a value with few rows, one row), and of the rows that a guess gets wrong."""

SLIP = 0.2
"""A slip is one row, or at most this share of its group."""

EXAMPLES, MOST_ALWAYS = 4, 1_000


def compute(wanted: Sequence[Any], facts: Facts) -> Mapping[Any, object]:
    facts.prepare([ColumnCounts(name) for fact in wanted for name in (*fact.columns, *fact.keys)])
    return {fact: _follows(fact, facts) for fact in wanted}


def _follows(fact: Follows, facts: Facts) -> Mapping[str, Followed]:
    sample: pl.DataFrame = facts[Sample()]
    names = _repeated(dict.fromkeys((*fact.columns, *fact.keys)), facts)
    coded = {name: _codes(sample[name]) for name in names}
    different = {name: int(codes.max(initial=0)) for name, codes in coded.items()}
    found: dict[str, Followed] = {}
    for name in [name for name in names if name in fact.columns and _is_open(coded[name])]:
        often = int((np.bincount(coded[name])[1:] >= FEWEST_IN_GROUP).sum())
        for by in names:
            # A column of fewer values than the other uses cannot tell them apart.
            if by == name or different[by] < often or not _may_follow(coded[by], coded[name]):
                continue
            one = _followed(by, coded[by], name, coded[name], sample)
            if one is not None and (name not in found or _better(one, found[name])):
                found[name] = one
    return found


def _repeated(names: Iterable[str], facts: Facts) -> list[str]:
    """The columns whose values stand in several rows each: a key of one row contradicts nobody."""
    counts = {name: facts[ColumnCounts(name)] for name in names}
    fit = [name for name, c in counts.items() if 2 <= c.distinct <= (c.rows - c.nulls) / FEWEST_IN_GROUP]
    return sorted(fit, key=lambda name: (counts[name].distinct, name))[:MOST_COLUMNS]


def _codes(values: pl.Series) -> Codes:
    """(rows,) a number from 1 for each different value, 0 where missing."""
    coded = (
        values.cast(pl.Categorical).to_physical() if values.dtype == pl.String else values.rank("dense") - 1
    )
    return coded.cast(pl.Int64).fill_null(-1).to_numpy() + 1


def _is_open(codes: Codes) -> bool:
    counts = np.bincount(codes)[1:]
    return bool(len(counts) >= FEWEST_IN_GROUP and _guessed_wrong(codes) >= LEAST_NEARLY_ALWAYS)


def _guessed_wrong(codes: Codes) -> float:
    """Share of the rows that always answering the most frequent value gets wrong."""
    counts = np.bincount(codes)[1:]
    return 1.0 - float(counts.max() / counts.sum())


def _may_follow(by: Codes, of: Codes) -> bool:
    by, of = by[:SCREENED], of[:SCREENED]
    both = (by > 0) & (of > 0)
    pairs = by[both] * (int(of.max(initial=0)) + 1) + of[both]
    new = len(np.unique(pairs)) - len(np.unique(by[both]))
    return bool(new <= MOST_NEW_PAIRS * len(pairs))


def _followed(by: str, tells: Codes, name: str, told: Codes, sample: pl.DataFrame) -> Followed | None:
    """The rows against, where nearly all rows with one value of `by` have one value of `name`."""
    both = (tells > 0) & (told > 0)
    pairs = pl.DataFrame({"by": tells[both], "of": told[both]}).group_by("by", "of").len("rows")
    pairs = pairs.with_columns(
        pl.col("rows").sum().over("by").alias("group"),
        (pl.col("rows").rank("ordinal", descending=True).over("by") == 1).alias("usual"),
    ).filter(pl.col("group") >= FEWEST_IN_GROUP)
    rows, usual = int(pairs["rows"].sum()), pairs.filter("usual")
    if rows < FEWEST_ROWS or usual["of"].n_unique() < FEWEST_IN_GROUP:
        return None
    wrong = _guessed_wrong(told[both])
    if (usual.height < FEWEST_GROUPS or wrong < LEAST_TO_TELL) and not _nearly_always(usual, wrong):
        return None
    other = pairs.filter(~pl.col("usual"))
    slip = (pl.col("rows") == 1) & (pl.col("group") > 2) | (pl.col("rows") <= SLIP * pl.col("group"))
    slips = other.filter(slip)
    against = int(slips["rows"].sum())
    if not 0 < against <= MOST_AGAINST * rows or int(other["rows"].sum()) - against > MOST_OTHER * rows:
        return None
    shown = slips.join(
        usual.select("by", pl.col("of").alias("meant"), pl.col("rows").alias("often")), on="by"
    )
    examples = _examples(shown, by, tells, name, told, sample)
    return Followed(by, rows, against, examples, _always(shown, told, sample[name]))


def _nearly_always(usual: pl.DataFrame, guessed_wrong: float) -> bool:
    """Whether every value has its one partner in nearly all rows: few or lopsided values need clear evidence.

    What merely goes together leaves rows to other values in one group or the other, and most of what a guess
    gets wrong.
    """
    against = usual["group"] - usual["rows"]
    most = (usual["group"] * MOST_IN_ONE).clip(lower_bound=1)
    share = int(against.sum()) / int(usual["group"].sum())
    return share <= min(MOST_IN_ALL, LEFT * guessed_wrong) and bool((against <= most).all())


def _better(one: Followed, other: Followed) -> bool:
    """The column that speaks of more rows, and of two alike the one that fewer rows contradict."""
    return (one.rows, -one.against, one.by) > (other.rows, -other.against, other.by)


def _always(shown: pl.DataFrame, told: Codes, values: pl.Series) -> tuple[tuple[str, str, int], ...]:
    """Values that are against the others in every row that has them, and mean one and the same value."""
    everywhere = np.bincount(told)
    found = shown.group_by("of").agg(
        pl.col("rows").sum(), pl.col("meant").n_unique().alias("meanings"), pl.col("meant").first()
    )
    found = found.filter(pl.col("meanings") == 1).sort("rows", "of", descending=[True, False])
    words: list[tuple[str, str, int]] = []
    for row in found.iter_rows(named=True):
        if everywhere[row["of"]] == row["rows"] and len(words) < MOST_ALWAYS:
            one, other = (str(values[int(np.argmax(told == row[key]))]) for key in ("of", "meant"))
            words.append((one, other, int(row["rows"])))
    return tuple(words)


def _examples(
    shown: pl.DataFrame, by: str, tells: Codes, name: str, told: Codes, sample: pl.DataFrame
) -> tuple[tuple[str, str, str, int], ...]:
    """The contradictions that most rows speak against, in the words of the table."""
    first = shown.sort("often", "by", "of", descending=[True, False, False]).head(EXAMPLES)
    words = []
    for row in first.iter_rows(named=True):
        value = sample[name][int(np.argmax(told == row["of"]))]
        meant = sample[name][int(np.argmax(told == row["meant"]))]
        key = sample[by][int(np.argmax(tells == row["by"]))]
        words.append((str(value), str(key), str(meant), int(row["often"])))
    return tuple(words)
