"""What keeps a gate shut, and the words for it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from airworthy.kernel.errors import GateClosed
from airworthy.kernel.gate import Binding, Obstacle, obstacles
from airworthy.kernel.plan import Plan
from airworthy.kernel.result import Result, Verdict
from airworthy.registry.statements import SignedWaiver
from airworthy.registry.views import CharterView, GateDecision, Opening, VersionView


def gate_closed(answer: GateDecision) -> GateClosed:
    """The error that says who must do what."""
    todo = [f"{o.code} {o.subject}: {o.verdict}. {o.finding} {o.action}" for o in answer.obstacles]
    if answer.approvals_missing:
        names = ", ".join(answer.may_approve) or "nobody who may sign is declared in airworthy.toml"
        todo.append(f"{answer.approvals_missing} more approval(s) needed; may sign: {names}.")
    return GateClosed(
        f"The gate to {answer.stage} stays shut for {answer.version}: {len(todo)} thing(s) missing.",
        value="; ".join(f"{o.code} {o.subject}" for o in answer.obstacles) or "approvals",
        remedy="\n".join(todo),
    )


def evidence_obstacles(
    document: Mapping[str, Any],
    view: VersionView,
    waivers: Collection[SignedWaiver],
    binding: Binding,
    now: datetime,
) -> Sequence[Obstacle]:
    """What the evidence leaves open, and evidence that no longer fits its Plan or charter."""
    plan = Plan.from_json(document["plan"])
    results = [Result.from_json(item) for item in (*document.get("audit", ()), *document["results"])]
    shut = obstacles(plan, results, [signed.waiver for signed in waivers], binding, now)
    if plan.digest != view.plan_digest:
        shut.append(_stale("plan", "The evidence's Plan is not the one that was recorded."))
    if document["charter"]["digest"] != binding.charter_digest:
        shut.append(_stale("charter", "The charter changed after this evidence was recorded."))
    return shut


def seal_obstacles(
    view: VersionView, charter: CharterView, openings: Sequence[Opening], evidence_seq: int
) -> list[Obstacle]:
    """A sealed test that was not opened for this version, opened without evidence, or opened too often.

    `openings` are those for this version; each knows its number among all openings of the same seal.
    """
    ask = f"Ask for promotion, which opens it: airworthy promote {view.version} --stage staging"
    if not view.seal:
        return []
    if not openings:
        return [_sealed(Verdict.NOT_RUN, "The sealed test was not opened for this version.", ask)]
    if evidence_seq < openings[-1].seq:
        return [_sealed(Verdict.NOT_RUN, "No evidence was recorded since the sealed test was opened.", ask)]
    if openings[-1].number > charter.max_openings:
        text = (
            f"Fresh rows needed: this was opening {openings[-1].number} of the sealed test, "
            f"and the charter allows {charter.max_openings}."
        )
        renew = "Bring newer rows and run again: a new sealed set is drawn from them."
        return [_sealed(Verdict.FAIL, text, renew)]
    return []


def _sealed(verdict: Verdict, finding: str, action: str) -> Obstacle:
    return Obstacle("sealed-test", "table", str(verdict), finding, action)


def _stale(subject: str, finding: str) -> Obstacle:
    return Obstacle("evidence", subject, "STALE", finding, "Run it again: airworthy run")


def obstacle_json(obstacle: Obstacle) -> dict[str, str]:
    """An obstacle as it stands in the ledger and in documents."""
    return {
        "code": obstacle.code,
        "subject": obstacle.subject,
        "verdict": obstacle.verdict,
        "finding": obstacle.finding,
        "action": obstacle.action,
    }
