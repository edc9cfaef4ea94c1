"""`airworthy data diff`, `aw.data_diff`: what changed between two files, versions, snapshots or frames."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import polars as pl

from airworthy.data.canonical import as_text
from airworthy.data.compare.compare import compare
from airworthy.data.compare.found import Difference
from airworthy.data.compare.matched_rows import Known
from airworthy.data.container import open_bytes
from airworthy.data.frame import as_polars, plain
from airworthy.data.quarantine import Tray
from airworthy.data.read import PARQUET, cells_of, read_file
from airworthy.data.source import read_as
from airworthy.data.types import RESERVED, RESERVED_ROW, RESERVED_TARGET, RESERVED_TIME
from airworthy.lifecycle.context import Context
from airworthy.workspace.snapshots import Table, names_kept, open_table, show_snapshot, split_source


def diff_named(
    open_context: Callable[[], Context], first: str, second: str, key: Sequence[str] = ()
) -> Difference:
    """What changed between two tables, each a file, a version, a run or a snapshot.

    Parameters
    ----------
    open_context : opens the workspace, which two files need not have.
    """
    context = None if _is_file(first) and _is_file(second) else open_context()
    tables = [_named(context, name, other) for name, other in ((first, second), (second, first))]
    return diff_tables(tables[0], tables[1], key)


def _is_file(name: str) -> bool:
    """Whether a name means a file: it lies there, or is written as a path and is no name of a kept table."""
    if Path(name).is_file():
        return True
    return not names_kept(name) and ("/" in name or bool(Path(name).suffix))


def _named(context: Context | None, name: str, other: str) -> Table:
    """The table that a name means, beside the other's.

    A file holds what a source holds: the joined table has other columns and types. So a version beside a file
    is that of one of its sources, and the file is read as the charter reads that source.
    """
    if context is None:
        return Table(Path(name).name, read_table_file(Path(name)))
    if not _is_file(name):
        source = (
            "" if ":" in name or not _is_file(other) else show_snapshot(context, name).source_of_file(other)
        )
        return open_table(context, f"{name}:{source}" if source else name)
    path = Path(name)
    base, source = split_source(other)
    source = source or show_snapshot(context, base).source_of_file(name) or ""
    declared = [one for one in context.charter.sources if one.name == source]
    frame = read_as(declared[0], context.charter, path.resolve()) if declared else read_table_file(path)
    return Table(path.name, frame)


def read_table_file(path: Path) -> pl.DataFrame:
    """A table from a file; Parquet may be without rows, while text without any is a broken export."""
    if path.suffix.lower() in PARQUET:
        cells = cells_of(open_bytes(path), None, Tray())
        return plain(cells.frame, path.name, rows=False).frame
    return read_file(path)


def diff_tables(first: Table, second: Table, key: Sequence[str] = ()) -> Difference:
    """What changed from the first table to the second."""
    charter = first.charter or second.charter
    entity = charter.data.entity if charter else ()
    known = Known(tuple(key), entity, frozenset(_hidden(first, second)), _target(first, second))
    return compare(first.frame, second.frame, (first.name, second.name), known)


def _hidden(first: Table, second: Table) -> Iterator[str]:
    """Columns that Airworthy added and that say nothing new: places of rows, and copies of other columns."""
    yield RESERVED_ROW
    yield RESERVED_TIME
    frames = (first.frame, second.frame)
    if not all(RESERVED_TARGET in frame.columns for frame in frames) or all(
        _copies_target(table) for table in (first, second)
    ):
        yield RESERVED_TARGET


def _copies_target(table: Table) -> bool:
    charter, frame = table.charter, table.frame
    if charter is None or charter.target.column not in frame.columns or RESERVED_TARGET not in frame.columns:
        return False
    return as_text(frame[charter.target.column]).equals(
        as_text(frame[RESERVED_TARGET]).alias(charter.target.column)
    )


def _target(first: Table, second: Table) -> str | None:
    charter = first.charter or second.charter
    if charter is None:
        return None
    both = all(RESERVED_TARGET in table.frame.columns for table in (first, second))
    copies = all(_copies_target(table) for table in (first, second))
    return RESERVED_TARGET if both and not copies else charter.target.column


def data_diff(
    before: object, after: object, *, key: str | Sequence[str] = (), target: str | None = None
) -> Difference:
    """What changed from one table to another: columns, rows, values, units, words and distributions.

    Parameters
    ----------
    before, after : pandas, Polars or Arrow tables, or paths of files that hold one.
    key : column or columns that name a row; found by themselves where they are unique in both tables.
    target : the outcome's column, whose distribution is told apart.

    Returns
    -------
    Difference : `.text()` tells it, `.same` is its verdict, `.as_json()` holds every number.

    Raises
    ------
    InputError : a table that cannot be read, or a key that is not a column of both.

    >>> found = data_diff({"id": ["a", "b"], "paid": [1, 2]}, {"id": ["b", "c"], "paid": [2, 5]})
    >>> found.verdict
    'before and after differ: 1 row added, 1 row removed.'
    """
    keys = (key,) if isinstance(key, str) else tuple(key)
    tables = [_given(table, name) for table, name in ((before, "before"), (after, "after"))]
    names = (tables[0].name, tables[1].name)
    hidden = frozenset(RESERVED)
    return compare(tables[0].frame, tables[1].frame, names, Known(keys, hidden=hidden, target=target))


def _given(table: object, name: str) -> Table:
    if isinstance(table, str | Path):
        return Table(Path(table).name, read_table_file(Path(table)))
    return Table(name, plain(as_polars(table), f"the table {name}", rows=False).frame)
