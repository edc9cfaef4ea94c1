"""Who may sign what: approvals and waivers, checked when they are given and again when they count."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from airworthy.kernel.clock import rfc3339
from airworthy.kernel.errors import InputError, IntegrityError
from airworthy.kernel.gate import Binding
from airworthy.kernel.plan import Plan
from airworthy.kernel.ports import Signer
from airworthy.kernel.result import Verdict
from airworthy.registry import records as r
from airworthy.registry.runs import RunBook
from airworthy.registry.statements import (
    Approval,
    SignedWaiver,
    binding_of,
    make_waiver,
    read_approval,
    read_waiver,
    sign_approval,
    sign_waiver,
)
from airworthy.registry.views import CharterView, PersonView, VersionView


class SignatureBook(RunBook):
    """Taking signatures, and counting those that still hold."""

    def approve(
        self, version: str, person: str, signer: Signer, *, comment: str = "", stamp: str = ""
    ) -> Approval:
        """Sign for the release of `version` on its newest evidence.

        Raises `InputError` when the person may not: undeclared, not an approver, the author of the run, or
        signing with a key that is not theirs.
        """
        view = self.version(version)
        charter = self.charter(view.charter_name)
        who = self._signatory(view, charter, person, signer.key_id)
        if "approver" not in who.roles:
            raise InputError(
                f"{person} is not an approver in the charter {charter.name}.",
                value=person,
                remedy="Ask one of: " + (", ".join(approvers(charter)) or "nobody is declared") + ".",
            )
        approval = Approval(
            version,
            person,
            self.binding(version),
            rfc3339(self.clock.now()),
            comment,
            stamp,
            len(charter.people) == 1,
            signer.key_id,
        )
        envelope = sign_approval(approval, self.store.head().as_json(), signer)
        record = r.ApprovalGiven(version, person, comment, stamp, approval.self_approved, envelope)
        self._append(record, actor=person)
        return approval

    def give_waiver(
        self,
        version: str,
        code: str,
        subject: str,
        person: str,
        signer: Signer,
        *,
        reason: str,
        expires: datetime,
        stamp: str = "",
    ) -> SignedWaiver:
        """Sign that one required result need not pass, for a reason and until a date.

        Raises `InputError` when the person may not sign, the reason is empty, the date is past, or nothing
        is there to waive.
        """
        view = self.version(version)
        charter = self.charter(view.charter_name)
        self._signatory(view, charter, person, signer.key_id)
        _refuse_idle_waiver(self.evidence(version), code, subject)
        if not reason.strip() or expires <= self.clock.now():
            raise InputError(
                f"A waiver needs a reason and a date in the future, not {reason!r} until {rfc3339(expires)}.",
                value=reason,
                remedy="Say why the result is acceptable, and until when.",
            )
        waiver = make_waiver(code, subject, reason, person, expires, self.binding(version))
        alone = len(charter.people) == 1
        signed = SignedWaiver(waiver, version, rfc3339(self.clock.now()), stamp, alone, signer.key_id)
        envelope = sign_waiver(signed, self.store.head().as_json(), signer)
        record = r.WaiverGiven(
            version, code, subject, person, reason, rfc3339(expires), stamp, alone, envelope
        )
        self._append(record, actor=person)
        return signed

    def binding(self, version: str) -> Binding:
        """The digests that a signature must name to count for `version` now."""
        view = self.version(version)
        if not view.evidence:
            self.evidence(version)
        charter = self.charter(view.charter_name).digest
        return Binding(view.digest, view.evidence, view.plan_digest, charter)

    def _signatory(self, view: VersionView, charter: CharterView, person: str, key: str) -> PersonView:
        """The declared person, provided that the key is theirs and they did not make what they sign."""
        found = next((p for p in charter.people if p.name == person), None)
        if found is None:
            raise InputError(
                f"{person} is not declared in the charter {charter.name}.",
                value=person,
                remedy="Declared are: " + (", ".join(p.name for p in charter.people) or "nobody") + ".",
            )
        if not found.public_key or found.public_key != key:
            raise not_their_key(person, key)
        if is_author(view, charter, person):
            raise InputError(
                f"{person} made {view.version} and cannot sign for it.",
                value=person,
                remedy="Ask another declared person to look at it.",
            )
        return found

    def _counted_approvals(self, view: VersionView, charter: CharterView, binding: Binding) -> list[Approval]:
        """Approvals that count: signed by a declared approver for exactly this, one a key."""
        counted: dict[str, Approval] = {}
        for row in self.store.select("approvals", version=view.version):
            person = _declared(charter, row["person"])
            if person is None or "approver" not in person.roles or is_author(view, charter, person.name):
                continue
            try:
                approval = read_approval(row["envelope"], [person.public_key])
            except IntegrityError:
                continue  # not signed with the key that the charter declares today: it counts for nothing
            if approval.binding == binding and approval.person == person.name:
                counted.setdefault(approval.public_key, approval)
        return list(counted.values())

    def _counted_waivers(
        self, view: VersionView, charter: CharterView, binding: Binding
    ) -> list[SignedWaiver]:
        """Waivers that count now: signed by a declared person other than the author, in date."""
        counted: dict[tuple[str, str], SignedWaiver] = {}
        for row in self.store.select("waivers", version=view.version):
            person = _declared(charter, row["person"])
            if person is None or is_author(view, charter, person.name):
                continue
            try:
                signed = read_waiver(row["envelope"], [person.public_key])
            except IntegrityError:
                continue  # as for approvals
            waiver = signed.waiver
            if (
                binding_of(waiver) == binding
                and waiver.person == person.name
                and waiver.expires > self.clock.now()
            ):
                counted[(waiver.code, waiver.subject)] = signed
        return list(counted.values())


def _refuse_idle_waiver(document: Mapping[str, Any], code: str, subject: str) -> None:
    plan = Plan.from_json(document["plan"])
    required = {(item.code, item.subject) for item in plan.required}
    passed = {
        (item["code"], item["subject"])
        for item in (*document.get("audit", ()), *document["results"])
        if item["verdict"] == Verdict.PASS
    }
    if (code, subject) in required - passed:
        return
    open_items = ", ".join(f"{c} {s}" for c, s in sorted(required - passed)) or "nothing"
    raise InputError(
        f"{code} {subject} is not a required result that is open.",
        value=f"{code} {subject}",
        remedy=f"Open are: {open_items}.",
    )


def not_their_key(person: str, key: str) -> InputError:
    """The refusal of a key that the charter does not declare for whoever signs."""
    return InputError(
        f"The key {key[:16]}… is not the one that the charter declares for {person}.",
        value=key,
        remedy=f'Put public_key = "{key}" under {person} in airworthy.toml, if it is theirs.',
    )


def _declared(charter: CharterView, name: str) -> PersonView | None:
    return next((p for p in charter.people if p.name == name and p.public_key), None)


def approvers(charter: CharterView) -> list[str]:
    return [person.name for person in charter.people if "approver" in person.roles]


def is_author(view: VersionView, charter: CharterView, name: str) -> bool:
    """Whether `name`, or another name with the same key, made the version. One person alone may sign."""
    if len(charter.people) == 1:
        return False
    keys = {person.name: person.public_key for person in charter.people}
    same_key = bool(keys.get(name)) and keys.get(name) == keys.get(view.author)
    return name == view.author or same_key
