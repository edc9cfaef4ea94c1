"""The runner: prepares the facts, asks each check, judges each family, and turns exceptions into results."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from airworthy.kernel.check import Check, Cost
from airworthy.kernel.fact import Facts
from airworthy.kernel.judge import DEFAULT_ALPHA, Judged, judge_family
from airworthy.kernel.plan import Plan, limits_of
from airworthy.kernel.result import NotApplicable, Result, Subject, Verdict
from airworthy.kernel.time_up import TimeUp

NO_LIMIT_REMEDY = (
    "It informs only: no limit was agreed. Set checks.limits.{} in airworthy.toml to have it judged."
)

NOT_STARTED = (
    "Not run: the budget was spent before this check could start.",
    "Raise the budget and run again.",
)
NOT_REACHED = "Not run: it was stopped before this check was done.", "Run the same command again."

ORDER = {Cost.CHEAP: 0, Cost.SAMPLED: 1, Cost.EXPENSIVE: 2}


class ChecksStopped(KeyboardInterrupt):
    """Ctrl-C while checks ran: `results` has one of everything planned, those not reached as NOT_RUN."""

    def __init__(self, results: list[Result]) -> None:
        super().__init__()
        self.results = results


def run_checks(
    plan: Plan,
    checks: Sequence[Check[Any]],
    facts: Facts,
    scope: Any,
    *,
    alpha: float = DEFAULT_ALPHA,
    may_start: Callable[[Check[Any]], bool] = lambda check: True,
    on_check: Callable[[Check[Any]], None] = lambda check: None,
) -> list[Result]:
    """Measure and judge everything planned. Every planned item gets exactly one result.

    `may_start` answers whether the budget still allows a check; what it refuses is NOT_RUN. So is the check
    in which a `TimeUp` falls, and every later one.

    Raises
    ------
    ChecksStopped : on Ctrl-C, with what was finished.
    """
    planned: dict[str, dict[Subject, bool]] = {}
    for item in plan.items:
        planned.setdefault(item.code, {})[item.subject] = item.required
    active = [check for check in checks if check.code in planned]
    results: list[Result] = []
    try:
        facts.prepare(fact for check in active if check.cost is Cost.CHEAP for fact in _needs(check, scope))
        # Required first: when the budget ends, what a gate waits for has been measured.
        for check in sorted(active, key=lambda c: (not any(planned[c.code].values()), ORDER[c.cost], c.code)):
            on_check(check)
            results += _run_one(check, planned[check.code], facts, scope, alpha, may_start(check))
    except TimeUp:
        results += _not_run(active, results, planned, *NOT_STARTED)
    except KeyboardInterrupt as stop:
        raise ChecksStopped([*results, *_not_run(active, results, planned, *NOT_REACHED)]) from stop
    covered = {(result.code, result.subject) for result in results}
    orphans = [item for item in plan.items if (item.code, item.subject) not in covered]
    results += [
        _blank(item.code, item.code, item.subject, item.required, Verdict.ERROR, "No installed check has it.")
        for item in orphans
    ]
    return results


def _needs(check: Check[Any], scope: Any) -> list[Any]:
    try:
        return list(check.needs(scope))
    except Exception:  # noqa: BLE001 - the same call fails again, and is reported, in _run_one
        return []


def _not_run(
    active: Sequence[Check[Any]],
    results: Sequence[Result],
    planned: Mapping[str, Mapping[Subject, bool]],
    text: str,
    remedy: str,
) -> list[Result]:
    """NOT_RUN for everything planned of the checks that have no result yet."""
    done = {result.code for result in results}
    return [
        _blank(check.code, check.name, subject, required, Verdict.NOT_RUN, text, remedy)
        for check in active
        if check.code not in done
        for subject, required in planned[check.code].items()
    ]


def _run_one(
    check: Check[Any],
    subjects: Mapping[Subject, bool],
    facts: Facts,
    scope: Any,
    alpha: float,
    allowed: bool,
) -> list[Result]:
    def blank(subject: Subject, verdict: Verdict, text: str, remedy: str = "") -> Result:
        return _blank(check.code, check.name, subject, subjects[subject], verdict, text, remedy)

    if not allowed:
        return [blank(s, Verdict.NOT_RUN, *NOT_STARTED) for s in subjects]
    try:
        facts.prepare(check.needs(scope))
        estimates = check.estimate(facts, scope)
        limits = limits_of(check, scope, list(subjects))
        measured = {s: e for s, e in estimates.items() if not isinstance(e, NotApplicable) and s in subjects}
        judged = judge_family(measured, limits, alpha)
    except Exception as error:  # noqa: BLE001 - a broken check is a result that keeps the gate shut
        text = f"The check broke: {type(error).__name__}: {error}"
        remedy = "Report it with this message; a required check that breaks keeps the gate shut."
        return [blank(subject, Verdict.ERROR, text, remedy) for subject in subjects]
    results = []
    for subject in subjects:
        answer = estimates.get(subject)
        if isinstance(answer, NotApplicable):
            results.append(blank(subject, Verdict.NOT_APPLICABLE, answer.reason))
        elif subject in judged:
            bare = blank(subject, judged[subject].verdict, "")
            results.append(
                _worded(check, replace(bare, limit=limits[subject]), judged[subject], facts, scope)
            )
        else:
            results.append(blank(subject, Verdict.ERROR, "Planned, but the check did not measure it."))
    return results


def _worded(check: Check[Any], bare: Result, judged: Judged, facts: Facts, scope: Any) -> Result:
    result = replace(bare, measurement=judged.measurement, rows_to_settle=judged.rows_to_settle)
    try:
        result = replace(
            result,
            details=check.details(facts, scope, result.subject),
            chart=check.chart(facts, scope, result.subject),
        )
        remedy = NO_LIMIT_REMEDY.format(check.code) if _unlimited(result) else check.remedy(result)
        return replace(result, finding=check.finding(result), remedy=remedy)
    except Exception as error:  # noqa: BLE001 - a check that cannot say what it found has not reported
        text = f"The check measured, but broke while reporting: {type(error).__name__}: {error}"
        return replace(bare, verdict=Verdict.ERROR, finding=text)


def _unlimited(result: Result) -> bool:
    return result.limit is not None and result.limit.low is None and result.limit.high is None


def _blank(
    code: str, name: str, subject: Subject, required: bool, verdict: Verdict, finding: str, remedy: str = ""
) -> Result:
    return Result(code, name, subject, verdict, finding, remedy, required=required)
