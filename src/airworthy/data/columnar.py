"""A Parquet file larger than memory: brought into canonical storage one column at a time.

Columns that the file already holds as they should be are read from it; the others, and the reserved ones, are
kept beside it in a temporary folder, one file a column. So memory holds one column and the rows' outcomes.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from polars.io.plugins import register_io_source

from airworthy.data.canonical import to_canonical
from airworthy.data.column_names import refuse_duplicates, with_names
from airworthy.data.contract import learn_column
from airworthy.data.digest import ColumnDigest, digest_column, digest_of_columns
from airworthy.data.frame import plain
from airworthy.data.lexical import Note, Typed
from airworthy.data.types import infer_type
from airworthy.data.written import NOTHING, Written
from airworthy.kernel.atomic import storage_error
from airworthy.kernel.errors import InputError
from airworthy.scoring.contract import Column, LogicalType, Role

LABEL = "The table"


@dataclass(frozen=True)
class Stored:
    """What one look at a column told; `path` holds it under `held`, its name there."""

    path: Path
    held: str
    storage: pl.DataType
    kind: LogicalType
    nulls: int
    learned: Column
    digest: ColumnDigest
    notes: tuple[Note, ...] = ()
    written: Written = NOTHING


class ColumnFile:
    """The columns of a Parquet file, each read alone.

    Raises `InputError` when it is no Parquet file, is empty, or names two columns alike.
    """

    def __init__(self, path: Path, folder: Path) -> None:
        self.path, self.folder = path, folder
        try:
            self._source = pl.scan_parquet(path)
            held = self._source.collect_schema().names()
            self.rows = int(self._source.select(pl.len()).collect().item())
        except (pl.exceptions.PolarsError, OSError) as error:
            raise InputError(
                f"{path.name} cannot be read as Parquet: {str(error).splitlines()[0]}.",
                value=path.name,
                remedy="The file is damaged, cut off or of another kind; write it again.",
            ) from error
        if not held or not self.rows:
            raise InputError(
                f"{path.name} has {self.rows:,} rows and {len(held):,} columns.",
                value=self.rows,
                remedy="Give a table with a header and at least one row.",
            )
        names = with_names(held)
        refuse_duplicates(names, path.name)
        self.held = dict(zip(names, held, strict=True))
        self._stored: dict[str, Stored] = {}

    @property
    def columns(self) -> list[str]:
        return list(self.held)

    def raw(self, name: str) -> pl.Series:
        """A column of plain type, as `read_file` gives it."""
        return self._typed(self._read(name)).frame.to_series()

    def store(self, name: str) -> Stored:
        """Bring one column into canonical storage, and learn from it what the audit asks of every column."""
        if name not in self._stored:
            held = self._read(name)
            typed = self._typed(held)
            column = typed.frame.to_series()
            kind = infer_type(column)
            stored = to_canonical(column.to_frame(), {name: kind}, LABEL)[0].to_series()
            self._stored[name] = Stored(
                *self._place(name, held, stored),
                stored.dtype,
                kind,
                stored.null_count(),
                learn_column(stored, kind, Role.INPUT),
                digest_column(stored),
                typed.notes,
                typed.written.get(name, Written()),
            )
        return self._stored[name]

    def canonical_column(self, name: str) -> pl.Series:
        """One column as it is stored."""
        stored = self.store(name)
        if stored.path == self.path:
            return self._read(name)
        return pl.read_parquet(stored.path).to_series()

    def add(self, reserved: pl.Series) -> ColumnDigest:
        """Keep a column that the file does not have."""
        self._spill(reserved.name, reserved)
        return digest_column(reserved)

    def canonical(self, reserved: Mapping[str, ColumnDigest]) -> tuple[pl.LazyFrame, str]:
        """The table in canonical storage, read when asked for, and its digest."""
        kept = {name: self.store(name) for name in self.columns}
        kinds = {name: stored.storage for name, stored in kept.items()}
        kinds |= {name: pl.read_parquet_schema(self._beside(name))[name] for name in reserved}
        digests = [stored.digest for stored in kept.values()] + list(reserved.values())
        return self._when_asked(pl.Schema(kinds)), digest_of_columns(self.rows, digests)

    def _when_asked(self, schema: pl.Schema) -> pl.LazyFrame:
        """A frame that reads the columns that a plan names, and opens no file but theirs.

        Files put side by side by `pl.concat` are all opened for every plan, to compare their lengths: 25 ms
        for each column of 1,000,000 rows that is asked for.
        """

        def read(
            names: list[str] | None, predicate: pl.Expr | None, rows: int | None, _: int | None
        ) -> Iterator[pl.DataFrame]:
            columns = [self._kept(name) for name in (schema.names() if names is None else names)]
            table = pl.DataFrame(columns) if columns else pl.DataFrame(height=self.rows)
            table = table if rows is None else table.head(rows)
            yield table if predicate is None else table.filter(predicate)

        return register_io_source(read, schema=schema, is_pure=True)

    def _kept(self, name: str) -> pl.Series:
        return self.canonical_column(name) if name in self.held else pl.read_parquet(self._beside(name))[name]

    def _read(self, name: str) -> pl.Series:
        read = self._source.select(pl.col(self.held[name]).alias(name))
        return read.collect(engine="streaming").to_series()

    def _typed(self, held: pl.Series) -> Typed:
        return plain(held.to_frame(), self.path.name)

    def _place(self, name: str, held: pl.Series, stored: pl.Series) -> tuple[Path, str]:
        if stored.dtype == held.dtype and held.null_count() == stored.null_count() and held.equals(stored):
            return self.path, self.held[name]
        return self._spill(name, stored), name

    def _spill(self, name: str, values: pl.Series) -> Path:
        path = self._beside(name)
        try:
            values.to_frame().write_parquet(path, compression="lz4")
        except OSError as error:
            raise storage_error(error, path) from error
        return path

    def _beside(self, name: str) -> Path:
        place = self.columns.index(name) if name in self.held else name
        return self.folder / f"{place}.parquet"


@contextmanager
def open_columns(path: Path) -> Iterator[ColumnFile]:
    """The columns of a Parquet file, with room beside it that is given back at the end."""
    with tempfile.TemporaryDirectory(prefix="airworthy-columns-") as folder:
        yield ColumnFile(path, Path(folder))
