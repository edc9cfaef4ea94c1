"""The example on the page of each data check runs, and the check says there what the page says."""

from __future__ import annotations

import doctest

import pytest

from airworthy.data import audit
from airworthy.data.checks import CHECKS
from airworthy.kernel.check import Check


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.code)
def test_the_example_of_a_check_says_what_its_page_says(
    check: Check, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Run with this check alone: the others would say the same and take a minute."""
    monkeypatch.setattr(audit, "CHECKS", (check,))
    page = type(check).__doc__ or ""
    example = doctest.DocTestParser().get_doctest(page, {}, check.code, None, None)
    assert example.examples, "the page shows no code that runs"
    assert check.code in example.examples[-1].source
    assert example.examples[-1].want.strip() not in ("", "[]"), "the example finds nothing"
    told: list[str] = []
    ran = doctest.DocTestRunner(verbose=False).run(example, out=told.append)
    assert ran.failed == 0, "".join(told)
