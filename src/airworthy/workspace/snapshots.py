"""The tables that a workspace keeps: which there are, where each came from, and each back as it was."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import polars as pl

from airworthy.charter.model import Charter
from airworthy.charter.problems import did_you_mean
from airworthy.data.snapshot import Snapshot, open_snapshot
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


def names_kept(name: str) -> bool:
    """Whether a name is written as that of a kept table: a version, a run or a digest, maybe with a source.

    >>> names_kept("v1:crm"), names_kept("3ab4b5"), names_kept("june.csv")
    (True, True, False)
    """
    base, _ = split_source(name)
    return bool(_NAME.fullmatch(base) or _DIGEST.fullmatch(base.lower()))


def split_source(name: str) -> tuple[str, str]:
    """A table's name, and that of the source that it asks for.

    >>> split_source("sha256:3ab4b5:crm"), split_source("v1")
    (('3ab4b5', 'crm'), ('v1', ''))
    """
    base, _, source = name.removeprefix("sha256:").partition(":")
    return base, source


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
    """The snapshot of a version, or of a run: through its version, else the one that it took."""
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
    if digest := _read_by(registry, name):
        return digest
    raise InputError(
        f"The run {name} read no table ({runs[name]['reason'] or 'it is not finished'}).",
        value=name,
        remedy="Run airworthy run again: it continues where this one ended.",
    )


def _read_by(registry: Registry, run: str) -> str | None:
    """The snapshot that a run took before it ended early; None where it ended before."""
    for stage in registry.store.select("stages", run=run):
        if str(stage["stage"]).startswith("prepare"):
            document: Mapping[str, Any] = json.loads(registry.blobs.get(str(stage["output"])))
            return str(document["dataset"]["digest"])
    return None


def open_table(context: Context, name: str) -> Table:
    """The table of a snapshot, version or run, verified; `NAME:SOURCE` is that of one source as it was read.

    Raises
    ------
    InputError : there is no such table.
    IntegrityError : it is not what was recorded.
    """
    name, source = split_source(name)
    lineage, blobs = show_snapshot(context, name), context.registry.blobs
    if not source:
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
    base, source = split_source(name)
    lineage = show_snapshot(context, base)
    blob = lineage.source(source).table if source else lineage.blob
    write_atomic(out, context.registry.blobs.get(blob))
    return table


def as_documents(lineages: Sequence[Lineage]) -> list[dict[str, Any]]:
    """The lineages as JSON."""
    return [asdict(lineage) for lineage in lineages]
