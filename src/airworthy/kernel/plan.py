"""The plan: every (code, subject) that will be measured, required or advisory, fixed before measuring."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from airworthy.kernel.check import Check
from airworthy.kernel.digest import digest_json
from airworthy.kernel.errors import InputError
from airworthy.kernel.result import Limit, Subject


@dataclass(frozen=True, order=True)
class PlanItem:
    """One planned measurement."""

    code: str
    subject: Subject
    required: bool


@dataclass(frozen=True)
class Plan:
    """The planned measurements in (code, subject) order. Its digest stands in the evidence."""

    items: tuple[PlanItem, ...]

    @property
    def digest(self) -> str:
        return digest_json([[item.code, item.subject, item.required] for item in self.items])

    @property
    def required(self) -> tuple[PlanItem, ...]:
        return tuple(item for item in self.items if item.required)

    def as_json(self) -> list[dict[str, object]]:
        return [{"code": i.code, "subject": i.subject, "required": i.required} for i in self.items]

    @classmethod
    def from_json(cls, items: Iterable[dict[str, Any]]) -> Plan:
        return cls(tuple(PlanItem(i["code"], i["subject"], bool(i["required"])) for i in items))


def make_plan(checks: Sequence[Check[Any]], scope: Any, required: Iterable[str]) -> Plan:
    """Ask every check for its subjects; mark the codes that the charter requires.

    Raises `InputError` when a required code is not among the checks: a gate that waits for a check that
    never runs would stay shut for ever, and one that forgets it would be open for no reason.
    """
    wanted = set(required)
    known = {check.code for check in checks}
    if missing := sorted(wanted - known):
        raise InputError(
            f"The charter requires {', '.join(missing)}, which no installed check provides.",
            value=missing[0],
            remedy="Run `airworthy explain` to list the codes, or take it out of checks.required.",
        )
    items = [
        PlanItem(check.code, subject, check.code in wanted and check.may_require(scope, subject))
        for check in checks
        for subject in check.subjects(scope)
    ]
    return Plan(tuple(sorted(set(items))))


def limits_of(check: Check[Any], scope: Any, subjects: Sequence[Subject]) -> dict[Subject, Limit]:
    """The agreed limit of each subject."""
    return {subject: check.limit(scope, subject) for subject in subjects}
