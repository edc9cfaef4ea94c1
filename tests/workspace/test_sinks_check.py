"""`airworthy sinks check`: dummy scores in sandboxes that break them in the ways that targets do."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from airworthy.cli.main import app
from airworthy.workspace.demo.legacy.crm import SANDBOX, SCORES, running_crm, some_contacts

HEAD = """name = "credit"
purpose = "Decide on small credits"
task = "binary"

[[sources]]
name = "people"
path = "people.csv"

[target]
column = "repaid"
positive = "repaid in full"

[[sinks]]
name = "shop"
owner = "Shop desk"
key = ["customer"]
columns = { probability = "score", decision = "decision", reason = "why", decided_at = "at" }
"""
TABLE = 'sandbox = "trial"\n[sinks.database]\nurl = "sqlite:///shop.db"\ntable = "scores"\n'
COLUMNS = "customer TEXT PRIMARY KEY, score REAL, decision TEXT, why TEXT, at TEXT"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "people.csv").write_text(
        "customer,income,repaid\nC-01,10,never\nC-02,20,repaid in full\n" * 4
    )
    return tmp_path


def checked(folder: Path, sink: str, code: int) -> dict[str, Any]:
    (folder / "airworthy.toml").write_text(HEAD + sink, encoding="utf-8")
    done = CliRunner().invoke(app, ["sinks", "check", "--charter", str(folder), "--json"])
    assert done.exit_code == code, done.output
    return dict(json.loads(done.stdout)["sinks"][0])


def make(folder: Path, *statements: str) -> None:
    with sqlite3.connect(folder / "shop.db") as db:
        for statement in statements:
            db.execute(statement)


def rows(folder: Path) -> list[Any]:
    with sqlite3.connect(folder / "shop.db") as db:
        return db.execute("SELECT * FROM trial").fetchall()


def test_a_sandbox_that_keeps_what_it_is_given_is_good_and_empty_afterwards(folder: Path) -> None:
    make(folder, f"CREATE TABLE scores ({COLUMNS})", f"CREATE TABLE trial ({COLUMNS})")
    found = checked(folder, TABLE, 0)
    assert (found["wrong"], found["told"], found["tried"]) == ([], [], True)
    assert rows(folder) == []


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (
            "UPDATE trial SET score = round(score)",
            "turns probability 0.7312345678901234 into 1.0: it keeps whole numbers",
        ),
        (
            "UPDATE trial SET score = round(score, 4)",
            "it keeps 4 decimals; if they are enough, write digits = 4",
        ),
        (
            "UPDATE trial SET decision = substr(decision, 1, 8)",
            "cuts decision after 8 of 14 characters: 'repaid i'",
        ),
        ("UPDATE trial SET why = replace(why, 'ö', '?')", "changes letters of reason: 'Größe"),
        ("UPDATE trial SET at = datetime(at, '+2 hours')", "moves decided_at by 1:59:59"),
        ("DELETE FROM trial", "and does not hold it"),
    ],
)
def test_what_a_target_does_to_values_is_said_in_plain_words(folder: Path, broken: str, said: str) -> None:
    make(
        folder,
        f"CREATE TABLE scores ({COLUMNS})",
        f"CREATE TABLE trial ({COLUMNS})",
        f"CREATE TRIGGER breaks AFTER INSERT ON trial BEGIN {broken} WHERE customer = new.customer; END",
    )
    found = checked(folder, TABLE, 1)
    assert any(said in what for what in found["wrong"]), found["wrong"]
    assert found["owner"] == "Shop desk"


def test_a_value_that_is_refused_is_named_and_nothing_is_left_behind(folder: Path) -> None:
    make(folder, f"CREATE TABLE scores ({COLUMNS})")
    make(folder, f"CREATE TABLE trial ({COLUMNS.replace('why TEXT', 'why TEXT NOT NULL')})")
    found = checked(folder, TABLE, 1)
    reason = "the database says: NOT NULL constraint failed: trial.why"
    assert f"does not take an empty reason: {reason}" in found["wrong"]
    assert rows(folder) == []


def test_the_real_table_is_looked_at_and_never_written(folder: Path) -> None:
    make(folder, "CREATE TABLE scores (customer TEXT, score REAL)", f"CREATE TABLE trial ({COLUMNS})")
    found = checked(folder, TABLE, 1)
    assert "has no column decision, why, at" in found["wrong"][0]
    with sqlite3.connect(folder / "shop.db") as db:
        assert db.execute("SELECT count(*) FROM scores").fetchone() == (0,)


def test_without_a_sandbox_nothing_is_written_and_that_is_said(folder: Path) -> None:
    make(folder, f"CREATE TABLE scores ({COLUMNS})")
    found = checked(folder, TABLE.replace('sandbox = "trial"\n', ""), 0)
    assert found["tried"] is False
    assert "was looked at and not tried" in found["told"][0]
    with sqlite3.connect(folder / "shop.db") as db:
        assert db.execute("SELECT count(*) FROM scores").fetchone() == (0,)


def test_a_file_is_tried_in_a_file_of_its_own_that_is_gone_afterwards(folder: Path) -> None:
    sink = 'sandbox = "out/trial.csv"\n[sinks.file]\npath = "out/scores.csv"\n'
    assert checked(folder, sink, 0)["tried"] is True
    assert list((folder / "out").iterdir()) == []


def crm_sink(url: str, more: str = "", method: str = "PUT") -> str:
    return f"""sandbox = "{url}{SANDBOX}"
{more}[sinks.api]
url = "{url}{SCORES}"
method = "{method}"
refused_at = "refused"
place_at = "place"
read_url = "{url}{SCORES}?id={{key}}"
read_at = "scores"
min_wait = "0s"
"""


def crm_check(folder: Path, sink: str, code: int) -> dict[str, Any]:
    text = sink.replace("[sinks.api]", "[sinks.api]\n")
    (folder / "people.csv").write_text(
        "customer,income,repaid\nC-00001,10,never\nC-00002,20,repaid in full\n" * 4
    )
    return checked(folder, text, code)


@pytest.fixture
def crm_head(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{__name__}.HEAD", HEAD.replace('["customer"]', '{ customer = "id" }'))


@pytest.mark.usefixtures("crm_head")
def test_an_interface_that_knows_no_made_up_customer_says_so_and_takes_known_ones(folder: Path) -> None:
    with running_crm(some_contacts(5)) as crm:
        found = crm_check(folder, crm_sink(crm.url), 1)
        assert "is not known" in found["wrong"][0]
        found = crm_check(folder, crm_sink(crm.url, 'sandbox_keys = ["C-00001", "C-00002"]\n'), 0)
        assert "deletes no rows: 2 dummies stay in the sandbox, under C-00001, C-00002" in found["told"]
        assert len(crm.sandbox.rows) == 2
        assert crm.scores.rows == []


@pytest.mark.usefixtures("crm_head")
def test_an_interface_that_adds_instead_of_changing_is_found(folder: Path) -> None:
    with running_crm(some_contacts(5)) as crm:
        found = crm_check(folder, crm_sink(crm.url, 'sandbox_keys = ["C-00001"]\n', "POST"), 1)
    assert "holds 2 rows for a key that was sent three times" in found["wrong"][0]


@pytest.mark.usefixtures("crm_head")
def test_an_interface_that_is_away_is_told_with_whom_to_ask(folder: Path) -> None:
    with running_crm(some_contacts(5)) as crm:
        gone = crm.url
    found = crm_check(folder, crm_sink(gone, 'sandbox_keys = ["C-00001"]\n'), 1)
    assert "cannot be asked: Connection refused" in found["wrong"][0]
