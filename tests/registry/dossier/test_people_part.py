"""The group table on the dossier's page and on a terminal, from one stored document."""

from __future__ import annotations

import io
from typing import Any

import pytest
from evidence_fixture import document
from rich.console import Console

from airworthy.assurance.groups.table import GroupFigure, GroupRow, GroupTable, MeasureView
from airworthy.kernel.result import Limit, Measurement, Verdict
from airworthy.registry.dossier.group_charts import gap_chart
from airworthy.registry.dossier.group_lines import group_lines
from airworthy.registry.dossier.render import render_dossier
from airworthy.registry.dossier.svg import draw_chart
from airworthy.registry.dossier.terminal import print_version

LIMIT = Limit(-0.1, 0.1, "fairness.max_gap")
FOUND = MeasureView(
    "found", "found", "Share of the events that are selected.", "share", "share", "events", "FAI002", LIMIT
)
RIGHT = MeasureView("right", "of selected right", "Precision.", "share", "share")


def figure(value: float, gap: float, half: float, verdict: Verdict, n: int = 400, **more: Any) -> GroupFigure:
    measured = Measurement(gap, gap - half, gap + half, "share", 1000, 0.95)
    return GroupFigure("found", n, value, value - half, value + half, measured, verdict, **more)


def table() -> GroupTable:
    """Hand-made: one group outside, one undecided, one too small, the reference, and a crossing."""
    right = GroupFigure("right", 90, 0.8, 0.7, 0.87)
    rows = (
        GroupRow(("sex",), "m", 600, "", (GroupFigure("found", 300, 0.8, 0.75, 0.84), right)),
        GroupRow(("sex",), "f", 400, "m", (figure(0.5, -0.3, 0.06, Verdict.FAIL), right)),
        GroupRow(
            ("sex",),
            "x",
            130,
            "m",
            (
                figure(0.72, -0.08, 0.09, Verdict.UNSURE, 120, needed=1900, needed_others=300, smallest=0.14),
                right,
            ),
        ),
        GroupRow(("sex",), "<b>few</b>", 9, "m", (figure(0.5, -0.3, 0.4, Verdict.UNSURE, 4), right)),
        GroupRow(
            ("sex", "team"), "f & a", 20, "all others", (GroupFigure("found", 11, 0.4, 0.2, 0.7), right)
        ),
    )
    return GroupTable((FOUND, RIGHT), rows, 1159, 100, "out-of-fold", 0.95, {"sex": 20}, 1)


def test_the_page_says_who_is_worse_what_would_settle_and_escapes_labels() -> None:
    page = render_dossier({**document(), "group_table": table().as_json()}).decode()
    assert 'id="people"' in page
    assert "1,900 events of sex = x for found (120 so far)" in page
    assert "with m as declared" in page
    assert "20 rows do not say their sex" in page
    assert "Of two columns 1 crossing held rows, 1 of them with fewer than 100 rows" in page
    assert "<b>few</b>" not in page
    assert "&lt;b&gt;few&lt;/b&gt;" in page
    assert 'id="people"' not in render_dossier(document()).decode()


def test_the_chart_has_a_dot_and_an_interval_for_each_group_above_the_floor() -> None:
    chart = gap_chart(table(), FOUND)
    assert chart is not None
    points = chart["data"]["values"]
    assert [point["group"] for point in points] == ["■ sex = f", "◆ sex = x"]
    assert points[0]["gap"] == pytest.approx(-30)
    drawn = str(draw_chart(chart).svg)
    assert drawn.count("<circle") == 2
    assert drawn.count("rule limit") == 2
    assert gap_chart(table(), RIGHT) is None


@pytest.mark.parametrize("width", [80, 110])
def test_the_lines_fit_the_terminal_and_mark_every_verdict(width: int) -> None:
    lines = [line for line, _ in group_lines(table(), width)]
    assert max(map(len, lines)) <= width
    text = "\n".join(lines)
    for part in ("■50±6", "◆72±9", "·50±40", "20 rows do not say which.", "beside m: found"):
        assert part in text
    assert "−30.0 (−36.0 to −24.0)" in text


def test_show_prints_the_groups_of_a_version() -> None:
    out = io.StringIO()
    print_version({**document(), "group_table": table().as_json()}, Console(file=out, width=100))
    assert "Groups of sex" in out.getvalue()
