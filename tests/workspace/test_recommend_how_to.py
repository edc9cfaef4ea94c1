"""The how-to on recommending, done as it is written."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "recommend.md"
LINE = re.compile(r"^[* ] ([a-z]+[a-z0-9 -]*?) +(\d\.\d{3}) \(", re.MULTILINE)


def test_the_example_runs_and_its_figures_are_those_of_the_page(capsys: pytest.CaptureFixture[str]) -> None:
    text = PAGE.read_text("utf-8").replace("seconds=60", "seconds=600")  # a busy machine drops nothing
    scope: dict[str, object] = {}
    for block in text.split("```python\n")[1:]:
        exec(compile(block.split("```", 1)[0], "how-to", "exec"), scope)
    told = capsys.readouterr().out
    shown = {name: float(value) for name, value in LINE.findall(text)}
    found = {name: float(value) for name, value in LINE.findall(told)}
    assert shown.keys() == found.keys()
    assert found == pytest.approx(shown, abs=0.03)  # another machine's library may add in another order
    assert "taken before" in told
    assert "False No history of this user" in told
    basket = re.search(r"\('a\d{3}'.*\)", told)
    assert basket is not None
    assert all(int(item[1:]) % 4 == 0 for item in re.findall(r"a\d{3}", basket[0]))
