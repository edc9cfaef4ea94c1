"""Sources that are not what the last version learned from: said by the run, and kept in its evidence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from airworthy.data.compare.compare import compare
from airworthy.data.compare.matched_rows import Known
from airworthy.data.compare.told import verdict
from airworthy.data.snapshot import Snapshot, open_snapshot
from airworthy.kernel.errors import IntegrityError
from airworthy.lifecycle.context import Context

MOST_ROWS = 2_000_000
"""Rows of either table from which a run only says that they differ: two million take seconds to compare."""


def with_altered(context: Context, document: Mapping[str, Any]) -> dict[str, Any]:
    """The document of a prepare stage; its dataset names the sources that differ from the last version's.

    Each is told in one line: rows added, removed and changed, columns, and the command that shows it.
    """
    dataset = document["dataset"]
    found = list(_altered(context, dataset))
    for one in found:
        context.progress.note(f"{one['finding']} It is shown by: {one['shown_by']}")
    return {**document, "dataset": {**dataset, "altered": found}}


def _altered(context: Context, dataset: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    versions = [v for v in context.registry.versions() if v.charter_name == context.charter.name]
    if not versions or not versions[-1].evidence:
        return
    last = versions[-1].version
    before = {s["name"]: s for s in context.registry.evidence(last)["dataset"]["sources"]}
    snapshot = str(dataset["digest"]).removeprefix("sha256:")[:12]
    for source in dataset["sources"]:
        name = source["name"]
        earlier = before.get(name)
        if earlier is not None and earlier["digest"] != source["digest"]:
            told = _compared(context, earlier, source, f"{name} of {last}")
            shown = f"airworthy data diff {last}:{name} {snapshot}:{name}"
            yield {"source": name, "since": last, **told, "shown_by": shown}


def _compared(
    context: Context, earlier: Mapping[str, Any], now: Mapping[str, Any], called: str
) -> dict[str, Any]:
    """What changed, in counts; only that something did, where the tables are too large or one is gone."""
    name = now["name"]
    if max(earlier["rows"], now["rows"]) > MOST_ROWS:
        return _unread(called, name, "too many rows to compare while a run waits")
    try:
        frames = [_table(context, source) for source in (earlier, now)]
    except (IntegrityError, KeyError):
        return _unread(called, name, "its earlier rows are not kept")
    found = compare(frames[0], frames[1], (called, "what was read now"), _known(context, name))
    rows = found.rows
    return {
        "finding": verdict(found),
        "rows_added": rows.added,
        "rows_removed": rows.removed,
        "rows_changed": rows.changed,
        "columns_changed": [one.column for one in found.changed],
        "columns_added": list(found.schema.added),
        "columns_removed": list(found.schema.removed),
        "columns_renamed": [[one.before, one.after] for one in found.schema.renamed],
    }


def _unread(called: str, name: str, why: str) -> dict[str, Any]:
    return {"finding": f"{called} differs from the {name} that was read now ({why})."}


def _table(context: Context, source: Mapping[str, Any]) -> pl.DataFrame:
    kept = Snapshot(source["digest"], source["table"], source["rows"], source["columns"])
    return open_snapshot(kept, context.registry.blobs)


def _known(context: Context, source: str) -> Known:
    """The entity of the charter names rows of the first source."""
    charter = context.charter
    first = charter.sources[0].name == source
    return Known(entity=charter.data.entity if first else ())
