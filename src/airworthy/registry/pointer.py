"""From recorded releases to what is live."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from airworthy.kernel.ports import BlobStore
from airworthy.registry import records as r
from airworthy.registry.views import Release
from airworthy.release.manifest import Manifest, Pointer


def make_pointer(blobs: BlobStore, release: Release) -> Pointer:
    """The pointer that the ledger's release stands for."""
    manifest = msgspec.json.decode(blobs.get(release.manifest), type=Manifest)
    return Pointer(manifest=manifest, mode=release.mode, reason=release.reason, seq=release.seq)


def live_stack(rows: Sequence[Mapping[str, Any]]) -> list[Release]:
    """The releases of one stage that stand, oldest first: a rollback takes the newest away."""
    standing: list[Release] = []
    for row in rows:
        release = Release.of(row)
        if release.event == r.RolledBack.kind:
            standing.pop()
        elif release.event == r.ReleasePublished.kind:
            standing = [kept for kept in standing if kept.version != release.version] + [release]
    return standing
