"""The tables that a workspace keeps: which there are, where each came from, and what changed between two."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import polars as pl

from airworthy.charter.model import Charter
from airworthy.charter.problems import did_you_mean
from airworthy.data.canonical import as_text
from airworthy.data.compare.compare import Known, compare
from airworthy.data.compare.found import Difference
from airworthy.data.container import open_bytes
from airworthy.data.frame import as_polars, plain
from airworthy.data.quarantine import Tray
from airworthy.data.read import PARQUET, cells_of, read_file
from airworthy.data.snapshot import Snapshot, open_snapshot
from airworthy.data.source import read_as
from airworthy.data.types import RESERVED, RESERVED_ROW, RESERVED_TARGET, RESERVED_TIME
from airworthy.kernel.atomic import write_atomic
from airworthy.kernel.errors import InputError
from airworthy.lifecycle.context import Context
from airworthy.registry.registry import Registry
from airworthy.workspace.lineage import Lineage, Use, lineage_of_row

SHORTEST = 6
"""Letters of a digest that name a snapshot, at least."""

_DIGEST = re.compile(r"(?:sha256:)?([0-9a-f]{6,64})")
_NAME = re.compile(r"[vr][1-9][0-9]*")


@dataclass(frozen=True, eq=False)
class Table:
    """A table with its name for people, and the charter that it was made by; None for a file."""

    name: str
    frame: pl.DataFrame
    charter: Charter | None = None


def list_snapshots(context: Context) -> tuple[Lineage, ...]:
    """Every table that runs were trained on, the newest first, with what used it."""
    rows = sorted(context.registry.snapshots(), key=lambda row: -int(row["seq"]))
    return tuple(lineage_of_row(row, _uses(context.registry, str(row["digest"]))) for row in rows)


def show_snapshot(context: Context, name: str) -> Lineage:
    """Where the table of a snapshot, version or run came from.

    Raises `InputError` when there is none of that name.
    """
    registry = context.registry
    if _NAME.fullmatch(name):
        row = _snapshot_row(registry, _digest_used_by(registry, name))
        told = registry.evidence(name)["dataset"] if name.startswith("v") else {}
        return lineage_of_row(row, _uses(registry, str(row["digest"])), told)
    row = _snapshot_row(registry, name)
    return lineage_of_row(row, _uses(registry, str(row["digest"])))


def _uses(registry: Registry, digest: str) -> tuple[Use, ...]:
    made = {view.run: view for view in registry.versions() if view.snapshot == digest}
    return tuple(Use(view.version, run, view.charter_name, view.charter_digest) for run, view in made.items())


def _snapshot_row(registry: Registry, name: str) -> Mapping[str, Any]:
    """The snapshot with this digest, or the only one that begins so."""
    found = _DIGEST.fullmatch(name.lower())
    rows = registry.snapshots()
    starts = [row for row in rows if found and _bare(row["digest"]).startswith(found.group(1))]
    if len(starts) == 1:
        return starts[0]
    known = [_bare(row["digest"])[:12] for row in rows]
    if len(starts) > 1:
        several = ", ".join(_bare(row["digest"])[:16] for row in starts)
        raise InputError(
            f"{name} begins {len(starts):,} snapshots: {several}.", value=name, remedy="Give more letters."
        )
    raise InputError(
        f"There is no snapshot {name}.",
        value=name,
        remedy=did_you_mean(
            name,
            known,
            f"Give a version (v1), a run (r1), at least {SHORTEST} letters of a digest, or a file: "
            "airworthy data list",
        ),
    )


def _bare(digest: object) -> str:
    return str(digest).removeprefix("sha256:")


def _digest_used_by(registry: Registry, name: str) -> str:
    """The snapshot of a version, or that of a run through the version that it made or found again."""
    if name.startswith("v"):
        return registry.version(name).snapshot
    runs = {str(row["run"]): row for row in registry.runs()}
    if name not in runs:
        raise InputError(
            f"There is no run {name}.",
            value=name,
            remedy=did_you_mean(name, list(runs), "List them: airworthy versions"),
        )
    if version := runs[name]["version"]:
        return registry.version(str(version)).snapshot
    raise InputError(
        f"The run {name} made no version ({runs[name]['reason'] or 'it is not finished'}).",
        value=name,
        remedy="Name the snapshot itself: airworthy data list",
    )


def open_table(context: Context, name: str) -> Table:
    """The table of a snapshot, version or run, verified; `NAME:SOURCE` is that of one source as it was read.

    Raises
    ------
    InputError : there is no such table.
    IntegrityError : it is not what was recorded.
    """
    name, colon, source = name.partition(":") if not name.startswith("sha256:") else (name, "", "")
    lineage, blobs = show_snapshot(context, name), context.registry.blobs
    if not colon:
        taken = Snapshot(lineage.digest, lineage.blob, lineage.rows, lineage.columns)
        return Table(_called(name), open_snapshot(taken, blobs), context.charter)
    one = lineage.source(source)
    if not one.table:
        raise InputError(
            f"The table of {source} was not kept with {name}: an earlier Airworthy recorded it.",
            value=source,
            remedy="Run airworthy run again, which keeps it.",
        )
    taken = Snapshot(one.digest, one.table, one.rows, one.columns)
    return Table(f"{_called(name)}:{source}", open_snapshot(taken, blobs), context.charter)


def _called(name: str) -> str:
    return name if _NAME.fullmatch(name) else _bare(name)[:12]


def get_table(context: Context, name: str, out: Path) -> Table:
    """Write a kept table to a Parquet file, once it is known to be what was recorded."""
    table = open_table(context, name)
    base, _, source = name.partition(":") if not name.startswith("sha256:") else (name, "", "")
    lineage = show_snapshot(context, base)
    blob = lineage.source(source).table if source else lineage.blob
    write_atomic(out, context.registry.blobs.get(blob))
    return table


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
    kept = name.removeprefix("sha256:").partition(":")[0]
    if _NAME.fullmatch(kept) or _DIGEST.fullmatch(kept):
        return False
    return "/" in name or bool(Path(name).suffix)


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
    base, _, source = other.partition(":")
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


def as_documents(lineages: Sequence[Lineage]) -> list[dict[str, Any]]:
    """The lineages as JSON."""
    return [asdict(lineage) for lineage in lineages]
