"""The gate: compares the plan with the evidence and fails closed. It never measures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from airworthy.kernel.plan import Plan, PlanItem
from airworthy.kernel.result import Result, Verdict


@dataclass(frozen=True)
class Waiver:
    """A named person accepts one open item, for a reason, until a date, for exactly this evidence."""

    code: str
    subject: str
    reason: str
    person: str
    expires: datetime
    version_digest: str
    evidence_digest: str
    plan_digest: str
    charter_digest: str


@dataclass(frozen=True)
class Binding:
    """The digests that an approval or waiver must name to count here."""

    version_digest: str
    evidence_digest: str
    plan_digest: str
    charter_digest: str


@dataclass(frozen=True)
class Obstacle:
    """One thing that keeps the gate shut, and who must do what."""

    code: str
    subject: str
    verdict: str
    finding: str
    action: str

    def as_json(self) -> dict[str, object]:
        return {
            "code": self.code,
            "subject": self.subject,
            "verdict": self.verdict,
            "finding": self.finding,
            "action": self.action,
        }


def obstacles(
    plan: Plan, results: Sequence[Result], waivers: Iterable[Waiver], binding: Binding, now: datetime
) -> list[Obstacle]:
    """Required items that are neither PASS nor waived. Empty means that the evidence opens the gate.

    A required item without a result, or with two, is an obstacle: the gate fails closed. NOT_APPLICABLE
    does not open a gate either; the charter should not require what cannot apply.
    """
    found: dict[tuple[str, str], list[Result]] = {}
    for result in results:
        found.setdefault((result.code, result.subject), []).append(result)
    waived = {(w.code, w.subject) for w in waivers if _valid(w, binding, now)}
    shut = []
    for item in plan.required:
        answers = found.get((item.code, item.subject), [])
        if len(answers) == 1 and answers[0].verdict is Verdict.PASS:
            continue
        if len(answers) == 1 and (item.code, item.subject) in waived:
            continue
        shut.append(_obstacle(item, answers))
    return shut


def _valid(waiver: Waiver, binding: Binding, now: datetime) -> bool:
    return waiver.expires > now and binding == Binding(
        waiver.version_digest, waiver.evidence_digest, waiver.plan_digest, waiver.charter_digest
    )


def _obstacle(item: PlanItem, answers: Sequence[Result]) -> Obstacle:
    if not answers:
        return Obstacle(
            item.code, item.subject, "MISSING", "No result was recorded.", "Run the checks again."
        )
    if len(answers) > 1:
        return Obstacle(
            item.code, item.subject, "DOUBLED", "Two results were recorded.", "Run the checks again."
        )
    result = answers[0]
    action = result.remedy or "Repair it and run again."
    return Obstacle(
        item.code,
        item.subject,
        str(result.verdict),
        result.finding,
        f"{action} Or a named person waives it: airworthy waive VERSION {item.code} "
        f"--subject '{item.subject}' --reason … --as NAME",
    )
