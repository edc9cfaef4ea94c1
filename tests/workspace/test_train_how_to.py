"""The how-to on training: each example runs and prints what the page shows."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

import pytest

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "train-a-model.md"
EXAMPLES = re.findall(
    r"\n## ([^\n]+)\n[^#]*?```python\n(.*?)```\n\n```\n(.*?)```", PAGE.read_text("utf-8"), re.S
)


def test_every_task_has_its_example() -> None:
    assert len(EXAMPLES) == 5


@pytest.mark.parametrize(("script", "shown"), [one[1:] for one in EXAMPLES], ids=[one[0] for one in EXAMPLES])
def test_an_example_prints_what_the_page_shows(script: str, shown: str) -> None:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(script, "how-to", "exec"), {})
    assert printed.getvalue().split() == shown.split()
