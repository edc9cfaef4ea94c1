"""Entities, and copies of rows, that stand in more than one part of a split."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

from airworthy.data.facts import TARGET, Batch, RepeatCounts, Repeats, RowHashes, Table
from airworthy.kernel.fact import Facts

if TYPE_CHECKING:
    import polars as pl

_ASIDE = 4
"""Spellings that meet across parts for each pair that meets within one: fewer, and case tells names apart."""


def _batch(wanted: Sequence[Any], facts: Facts) -> Mapping[Any, object]:
    return {fact: _straddled(fact, facts) for fact in wanted}


@dataclass(frozen=True)
class Straddle:
    """`Straddled` rows: of the same `keys` in different parts of the column `part`.

    Without `part` the rows are dealt by chance, a `share` of them set aside. `copies` asks for rows that are
    the same in all `keys` instead of entities named by them.
    """

    keys: tuple[str, ...]
    part: str | None
    share: float = 0.0
    copies: bool = False
    version: ClassVar[int] = 1
    batch: ClassVar[Batch] = _batch


@dataclass(frozen=True)
class Straddled:
    """Of `tested` rows outside the largest part, how many have one of their own elsewhere (`touched`).

    `parts` are (name, rows); `example` is one such entity. `respelled` are the rows whose entity stands
    elsewhere only in another spelling.
    """

    rows: int
    tested: int
    touched: int
    entities: int
    example: str = ""
    parts: tuple[tuple[str, int], ...] = ()
    respelled: int = 0


def _straddled(fact: Straddle, facts: Facts) -> Straddled:
    # Polars loads with the measuring code: listing checks must not import it.
    import polars as pl

    table = facts[Table()].lazy()
    if fact.copies:
        names = [*fact.keys, *([TARGET] if TARGET in table.collect_schema() else [])]
        key = pl.lit(facts[RowHashes(tuple(names))]).alias("key")
    else:
        whole = pl.all_horizontal(pl.col(name).is_not_null() for name in fact.keys)
        words = pl.concat_str([pl.col(name).cast(pl.String) for name in fact.keys], separator=" ")
        key = pl.when(whole).then(words).alias("key")
    if fact.part is None:
        return _by_chance(table.select(key).collect()["key"], fact.share)
    rows = table.select(key, pl.col(fact.part).cast(pl.String).alias("part")).collect()
    found = _between(rows)
    if not fact.copies:
        return _respelled(rows, found)
    if found.touched:
        told: RepeatCounts = facts[Repeats(fact.keys)]
        by_chance = told.chance / told.repeats if told.repeats else 0.0
        left = round(found.touched * (1 - by_chance))
        return Straddled(found.rows, found.tested, left, found.entities, "", found.parts)
    return found


def _between(rows: pl.DataFrame) -> Straddled:
    import polars as pl  # loads with the measuring code

    sizes = rows["part"].drop_nulls().value_counts(name="rows").sort("rows", "part", descending=[True, False])
    if len(sizes) < 2:
        return Straddled(rows.height, 0, 0, 0)
    aside = pl.col("part") != sizes["part"][0]
    known = rows.lazy().drop_nulls()
    groups = known.group_by("key").agg(pl.col("part").n_unique().alias("parts"), aside.sum().alias("aside"))
    both = groups.filter((pl.col("parts") > 1) & (pl.col("aside") > 0)).sort("aside", "key").collect()
    tested = int((rows["part"] != sizes["part"][0]).sum())
    return Straddled(
        rows.height,
        tested,
        int(both["aside"].sum()),
        both.height,
        str(both["key"][0]) if both.height else "",
        tuple((str(name), int(count)) for name, count in sizes.iter_rows()),
    )


def _respelled(rows: pl.DataFrame, found: Straddled) -> Straddled:
    """`found`, with the entities that meet when case and marks between letters and digits are let go.

    Names that meet so within one part are different ones to whoever wrote them: then all are.
    """
    import polars as pl  # loads with the measuring code

    names = rows.drop_nulls().unique()
    marks = pl.col("key").str.strip_chars().str.to_lowercase().str.replace_all(r"[^\p{L}\p{N}]+", " ")
    plain = marks.str.replace_all(r"(\p{L}) ?(\p{N})", "$1 $2").alias("plain")
    names = names.with_columns(plain)
    within = names.height - names.select("plain", "part").n_unique()
    merged = names["key"].n_unique() - names["plain"].n_unique()
    if not merged or within * _ASIDE > merged:
        return found
    plainly = rows.lazy().with_columns(plain).select(pl.col("plain").alias("key"), "part").collect()
    wider = _between(plainly)
    return replace(wider, respelled=wider.touched - found.touched, example=found.example or wider.example)


def _by_chance(keys: pl.Series, share: float) -> Straddled:
    """Rows set aside by chance, and how many of them leave another row of their entity behind."""
    sizes = keys.drop_nulls().value_counts(name="rows")
    several = sizes.filter(sizes["rows"] > 1)
    rows = several["rows"].to_numpy().astype(float)
    touched = float((share * rows * (1 - share ** (rows - 1))).sum())
    example = (
        str(several.sort("rows", keys.name, descending=[True, False])[keys.name][0]) if len(several) else ""
    )
    return Straddled(len(keys), round(share * len(keys)), round(touched), len(several), example)
