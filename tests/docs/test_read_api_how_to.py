"""The how-to on interfaces runs as it stands: its charter, its CRM and its faults bring what it shows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from airworthy.cli.main import app
from airworthy.workspace.demo.legacy.crm import running_crm, some_contacts

PAGE = (Path(__file__).parents[2] / "docs" / "how-to" / "read-an-api.md").read_text(encoding="utf-8")


def block(kind: str, holding: str) -> str:
    found = [text for text in re.findall(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL) if holding in text]
    return str(found[0])


def test_the_charter_of_the_page_brings_what_the_page_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("dlt", reason="the extra rest is not installed")
    monkeypatch.chdir(tmp_path)
    faults = block("sh", "--faults").partition("--faults ")[2].partition(" ")[0].split(",")
    with running_crm(some_contacts(1000), faults) as crm:
        charter = block("toml", "[sources.api]\nurl").replace("http://127.0.0.1:8700", crm.url)
        (tmp_path / "airworthy.toml").write_text(charter, encoding="utf-8")
        done = CliRunner().invoke(app, ["sources", "fetch", "--quiet"])
    assert done.exit_code == 0, done.output
    assert block("text", "crm: ") in done.stdout
