"""The worked examples on other decisions and on deciding by hand run, and say what the pages say."""

from __future__ import annotations

import doctest
from pathlib import Path

import pytest

PAGES = Path(__file__).parents[2] / "docs" / "how-to"


@pytest.mark.parametrize("name", ["change-a-decision.md", "decide-by-hand.md"])
def test_the_examples_print_what_the_page_shows(name: str) -> None:
    text = (PAGES / name).read_text(encoding="utf-8").replace("```", "")
    example = doctest.DocTestParser().get_doctest(text, {}, name, None, None)
    told: list[str] = []
    ran = doctest.DocTestRunner(verbose=False).run(example, out=told.append)
    assert ran.attempted > 8
    assert ran.failed == 0, "".join(told)
