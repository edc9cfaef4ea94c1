"""An audit as people read it: on a terminal, as one page, in a notebook."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from rich.console import Console

import airworthy as aw
from airworthy.data.audit import MOST_CHARTS_IN_JSON, MOST_IN_JSON, AuditReport
from airworthy.kernel.result import Result, Verdict
from airworthy.registry.dossier.audit_page import render_audit
from airworthy.registry.dossier.audit_terminal import print_audit
from airworthy.registry.dossier.text_chart import text_chart
from airworthy.workspace.audit import Audit, audit_file

HOSTILE = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def report() -> Audit:
    """A leak, a column that is half empty, one without a second value, and a hostile name."""
    rng = np.random.default_rng(0)
    event = rng.random(900) < 0.4
    return aw.audit(
        pl.DataFrame(
            {
                "refund": event + rng.normal(0, 0.05, 900),
                HOSTILE: pl.Series(rng.normal(0, 1, 900)).set(pl.Series(rng.random(900) < 0.5), None),
                "country": ["NL"] * 900,
                "age": rng.integers(18, 90, 900),
                "unnamed_1": rng.normal(0, 1, 900),
                "y": np.where(event, "yes", "no"),
            }
        ),
        target="y",
    )


def printed(report: AuditReport, width: int = 80) -> str:
    out = StringIO()
    print_audit(report, "t.csv", Console(file=out, width=width, color_system=None))
    return out.getvalue()


def test_a_terminal_reads_top_down_within_80_columns(report: Audit) -> None:
    text = printed(report)
    assert max(len(line) for line in text.splitlines()) <= 80
    places = [
        text.index(words) for words in ("Note: Columns without a name", "1  ■ column refund", "Not found")
    ]
    assert places == sorted(places)
    assert "Without it the test score would fall from" in text
    assert "█" in text.split("2  ■")[0]  # the first finding brings its chart
    assert "\x1b" not in text


def test_top_takes_one_finding_a_column(report: Audit) -> None:
    subjects = [finding.result.subject for finding in report.top(3)]
    assert subjects[0] == "column:refund"
    assert len(set(subjects)) == len(subjects)
    assert len(report.top(99)) == len({finding.result.subject for finding in report.findings})


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_the_page_loads_nothing_and_runs_nothing(report: Audit, tmp_path: Path) -> None:
    page = report.to_html(tmp_path / "deep" / "audit.html", "t.csv").read_text("utf-8")
    parser = Tags()
    parser.feed(page)
    for tag, attributes in parser.tags:
        assert tag not in {"img", "link", "iframe", "object", "embed", "base", "form"}
        assert tag != "script" or attributes.get("type") == "application/json"
        assert not {"src", "srcset", "action", "style"} & set(attributes)
        assert not any(name.startswith("on") for name in attributes)
        if "href" in attributes:
            assert str(attributes["href"]).startswith("#")
    assert not re.search(r"@import|url\(\s*[\"']?(?!#)", page)
    assert HOSTILE not in page
    anchors = {attributes["id"] for _, attributes in parser.tags if "id" in attributes}
    used = {str(a["href"])[1:] for tag, a in parser.tags if tag == "a"}
    assert used <= anchors


def test_page_and_notebook_say_what_the_terminal_says(report: Audit) -> None:
    terminal = " ".join(printed(report, 400).split())
    for html in (render_audit(report, "t.csv").decode(), report._repr_html_()):
        assert HOSTILE not in html
        for finding in report.top(3):
            assert finding.consequence is not None
            assert finding.consequence.sentence.split(":")[0] in terminal
            assert finding.result.subject == f"column:{HOSTILE}" or (finding.consequence.sentence in html)


def test_an_audit_without_findings_says_so() -> None:
    empty = AuditReport(results=(), rows=7, columns=2, digest="sha256:ab")
    assert "No findings" in printed(empty)
    assert b"Nothing was found" in render_audit(empty, "t.csv")


def test_five_thousand_columns_make_a_document_of_bounded_size() -> None:
    results = tuple(
        Result("DAT001", "missing-values", f"column:{i}", Verdict.PASS, "", "", chart={"mark": "bar"})
        for i in range(75_000)
    )
    document = AuditReport(results=results, rows=7, columns=5_000, digest="sha256:ab").as_json()
    shown = document["results"]
    assert isinstance(shown, list)
    assert len(shown) == MOST_IN_JSON
    assert document["results_left_out"] == 75_000 - MOST_IN_JSON
    assert document["counts"] == {"DAT001": {"PASS": 75_000}}
    assert sum(bool(result["chart"]) for result in shown) == MOST_CHARTS_IN_JSON


def test_notes_tell_how_a_file_was_read(tmp_path: Path) -> None:
    rows = "".join(f"{i},{'Yes' if i % 2 else 'yes' if i % 4 else 'No'},Köln\n" for i in range(60))
    (tmp_path / "odd.csv").write_bytes(f"a,y,\n{rows},,Bonn\n".encode("cp1252"))
    from airworthy.kernel.progress import QuietProgress

    notes = "\n".join(audit_file(tmp_path / "odd.csv", "y", QuietProgress()).notes)
    for words in ("not UTF-8", "without a name", "Yes, yes", "1 of 61 rows has no y"):
        assert words in notes


def test_a_line_in_time_marks_its_date() -> None:
    x = {"field": "x", "type": "temporal", "title": None}
    line = {"x": x, "y": {"field": "y", "type": "quantitative"}}
    days = [{"x": f"2024-01-{d:02d}T00:00:00Z", "y": 0.0 if d < 16 else 1.0} for d in range(1, 31)]
    rule = {"data": {"values": [{"x": "2024-01-16T00:00:00Z"}]}, "mark": "rule", "encoding": {"x": x}}
    chart = {"title": "gaps", "layer": [{"data": {"values": days}, "mark": "line", "encoding": line}, rule]}
    lines = text_chart(chart, 70)
    assert lines[1].count("█") == 15 * 2  # the later half is high, two characters a day
    assert "16 Jan 2024" in lines[-2]
    assert lines[-1].split() == ["1", "Jan", "2024", "30", "Jan", "2024"]


def test_that_no_outcome_was_named_is_said_once() -> None:
    table = pl.DataFrame(
        {
            "rent": [None if n % 3 else 700 + n for n in range(400)],
            "debt": [None if n % 4 else n for n in range(400)],
            "age": [18 + n % 60 for n in range(400)],
        }
    )
    report = aw.audit(table)
    reason = "no outcome was named"
    assert printed(report).count(reason) == 1
    assert render_audit(report, "t.csv").decode().count(reason) == 1
    assert report._repr_html_().count(reason) == 1
    assert "Missing rent beside the columns that miss most" in printed(report)
