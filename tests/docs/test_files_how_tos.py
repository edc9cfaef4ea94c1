"""The how-tos on files and spreadsheets run as they stand, and say what they show."""

from __future__ import annotations

import contextlib
import io
import json
import re
from pathlib import Path

import pytest
import typer

from airworthy.cli.edge import run_at_edge
from airworthy.cli.main import app

HOW_TO = Path(__file__).parents[2] / "docs" / "how-to"


def blocks(page: str, language: str) -> list[str]:
    text = (HOW_TO / page).read_text(encoding="utf-8")
    return re.findall(rf"(?ms)^```{language}\n(.*?)^```$", text)


def test_the_page_on_files_says_what_the_audit_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    exec(blocks("read-files.md", "python")[0], {})
    with pytest.raises(SystemExit) as left:
        run_at_edge(typer.main.get_command(app), ["audit", "--charter", ".", "--json", "--no-effects"])
    assert left.value.code == 0
    said = json.loads(capsys.readouterr().out)
    assert "\n".join(said["notes"]) + "\n" == blocks("read-files.md", "text")[0]
    kept = (tmp_path / ".airworthy" / "quarantine" / "customers.csv").read_text(encoding="utf-8")
    assert kept == blocks("read-files.md", "csv")[0]


def test_the_page_on_spreadsheets_prints_its_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("fastexcel", reason="fastexcel is an extra and not installed")
    pytest.importorskip("xlsxwriter", reason="xlsxwriter is an extra and not installed")
    monkeypatch.chdir(tmp_path)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(blocks("read-spreadsheets.md", "python")[0], {})
    assert printed.getvalue() == blocks("read-spreadsheets.md", "text")[0]
