"""Dossier files: kept as blobs, recorded in the ledger, written again when a process died in between."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from airworthy.kernel.atomic import write_atomic
from airworthy.kernel.digest import digest_file
from airworthy.registry import records as r
from airworthy.registry.runs import RunBook


class DossierBook(RunBook):
    """Writing dossiers down, and restoring those that a killed process left behind the ledger."""

    def publish_dossier(self, version: str, data: bytes, path: Path, *, actor: str = "") -> str:
        """Keep the dossier, record it with the evidence and the head it quotes, write it; its digest.

        Inside the workspace the ledger says it first and the file follows, as with pointers: after a kill
        `restore_dossiers` writes it. A file elsewhere is written first, because nothing restores it.
        """
        home = self.workspace.resolve()
        inside = path.resolve().is_relative_to(home)
        name = path.resolve().relative_to(home).as_posix() if inside else path.name
        digest = self.blobs.put(data)
        if not inside:
            write_atomic(path, data)
        head, evidence = self.store.head().as_json(), self.version(version).evidence
        self._append(r.DossierWritten(version, digest, name, evidence, head), actor=actor)
        if inside:
            write_atomic(path, data)
        return digest

    def dossier_of(self, version: str) -> Mapping[str, Any] | None:
        """The newest record of a dossier of `version`, or None before any."""
        rows = self.store.select("dossiers", version=version)
        return rows[-1] if rows else None

    def restore_dossiers(self) -> tuple[str, ...]:
        """Write the dossier files that lag behind the ledger (a process died between the two); their paths.

        A file that is none of the recorded ones is left alone: it is for `verify` to report.
        """
        rows = [row for row in self.store.select("dossiers") if "/" in str(row["path"])]
        newest = {str(row["path"]): str(row["digest"]) for row in rows}
        last = str(rows[-1]["path"]) if rows else ""
        lagging = [
            path
            for path in newest
            if not (self.workspace / path).exists()
            or (path == last and self._is_earlier(path, newest[path], rows))
        ]
        for path in lagging:
            write_atomic(self.workspace / path, self.blobs.get(newest[path]))
        return tuple(lagging)

    def _is_earlier(self, path: str, newest: str, rows: Sequence[Mapping[str, Any]]) -> bool:
        """Whether the file is an earlier dossier than the newest recorded at `path`."""
        found = digest_file(self.workspace / path)
        return found != newest and found in {row["digest"] for row in rows if row["path"] == path}
