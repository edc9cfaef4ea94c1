"""Recording a run: charter, snapshot, seal, stages, versions and their evidence."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airworthy.kernel.canonical import Json
from airworthy.kernel.digest import digest_json
from airworthy.kernel.errors import InputError
from airworthy.kernel.plan import Plan
from airworthy.registry import records as r
from airworthy.registry.artefact import artefact_files
from airworthy.registry.book import Book
from airworthy.registry.views import CharterView, Opening, VersionView

if TYPE_CHECKING:  # the charter's package reads files with numpy at hand; `verify` must start without it
    from airworthy.charter.model import Charter


KILLED = "its process ended without a word"


class RunBook(Book):
    """Everything that a run writes down."""

    def declare_charter(self, charter: Charter, document: bytes, *, actor: str = "") -> str:
        """Record the charter and its people's keys; nothing when it is the one declared last. Its digest."""
        blob = self.blobs.put(document)
        people: list[Mapping[str, Json]] = [
            {"name": p.name, "roles": list(p.roles), "public_key": p.public_key or ""} for p in charter.people
        ]
        declared = r.CharterDeclared(
            digest=charter.digest,
            name=charter.name,
            purpose=charter.purpose,
            task=str(charter.task),
            approvals=charter.promotion.approvals,
            max_openings=charter.split.max_openings,
            people=people,
            blob=blob,
            kpi=charter.kpi or "",
        )

        def decide() -> tuple[list[r.Record], str]:
            rows = self.store.select("charters", name=charter.name)
            if rows and rows[-1]["digest"] == charter.digest:
                return [], charter.digest
            known = {(row["person"], row["public_key"]) for row in self.store.select("people")}
            keys = [(p.name, p.public_key) for p in charter.people if p.public_key]
            return [declared, *(r.PersonKey(n, k) for n, k in keys if (n, k) not in known)], charter.digest

        return self._decide(decide, actor=actor)[0]

    def charter(self, name: str) -> CharterView:
        """The charter of this name that was declared last. Raises `InputError` when there is none."""
        rows = self.store.select("charters", name=name)
        return CharterView.of(rows[-1] if rows else self._one("charters", "name", name, "charter"))

    def record_snapshot(
        self,
        digest: str,
        blob: str,
        *,
        rows: int,
        columns: int,
        sources: Sequence[Mapping[str, Json]] = (),
        actor: str = "",
    ) -> None:
        """Record a snapshot of the joined data, once for each lineage that brought it."""
        known = self.store.select("snapshots", digest=digest, blob=blob)
        if not known or list(known[0]["sources"]) != list(sources):
            self._append(r.SnapshotTaken(digest, blob, rows, columns, sources), actor=actor)

    def snapshots(self) -> list[Mapping[str, Any]]:
        """All snapshots, oldest first: digest, blob, rows, columns, sources, time, actor."""
        return self.store.select("snapshots")

    def set_seal(
        self,
        digest: str,
        snapshot: str,
        *,
        development_rows: int,
        sealed_rows: int,
        method: str,
        blob: str = "",
        actor: str = "",
    ) -> None:
        """Record which rows are sealed, once."""
        if not self.store.select("seals", digest=digest):
            record = r.SealSet(digest, snapshot, development_rows, sealed_rows, method, blob)
            self._append(record, actor=actor)

    def start_run(
        self, charter_digest: str, *, author: str, seed: int, limit_seconds: float, key: str = ""
    ) -> str:
        """Begin a run; its name, `r1`, `r2`, …"""

        def decide() -> tuple[list[r.Record], str]:
            name = f"r{len(self.store.select('runs')) + 1}"
            limit = r.decimal_text(limit_seconds)
            return [r.RunStarted(name, charter_digest, author, seed, limit, key)], name

        return self._decide(decide, actor=author)[0]

    def stage_output(self, key: str) -> str | None:
        """Digest of what the stage with this key made before, or None when it must run.

        A stage whose output was lost runs again: the key names all its inputs, so it makes the same bytes.
        """
        rows = self.store.select("stages", key=key)
        return str(rows[0]["output"]) if rows and rows[0]["output"] in self.blobs else None

    def finish_stage(
        self, run: str, stage: str, key: str, output: bytes | str, *, seconds: float = 0.0, actor: str = ""
    ) -> str:
        """Record that a stage is done; `output` is its bytes, or the digest of a stored blob. The digest."""
        digest = self.blobs.put(output) if isinstance(output, bytes) else output
        self._append(r.StageFinished(run, stage, key, digest, r.decimal_text(seconds)), actor=actor)
        return digest

    def finish_run(self, run: str, version: str, *, actor: str = "") -> None:
        """The run came to its end and made (or found again) `version`."""
        self._append(r.RunFinished(run, version), actor=actor)

    def stop_run(self, run: str, reason: str, *, actor: str = "") -> None:
        """The run ended early, and why."""
        self._append(r.RunStopped(run, reason), actor=actor)

    def close_dead_runs(self, *, actor: str = "") -> tuple[str, ...]:
        """Record that runs which never ended were killed; their names. Only for who holds the run lock."""

        def decide() -> tuple[list[r.Record], tuple[str, ...]]:
            dead = tuple(str(row["run"]) for row in self.store.select("runs", status="started"))
            return [r.RunStopped(name, KILLED) for name in dead], dead

        return self._decide(decide, actor=actor)[0]

    def runs(self) -> list[Mapping[str, Any]]:
        """All runs, oldest first: run, author, status, version, reason, times."""
        return self.store.select("runs")

    def next_version(self) -> str:
        """The name that the next version will get: `v1`, `v2`, …"""
        return f"v{len(self.store.select('versions')) + 1}"

    def create_version(
        self,
        artefact: Path,
        *,
        run: str,
        author: str,
        task: str,
        learner: str,
        charter_name: str,
        charter_digest: str,
        snapshot: str,
        seal: str = "",
        evidence: Callable[[str, str], Mapping[str, Any]] | None = None,
        note: str = "",
        actor: str = "",
    ) -> VersionView:
        """Record the artefact folder as a new candidate, with the SHA-256 of each of its files.

        Parameters
        ----------
        evidence : makes the evidence document of the version from its name and digest. It is recorded in the
            same transaction, so that no kill leaves a version that nothing is known of.
        note : why it was made, where that is not a run of the charter alone; it stands in the ledger.

        Raises `InputError` when the folder is empty or lies outside the workspace.
        """
        files = artefact_files(artefact)
        if not files or not artefact.resolve().is_relative_to(self.workspace.resolve()):
            raise InputError(
                f"{artefact} is empty or outside the workspace {self.workspace}.",
                value=str(artefact),
                remedy="Write the model below the workspace's models/ folder first.",
            )
        relative = artefact.resolve().relative_to(self.workspace.resolve()).as_posix()

        def decide() -> tuple[list[r.Record], str]:
            name, digest = self.next_version(), digest_json(files)
            record = r.VersionCreated(
                version=name,
                digest=digest,
                artefact=relative,
                files=files,
                run=run,
                author=author,
                task=task,
                learner=learner,
                charter_name=charter_name,
                charter_digest=charter_digest,
                snapshot=snapshot,
                seal=seal,
            )
            known = [] if evidence is None else [self._keep_evidence(name, evidence(name, digest), {})]
            said = [r.Note(note, about=name)] if note else []
            return [record, *known, *said], name

        return self.version(self._decide(decide, actor=actor or author)[0])

    def versions(self) -> tuple[VersionView, ...]:
        """All versions, oldest first."""
        return tuple(VersionView.of(row) for row in self.store.select("versions"))

    def version(self, name: str) -> VersionView:
        """One version. Raises `InputError` with the nearest names when there is none."""
        return VersionView.of(self._one("versions", "version", name, "version"))

    def version_with(self, digest: str) -> VersionView | None:
        """The newest version whose artefact has this digest, if any."""
        rows = self.store.select("versions", digest=digest)
        return VersionView.of(rows[-1]) if rows else None

    def record_evidence(
        self,
        version: str,
        document: Mapping[str, Any],
        *,
        summary: Mapping[str, str] | None = None,
        actor: str = "",
    ) -> str:
        """Keep the evidence document and make it the version's newest; its digest.

        Raises `InputError` when the document is of another version, or its Plan digest is not its Plan's.
        """
        self.version(version)
        record = self._keep_evidence(version, document, summary or {})
        self._append(record, actor=actor)
        return record.digest

    def _keep_evidence(
        self, version: str, document: Mapping[str, Any], summary: Mapping[str, str]
    ) -> r.EvidenceRecorded:
        """Store the document; the record that names it."""
        plan = Plan.from_json(document["plan"]).digest
        if document["version"] != version or document["plan_digest"] != plan:
            raise InputError(
                f"The evidence is of {document['version']} with Plan {document['plan_digest']}, "
                f"not of {version} with Plan {plan}.",
                value=document["version"],
                remedy="Make the evidence again from this version's checks.",
            )
        data = json.dumps(document, sort_keys=True, allow_nan=False, ensure_ascii=False).encode("utf-8")
        digest = self.blobs.put(data)
        charter = str(document["charter"]["digest"])
        return r.EvidenceRecorded(version, digest, plan, charter, dict(summary))

    def evidence(self, version: str) -> Mapping[str, Any]:
        """The newest evidence document. Raises `InputError` when nothing was recorded yet."""
        digest = self.version(version).evidence
        if not digest:
            raise InputError(
                f"No evidence was recorded for {version}.",
                value=version,
                remedy="Run `airworthy run`, which measures it.",
            )
        document: Mapping[str, Any] = json.loads(self.blobs.get(digest))
        return document

    def open_sealed(self, seal: str, version: str, purpose: str, *, actor: str = "") -> int:
        """Record, BEFORE the sealed rows are read, that they are opened; how many openings that makes."""
        self._one("seals", "digest", seal, "sealed test set")

        def decide() -> tuple[list[r.Record], int]:
            number = len(self.store.select("openings", seal=seal)) + 1
            return [r.SealedOpened(seal, version, purpose, number)], number

        return self._decide(decide, actor=actor)[0]

    def openings(self, seal: str) -> tuple[Opening, ...]:
        """Every opening of a sealed test set, oldest first."""
        names = ("seal", "version", "purpose", "number", "time", "actor", "seq")
        rows = self.store.select("openings", seal=seal)
        return tuple(Opening(**{name: row[name] for name in names}) for row in rows)
