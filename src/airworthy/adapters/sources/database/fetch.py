"""Fetching a table or a query: counted and read in one transaction, in batches, into one Parquet file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import polars as pl
import sqlalchemy as sa

from airworthy.adapters.secrets import secret_of
from airworthy.adapters.sources.database.columns import casts, frame_of, unified
from airworthy.adapters.sources.database.later import Earlier, earlier_of, joined, refuse_repeated, standing
from airworthy.adapters.sources.database.opened import PROVEN, Address, address_of, reading
from airworthy.adapters.sources.database.relation import Relation, relation_of
from airworthy.adapters.sources.database.words import FAILURES, in_words
from airworthy.charter.connecting import Database
from airworthy.charter.model import Charter, Source
from airworthy.charter.problems import did_you_mean, listed
from airworthy.data.landing import Landed, Landing
from airworthy.data.local_files import settings_of
from airworthy.kernel.clock import SystemClock, rfc3339
from airworthy.kernel.errors import InputError
from airworthy.kernel.ports import Progress, ProgressStage
from airworthy.kernel.secret import Secret

CELLS, MOST_ROWS = 500_000, 50_000
"""Of one batch: what is in memory at once."""
ROWS = "rows.parquet"
FoundT = TypeVar("FoundT")


@dataclass(frozen=True)
class Access:
    """One source's database, and the secret that opens it."""

    source: Source
    database: Database
    address: Address
    secret: Secret | None

    @classmethod
    def of(cls, source: Source, charter: Charter) -> Access:
        """Raises `InputError` for an address that is none, or a secret that is missing."""
        assert source.database is not None
        address = address_of(source.database.url, charter.path.parent, source.name)
        return cls(source, source.database, address, secret_of(source.secret) if source.secret else None)

    def reading(self, work: Callable[[sa.Connection], FoundT]) -> FoundT:
        """What `work` makes of a read-only transaction; a driver's error is told in plain words."""
        try:
            with reading(self.address, self.secret) as connection:
                return work(connection)
        except FAILURES as error:
            secrets = [self.secret] if self.secret else []
            said = in_words(error, self.source, self.address.shown, secrets, self._tables)
        raise said  # outside of the block: the driver's own traceback holds the password it was given

    def _tables(self) -> Sequence[str]:
        """Names of the tables and views beside the one that was not found."""
        schema = None
        if self.database.table and "." in self.database.table:
            schema = self.database.table.rpartition(".")[0]
        with reading(self.address, self.secret) as connection:
            inspector = sa.inspect(connection)
            names = [*inspector.get_table_names(schema), *inspector.get_view_names(schema)]
        return [f"{schema}.{name}" if schema else name for name in names]


@dataclass
class Load:
    """What one load has brought so far: its parts, and what is to be told of their columns."""

    names: Sequence[str]
    folder: Path
    parts: list[Path] = field(default_factory=list)
    schemas: list[Mapping[str, pl.DataType]] = field(default_factory=list)
    rows: int = 0
    nan: Counter[str] = field(default_factory=Counter)
    wide: set[str] = field(default_factory=set)
    mixed: set[str] = field(default_factory=set)

    def take(self, rows: Sequence[Sequence[Any]], source: str) -> None:
        """Write one batch as a part."""
        batch = frame_of(self.names, rows, source)
        part = self.folder / f"part-{len(self.parts):06}.parquet"
        batch.frame.write_parquet(part, compression="lz4")
        self.parts.append(part)
        self.schemas.append(batch.frame.schema)
        self.rows += batch.frame.height
        self.nan.update(batch.nan)
        self.wide |= batch.wide
        self.mixed |= batch.mixed

    def frame(self, schema: Mapping[str, pl.DataType]) -> pl.LazyFrame:
        """All rows, in the types of `schema`."""
        if not self.parts:
            return pl.LazyFrame(schema=schema)
        return pl.concat([pl.scan_parquet(part).select(casts(schema)) for part in self.parts])


def fetch(source: Source, charter: Charter, landing: Landing, progress: Progress) -> Landed:
    """Fetch a database source into its landing; with a cursor, what is new since the last load.

    Raises
    ------
    InputError : the database cannot be reached or read, or holds what no table can; nothing is kept then.
    MissingExtra : its driver is not installed.
    """
    access = Access.of(source, charter)
    with progress.stage(f"Fetch {source.name}") as stage:
        return landing.keep(access.reading(lambda connection: _load(connection, access, landing, stage)))


def _load(connection: sa.Connection, access: Access, landing: Landing, stage: ProgressStage) -> Landed:
    source, database = access.source, access.database
    relation = relation_of(database, source.name, connection.dialect)
    names = columns_of(connection, relation, source.name)
    require_named(names, database, source.name)
    earlier = earlier_of(source, landing, names, connection.dialect.name)
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
    return _landed(access, load, earlier, whole, connection.dialect.name)


def _landed(access: Access, load: Load, earlier: Earlier | None, whole: int, dialect: str) -> Landed:
    """One file of all parts, and of the earlier rows that still stand."""
    source, database = access.source, access.database
    before = [pl.read_parquet_schema(earlier.file)] if earlier else []
    known = {name for schema in before for name, kind in schema.items() if kind.is_integer()}
    schema = unified([*before, *load.schemas], load.wide | known, load.names)
    fresh = load.frame(schema.types)
    if database.key:
        refuse_repeated(fresh, database.key, source.name)
    frames = [standing(earlier, fresh, database, casts(schema.types)), fresh] if earlier else [fresh]
    out = load.folder / ROWS
    with _told_of_types(source.name):
        pl.concat(frames).sink_parquet(out)
    rows = int(pl.scan_parquet(out).select(pl.len()).collect().item())
    notes = _notes(load, schema.texts, dialect)
    if earlier and database.cursor:
        notes += joined(earlier, fresh, database.cursor, rows).notes(source, earlier.since, whole)
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


def _notes(load: Load, texts: Sequence[str], dialect: str) -> list[str]:
    told = [
        f'The column "{name}" holds {count:,} NaN; they count as missing.'
        for name, count in sorted(load.nan.items())
    ]
    told += [
        f'The column "{name}" holds values of several kinds; they are kept as text.'
        for name in sorted({*texts, *load.mixed})
    ]
    if dialect not in PROVEN:
        told.append(f"That a {dialect} database stands still while it is read is not proven here.")
    return told


def _position(file: Path, cursor: str | None) -> str | None:
    if cursor is None:
        return None
    last = pl.scan_parquet(file).select(pl.col(cursor).max()).collect().item()
    return None if last is None else str(last)


@contextmanager
def _told_of_types(source: str) -> Iterator[None]:
    try:
        yield
    except pl.exceptions.PolarsError as error:
        if "os error" in str(error):
            raise OSError(str(error)) from error
        raise InputError(
            f"The rows of source {source} do not fit one table: {str(error).splitlines()[0]}.",
            value=source,
            remedy="Cast the column in sources.database.query, or fetch whole with --whole.",
        ) from error


def _batches(
    connection: sa.Connection, relation: Relation, since: object, columns: int
) -> Iterator[Sequence[sa.Row[Any]]]:
    """Rows as the server's cursor gives them: never more than one batch is in memory."""
    size = max(1, min(MOST_ROWS, CELLS // max(1, columns)))
    asked = relation.rows(since).execution_options(stream_results=True, yield_per=size)
    yield from connection.execute(asked).partitions(size)


def columns_of(connection: sa.Connection, relation: Relation, source: str) -> list[str]:
    """Names of the columns of a relation. Raises `InputError` where two have one name."""
    described = connection.execute(relation.none())
    names = [str(name) for name in described.keys()]  # noqa: SIM118  (a result is no dict)
    for name in names:
        if names.count(name) > 1:
            raise InputError(
                f'The query of source {source} gives two columns the name "{name}".',
                value=name,
                remedy=f"Rename one of them: SELECT …, b.{name} AS other_{name}, …",
            )
    return names


def require_named(names: Sequence[str], database: Database, source: str) -> None:
    """Refuse a key or cursor that is no column. Raises `InputError`."""
    for setting, name in [("key", one) for one in database.key] + [("cursor", database.cursor)]:
        if name is not None and name not in names:
            raise InputError(
                f'The {setting} "{name}" is no column of source {source}.',
                value=name,
                remedy=did_you_mean(name, names, f"Its columns are: {listed(names, 10)}."),
            )


def _emptied(folder: Path) -> Path:
    """Without what an interrupted load left: rows of two moments are no table."""
    for left in folder.iterdir():
        left.unlink()
    return folder
