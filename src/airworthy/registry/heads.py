"""Signed heads: the store's own, one kept elsewhere, one remembered, and those that documents quote."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from airworthy.kernel.atomic import write_atomic
from airworthy.kernel.errors import InputError, IntegrityError
from airworthy.kernel.ledger import Head
from airworthy.kernel.ports import BlobStore
from airworthy.registry.chain import Chain, Problem, roots
from airworthy.registry.ed25519 import is_signed_by
from airworthy.registry.records import Record, ReleasePublished


@dataclass(frozen=True)
class QuotedHead:
    """A head that something else than the ledger's end states."""

    head: Head
    source: str  # e.g. "the dossier of v1 (entry 14)"
    seq: int | None = None


def write_head(path: Path, head: Head) -> None:
    """Export a head to a file, to be kept where the ledger's owner cannot change it."""
    write_atomic(path, json.dumps(head.as_json(), indent=1).encode() + b"\n")


def read_head(path: Path) -> Head:
    """An exported head. Raises `InputError` when the file is none."""
    try:
        return Head.from_json(json.loads(path.read_bytes()))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(
            f"{path} is not an exported ledger head: {error}.",
            value=str(path),
            remedy="Export one with: airworthy verify --export FILE",
        ) from error


def check_head(chain: Chain, head: Head, ledger_key: str) -> list[Problem]:
    """The store's own head against its entries."""
    problems = []
    if head.size != 0 or chain.entries:
        problems += _check_signature(QuotedHead(head, "the signed head"), ledger_key)
    end = max(chain.written, default=-1) + 1
    problems += [
        Problem("entry", f"entry {seq}", f"Entry {seq} was inserted: the signed head does not cover it.", seq)
        for seq in range(head.size, end)
    ]
    problems += [
        Problem("entry", f"entry {seq}", f"Entry {seq} was dropped: the signed head counts it.", seq)
        for seq in range(end, head.size)
    ]
    if problems or chain.problems():
        return problems  # a differing root is then a consequence, not a finding
    if roots(chain.leaves, [head.size])[head.size] != head.root:
        # All links hold, so only the last entry can have changed, or a run of entries up to it.
        text = f"Entry {chain.last_seq} was edited: the signed head is of other bytes."
        problems.append(Problem("entry", f"entry {chain.last_seq}", text, chain.last_seq))
    return problems


def check_quoted(chain: Chain, quoted: Iterable[QuotedHead], ledger_key: str) -> list[Problem]:
    """Heads seen earlier must be heads of this very ledger."""
    heads = list(quoted)
    known = roots(chain.leaves, [item.head.size for item in heads])
    orderly = not chain.problems()  # otherwise a differing root is a consequence, not a finding
    problems = []
    for item in heads:
        head = item.head
        if wrong := _check_signature(item, ledger_key):
            problems += wrong
        elif head.size > chain.entries:
            text = (
                f"The tail was cut: {item.source} counts {head.size} entries ({head.time}), "
                f"and {chain.entries} are here."
            )
            problems.append(Problem("head", item.source, text, chain.entries))
        elif known[head.size] != head.root and orderly:
            text = f"Rewritten: the first {head.size} entries are not those of {item.source} ({head.time})."
            problems.append(Problem("head", item.source, text, item.seq))
    return problems


def quoted_heads(documents: Iterable[Mapping[str, Any]]) -> Iterator[QuotedHead]:
    """The heads that dossiers, approvals and waivers quote. Unreadable signatures are reported elsewhere."""
    for document in documents:
        payload, seq = document["payload"], document["seq"]
        if document["kind"] == "dossier.written":
            source = f"the dossier of {payload.get('version')} (entry {seq})"
            yield QuotedHead(Head.from_json(payload["head"]), source, seq)
        elif document["kind"] in ("approval.given", "waiver.given"):
            try:
                statement = json.loads(base64.b64decode(payload["envelope"]["payload"]))
                head = Head.from_json(statement["predicate"]["ledger_head"])
            except (ValueError, KeyError, TypeError):
                continue
            yield QuotedHead(head, f"the signature of {payload.get('person')} (entry {seq})", seq)


def released_heads(records: Iterable[tuple[int, Record]], blobs: BlobStore) -> Iterator[QuotedHead]:
    """The heads that release manifests quote. Missing and altered manifests are reported elsewhere."""
    for seq, record in records:
        if isinstance(record, ReleasePublished) and record.manifest in blobs:
            try:
                head = Head.from_json(json.loads(blobs.get(record.manifest))["head"])
            except (IntegrityError, ValueError, KeyError, TypeError):
                continue
            yield QuotedHead(head, f"the release of {record.version} (entry {seq})", seq)


def _check_signature(item: QuotedHead, ledger_key: str) -> list[Problem]:
    head = item.head
    if head.key_id != ledger_key:
        text = f"{item.source} is signed with the key {head.key_id[:16]}…, not with this ledger's key."
        return [Problem("signature", item.source, text, item.seq)]
    try:
        signature = bytes.fromhex(head.signature)
    except ValueError:
        signature = b""
    if not is_signed_by(head.key_id, head.signed_bytes(), signature):
        text = f"{item.source} carries a wrong signature: it was altered."
        return [Problem("signature", item.source, text, item.seq)]
    return []
