"""Loads after the first: rows from the cursor's last value on take the place of those with the same key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from airworthy.charter.connecting import Database
from airworthy.charter.model import Source
from airworthy.data.landing import Landed, Landing
from airworthy.data.local_files import settings_of
from airworthy.kernel.errors import InputError, IntegrityError

COUNT = "__rows__"


@dataclass(frozen=True)
class Earlier:
    """The load that this one goes on from: its file, and the last value of the cursor in it."""

    landed: Landed
    file: Path
    since: Any


@dataclass(frozen=True)
class Joined:
    """What became of the rows: all in all, newly fetched, in the place of others, and without a cursor."""

    rows: int
    fresh: int
    replaced: int
    uncertain: int

    def notes(self, source: Source, since: object, whole: int) -> list[str]:
        """What was brought, and what a cursor cannot see."""
        cursor = source.database.cursor if source.database else None
        fresh = f"{self.fresh:,}, of which {self.replaced:,} replaced earlier ones"
        told = [f"Rows with {cursor} from {since} on: {fresh}."]
        if self.uncertain:
            told.append(f"Rows without {cursor}, which are fetched every time: {self.uncertain:,}.")
        told.append(f"The database holds {whole:,} rows, and {self.rows:,} are here.")
        blind = f"A cursor sees neither deleted rows nor late ones with an older {cursor}"
        told.append(f"{blind}. To fetch all: airworthy sources fetch {source.name} --whole")
        return told


def earlier_of(source: Source, landing: Landing, names: Sequence[str], dialect: str) -> Earlier | None:
    """The load to go on from; None where all rows must be fetched.

    Raises `InputError` where the cursor's column holds text, whose order is the database's own.
    """
    database = source.database
    assert database is not None
    if database.cursor is None:
        return None
    try:
        landed = landing.latest()
    except IntegrityError:
        return None
    if landed is None or landed.settings != settings_of(source):
        return None
    file = landing.paths(landed)[0]
    if not file.is_file() or pl.read_parquet_schema(file).keys() != set(names):
        return None
    since = pl.scan_parquet(file).select(pl.col(database.cursor).max()).collect().item()
    if isinstance(since, str) and dialect != "sqlite":
        raise InputError(
            f'The cursor "{database.cursor}" of source {source.name} holds text.',
            value=database.cursor,
            remedy="Name a column with numbers or times in sources.database.cursor, or leave cursor out.",
        )
    return None if since is None else Earlier(landed, file, since)


def refuse_repeated(rows: pl.LazyFrame, key: Sequence[str], source: str) -> None:
    """Refuse a key that names several rows, or that is missing in one. Raises `InputError`."""
    missing = rows.select(pl.any_horizontal(pl.col(name).is_null() for name in key).sum()).collect().item()
    if missing:
        raise InputError(
            f"The key {', '.join(key)} of source {source} is missing in {missing:,} rows.",
            value=", ".join(key),
            remedy="Name columns that are always filled in sources.database.key.",
        )
    counted = rows.group_by(key).agg(pl.len().alias(COUNT)).filter(pl.col(COUNT) > 1)
    several = counted.sort(COUNT, *key, descending=[True, *[False] * len(key)]).collect()
    if several.height:
        first = several.row(0, named=True)
        value = ", ".join(str(first[name]) for name in key)
        raise InputError(
            f"The key {', '.join(key)} of source {source} names several rows, such as {value} "
            f"({first[COUNT]:,} rows); values like that: {several.height:,}.",
            value=value,
            remedy="Name all columns that together tell rows apart in sources.database.key.",
        )


def standing(
    earlier: Earlier, fresh: pl.LazyFrame, database: Database, exprs: Sequence[pl.Expr]
) -> pl.LazyFrame:
    """The earlier rows that no fresh one replaces, in the types of both.

    Earlier rows without a cursor do not stand: all of those were fetched again.
    """
    assert database.cursor is not None
    old = pl.scan_parquet(earlier.file).filter(pl.col(database.cursor).is_not_null()).with_columns(exprs)
    return old.join(fresh.select(database.key), on=list(database.key), how="anti", maintain_order="left")


def joined(earlier: Earlier, fresh: pl.LazyFrame, cursor: str, rows: int) -> Joined:
    """What became of the rows, of which there are now `rows`."""
    certain = pl.scan_parquet(earlier.file).select(pl.col(cursor).count()).collect().item()
    brought, uncertain = fresh.select(pl.len(), pl.col(cursor).null_count().alias("without")).collect().row(0)
    return Joined(rows, brought, certain - (rows - brought), uncertain)
