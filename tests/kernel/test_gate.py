"""The gate fails closed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from airworthy.kernel.gate import Binding, Waiver, obstacles
from airworthy.kernel.plan import Plan, PlanItem
from airworthy.kernel.result import Result, Verdict

NOW = datetime(2026, 1, 1, tzinfo=UTC)
PLAN = Plan((PlanItem("A", "model", True), PlanItem("B", "model", False)))
BINDING = Binding("v", "e", "p", "c")
WAIVER = Waiver("A", "model", "known", "Ann", NOW + timedelta(days=1), "v", "e", "p", "c")


def result(verdict: Verdict, code: str = "A") -> Result:
    return Result(code, "name", "model", verdict, "finding", "remedy")


def test_a_pass_opens_it() -> None:
    assert obstacles(PLAN, [result(Verdict.PASS)], [], BINDING, NOW) == []


@pytest.mark.parametrize("verdict", [v for v in Verdict if v is not Verdict.PASS])
def test_anything_but_a_pass_keeps_it_shut(verdict: Verdict) -> None:
    assert obstacles(PLAN, [result(verdict)], [], BINDING, NOW)[0].verdict == verdict


def test_it_stays_shut_when_a_required_check_is_missing() -> None:
    assert obstacles(PLAN, [], [], BINDING, NOW)[0].verdict == "MISSING"


def test_it_stays_shut_when_a_required_check_answered_twice() -> None:
    doubled = [result(Verdict.PASS), result(Verdict.PASS)]
    assert obstacles(PLAN, doubled, [], BINDING, NOW)[0].verdict == "DOUBLED"


def test_an_advisory_failure_does_not_matter() -> None:
    both = [result(Verdict.PASS), result(Verdict.FAIL, "B")]
    assert obstacles(PLAN, both, [], BINDING, NOW) == []


def test_a_waiver_opens_it_only_for_exactly_this_evidence_and_before_it_expires() -> None:
    failed = [result(Verdict.FAIL)]
    assert obstacles(PLAN, failed, [WAIVER], BINDING, NOW) == []
    for field in ("version_digest", "evidence_digest", "plan_digest", "charter_digest"):
        assert obstacles(PLAN, failed, [WAIVER], replace(BINDING, **{field: "other"}), NOW)
    assert obstacles(PLAN, failed, [WAIVER], BINDING, NOW + timedelta(days=2))


def test_a_waiver_cannot_stand_in_for_a_missing_result() -> None:
    assert obstacles(PLAN, [], [WAIVER], BINDING, NOW)
