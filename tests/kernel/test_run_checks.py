"""The runner: every planned item gets exactly one result, whatever the checks do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import pytest

from airworthy.kernel.check import Check, Cost
from airworthy.kernel.errors import InputError
from airworthy.kernel.fact import Facts
from airworthy.kernel.plan import make_plan
from airworthy.kernel.result import Limit, NotApplicable, Result, Verdict
from airworthy.kernel.run_checks import run_checks
from airworthy.measures import Exact

CALLS: list[int] = []


def _batch(facts: Sequence[Any], known: Facts) -> Mapping[Any, object]:
    CALLS.append(len(facts))
    if any(fact.name == "broken" for fact in facts):
        raise ValueError("no such column")
    return {fact: float(len(fact.name)) for fact in facts}


@dataclass(frozen=True)
class Length:
    name: str
    version: ClassVar[int] = 1
    batch: ClassVar[Any] = staticmethod(_batch)


class Lengths(Check[tuple[str, ...]]):
    code, name, title = "TST001", "lengths", "Lengths of names"

    def subjects(self, scope: tuple[str, ...]) -> Sequence[str]:
        return scope

    def needs(self, scope: tuple[str, ...]) -> Sequence[Any]:
        return [Length(name) for name in scope]

    def limit(self, scope: tuple[str, ...], subject: str) -> Limit:
        return Limit(high=4)

    def estimate(self, facts: Facts, scope: tuple[str, ...]) -> Mapping[str, Any]:
        return {name: Exact(facts[Length(name)], "letters", 1) for name in scope}

    def finding(self, result: Result) -> str:
        return f"{result.subject} is measured."


class Forgetful(Lengths):
    code = "TST002"

    def estimate(self, facts: Facts, scope: tuple[str, ...]) -> Mapping[str, Any]:
        return {scope[0]: NotApplicable("nothing to see")}


class Dear(Lengths):
    code, cost = "TST003", Cost.EXPENSIVE


def run(scope: tuple[str, ...], *checks: Check[Any], **options: Any) -> dict[tuple[str, str], Result]:
    results = run_checks(make_plan(checks, scope, ["TST001"]), checks, Facts(), scope, **options)
    return {(r.code, r.subject): r for r in results}


def test_facts_of_one_kind_are_computed_in_one_batch() -> None:
    CALLS.clear()
    found = run(("ab", "abcdef"), Lengths(), Forgetful())
    assert CALLS == [2]
    assert found["TST001", "ab"].verdict is Verdict.PASS
    assert found["TST001", "abcdef"].verdict is Verdict.FAIL
    assert found["TST001", "ab"].required
    assert not found["TST002", "ab"].required


def test_an_exception_becomes_an_error_result_that_names_it() -> None:
    found = run(("broken",), Lengths())
    assert found["TST001", "broken"].verdict is Verdict.ERROR
    assert "no such column" in found["TST001", "broken"].finding


def test_planned_but_not_measured_is_an_error_and_not_applicable_says_why() -> None:
    found = run(("ab", "cd"), Lengths(), Forgetful())
    assert found["TST002", "cd"].verdict is Verdict.ERROR
    assert found["TST002", "ab"].verdict is Verdict.NOT_APPLICABLE
    assert found["TST002", "ab"].finding == "nothing to see"


def test_what_the_budget_refuses_is_not_run() -> None:
    found = run(("ab",), Lengths(), Dear(), may_start=lambda check: check.cost is Cost.CHEAP)
    assert found["TST003", "ab"].verdict is Verdict.NOT_RUN


def test_requiring_an_unknown_code_is_refused() -> None:
    with pytest.raises(InputError, match="XXX999"):
        make_plan([Lengths()], ("ab",), ["XXX999"])


def test_a_result_survives_its_json_document() -> None:
    result = run(("ab",), Lengths())["TST001", "ab"]
    assert Result.from_json(result.as_json()) == result
