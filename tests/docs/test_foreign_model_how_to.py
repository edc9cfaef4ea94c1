"""The how-tos on models that are code and on efficiency: their examples in Python run as they stand."""

from __future__ import annotations

import doctest
import sys
from pathlib import Path

import pytest

HOW_TO = Path(__file__).parents[2] / "docs" / "how-to"


@pytest.mark.parametrize("page", ["open-a-foreign-model.md", "efficiency.md"])
def test_the_example_in_python_runs(page: str) -> None:
    if page.startswith("open") and sys.platform != "linux":
        pytest.skip("the sandbox is Linux's own")
    text = (HOW_TO / page).read_text(encoding="utf-8").replace("```", "")
    example = doctest.DocTestParser().get_doctest(text, {}, page, None, None)
    told: list[str] = []
    failed = doctest.DocTestRunner(verbose=False).run(example, out=told.append).failed
    if "WeakSandbox" in "".join(told):
        pytest.skip("this machine's kernel lacks a protection of the sandbox")
    assert failed == 0, "".join(told)
