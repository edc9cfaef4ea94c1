"""The worked example of the how-to on groups runs, and the terminal prints the lines that the page shows."""

from __future__ import annotations

import csv
import doctest
from pathlib import Path

from typer.testing import CliRunner

from airworthy.cli.main import app

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "compare-groups.md"


def test_the_example_finds_what_the_page_says_and_prints_what_it_shows(tmp_path: Path) -> None:
    page = PAGE.read_text(encoding="utf-8")
    example = doctest.DocTestParser().get_doctest(page.replace("```", ""), {}, PAGE.name, None, None)
    told: list[str] = []
    ran = doctest.DocTestRunner(verbose=False).run(example, out=told.append, clear_globs=False)
    assert ran.failed == 0, "".join(told)
    made = example.globs
    file = tmp_path / "screener.csv"
    with file.open("w", newline="") as opened:
        rows = zip(made["able"], made["score"], made["sex"], made["team"], strict=True)
        csv.writer(opened).writerows([("y", "p", "sex", "team"), *rows])
    asked = ["check", str(file), "--score", "p", "--protected", "sex", "--protected", "team"]
    printed = CliRunner(env={"COLUMNS": "80"}).invoke(app, asked).stdout.splitlines()
    shown = page.partition("```text\n")[2].partition("```")[0].splitlines()
    assert len(shown) == 9
    assert [line for line in shown if line not in printed] == []
