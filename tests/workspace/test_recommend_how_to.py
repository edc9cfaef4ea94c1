"""The how-to on recommending, done as it is written."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from airworthy.lifecycle.propose import propose
from airworthy.workspace import Workspace

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


def test_the_charter_of_the_page_runs_to_lists_that_beat_the_popular_items(tmp_path: Path) -> None:
    text = PAGE.read_text("utf-8")
    made = text.split("```python\n")[1].split("model = ", 1)[0]
    scope: dict[str, Any] = {}
    exec(compile(made, "how-to", "exec"), scope)
    scope["sales"].write_csv(tmp_path / "sales.csv")
    assert propose(scope["sales"], "sales.csv").charter.ranking is not None
    charter = text.split("```toml\n", 1)[1].split("```", 1)[0]
    busy = charter.replace('time = "60s"', 'time = "600s"').replace('latency = "100ms"', 'latency = "10s"')
    (tmp_path / "airworthy.toml").write_text(busy)
    with Workspace.open(tmp_path, actor="Ada") as workspace:
        workspace.run()
        assert workspace.promote("v1", "staging").open
        shown = workspace.show("v1")
        lists = workspace.recommend("v1")
    assert shown["metrics"]["ndcg"]["low"] > shown["metrics"]["ndcg"]["baseline"]
    assert lists.users == 200
    assert lists.table.height == 1_000
    for code in set(re.findall(r"\[((?:REC|FAI|SRV)\d{3})\]", text)):
        assert code in {result["code"] for result in shown["results"]} | {"FAI004"}
