"""What stands beside reasons when a test of them did not pass."""

import pytest

from airworthy.assurance.explain_tests import cautions
from airworthy.assurance.explain_tests.cautions import WORDS
from airworthy.kernel.result import Result, Verdict


def _result(code: str, verdict: Verdict, subject: str = "model") -> Result:
    return Result(code, "some-test", subject, verdict, "", "")


@pytest.mark.parametrize("verdict", [Verdict.PASS, Verdict.NOT_APPLICABLE])
def test_reasons_that_passed_or_were_not_asked_carry_no_caution(verdict: Verdict) -> None:
    assert cautions([_result(code, verdict) for code in WORDS]) == ()


def test_a_failed_test_is_said_before_one_that_could_not_tell() -> None:
    told = cautions([_result("EXP006", Verdict.UNSURE, "a"), _result("EXP006", Verdict.FAIL, "b")])
    assert told == ("The reasons tell more about a protected column than the score does.",)


def test_a_test_that_the_budget_cut_off_is_named() -> None:
    assert cautions([_result("EXP004", Verdict.NOT_RUN)]) == (
        "It was not tested whether a model trained again names the same reasons.",
    )


def test_other_checks_say_nothing_about_reasons() -> None:
    assert cautions([_result("ROB001", Verdict.FAIL), _result("EXP001", Verdict.FAIL)]) == ()
