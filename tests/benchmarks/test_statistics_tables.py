"""The tables of the page on intervals: bars kept where nothing is drawn, and a place on the page for each."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "benchmarks" / "statistics"))

from run import COUNTED, DRAWN  # noqa: E402 - no package: its name is that of a module of Python's own
from table import BEGIN, END, Row, Table, write  # noqa: E402


@pytest.mark.parametrize("name", ["shares", "quantiles", "ratios"])
def test_what_can_be_counted_out_keeps_its_bar(name: str) -> None:
    table = COUNTED[name]()
    assert table.missed == 0, str(table)
    assert all(row.kept for row in table.rows)


def test_every_table_is_on_the_page_and_holds_figures() -> None:
    page = (ROOT / "docs" / "statistics.md").read_text(encoding="utf-8")
    for name in (*COUNTED, *DRAWN):
        table = page.partition(BEGIN.format(name))[2].partition(END.format(name))[0]
        assert table.count("\n|") > 2, f"run benchmarks/statistics/run.py --page docs/statistics.md {name}"
        assert "**" not in table, f"a row of {name} misses its bar"


def test_a_row_that_misses_its_bar_is_bold_and_counted(tmp_path: Path) -> None:
    table = Table(("rows", "covered"), (Row(("10", "95 %"), True), Row(("20", "80 %"), False)), "90 %")
    assert str(table).splitlines()[3] == "| **20** | **80 %** |"
    assert str(table).endswith("Bar: 90 %. Kept by 1 of 2 rows.")
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN.format('x')}\n{END.format('x')}\nafter\n")
    write(page, "x", table)
    write(page, "x", table)
    assert page.read_text().count("| 10 | 95 % |") == 1
    with pytest.raises(ValueError, match="no lines"):
        write(page, "y", table)
