"""What the ledger can say: one frozen record per kind of entry. No floats: decimal figures are strings.

A field marked `BLOB` names stored bytes; `verify` reads each. Kinds and fields are never renamed; a new field
has a default, so that entries of every earlier release stay readable.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar, TypeVar

from airworthy.kernel.canonical import Json
from airworthy.kernel.errors import IntegrityError

BLOB = {"blob": True}
Text = Mapping[str, str]
RecordT = TypeVar("RecordT", bound="Record")


@dataclass(frozen=True)
class Record:
    """Base of all entry payloads."""

    kind: ClassVar[str]

    def payload(self) -> dict[str, Json]:
        """The JSON object that stands in the ledger."""
        return {item.name: getattr(self, item.name) for item in fields(self)}

    @classmethod
    def read(cls: type[RecordT], payload: Mapping[str, Any]) -> RecordT:
        """The record that `payload` describes. Raises `IntegrityError` when it is of another shape."""
        try:
            return cls(**payload)
        except TypeError as error:
            raise IntegrityError(
                f"A {cls.kind} entry has an unexpected shape: {error}.",
                remedy="It was written by another release of Airworthy, or altered: run `airworthy verify`.",
            ) from error

    def blobs(self) -> tuple[str, ...]:
        """Digests of the stored bytes that this record names."""
        named = (getattr(self, item.name) for item in fields(self) if item.metadata.get("blob"))
        return tuple(digest for digest in named if digest)


@dataclass(frozen=True)
class WorkspaceCreated(Record):
    kind = "workspace.created"
    workspace: str
    ledger_key: str  # public, 64 hex digits
    airworthy: str  # release that made it


@dataclass(frozen=True)
class PersonKey(Record):
    kind = "person.key"
    person: str
    public_key: str


@dataclass(frozen=True)
class CharterDeclared(Record):
    kind = "charter.declared"
    digest: str
    name: str
    purpose: str
    task: str
    approvals: int
    max_openings: int
    people: Sequence[Mapping[str, Json]]  # name, roles, public_key
    blob: str = field(metadata=BLOB)  # the file as it was
    kpi: str = ""


@dataclass(frozen=True)
class SnapshotTaken(Record):
    kind = "snapshot.taken"
    digest: str  # logical: schema and values
    blob: str = field(metadata=BLOB)
    rows: int
    columns: int
    sources: Sequence[Mapping[str, Json]] = ()  # each as it was read, with its stored `table` and its join

    def blobs(self) -> tuple[str, ...]:
        tables = (source.get("table") for source in self.sources)
        return (*super().blobs(), *(str(table) for table in tables if table))


@dataclass(frozen=True)
class SealSet(Record):
    kind = "seal.set"
    digest: str
    snapshot: str
    development_rows: int
    sealed_rows: int
    method: str
    blob: str = field(default="", metadata=BLOB)


@dataclass(frozen=True)
class RunStarted(Record):
    kind = "run.started"
    run: str
    charter_digest: str
    author: str
    seed: int
    limit_seconds: str
    key: str = ""


@dataclass(frozen=True)
class StageFinished(Record):
    kind = "stage.finished"
    run: str
    stage: str
    key: str
    output: str = field(metadata=BLOB)
    seconds: str = "0"


@dataclass(frozen=True)
class RunFinished(Record):
    kind = "run.finished"
    run: str
    version: str


@dataclass(frozen=True)
class RunStopped(Record):
    kind = "run.stopped"
    run: str
    reason: str


@dataclass(frozen=True)
class VersionCreated(Record):
    kind = "version.created"
    version: str
    digest: str  # of the artefact folder: digest_json(files)
    artefact: str  # folder, relative to the workspace
    files: Text  # path within the artefact -> digest
    run: str
    author: str
    task: str
    learner: str
    charter_name: str
    charter_digest: str
    snapshot: str
    seal: str


@dataclass(frozen=True)
class EvidenceRecorded(Record):
    kind = "evidence.recorded"
    version: str
    digest: str = field(metadata=BLOB)
    plan_digest: str
    charter_digest: str
    summary: Text = field(default_factory=dict)  # headline figures for lists, as decimal strings


@dataclass(frozen=True)
class DossierWritten(Record):
    kind = "dossier.written"
    version: str
    digest: str = field(metadata=BLOB)
    path: str
    evidence: str
    head: Mapping[str, Json]  # the signed ledger head that it quotes


@dataclass(frozen=True)
class SealedOpened(Record):
    kind = "sealed.opened"
    seal: str
    version: str
    purpose: str
    number: int  # the how-manieth opening of this sealed set


@dataclass(frozen=True)
class WaiverGiven(Record):
    kind = "waiver.given"
    version: str
    code: str
    subject: str
    person: str
    reason: str
    expires: str
    stamp: str
    self_approved: bool
    envelope: Mapping[str, Json]


@dataclass(frozen=True)
class ApprovalGiven(Record):
    kind = "approval.given"
    version: str
    person: str
    comment: str
    stamp: str
    self_approved: bool
    envelope: Mapping[str, Json]


@dataclass(frozen=True)
class GateDecided(Record):
    kind = "gate.decided"
    version: str
    stage: str
    open: bool
    obstacles: Sequence[Mapping[str, Json]]
    approvals: Sequence[Mapping[str, Json]]
    approvals_missing: int
    waivers: Sequence[Mapping[str, Json]]
    evidence: str
    plan_digest: str
    charter_digest: str
    openings: int


@dataclass(frozen=True)
class VersionMoved(Record):
    kind = "version.moved"
    version: str
    before: str
    stage: str
    reason: str


@dataclass(frozen=True)
class ReleasePublished(Record):
    kind = "release.published"
    version: str
    stage: str
    manifest: str = field(metadata=BLOB)
    mode: str = "model"
    reason: str = ""


@dataclass(frozen=True)
class ReleaseSwitched(Record):
    kind = "release.switched"
    version: str
    stage: str
    manifest: str = field(metadata=BLOB)
    mode: str  # "model" or "fallback"
    reason: str


@dataclass(frozen=True)
class RolledBack(Record):
    kind = "rollback"
    version: str  # live from now on
    stage: str
    manifest: str = field(metadata=BLOB)
    replaced: str
    reason: str
    mode: str = "model"


@dataclass(frozen=True)
class ExpectationSealed(Record):
    kind = "expectation.sealed"
    version: str
    metric: str
    value: str
    low: str
    high: str
    level: str
    unit: str
    period: str  # what the figure is about, in words
    random_split: str = ""  # what a random split would have promised
    rows: int = 0


@dataclass(frozen=True)
class SpendRecorded(Record):
    kind = "spend.recorded"
    run: str
    seconds: str
    limit_seconds: str
    money: str
    currency: str
    stages: Text  # stage -> seconds
    cpu_seconds: str = ""
    energy_kwh: str = ""
    energy_source: str = ""
    carbon_g: str = ""
    peak_memory_bytes: int = 0
    outcome: str = ""  # "finished", or why the run ended early
    stage_kwh: Text = field(default_factory=dict)


@dataclass(frozen=True)
class CommandSpent(Record):
    kind = "command.spent"
    id: str  # of the guard that watched it; taken in once
    command: str
    project: str
    person: str
    outcome: str
    began: str
    ended: str
    seconds: str
    cpu_seconds: str
    money: str
    currency: str
    energy_kwh: str
    energy_source: str
    carbon_g: str
    peak_memory_bytes: int
    idle_seconds: str


@dataclass(frozen=True)
class MonitorWindow(Record):
    kind = "monitor.window"
    version: str
    start: str
    end: str
    rows: int
    outcomes: int
    verdicts: Mapping[str, int]
    report: str = field(metadata=BLOB)


@dataclass(frozen=True)
class AlarmRaised(Record):
    kind = "alarm.raised"
    version: str
    code: str
    subject: str
    finding: str
    action: str
    since: str
    window_end: str


@dataclass(frozen=True)
class OutcomesReceived(Record):
    kind = "outcomes.received"
    rows: int
    matched: int
    source: str
    digest: str


@dataclass(frozen=True)
class ScoresDelivered(Record):
    """What one delivery came to; rows and values stay in the outbox."""

    kind = "scores.delivered"
    sink: str
    target: str  # kind of place: database, file or api
    version: str  # empty where earlier rows went on
    rows: int  # that were given
    unchanged: int  # of them delivered before
    confirmed: int
    dead: int
    pending: int
    set_aside: int  # without a key, or with one that stands twice
    stale: int
    read_back: int  # rows that the target was asked for
    equal: int  # of them as they were sent


@dataclass(frozen=True)
class ScopeSigned(Record):
    """A person's sign-off of what is to be built; the answers and the charter stand in blobs."""

    kind = "scope.signed"
    person: str
    scope: str  # digest of the answers that counted
    charter: str  # digest of the charter
    answers: str = field(metadata=BLOB)
    document: str = field(metadata=BLOB)  # the charter's bytes
    envelope: Mapping[str, Json]


@dataclass(frozen=True)
class PrivacyReserved(Record):
    """Written before a row is learned from; nothing takes it back."""

    kind = "privacy.reserved"
    id: str  # p1, p2, …
    run: str
    charter_name: str
    charter_digest: str
    fit: str  # name of what is fitted: the same candidate is paid for once
    unit: str  # "row", or the column that names the person
    rows_per_unit: int
    rows: int
    units: int
    epsilon: str
    delta: str
    total_epsilon: str
    mechanism: Text
    lineage: Sequence[str]  # salted commitments of where the rows come from
    shares_with: Sequence[str]  # earlier reservations on the same people
    spent_before: str  # epsilon at this delta
    spent_after: str
    people: str = field(default="", metadata=BLOB)  # salted keys of the units


@dataclass(frozen=True)
class PrivacySettled(Record):
    kind = "privacy.settled"
    id: str
    artefact: str  # digest of the model that was made


@dataclass(frozen=True)
class Note(Record):
    kind = "note"
    text: str
    about: str = ""


RECORDS: tuple[type[Record], ...] = (
    WorkspaceCreated,
    PersonKey,
    CharterDeclared,
    SnapshotTaken,
    SealSet,
    RunStarted,
    StageFinished,
    RunFinished,
    RunStopped,
    VersionCreated,
    EvidenceRecorded,
    DossierWritten,
    SealedOpened,
    WaiverGiven,
    ApprovalGiven,
    GateDecided,
    VersionMoved,
    ReleasePublished,
    ReleaseSwitched,
    RolledBack,
    ExpectationSealed,
    SpendRecorded,
    CommandSpent,
    MonitorWindow,
    AlarmRaised,
    OutcomesReceived,
    ScoresDelivered,
    ScopeSigned,
    PrivacyReserved,
    PrivacySettled,
    Note,
)

KINDS: Mapping[str, type[Record]] = {record.kind: record for record in RECORDS}


def decimal_text(number: float | int | None) -> str:
    """A figure as the ledger holds it: the shortest decimal that reads back as the same number.

    >>> decimal_text(0.1), decimal_text(3), decimal_text(None)
    ('0.1', '3', '')
    """
    return "" if number is None else repr(number)
