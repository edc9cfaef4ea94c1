"""Each source's own table, kept as it was read, and the lineage of the joined one in the ledger's words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from airworthy.data.snapshot import keep_frame
from airworthy.data.source import OpenedSource, SourceReport
from airworthy.kernel.canonical import Json
from airworthy.kernel.ports import BlobStore

JOINED = ("matched", "unmatched", "too_old", "not_yet_known", "repeated")


class Tables:
    """Keeps sources as they are read; the same table twice is stored once."""

    def __init__(self, blobs: BlobStore) -> None:
        self._blobs = blobs
        self._kept: dict[str, str] = {}

    def keep(self, opened: OpenedSource) -> None:
        """Store one source's table. Raises `WorkspaceError` when the disk is full."""
        self._kept[opened.report.name] = keep_frame(opened.frame, self._blobs)

    def told(self, reports: Iterable[SourceReport]) -> list[dict[str, Any]]:
        """The reports, each with the digest of its stored `table`."""
        return [
            {**asdict(report), "files": list(report.files), "table": self._kept[report.name]}
            for report in reports
        ]


def lineage_of(dataset: Mapping[str, Any]) -> list[dict[str, Json]]:
    """The sources of a joined table as the ledger holds them: whole numbers and text, with each one's join.

    >>> lineage_of({"sources": [{"name": "a", "rows": 5}], "joins": []})
    [{'name': 'a', 'rows': 5}]
    """
    joins = {join["source"]: join for join in dataset["joins"]}
    found: list[dict[str, Json]] = []
    for source in dataset["sources"]:
        told: dict[str, Json] = dict(source)
        if join := joins.get(source["name"]):
            told["joined"] = {name: join[name] for name in JOINED}
        found.append(told)
    return found
