"""The projections: tables that the ledger's entries fill, and from which they can be made again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum

from airworthy.registry import records as r


class ColumnType(StrEnum):
    """How a column is stored. No floats: they are decimal text."""

    TEXT = "text"
    INTEGER = "integer"
    FLAG = "flag"
    JSON = "json"


@dataclass(frozen=True)
class Table:
    """One projection. Every table has `seq` and `time` of the entry that made or last declared the row."""

    name: str
    key: tuple[str, ...]
    columns: Mapping[str, ColumnType]


BY_ANNOTATION = {"str": ColumnType.TEXT, "int": ColumnType.INTEGER, "bool": ColumnType.FLAG}
STAMP = {"seq": ColumnType.INTEGER, "time": ColumnType.TEXT, "actor": ColumnType.TEXT}


def _columns(record: type[r.Record]) -> dict[str, ColumnType]:
    return {f.name: BY_ANNOTATION.get(str(f.type), ColumnType.JSON) for f in fields(record)}


def _log(name: str, record: type[r.Record]) -> Table:
    """One row per entry, never changed."""
    return Table(name, ("seq",), STAMP | _columns(record))


def _state(name: str, key: tuple[str, ...], record: type[r.Record], more: str = "") -> Table:
    """One row per thing, which later entries change; `more` names its further text columns."""
    return Table(name, key, STAMP | _columns(record) | dict.fromkeys(more.split(), ColumnType.TEXT))


LOGS: Mapping[type[r.Record], Table] = {
    r.EvidenceRecorded: _log("evidence", r.EvidenceRecorded),
    r.DossierWritten: _log("dossiers", r.DossierWritten),
    r.SealedOpened: _log("openings", r.SealedOpened),
    r.WaiverGiven: _log("waivers", r.WaiverGiven),
    r.ApprovalGiven: _log("approvals", r.ApprovalGiven),
    r.GateDecided: _log("gates", r.GateDecided),
    r.VersionMoved: _log("moves", r.VersionMoved),
    r.ExpectationSealed: _log("expectations", r.ExpectationSealed),
    r.SpendRecorded: _log("spend", r.SpendRecorded),
    r.CommandSpent: _log("commands", r.CommandSpent),
    r.MonitorWindow: _log("windows", r.MonitorWindow),
    r.AlarmRaised: _log("alarms", r.AlarmRaised),
    r.OutcomesReceived: _log("outcomes", r.OutcomesReceived),
    r.ScoresDelivered: _log("deliveries", r.ScoresDelivered),
    r.ScopeSigned: _log("scopes", r.ScopeSigned),
    r.Note: _log("notes", r.Note),
}

WORKSPACE = _state("workspace", ("workspace",), r.WorkspaceCreated)
PEOPLE = _state("people", ("person", "public_key"), r.PersonKey)
CHARTERS = _state("charters", ("digest",), r.CharterDeclared)
SNAPSHOTS = _state("snapshots", ("digest",), r.SnapshotTaken)
SEALS = _state("seals", ("digest",), r.SealSet)
STAGES = _state("stages", ("key",), r.StageFinished)
RUNS = _state("runs", ("run",), r.RunStarted, "status version reason ended")
VERSIONS = _state("versions", ("version",), r.VersionCreated, "stage evidence plan_digest evidence_charter")
PRIVACY = _state("privacy", ("id",), r.PrivacyReserved, "settled artefact")
RELEASES = Table(
    "releases",
    ("seq",),
    STAMP | {"event": ColumnType.TEXT, "replaced": ColumnType.TEXT} | _columns(r.ReleasePublished),
)

TABLES: Mapping[str, Table] = {
    table.name: table
    for table in (
        WORKSPACE,
        PEOPLE,
        CHARTERS,
        SNAPSHOTS,
        SEALS,
        STAGES,
        RUNS,
        VERSIONS,
        RELEASES,
        PRIVACY,
        *LOGS.values(),
    )
}
