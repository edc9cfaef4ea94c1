"""Ctrl-C during an audit keeps what was found; a detector that breaks fails alone."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from airworthy.data.audit import AuditInterrupted, AuditReport, audit_frame
from airworthy.data.facts import counts
from airworthy.data.larger import audit_parquet
from airworthy.kernel.progress import QuietProgress
from airworthy.kernel.result import Verdict
from airworthy.workspace.audit import audit_file

Answer = Callable[..., object]


@pytest.fixture(autouse=True)
def _listening() -> Iterator[None]:
    """A shell's background job is started deaf to Ctrl-C."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def table(rows: int = 400) -> pl.DataFrame:
    rng = np.random.default_rng(4)
    return pl.DataFrame(
        {
            "gone": pl.Series([None, 1.5] * (rows // 2)),
            "still": ["NL"] * rows,
            "late": rng.normal(size=rows),
            "last": ["same"] * rows,
            "y": rng.integers(0, 2, rows),
        }
    )


def at(column: str, act: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> None:
    """Act when the counts of `column` are asked for."""
    whole = counts.answer

    def answer(fact: object, *rest: object) -> object:
        if getattr(fact, "column", "") == column:
            act()
        return whole(fact, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(counts, "answer", answer)


def press() -> None:
    os.kill(os.getpid(), signal.SIGINT)


def of(report: AuditReport, code: str, subject: str) -> Verdict:
    return next(r.verdict for r in report.results if (r.code, r.subject) == (code, subject))


def stopped(work: Callable[[], object]) -> AuditReport:
    with pytest.raises(AuditInterrupted) as caught:
        work()
    return caught.value.report


def test_ctrl_c_keeps_the_results_of_the_columns_that_were_visited(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = audit_frame(table(), target="y")
    at("late", press, monkeypatch)
    report = stopped(lambda: audit_frame(table(), target="y"))
    assert report.interrupted
    assert "Interrupted, incomplete: 2 of 5 columns" in report.notes[0]
    assert [of(report, "DAT001", "column:gone"), of(report, "DAT002", "column:still")] == [Verdict.FAIL] * 2
    assert [of(report, "DAT002", "column:last"), of(report, "DAT003", "table")] == [Verdict.NOT_RUN] * 2
    planned = {(result.code, result.subject) for result in whole.results}
    assert {(result.code, result.subject) for result in report.results} == planned
    assert Verdict.ERROR not in {result.verdict for result in report.results}


def test_ctrl_c_while_a_file_is_streamed_keeps_them_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "table.parquet"
    table().write_parquet(path)
    at("late", press, monkeypatch)
    report = stopped(lambda: audit_parquet(path, target="y"))
    assert of(report, "DAT002", "column:still") is Verdict.FAIL
    assert of(report, "DAT002", "column:last") is Verdict.NOT_RUN


def test_an_interrupted_file_is_a_report_and_its_page_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "table.parquet"
    table().write_parquet(path)
    at("late", press, monkeypatch)
    report = audit_file(path, "y", QuietProgress())
    assert report.as_json()["interrupted"] is True
    page = report.to_html(tmp_path / "audit.html").read_text()
    assert "Interrupted, incomplete: 2 of 5 columns were looked at." in page


def test_a_detector_that_breaks_fails_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise ZeroDivisionError("by hand")

    at("late", broken, monkeypatch)
    report = audit_frame(table(), target="y")
    assert of(report, "DAT002", "column:late") is Verdict.ERROR
    assert of(report, "DAT005", "column:gone") is Verdict.PASS
