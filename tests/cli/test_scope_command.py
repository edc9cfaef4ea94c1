"""`airworthy scope` at a terminal: answers are kept one by one, and leaving loses none."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from airworthy.charter.scoping.sheet import read_sheet
from airworthy.cli.main import app


def test_a_conversation_is_left_and_taken_up_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    first = CliRunner().invoke(
        app,
        ["scope", "ask", "--by", "Ada"],
        input="Whom we call\n\nEverybody\nstop\n",
        catch_exceptions=False,
    )
    assert first.exit_code == 0
    sheet = read_sheet(tmp_path / "scope.toml")
    assert sheet.text("decision.what") == "Whom we call"
    assert sheet.of("decision.who") is None
    assert sheet.text("decision.today") == "Everybody"
    again = CliRunner().invoke(app, ["scope", "ask", "--by", "Bea"], input="stop\n")
    assert "Which decision will be taken" not in again.output
    assert "Who acts on its answer" in again.output


def test_a_wrong_answer_is_asked_again_and_a_contradiction_told_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    given = ["scope", "set", "--by", "Ada", "costs.false_alarm=10", "costs.miss=500"]
    assert CliRunner().invoke(app, given).exit_code == 0
    keys = [one.key for one in read_sheet(tmp_path / "scope.toml").open()]
    typed = "\n" * keys.index("quality.measure")
    asked = CliRunner().invoke(app, ["scope", "ask"], input=typed + "good\naccuracy\nstop\n")
    assert "is not one of accuracy, AUC" in asked.output
    assert "Way out: Measure money" in asked.output


def test_showing_leaves_with_1_while_something_does_not_go_together(tmp_path: Path) -> None:
    given = ["scope", "set", "--in", str(tmp_path), "--by", "Ada", "limits.time=2s"]
    CliRunner().invoke(app, given)
    shown = CliRunner().invoke(app, ["scope", "show", str(tmp_path), "--json"])
    assert shown.exit_code == 1
    assert '"budget too small"' in shown.output
