"""From entries to rows: what each entry changes in the projections. Pure, so a replay gives the same rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from airworthy.kernel.errors import IntegrityError
from airworthy.kernel.ledger import Entry
from airworthy.registry import records as r
from airworthy.registry import tables as t

Row = dict[str, Any]


@dataclass(frozen=True)
class Change:
    """Set `values` in the row of `table` with these key values; the row is made when it is missing."""

    table: t.Table
    values: Mapping[str, Any]


def project(entry: Entry) -> tuple[r.Record, tuple[Change, ...]]:
    """The entry's record and the row changes that it makes.

    Raises `IntegrityError` for a kind that this release does not know.
    """
    return project_document(entry.document)


def project_document(document: Mapping[str, Any]) -> tuple[r.Record, tuple[Change, ...]]:
    """The same for an entry that is parsed already."""
    kind = document["kind"]
    if kind not in r.KINDS:
        raise IntegrityError(
            f"Entry {document['seq']} is of the unknown kind {kind!r}.",
            value=kind,
            remedy="It was written by a newer release of Airworthy, or altered: run `airworthy verify`.",
        )
    record = r.KINDS[kind].read(document["payload"])
    stamp = {"seq": document["seq"], "time": document["time"], "actor": document["actor"]}
    return record, tuple(_changes(record, record.payload(), stamp))


STATES: Mapping[type[r.Record], t.Table] = {
    r.WorkspaceCreated: t.WORKSPACE,
    r.PersonKey: t.PEOPLE,
    r.CharterDeclared: t.CHARTERS,
    r.SnapshotTaken: t.SNAPSHOTS,
    r.SealSet: t.SEALS,
    r.StageFinished: t.STAGES,
}


def _changes(record: r.Record, payload: Mapping[str, Any], stamp: Mapping[str, Any]) -> Iterable[Change]:
    kind = type(record)
    if kind in t.LOGS:
        yield Change(t.LOGS[kind], {**stamp, **payload})
    if kind in STATES:
        yield Change(STATES[kind], {**stamp, **payload})
    match record:
        case r.RunStarted():
            yield Change(t.RUNS, {**stamp, **payload, "status": "started"})
        case r.RunFinished(run=run, version=version):
            ended = {"status": "finished", "version": version, "ended": stamp["time"]}
            yield Change(t.RUNS, {"run": run, **ended})
        case r.RunStopped(run=run, reason=reason):
            ended = {"status": "stopped", "reason": reason, "ended": stamp["time"]}
            yield Change(t.RUNS, {"run": run, **ended})
        case r.VersionCreated():
            yield Change(t.VERSIONS, {**stamp, **payload, "stage": "candidate"})
        case r.EvidenceRecorded(version=version, digest=digest, plan_digest=plan, charter_digest=charter):
            newest = {"evidence": digest, "plan_digest": plan, "evidence_charter": charter}
            yield Change(t.VERSIONS, {"version": version, **newest})
        case r.VersionMoved(version=version, stage=stage):
            yield Change(t.VERSIONS, {"version": version, "stage": stage})
        case r.PrivacyReserved():
            yield Change(t.PRIVACY, {**stamp, **payload, "settled": "", "artefact": ""})
        case r.PrivacySettled(id=id, artefact=artefact):
            yield Change(t.PRIVACY, {"id": id, "settled": stamp["time"], "artefact": artefact})
        case r.ReleasePublished() | r.ReleaseSwitched():
            yield Change(t.RELEASES, {**stamp, "event": record.kind, "replaced": "", **payload})
        case r.RolledBack():
            yield Change(t.RELEASES, {**stamp, "event": record.kind, **payload})
        case _:
            pass


class Replay:
    """The projections in memory: what the tables must hold after the entries applied so far."""

    def __init__(self) -> None:
        self.rows: dict[str, dict[tuple[Any, ...], Row]] = {name: {} for name in t.TABLES}

    def apply(self, changes: Iterable[Change]) -> None:
        """Carry out the changes of one entry."""
        for change in changes:
            key = tuple(change.values[name] for name in change.table.key)
            rows = self.rows[change.table.name]
            if key not in rows:
                rows[key] = dict.fromkeys(change.table.columns)
            rows[key].update(change.values)
