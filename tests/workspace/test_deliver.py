"""`airworthy deliver`: rows scored by a version and brought to tables and files, every one of them counted."""

from __future__ import annotations

import csv
import json
import re
import shlex
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

from airworthy.adapters.run_lock import run_lock
from airworthy.charter.parse import parse_charter
from airworthy.cli.main import app
from airworthy.scoring.scorer import Scorer
from airworthy.workspace import Workspace

CHARTER = """name = "credit"
purpose = "Decide on small credits"
task = "binary"
glossary = { income = "monthly income" }

[[sources]]
name = "people"
path = "people.csv"

[target]
column = "repaid"
positive = "yes"

[search]
learners = ["linear"]

[budget]
time = "600s"
"""
PAGE = (Path(__file__).parents[2] / "docs" / "how-to" / "deliver.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"(?ms)^```(\w+)\n(.*?)^```$", PAGE)
SINKS = next(body for kind, body in BLOCKS if kind == "toml")
"""The sinks that the how-to declares."""


def people(rows: int = 300) -> pl.DataFrame:
    draw = np.random.default_rng(3)
    income, debt = draw.integers(10, 60, rows) * 50, draw.integers(0, 200, rows) * 10
    chance = 1 / (1 + np.exp(-(income - debt - 900) / 150))
    return pl.DataFrame(
        {
            "customer": [f"{number:05d}" for number in range(rows)],
            "income": income,
            "debt": debt,
            "repaid": np.where(draw.random(rows) < chance, "yes", "no"),
        }
    )


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("credit")
    people().write_csv(folder / "people.csv")
    (folder / "airworthy.toml").write_text(CHARTER, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIRWORTHY_CONFIG", str(folder / "config"))  # the ledger's key goes with every copy
        with Workspace.open(folder) as workspace:
            workspace.run()
    (folder / "airworthy.toml").write_text(f"{CHARTER}\n{SINKS}", encoding="utf-8")
    return folder


@pytest.fixture
def folder(trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    copy = tmp_path / "world"
    shutil.copytree(trained, copy)
    monkeypatch.setenv("AIRWORTHY_CONFIG", str(copy / "config"))
    people(40).drop("repaid").write_csv(copy / "coming.csv")
    return copy


def told(folder: Path, *arguments: str, code: int = 0) -> dict[str, Any]:
    given = ["deliver", *arguments, "--charter", str(folder), "--json"]
    done = CliRunner().invoke(app, given)
    assert done.exit_code == code, done.output
    return dict(json.loads(done.stdout))


def table(folder: Path) -> dict[str, Any]:
    with sqlite3.connect(folder / "shop.db") as db:
        return {row[0]: row[1:] for row in db.execute("SELECT * FROM scores")}


def test_a_table_holds_the_scores_of_single_requests_bit_for_bit(folder: Path) -> None:
    found = told(folder, "v1", "--rows", str(folder / "coming.csv"), "--to", "shop", "--create")
    assert (found["rows"], found["confirmed"], found["complete"]) == (40, 40, True)
    assert (found["read_back"]["asked"], found["read_back"]["equal"]) == (40, 40)
    with Workspace.open(folder) as workspace:
        context = workspace.context
        scorer = Scorer.load(context.home / context.registry.version("v1").artefact)
    there = table(folder)
    for row in people(40).iter_rows(named=True):
        body = json.dumps({"income": row["income"], "debt": row["debt"]}).encode()
        score = scorer.score_row(scorer.decode(body)[0])
        assert score.probability is not None
        assert there[row["customer"]][:2] == (score.probability[1], score.decision)
    assert there["00000"][3] == "v1"
    assert "monthly income" in there["00000"][2]


def test_the_same_rows_again_are_not_sent_and_the_ledger_counts_both_calls(folder: Path) -> None:
    rows = ("v1", "--rows", str(folder / "coming.csv"), "--to", "shop", "--create")
    told(folder, *rows)
    before = table(folder)
    found = told(folder, *rows)
    assert (found["unchanged"], found["sent"]) == (40, 0)
    assert table(folder) == before
    with Workspace.open(folder) as workspace:
        registry = workspace.context.registry
        kept = registry.deliveries("shop")
        entry = next(one for one in registry.store.entries() if one.kind == "scores.delivered")
    assert [(row["rows"], row["confirmed"], row["unchanged"]) for row in kept] == [(40, 40, 0), (40, 0, 40)]
    assert b"00001" not in entry.body


def test_rows_that_were_deleted_at_the_target_are_sent_again_and_changed_ones_are_left(folder: Path) -> None:
    rows = ("v1", "--rows", str(folder / "coming.csv"), "--to", "shop", "--create")
    told(folder, *rows)
    before = table(folder)
    with sqlite3.connect(folder / "shop.db") as db:
        db.execute("DELETE FROM scores WHERE id IN ('00003', '00004')")
        db.execute("UPDATE scores SET call = 'done' WHERE id = '00005'")
    found = told(folder, *rows)
    assert (found["restored"], found["sent"], found["unchanged"], found["confirmed"]) == (2, 2, 38, 2)
    after = table(folder)
    assert after.pop("00005")[1] == "done"
    assert after == {key: row for key, row in before.items() if key != "00005"}


def test_rows_without_a_key_of_their_own_are_set_aside_with_reasons(folder: Path) -> None:
    rows = people(5).drop("repaid").with_columns(customer=pl.Series(["00001", "", "00003", "00003", "00005"]))
    rows.write_csv(folder / "odd.csv")
    found = told(folder, "v1", "--rows", str(folder / "odd.csv"), "--to", "shop", "--create", code=1)
    assert (found["rows"], found["confirmed"], found["set_aside"]) == (5, 2, 3)
    with open(found["dead_letters"], newline="") as stream:
        reasons = {row["row"]: row["reason"] for row in csv.DictReader(stream)}
    assert reasons == {
        "2": "the row has no key",
        "3": "the key names 2 rows: 3, 4",
        "4": "the key names 2 rows: 3, 4",
    }
    assert set(table(folder)) == {"00001", "00005"}


def test_refused_rows_are_dead_until_their_reason_is_gone(folder: Path) -> None:
    with sqlite3.connect(folder / "shop.db") as db:
        columns = (
            "id TEXT PRIMARY KEY CHECK (id <> '00007'), score REAL, call TEXT, why TEXT, model TEXT, at TEXT"
        )
        db.execute(f"CREATE TABLE scores ({columns})")
    rows = ("v1", "--rows", str(folder / "coming.csv"), "--to", "shop")
    found = told(folder, *rows, code=1)
    assert (found["confirmed"], found["dead"]) == (39, 1)
    assert "CHECK constraint failed" in Path(found["dead_letters"]).read_text()
    assert told(folder, *rows, code=1)["sent"] == 0
    with sqlite3.connect(folder / "shop.db") as db:
        db.execute("DROP TABLE scores")
        db.execute(f"CREATE TABLE scores ({columns.replace(chr(60) + '> ' + repr('00007'), 'IS NOT NULL')})")
    found = told(folder, "--to", "shop", "--retry-dead")
    assert (found["rows"], found["continued"], found["confirmed"]) == (0, 1, 1)
    assert found["dead_letters"] is None
    assert not (folder / ".airworthy" / "deliveries" / "shop" / "dead-letters.csv").exists()


def test_a_file_gets_rounded_numbers_and_its_manifest(folder: Path) -> None:
    found = told(folder, "v1", "--source", "people", "--to", "desk")
    assert (found["rows"], found["confirmed"], found["target"]) == (300, 300, "file")
    with open(folder / "out" / "scores.csv", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert all(len(row["probability"].partition(".")[2]) <= 3 or "e-" in row["probability"] for row in rows)
    assert json.loads((folder / "out" / "scores.csv.manifest.json").read_text())["rows"] == 300


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--to", "shopp"), "declares no sink shopp"),
        (("--to", "shop", "--rows", "coming.csv"), "Nothing is released to production"),
        (("v1", "--to", "shop", "--source", "peple"), "There is no source peple"),
        (("v1", "--to", "shop", "--rows", "coming.csv"), "There is no table scores"),
        (("v1", "--to", "shop", "--rows", "nobody.csv"), "have no column customer"),
        ((), "Nobody said where to"),
    ],
)
def test_what_cannot_be_delivered_is_told_before_anything_is_sent(
    folder: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], said: str
) -> None:
    monkeypatch.chdir(folder)
    people(3).drop("repaid", "customer").write_csv("nobody.csv")
    done = CliRunner().invoke(app, ["deliver", *arguments, "--json"])
    assert done.exit_code != 0
    assert said in str(done.exception)
    assert not (folder / "out").exists()


def test_two_deliveries_to_one_sink_do_not_run_at_once(folder: Path) -> None:
    with run_lock(folder / ".airworthy" / "deliveries" / "shop"):
        given = ["deliver", "--to", "shop", "--charter", str(folder)]
        assert "Another run works" in str(CliRunner().invoke(app, given).exception)


def test_the_terminal_shows_counts_that_add_up_and_the_next_step(folder: Path) -> None:
    given = ["deliver", "v1", "--rows", str(folder / "coming.csv"), "--to", "shop", "--create", "--quiet"]
    done = CliRunner().invoke(app, [*given, "--charter", str(folder)])
    assert done.output.splitlines() == [
        "shop: 40 rows scored by v1 (candidate).",
        "40 rows = 40 confirmed.",
        "Read back: 40 asked for, 40 as they were sent.",
    ]


def test_the_how_to_runs_as_it_stands(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    exec(next(body for kind, body in BLOCKS if kind == "python"))
    shown: list[str] = []
    for kind, body in BLOCKS:
        for line in body.splitlines() if kind == "sh" else ():
            done = CliRunner().invoke(app, [*shlex.split(line)[1:], "--quiet"])
            assert done.exit_code == 0, (line, done.output)
            shown += done.stdout.splitlines()
    assert {"shop: 40 rows scored by v1 (candidate).", "40 rows = 40 delivered before."} <= set(shown)
    said = [body for kind, body in BLOCKS if kind == "text"]
    assert set((said[0] + said[2]).splitlines()) <= set(shown)


def test_the_interface_of_the_how_to_is_a_charter_that_can_be_read() -> None:
    further = [body for kind, body in BLOCKS if kind == "toml"][1]
    (*_, crm) = parse_charter(f"{CHARTER}\n{SINKS}\n{further}", Path("airworthy.toml")).sinks
    assert (crm.name, crm.kind) == ("crm", "api")
