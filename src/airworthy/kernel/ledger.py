"""The ledger's format: numbered canonical entries, each naming the hash of the one before.

Entry bytes are RFC 8785 JSON and are hashed as stored. `hash` chains the entries; `leaf` (RFC 9162) feeds the
Merkle tree whose signed head pins the whole history. Storage and keys come in through ports.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from airworthy.kernel.canonical import Json, canonical_bytes
from airworthy.kernel.merkle import leaf_hash

FORMAT = 1
GENESIS = "0" * 64


@dataclass(frozen=True)
class Entry:
    """One line of the ledger. `body` is the exact stored bytes."""

    seq: int
    prev: str
    body: bytes

    @property
    def hash(self) -> str:
        return hashlib.sha256(self.body).hexdigest()

    @property
    def leaf(self) -> bytes:
        return leaf_hash(self.body)

    @property
    def document(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(self.body)
        return document

    @property
    def kind(self) -> str:
        return str(self.document["kind"])

    @property
    def payload(self) -> Mapping[str, Any]:
        payload: Mapping[str, Any] = self.document["payload"]
        return payload


def make_entry(seq: int, prev: str, time: str, kind: str, actor: str, payload: Mapping[str, Json]) -> Entry:
    """Build entry number `seq` after the entry whose hash is `prev`. `time` is RFC 3339, UTC.

    >>> make_entry(0, GENESIS, "2026-01-01T00:00:00Z", "note", "ann", {}).hash[:8]
    '91b0af2c'
    """
    body = canonical_bytes(
        {
            "v": FORMAT,
            "seq": seq,
            "prev": prev,
            "time": time,
            "kind": kind,
            "actor": actor,
            "payload": payload,
        }
    )
    return Entry(seq, prev, body)


@dataclass(frozen=True)
class Head:
    """A signed statement of the whole ledger: how many entries, their Merkle root, and when."""

    size: int
    root: str
    time: str
    key_id: str = ""
    signature: str = ""

    def signed_bytes(self) -> bytes:
        return canonical_bytes({"v": FORMAT, "size": self.size, "root": self.root, "time": self.time})

    def as_json(self) -> dict[str, Json]:
        return {
            "size": self.size,
            "root": self.root,
            "time": self.time,
            "key_id": self.key_id,
            "signature": self.signature,
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Head:
        return cls(
            int(document["size"]),
            str(document["root"]),
            str(document["time"]),
            str(document.get("key_id", "")),
            str(document.get("signature", "")),
        )
