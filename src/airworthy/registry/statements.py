"""What people sign: in-toto Statements (v1) that approve a version or waive one open check.

Each names the digests of version, evidence, Plan and charter; when one of them changes, the signature is of
something else and counts no more.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from airworthy.kernel.canonical import Json, canonical_bytes
from airworthy.kernel.clock import parse_rfc3339, rfc3339
from airworthy.kernel.digest import PREFIX
from airworthy.kernel.errors import IntegrityError
from airworthy.kernel.gate import Binding, Waiver
from airworthy.kernel.ports import Signer
from airworthy.registry.dsse import open_envelope, sign_envelope

STATEMENT = "https://in-toto.io/Statement/v1"
APPROVAL = "urn:airworthy:approval:v1"
WAIVER = "urn:airworthy:waiver:v1"


@dataclass(frozen=True)
class Approval:
    """A named person answers for releasing one version on exactly this evidence."""

    version: str
    person: str
    binding: Binding
    time: str
    comment: str = ""
    stamp: str = ""  # e.g. DEMO SIGNATURE
    self_approved: bool = False
    public_key: str = ""  # the key that made the signature


@dataclass(frozen=True)
class SignedWaiver:
    """A waiver as the gate reads it, and what was signed with it."""

    waiver: Waiver
    version: str
    time: str
    stamp: str = ""
    self_approved: bool = False
    public_key: str = ""


def sign_approval(approval: Approval, head: Mapping[str, Json], signer: Signer) -> dict[str, Json]:
    """A DSSE envelope; `head` is the signed ledger head that the approver saw."""
    predicate: dict[str, Json] = {
        "version": approval.version,
        "person": approval.person,
        "time": approval.time,
        "comment": approval.comment,
        "stamp": approval.stamp,
        "self_approved": approval.self_approved,
        "ledger_head": head,
    }
    return _sign(APPROVAL, approval.version, approval.binding, predicate, signer)


def sign_waiver(signed: SignedWaiver, head: Mapping[str, Json], signer: Signer) -> dict[str, Json]:
    """A DSSE envelope; `head` is the signed ledger head that the person saw."""
    waiver = signed.waiver
    predicate: dict[str, Json] = {
        "version": signed.version,
        "person": waiver.person,
        "time": signed.time,
        "code": waiver.code,
        "subject": waiver.subject,
        "reason": waiver.reason,
        "expires": rfc3339(waiver.expires),
        "stamp": signed.stamp,
        "self_approved": signed.self_approved,
        "ledger_head": head,
    }
    return _sign(WAIVER, signed.version, binding_of(waiver), predicate, signer)


def read_approval(envelope: Mapping[str, Any], trusted: Collection[str]) -> Approval:
    """The approval in an envelope. Raises `IntegrityError` unless a trusted key signed it."""
    predicate, binding, key = _read(envelope, trusted, APPROVAL)
    return Approval(
        predicate["version"],
        predicate["person"],
        binding,
        predicate["time"],
        predicate["comment"],
        predicate["stamp"],
        predicate["self_approved"],
        key,
    )


def read_waiver(envelope: Mapping[str, Any], trusted: Collection[str]) -> SignedWaiver:
    """The waiver in an envelope. Raises `IntegrityError` unless a trusted key signed it."""
    predicate, binding, key = _read(envelope, trusted, WAIVER)
    waiver = make_waiver(
        predicate["code"],
        predicate["subject"],
        predicate["reason"],
        predicate["person"],
        parse_rfc3339(predicate["expires"]),
        binding,
    )
    return SignedWaiver(
        waiver, predicate["version"], predicate["time"], predicate["stamp"], predicate["self_approved"], key
    )


def make_waiver(
    code: str, subject: str, reason: str, person: str, expires: datetime, binding: Binding
) -> Waiver:
    """A waiver for exactly the evidence that `binding` names."""
    return Waiver(
        code,
        subject,
        reason,
        person,
        expires,
        version_digest=binding.version_digest,
        evidence_digest=binding.evidence_digest,
        plan_digest=binding.plan_digest,
        charter_digest=binding.charter_digest,
    )


def binding_of(waiver: Waiver) -> Binding:
    """The digests that a waiver names."""
    return Binding(waiver.version_digest, waiver.evidence_digest, waiver.plan_digest, waiver.charter_digest)


def _sign(
    predicate_type: str, version: str, binding: Binding, predicate: dict[str, Json], signer: Signer
) -> dict[str, Json]:
    named = {
        version: binding.version_digest,
        "evidence": binding.evidence_digest,
        "plan": binding.plan_digest,
        "charter": binding.charter_digest,
    }
    statement: dict[str, Json] = {
        "_type": STATEMENT,
        "subject": [
            {"name": name, "digest": {"sha256": digest.removeprefix(PREFIX)}}
            for name, digest in named.items()
        ],
        "predicateType": predicate_type,
        "predicate": predicate,
    }
    return sign_envelope(canonical_bytes(statement), signer)


def _read(
    envelope: Mapping[str, Any], trusted: Collection[str], predicate_type: str
) -> tuple[dict[str, Any], Binding, str]:
    payload, key = open_envelope(envelope, trusted)
    statement: dict[str, Any] = json.loads(payload)
    if statement.get("_type") != STATEMENT or statement.get("predicateType") != predicate_type:
        raise IntegrityError(
            f"The signed statement is not of the kind {predicate_type}.",
            value=str(statement.get("predicateType")),
            remedy="Have the person sign again.",
        )
    digests = {item["name"]: PREFIX + item["digest"]["sha256"] for item in statement["subject"]}
    predicate: dict[str, Any] = statement["predicate"]
    binding = Binding(digests[predicate["version"]], digests["evidence"], digests["plan"], digests["charter"])
    return predicate, binding, key
