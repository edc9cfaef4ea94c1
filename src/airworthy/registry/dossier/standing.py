"""Where a version stands: go, no-go or conditional, and what stands in the way. It fails closed."""

from __future__ import annotations

from dataclasses import dataclass

from airworthy.kernel.gate import Obstacle
from airworthy.kernel.result import Result, Verdict
from airworthy.registry.dossier.document import DossierInput
from airworthy.registry.dossier.words import count, day, listed

WAIVE = " Or a named person waives it: "


@dataclass(frozen=True)
class Standing:
    """`kind` is go, conditional, no-go or retired; `headline` says it, `reason` why."""

    kind: str
    headline: str
    reason: str
    obstacles: tuple[Obstacle, ...]
    approvals_missing: int


@dataclass(frozen=True)
class Step:
    """One way past an obstacle: who must do what, with the command where there is one."""

    who: str
    what: str
    command: str = ""


def stand(given: DossierInput) -> Standing:
    """Read the standing of a version from its evidence, obstacles, waivers and approvals.

    A required item that is neither PASS nor waived counts as an obstacle even if the caller named none.
    """
    shut = (*given.obstacles, *_unnamed(given))
    missing = approvals_missing(given)
    kind, headline, reason = _verdict(given, shut, missing)
    return Standing(kind, headline, reason, shut, missing)


def _verdict(given: DossierInput, shut: tuple[Obstacle, ...], missing: int) -> tuple[str, str, str]:
    required = sum(item.required for item in given.plan)
    if given.stage == "retired":
        return "retired", "Retired", "This version is no longer in use."
    if required and shut and all(_is_unopened(obstacle) for obstacle in shut):
        reason = f"All {required:,} required results pass on out-of-fold rows. {shut[0].finding}"
        return "conditional", "Ready for the sealed test", reason
    if open_ := len([obstacle for obstacle in shut if not _is_unopened(obstacle)]):
        verb = "stands" if open_ == 1 else "stand"
        return "no-go", "No-go for now", f"{count(open_, 'thing')} {verb} in the way."
    if not required:
        reason = "The charter requires no check, so the gate has nothing to go by."
        return "conditional", "Conditional", reason
    if missing:
        verb = "is" if missing == 1 else "are"
        return (
            "conditional",
            "Conditional go",
            f"The evidence opens the gate; {count(missing, 'approval')} {verb} missing.",
        )
    if given.waivers:
        until = day(min(waiver.expires for waiver in given.waivers))
        verb = "is" if len(given.waivers) == 1 else "are"
        return (
            "conditional",
            "Conditional go",
            f"{count(len(given.waivers), 'finding')} {verb} waived by name, until {until}.",
        )
    return (
        "go",
        "Go",
        "The one required check passes." if required == 1 else f"All {required:,} required checks pass.",
    )


def _is_unopened(obstacle: Obstacle) -> bool:
    """Whether it only says that the sealed test is still to come: nothing was found against the version."""
    return obstacle.code == "sealed-test" and obstacle.verdict == str(Verdict.NOT_RUN)


def approvals_missing(given: DossierInput) -> int:
    """Signatures still needed for production: what the gate says there, else declared minus given."""
    if given.stage == "production":
        return 0
    if given.gate is not None and given.gate.stage == "production":
        return given.gate.approvals_missing
    return max(0, given.charter.approvals - len({approval.person for approval in given.approvals}))


def may_approve(given: DossierInput) -> tuple[str, ...]:
    """Names whose signature would count and is missing."""
    if given.gate is not None and given.gate.may_approve:
        return given.gate.may_approve
    signed = {approval.person for approval in given.approvals}
    return tuple(p.name for p in given.charter.people if "approver" in p.roles and p.name not in signed)


def _unnamed(given: DossierInput) -> tuple[Obstacle, ...]:
    named = {(o.code, o.subject) for o in given.obstacles} | {(w.code, w.subject) for w in given.waivers}
    found: dict[tuple[str, str], list[Result]] = {}
    for result in given.everything:
        found.setdefault((result.code, result.subject), []).append(result)
    shut = []
    for item in given.plan:
        answers = found.get((item.code, item.subject), [])
        passed = len(answers) == 1 and answers[0].verdict is Verdict.PASS
        if item.required and not passed and (item.code, item.subject) not in named:
            verdict = str(answers[0].verdict) if answers else "MISSING"
            finding = answers[0].finding if answers else "No result was recorded."
            remedy = answers[0].remedy if answers else ""
            shut.append(
                Obstacle(item.code, item.subject, verdict, finding, remedy or "Run the checks again.")
            )
    return tuple(shut)


def steps(obstacle: Obstacle, given: DossierInput) -> tuple[Step, ...]:
    """Who must do what to get past `obstacle`: repair it, or waive it by name, with its command."""
    repair, _, waive = obstacle.action.partition(WAIVE)
    found = [Step(given.author or "The author of the run", repair.strip())]
    if waive:
        who = listed(may_approve(given), last="or") or "A named person"
        command = waive.replace("VERSION", given.version, 1)
        found.append(Step(who, "accepts it in writing, with a reason and until a date.", command))
    return tuple(found)
