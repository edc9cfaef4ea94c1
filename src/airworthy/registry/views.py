"""What the registry answers: frozen views of the projections."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from airworthy.kernel.gate import Binding, Obstacle


class Stage(StrEnum):
    """Where a version stands."""

    CANDIDATE = "candidate"
    STAGING = "staging"
    PRODUCTION = "production"
    RETIRED = "retired"


@dataclass(frozen=True)
class PersonView:
    """A person whom the charter declares."""

    name: str
    roles: tuple[str, ...]
    public_key: str


@dataclass(frozen=True)
class CharterView:
    """What the gate reads of a declared charter."""

    digest: str
    name: str
    purpose: str
    task: str
    approvals: int
    max_openings: int
    people: tuple[PersonView, ...]
    blob: str
    time: str

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> CharterView:
        people = tuple(
            PersonView(p["name"], tuple(p["roles"]), p.get("public_key") or "") for p in row["people"]
        )
        names = ("digest", "name", "purpose", "task", "approvals", "max_openings", "blob", "time")
        return cls(people=people, **{name: row[name] for name in names})


@dataclass(frozen=True)
class VersionView:
    """One model version."""

    version: str
    digest: str
    artefact: str
    files: Mapping[str, str]
    run: str
    author: str
    task: str
    learner: str
    charter_name: str
    charter_digest: str
    snapshot: str
    seal: str
    stage: Stage
    evidence: str  # digest of the newest evidence; empty before any
    plan_digest: str
    created: str
    seq: int

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> VersionView:
        same = (
            "version",
            "digest",
            "artefact",
            "files",
            "run",
            "author",
            "task",
            "learner",
            "charter_name",
            "charter_digest",
            "snapshot",
            "seal",
            "seq",
        )
        return cls(
            **{name: row[name] for name in same},
            stage=Stage(row["stage"]),
            evidence=row["evidence"] or "",
            plan_digest=row["plan_digest"] or "",
            created=row["time"],
        )


@dataclass(frozen=True)
class Opening:
    """One opening of a sealed test set."""

    seal: str
    version: str
    purpose: str
    number: int
    time: str
    actor: str
    seq: int

    def as_json(self) -> dict[str, object]:
        return {
            "number": self.number,
            "version": self.version,
            "purpose": self.purpose,
            "time": self.time,
            "actor": self.actor,
            "seq": self.seq,
        }


@dataclass(frozen=True)
class ApprovalView:
    """An approval that counts."""

    person: str
    time: str
    comment: str
    stamp: str
    self_approved: bool

    def as_json(self) -> dict[str, str | bool]:
        return {
            "person": self.person,
            "time": self.time,
            "comment": self.comment,
            "stamp": self.stamp,
            "self_approved": self.self_approved,
        }


@dataclass(frozen=True)
class WaiverView:
    """A waiver that counts."""

    code: str
    subject: str
    person: str
    reason: str
    expires: str
    time: str
    stamp: str
    self_approved: bool

    def as_json(self) -> dict[str, str | bool]:
        return {
            "code": self.code,
            "subject": self.subject,
            "person": self.person,
            "reason": self.reason,
            "expires": self.expires,
            "time": self.time,
            "stamp": self.stamp,
            "self_approved": self.self_approved,
        }


@dataclass(frozen=True)
class GateDecision:
    """Whether a version may go to a stage, and what is missing."""

    version: str
    stage: Stage
    open: bool
    obstacles: tuple[Obstacle, ...]
    approvals: tuple[ApprovalView, ...]
    approvals_missing: int
    waivers: tuple[WaiverView, ...]
    binding: Binding
    openings: int
    note: str = ""  # "self-approved" where one declared person signs alone
    seq: int | None = None  # the ledger entry that recorded it
    may_approve: tuple[str, ...] = field(default=())  # people whose signature would count and is missing

    def as_json(self) -> dict[str, object]:
        return {
            "version": self.version,
            "stage": str(self.stage),
            "open": self.open,
            "obstacles": [obstacle.as_json() for obstacle in self.obstacles],
            "approvals": [approval.as_json() for approval in self.approvals],
            "approvals_missing": self.approvals_missing,
            "may_approve": list(self.may_approve),
            "waivers": [waiver.as_json() for waiver in self.waivers],
            "openings": self.openings,
            "note": self.note,
            "seq": self.seq,
        }


@dataclass(frozen=True)
class Release:
    """What a stage serves, by the ledger."""

    seq: int
    version: str
    stage: str
    manifest: str  # blob digest
    mode: str
    reason: str
    event: str
    time: str
    actor: str

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Release:
        names = ("seq", "version", "stage", "manifest", "mode", "reason", "event", "time", "actor")
        return cls(**{name: row[name] for name in names})
