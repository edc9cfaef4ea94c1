"""The worked example of the how-to on swaps runs and finds what the page says."""

from __future__ import annotations

import doctest
from pathlib import Path

import pytest

from airworthy.assurance import plain_report
from airworthy.assurance.checks.fai010_score_follows_person import ScoreFollowsPerson

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "swap-names.md"


def test_the_example_finds_the_change_that_the_page_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Run with this check alone: the others say the same and take a while."""
    monkeypatch.setattr(plain_report, "CHECKS", (ScoreFollowsPerson(),))
    text = PAGE.read_text(encoding="utf-8").replace("```", "")
    example = doctest.DocTestParser().get_doctest(text, {}, PAGE.name, None, None)
    told: list[str] = []
    ran = doctest.DocTestRunner(verbose=False).run(example, out=told.append, clear_globs=False)
    assert ran.failed == 0, "".join(told)
    assert example.globs["found"].finding in " ".join(text.split())
