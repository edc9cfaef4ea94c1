"""Sign-offs of a scope: a named person stands by the answers and the charter as they are now."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from airworthy.kernel.canonical import Json, canonical_bytes
from airworthy.kernel.clock import rfc3339
from airworthy.kernel.digest import PREFIX
from airworthy.kernel.errors import InputError, IntegrityError
from airworthy.kernel.ports import Signer
from airworthy.registry import records as r
from airworthy.registry.book import Book
from airworthy.registry.dsse import open_envelope, sign_envelope
from airworthy.registry.signatures import not_their_key
from airworthy.registry.statements import STATEMENT

SCOPE = "urn:airworthy:scope:v1"


@dataclass(frozen=True)
class ScopeSignature:
    """One sign-off: the digests it names, and the bytes that were signed."""

    person: str
    time: str
    scope: str
    charter: str
    answers: bytes
    document: bytes


class ScopeBook(Book):
    """Taking sign-offs, and telling which there are."""

    def sign_scope(
        self,
        person: str,
        signer: Signer,
        *,
        scope: str,
        charter: str,
        answers: bytes,
        document: bytes,
        declared: Mapping[str, str | None],
    ) -> None:
        """Record that `person` stands by these answers and this charter.

        Parameters
        ----------
        scope, charter : digests of what counts of the answers, and of the charter.
        answers, document : the two files' bytes.
        declared : public key by name of each person of the charter.

        Raises `InputError` when the person is not declared there, or signs with a key that is not theirs.
        """
        if person not in declared:
            raise InputError(
                f"{person} is not declared in the charter.",
                value=person,
                remedy="Declared are: " + (", ".join(declared) or "nobody") + ".",
            )
        if declared[person] != signer.key_id:
            raise not_their_key(person, signer.key_id)
        envelope = _signed(person, rfc3339(self.clock.now()), scope, charter, signer)
        kept = self.blobs.put(answers), self.blobs.put(document)
        self._append(r.ScopeSigned(person, scope, charter, *kept, envelope), actor=person)

    def scope_signatures(self) -> list[ScopeSignature]:
        """All sign-offs, oldest first; `verify` tells whether each signature is that person's."""
        return [
            ScopeSignature(
                str(row["person"]),
                str(row["time"]),
                str(row["scope"]),
                str(row["charter"]),
                self.blobs.get(str(row["answers"])),
                self.blobs.get(str(row["document"])),
            )
            for row in self.store.select("scopes")
        ]


def _signed(person: str, time: str, scope: str, charter: str, signer: Signer) -> dict[str, Json]:
    statement: dict[str, Json] = {
        "_type": STATEMENT,
        "subject": [
            {"name": name, "digest": {"sha256": digest.removeprefix(PREFIX)}}
            for name, digest in (("scope", scope), ("charter", charter))
        ],
        "predicateType": SCOPE,
        "predicate": {"person": person, "time": time},
    }
    return sign_envelope(canonical_bytes(statement), signer)


def read_scope(envelope: Mapping[str, Any], trusted: Collection[str]) -> tuple[str, str, str]:
    """Person, scope and charter of a sign-off. Raises `IntegrityError` unless a trusted key signed it."""
    payload, _ = open_envelope(envelope, trusted)
    statement: dict[str, Any] = json.loads(payload)
    if statement.get("predicateType") != SCOPE:
        raise IntegrityError(
            f"The signed statement is not of the kind {SCOPE}.",
            value=str(statement.get("predicateType")),
            remedy="Have the person sign again.",
        )
    digests = {item["name"]: PREFIX + item["digest"]["sha256"] for item in statement["subject"]}
    return str(statement["predicate"]["person"]), digests["scope"], digests["charter"]
