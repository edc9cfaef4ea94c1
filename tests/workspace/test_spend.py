"""`airworthy spend`: every journal in the ledger once, whatever is killed meanwhile; then sums that add up."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from airworthy.adapters.open_registry import open_registry
from airworthy.cli.main import main
from airworthy.kernel.clock import SystemClock
from airworthy.kernel.errors import InputError
from airworthy.registry.spending import SpendBook
from airworthy.workspace.spending import spent_in

NOW = datetime(2026, 11, 22, tzinfo=UTC)
CHARTER = """format = 1
name = "churn"
purpose = "who leaves"
task = "binary"
[[sources]]
name = "t"
path = "t.csv"
[target]
column = "y"
positive = "1"
[budget]
rate_per_hour = 3.06
currency = "USD"
monthly = "100 USD"
region = "DE"
"""


def journal(folder: Path, id: str, **more: Any) -> Path:
    """A journal as a guard leaves it."""
    spend = {
        "seconds": 7200.0,
        "cpu_seconds": 3600.0,
        "money": 6.12,
        "currency": "USD",
        "energy_kwh": 0.5,
        "energy_source": "measured: RAPL package",
        "carbon_g": None,
        "peak_memory_bytes": 10**9,
        "idle_seconds": 1800.0,
    }
    document = {
        "v": 1,
        "id": id,
        "state": "finished",
        "spend": {**spend, **more.pop("spend", {})},
        "project": "churn",
        "person": "ann",
        "command": "python train.py",
        "outcome": "exit 0",
        "began": "2026-11-03T10:00:00.000000Z",
        "ended": "2026-11-03T12:00:00.000000Z",
        **more,
    }
    path = folder / ".airworthy" / "spend" / f"{id}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document))
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "airworthy.toml").write_text(CHARTER)
    return tmp_path


def airworthy(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["airworthy", "spend", *arguments])
        with pytest.raises(SystemExit) as left:
            main()
    return int(left.value.code or 0), capsys.readouterr().out


def test_a_journal_is_taken_in_once_and_carbon_comes_from_the_declared_grid(folder: Path) -> None:
    path = journal(folder, "g1")
    first, second = spent_in([folder], NOW), spent_in([folder, folder / "airworthy.toml"], NOW)
    assert not path.exists()
    assert (first.taken, second.taken) == (1, 0)
    assert first.entries == second.entries  # the same folder named twice counts once
    (entry,) = first.entries
    assert (entry.money, entry.currency, entry.idle_money) == (Decimal("6.12"), "USD", Decimal("1.53"))
    assert entry.carbon_g == Decimal("190.705")  # 0.5 kWh x 381.41 g
    (budget,) = first.budgets
    assert (budget.spent, budget.percent, budget.alarm) == (Decimal("6.12"), 6.12, 0)


def test_a_kill_between_the_ledger_and_the_file_counts_nothing_twice(folder: Path) -> None:
    for number in range(3):
        journal(folder, f"g{number}")
    code = (
        "import os, signal, sys\nfrom pathlib import Path\nfrom datetime import UTC, datetime\n"
        "Path.unlink = lambda *a, **k: os.kill(os.getpid(), signal.SIGKILL)\n"
        "from airworthy.workspace.spending import spent_in\n"
        "spent_in([Path(sys.argv[1])], datetime(2026, 11, 22, tzinfo=UTC))\n"
    )
    for _ in range(2):
        killed = subprocess.run([sys.executable, "-c", code, str(folder)], env=os.environ, timeout=60)
        assert killed.returncode == -signal.SIGKILL
    assert len(list((folder / ".airworthy" / "spend").glob("*.json"))) == 3
    spent = spent_in([folder], NOW)
    assert [entry.name for entry in spent.entries] == ["g0", "g1", "g2"]
    assert spent.taken == 2  # the first one was in the ledger already
    assert not list((folder / ".airworthy" / "spend").glob("*.json"))


def test_a_journal_cut_short_is_named_and_kept_and_the_others_are_taken(folder: Path) -> None:
    broken = journal(folder, "g1")
    broken.write_text('{"id": "g1", "sta')
    half = journal(folder, "g2")
    half.write_text(json.dumps({"id": "g2", "state": "finished", "spend": {"seconds": 1.0}}))
    journal(folder, "g3")
    spent = spent_in([folder], NOW)
    assert [entry.name for entry in spent.entries] == ["g3"]
    assert broken.exists()
    assert half.exists()
    assert len([note for note in spent.notes if "left where it is" in note]) == 2


def test_a_ledger_that_cannot_be_written_shows_the_cost_all_the_same(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal(folder, "g1")
    spent_in([folder], NOW)
    path = journal(folder, "g2")
    monkeypatch.setenv("AIRWORTHY_CONFIG", str(folder / "another-computer"))  # without the ledger's key
    spent = spent_in([folder], NOW)
    assert [entry.name for entry in spent.entries] == ["g1", "g2"]
    assert any("g2 is not in the ledger yet" in note for note in spent.notes)
    assert path.exists()


def test_a_month_leaves_the_others_out_and_its_budget_is_that_of_the_month(folder: Path) -> None:
    journal(folder, "g1")
    journal(folder, "g2", ended="2026-10-31T23:59:59.000000Z", spend={"money": 96.0})
    october = spent_in([folder], NOW, "2026-10")
    assert [entry.name for entry in october.entries] == ["g2"]
    assert (october.budgets[0].month, october.budgets[0].alarm) == ("2026-10", 95)
    assert spent_in([folder], NOW).budgets[0].spent == Decimal("6.12")


def test_two_workspaces_and_two_currencies_add_up_in_every_grouping(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    journal(one, "g1", spend={"money": 0.1})
    journal(one, "g2", spend={"money": 0.2}, person="bob")
    journal(two, "g3", spend={"money": 0.7, "currency": "EUR"}, project="delays")
    for group in ("project", "month", "person", "stage", "version", "run"):
        code, text = airworthy(capsys, str(one), str(two), "--by", group, "--json")
        document = json.loads(text, parse_float=Decimal, parse_int=Decimal)
        assert code == 0
        for currency, amount in {"USD": Decimal("0.3"), "EUR": Decimal("0.7")}.items():
            assert document["total"]["money"][currency] == amount
            assert sum(line["money"].get(currency, 0) for line in document["lines"]) == amount
    code, text = airworthy(capsys, str(one), str(two), "--csv")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert sorted((row["name"], row["money"], row["currency"]) for row in rows) == [
        ("g1", "0.1", "USD"),
        ("g2", "0.2", "USD"),
        ("g3", "0.7", "EUR"),
    ]


def test_the_terminal_names_idle_waste_the_budget_and_where_figures_come_from(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    journal(folder, "g1", spend={"money": 96.5, "idle_seconds": 3600.0}, ended="2026-11-03T12:00:00.000000Z")
    code, text = airworthy(capsys, str(folder), "--month", "2026-11")
    words = " ".join(text.split())
    assert code == 0
    assert "96.50 USD of 100.00 USD spent (96.5 %): past 95 %" in words
    assert "Idle: 1 h 0 min in which nothing was computed, 48.25 USD." in words
    assert "Energy measured: RAPL package." in words
    assert airworthy(capsys, str(folder), "--month", "2026-11", "--alarm")[0] == 1
    assert airworthy(capsys, str(folder), "--month", "2026-10", "--alarm")[0] == 0


@pytest.mark.parametrize("month", ["2026-13", "11/2026", "now"])
def test_what_is_no_month_is_refused(folder: Path, month: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, text = airworthy(capsys, str(folder), "--month", month, "--json")
    assert code == 2
    assert "no month" in json.loads(text)["error"]["message"]


def test_a_folder_in_which_nothing_ran_says_what_to_name(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="Nothing was spent"):
        spent_in([tmp_path], NOW)


def test_serving_costs_are_told_for_a_thousand_predictions(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    usage = folder / ".airworthy" / "usage"
    usage.mkdir(parents=True)
    (usage / "1-1.json").write_text('[{"version": "v1", "predictions": 4000, "cpu_seconds": 3.6}]')
    (served,) = json.loads(airworthy(capsys, str(folder), "--json")[1])["serving"]
    assert served["per_1000"]["cpu_seconds"] == pytest.approx(0.9)
    assert served["per_1000"]["energy_kwh"] == pytest.approx(0.9 * 3.5 / 3.6e6)
    assert served["per_1000"]["carbon_g"] == pytest.approx(0.9 * 3.5 / 3.6e6 * 381.41)


def test_the_ledger_keeps_figures_to_nine_decimals_and_the_reader_gets_them_back(folder: Path) -> None:
    journal(folder, "g1", spend={"money": 1 / 3, "energy_kwh": 1e-7})
    spent_in([folder], NOW)
    registry = open_registry(folder / ".airworthy", SystemClock())
    assert isinstance(registry, SpendBook)
    (entry,) = registry.spends()
    assert (entry.money, entry.energy_kwh) == (Decimal("0.333333333"), Decimal("0.0000001"))


def test_the_page_shows_what_is_printed(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    hours = {"g1": (11, 8, 33.66, 2.2, 9000.0), "g2": (15, 14, 45.9, 3.5, 600.0)}
    for id, (wall, cpu, money, kwh, idle) in hours.items():
        told = {"seconds": wall * 3600.0, "cpu_seconds": cpu * 3600.0, "money": money}
        journal(folder, id, spend={**told, "energy_kwh": kwh, "idle_seconds": idle})
    euros = {"seconds": 3600.0, "cpu_seconds": 3500.0, "money": 0.35, "currency": "EUR"}
    journal(folder, "g3", project="embed", spend={**euros, "energy_kwh": 0.25, "idle_seconds": 0.0})
    monkeypatch.setenv("COLUMNS", "110")
    _, text = airworthy(capsys, str(folder), "--month", "2026-11")
    printed = [line.rstrip() for line in text.splitlines() if "days old" not in line]
    page = (Path(__file__).parents[2] / "docs" / "how-to" / "spend.md").read_text()
    shown = page.split("```text\n")[1].split("```")[0].splitlines()[1:]
    assert printed == [line.rstrip() for line in shown]


def test_every_key_of_the_document_stands_on_the_page(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    journal(folder, "g1")
    (folder / ".airworthy" / "usage").mkdir()
    (folder / ".airworthy" / "usage" / "1-1.json").write_text(
        '[{"version": "v1", "predictions": 10, "cpu_seconds": 0.1}]'
    )
    document = json.loads(airworthy(capsys, str(folder), "--json")[1])
    text = (Path(__file__).parents[2] / "docs" / "json.md").read_text()
    part = text.split("\n## `spend`\n")[1].split("\n## ")[0]
    rows = (document, document["total"], *(document[name][0] for name in ("budgets", "serving", "entries")))
    missing = {key for row in rows for key in row if f"`{key}`" not in part}
    assert not missing
    assert not {key for key in document["serving"][0]["per_1000"] if f"`{key}`" not in part}
