"""The worked example of the how-to on explanations runs and says what the page says."""

from __future__ import annotations

import doctest
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "trust-an-explanation.md"


def test_the_reasons_of_the_example_pass_all_tests_but_tell_who_the_person_is() -> None:
    text = PAGE.read_text(encoding="utf-8").replace("```", "")
    example = doctest.DocTestParser().get_doctest(text, {}, PAGE.name, None, None)
    told: list[str] = []
    ran = doctest.DocTestRunner(verbose=False).run(example, out=told.append, clear_globs=False)
    assert ran.failed == 0, "".join(told)
    written = " ".join(text.split())
    assert example.globs["tests"]["EXP006"].finding in written
