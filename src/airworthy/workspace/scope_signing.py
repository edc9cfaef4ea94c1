"""Sign-off of a scope by the charter's people, kept in the ledger; a change voids it, and is named."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from airworthy.adapters.keys import load_signer
from airworthy.charter.scoping.sheet import Changed, Sheet, parse_sheet
from airworthy.kernel.errors import InputError
from airworthy.kernel.home import HOME
from airworthy.registry.scopes import ScopeSignature
from airworthy.workspace.place import CHARTER
from airworthy.workspace.scoping import Scope
from airworthy.workspace.workspace import Workspace


@dataclass(frozen=True)
class SignOff:
    """One person's sign-off, and what has changed since: it holds while nothing has."""

    person: str
    time: str
    answers: tuple[Changed, ...]
    charter: tuple[Changed, ...]

    @property
    def holds(self) -> bool:
        return not self.answers and not self.charter

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "holds": self.holds}


def sign_scope(scope: Scope, name: str) -> list[SignOff]:
    """Sign the answers and the charter beside them with the key of `name`; all sign-offs.

    Raises `InputError` where nobody answered, something does not go together, there is no charter, or it does
    not declare that person's key.
    """
    if not scope.sheet.answers:
        raise InputError(
            "Nobody has answered a question yet.", value=str(scope.path), remedy="airworthy scope ask"
        )
    if scope.found:
        first, more = scope.found[0], len(scope.found) - 1
        raise InputError(
            f"There is nothing to sign yet: {first.says}"
            + (f" {more} more do not go together." if more else ""),
            value=first.code,
            remedy=first.way_out,
        )
    with Workspace.open(scope.path.parent, actor=name) as workspace:
        workspace.declare()
        charter = workspace.context.charter
        workspace.context.registry.sign_scope(
            name,
            load_signer(name),
            scope=scope.sheet.digest,
            charter=charter.digest,
            answers=scope.path.read_bytes(),
            document=workspace.context.charter_bytes,
            declared={person.name: person.public_key for person in charter.people},
        )
    return sign_offs(scope)


def sign_offs(scope: Scope) -> list[SignOff]:
    """Each person's latest sign-off; none where there is no workspace yet."""
    folder = scope.path.parent
    if not (folder / HOME).is_dir() or not (folder / CHARTER).is_file():
        return []
    with Workspace.open(folder) as workspace:
        signed = workspace.context.registry.scope_signatures()
        document = workspace.context.charter_bytes
    latest = {one.person: one for one in signed}
    return [_compared(one, scope.sheet, document) for one in latest.values()]


def _compared(signed: ScopeSignature, now: Sheet, document: bytes) -> SignOff:
    then = parse_sheet(signed.answers, "the signed answers")
    before, after = (dict(_flat(tomllib.loads(text.decode()))) for text in (signed.document, document))
    names = sorted(before.keys() | after.keys())
    charter = tuple(
        Changed(name, before.get(name), after.get(name))
        for name in names
        if before.get(name) != after.get(name)
    )
    return SignOff(signed.person, signed.time, then.changed(now), charter)


def _flat(document: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Dotted keys and their values as text; tables of a list are numbered from 1."""
    for name, value in document.items():
        where = f"{prefix}{name}"
        if isinstance(value, dict):
            yield from _flat(value, f"{where}.")
        elif isinstance(value, list) and value and all(isinstance(one, dict) for one in value):
            for number, one in enumerate(value, start=1):
                yield from _flat(one, f"{where}.{number}.")
        else:
            yield where, str(value)
