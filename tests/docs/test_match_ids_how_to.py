"""The how-to on matching IDs runs as it stands, and prints what it shows."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from airworthy.charter.id_steps import Verb
from airworthy.charter.parse import parse_charter
from airworthy.cli.edge import run_at_edge
from airworthy.cli.main import app

PAGE = (Path(__file__).parents[2] / "docs" / "how-to" / "match-ids.md").read_text(encoding="utf-8")
AROUND = """
name = "orders"
purpose = "Show a rule"
task = "binary"
[[sources]]
name = "orders"
path = "orders.csv"
[[sources]]
name = "crm"
path = "crm.csv"
{joins}
[target]
column = "tier"
[budget]
time = "3m"
"""


def blocks(language: str) -> list[str]:
    return [part.split("```")[0] for part in PAGE.split(f"```{language}\n")[1:]]


def test_the_example_runs_and_prints_what_the_page_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    make, use = blocks("python")
    exec(make, {})
    import typer

    with pytest.raises(SystemExit) as ended:
        run_at_edge(typer.main.get_command(app), shlex.split(blocks("sh")[0])[1:])
    assert not ended.value.code
    assert capsys.readouterr().out == blocks("text")[0]
    known: dict[str, object] = {}
    exec(use, known)
    written = blocks("toml")[0]
    assert known["found"].toml() in written  # type: ignore[attr-defined]
    read = parse_charter(AROUND.format(joins=written), tmp_path / "airworthy.toml").joins[0]
    assert read.rule == known["found"].rule  # type: ignore[attr-defined]


def test_every_step_stands_on_the_page() -> None:
    told = PAGE.split("## Steps")[1].split("## How far")[0]
    verbs = {str(verb) if verb is not Verb.ROUND else "round to" for verb in Verb}
    assert {verb for verb in verbs if f"`{verb}" not in told} == set()
