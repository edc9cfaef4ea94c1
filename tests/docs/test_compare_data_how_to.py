"""The how-to on comparing tables runs as it stands, and prints what it shows."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

import airworthy as aw
from airworthy.data.compare.found import Difference

PAGE = (Path(__file__).parents[2] / "docs" / "how-to" / "compare-data.md").read_text("utf-8")


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    monkeypatch.chdir(tmp_path)
    known: dict[str, object] = {}
    for block in PAGE.split("```python\n")[1:]:
        exec(block.split("```", 1)[0], known)
    return known


def test_the_page_shows_what_the_example_prints(world: dict[str, object]) -> None:
    assert aw.data_diff("may.csv", "june.csv").text() in PAGE


def test_the_planted_changes_are_all_told(world: dict[str, object]) -> None:
    found, may = world["found"], world["may"]
    assert isinstance(found, Difference)
    assert isinstance(may, pl.DataFrame)
    cents = may.filter(pl.col("customer") < "C0100").height - 1  # C0042 left
    rewritten = may.filter((pl.col("plan") == "two years") & (pl.col("customer") != "C0042")).height
    assert {one.column: one.rows for one in found.changed} == {"fee": cents, "plan": rewritten}
    assert [one.after for one in found.schema.renamed] == ["telephone"]
    assert (found.rows.removed, found.rows.added) == (1, 0)
    assert found.words[0].renamed == (("two years", "2yr", rewritten),)
