"""The how-tos on privacy and on planted labels, done as they are written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from airworthy.assurance.privacy.report import PrivacyReport
from airworthy.kernel.result import Verdict
from airworthy.lifecycle.poisoning.report import PoisonReport

HOW_TO = Path(__file__).parents[2] / "docs" / "how-to"


def _done(page: str) -> dict[str, Any]:
    text = (HOW_TO / page).read_text("utf-8")
    blocks = [part.split("```", 1)[0] for part in text.split("```python\n")[1:]]
    world: dict[str, Any] = {}
    exec(compile("\n".join(blocks), page, "exec"), world)
    return world


@pytest.fixture(scope="module")
def probed() -> dict[str, Any]:
    return _done("probe-privacy.md")


def _verdicts(report: PrivacyReport) -> set[Verdict]:
    return {result.verdict for result in report.results if result.code == "PRI001"}


def test_a_forest_grown_to_the_end_fails_and_one_of_large_leaves_passes(probed: dict[str, Any]) -> None:
    assert Verdict.FAIL in _verdicts(probed["found"])
    assert _verdicts(probed["after"]) == {Verdict.PASS}


def test_the_planted_loans_are_named() -> None:
    found = _done("planted-labels.md")["found"]
    assert isinstance(found, PoisonReport)
    assert [one.what for one in found.suspects] == ["town = town 7 and children = 4"]
    assert found.suspects[0].rows == 32
