"""Fetching a table or a query: counted and read in one transaction, in batches, into one Parquet file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import sqlalchemy as sa

from airworthy.adapters.sources.database.access import Access, columns_of
from airworthy.adapters.sources.database.columns import casts
from airworthy.adapters.sources.database.later import Earlier, earlier_of, joined, refuse_repeated, standing
from airworthy.adapters.sources.database.opened import PROVEN
from airworthy.adapters.sources.database.parts import Load
from airworthy.adapters.sources.database.relation import Relation, relation_of
from airworthy.charter.model import Charter, Source
from airworthy.data.landing import Landed, Landing
from airworthy.data.local_files import settings_of
from airworthy.kernel.atomic import storage_error
from airworthy.kernel.clock import SystemClock, rfc3339
from airworthy.kernel.errors import InputError
from airworthy.kernel.ports import Progress, ProgressStage

CELLS, MOST_ROWS = 500_000, 50_000
"""Of one batch: what is in memory at once."""
ROWS = "rows.parquet"


@dataclass(frozen=True)
class Brought:
    """What a transaction brought: the load, the earlier one that it goes on from, and rows there in all."""

    load: Load
    earlier: Earlier | None
    whole: int
    dialect: str


def fetch(source: Source, charter: Charter, landing: Landing, progress: Progress) -> Landed:
    """Fetch a database source into its landing; with a cursor, what is new since the last load.

    Raises
    ------
    InputError : the database cannot be reached or read, or holds what no table can; nothing is kept then.
    MissingExtra : its driver is not installed.
    WorkspaceError : the disk is full or cannot be written.
    """
    access = Access.of(source, charter)
    with progress.stage(f"Fetch {source.name}") as stage:
        brought = access.reading(lambda connection: _read(connection, access, landing, stage))
        with _told_plainly(source.name, brought.load.folder):
            landed = _landed(access, brought)
        return landing.keep(landed)


def _read(connection: sa.Connection, access: Access, landing: Landing, stage: ProgressStage) -> Brought:
    source, dialect = access.source, connection.dialect
    relation = relation_of(access.database, source.name, dialect)
    names = columns_of(connection, relation, access.database)
    earlier = earlier_of(source, landing, names, dialect.name)
    since = earlier.since if earlier else None
    expected = int(connection.execute(relation.count_since(since)).scalar_one())
    load = Load(names, _emptied(landing.loading()))
    for rows in _batches(connection, relation, since, len(names)):
        load.take(rows, source.name)
        stage.advance(len(rows), f"{load.rows:,} of {expected:,} rows")
    if load.rows != expected:
        raise InputError(
            f"The source {source.name} counted {expected:,} rows and gave {load.rows:,}.",
            value=load.rows,
            remedy="Its rows changed while they were read; fetch again while nobody writes.",
        )
    whole = int(connection.execute(relation.count()).scalar_one()) if earlier else expected
    return Brought(load, earlier, whole, dialect.name)


def _batches(
    connection: sa.Connection, relation: Relation, since: object, columns: int
) -> Iterator[Sequence[sa.Row[Any]]]:
    """Rows as the server's cursor gives them: never more than one batch is in memory."""
    size = max(1, min(MOST_ROWS, CELLS // max(1, columns)))
    asked = relation.rows(since).execution_options(stream_results=True, yield_per=size)
    yield from connection.execute(asked).partitions(size)


def _landed(access: Access, brought: Brought) -> Landed:
    """One file of all parts, and of the earlier rows that still stand."""
    source, database = access.source, access.database
    load, earlier = brought.load, brought.earlier
    types = load.types([pl.read_parquet_schema(earlier.file)] if earlier else [])
    fresh = load.frame(types.types)
    if database.key:
        refuse_repeated(fresh, database.key, source.name)
    frames = [standing(earlier, fresh, database, casts(types.types)), fresh] if earlier else [fresh]
    out = load.folder / ROWS
    pl.concat(frames).sink_parquet(out)
    rows = int(pl.scan_parquet(out).select(pl.len()).collect().item())
    notes = load.notes(types.texts)
    if brought.dialect not in PROVEN:
        notes.append(f"That a {brought.dialect} database stands still while it is read is not proven here.")
    if earlier and database.cursor:
        notes += joined(earlier, fresh, database.cursor, rows).notes(source, earlier.since, brought.whole)
    for part in load.parts:
        part.unlink()
    return Landed(
        source=source.name,
        files=(ROWS,),
        fetched_at=rfc3339(SystemClock().now()),
        settings=settings_of(source),
        rows=rows,
        requests=1,
        place=access.address.shown,
        position=_position(out, database.cursor),
        notes=tuple(notes),
    )


def _position(file: Path, cursor: str | None) -> str | None:
    if cursor is None:
        return None
    last = pl.scan_parquet(file).select(pl.col(cursor).max()).collect().item()
    return None if last is None else str(last)


@contextmanager
def _told_plainly(source: str, folder: Path) -> Iterator[None]:
    """What Polars cannot write, as an error with a way out."""
    try:
        yield
    except OSError as error:
        raise storage_error(error, folder) from error
    except pl.exceptions.PolarsError as error:
        if "os error" in str(error):
            raise storage_error(OSError(str(error)), folder) from error
        raise InputError(
            f"The rows of source {source} do not fit one table: {str(error).splitlines()[0]}.",
            value=source,
            remedy="Cast the column in sources.database.query, or fetch whole with --whole.",
        ) from error


def _emptied(folder: Path) -> Path:
    """Without what an interrupted load left: rows of two moments are no table."""
    for left in folder.iterdir():
        left.unlink()
    return folder
