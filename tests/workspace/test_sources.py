"""`airworthy sources`: what is listed, fetched and found wrong, and what a run makes of it."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import typer

from airworthy.adapters.sources.database import fetch as database_fetch
from airworthy.adapters.sources.database import probe as database_probe
from airworthy.charter.parse import load_charter
from airworthy.cli.edge import run_at_edge
from airworthy.cli.main import app
from airworthy.data.landing import Landing
from airworthy.kernel.clock import SystemClock
from airworthy.kernel.errors import BudgetStopped, InputError, WorkspaceBusy
from airworthy.kernel.progress import QuietProgress
from airworthy.lifecycle import prepare as prepare_module
from airworthy.lifecycle.prepare import source_digests
from airworthy.workspace import Workspace
from airworthy.workspace.sources import fetch_missing, fetch_one, fetch_sources
from airworthy.workspace.sources_check import check_sources

CHARTER = """
name = "churn"
purpose = "Ring customers who may leave"
task = "binary"
[[sources]]
name = "customers"
owner = "the shop team"
[sources.database]
url = "sqlite:///shop.db"
table = "customers"
[[sources]]
name = "visits"
path = "visits.csv"
purpose = "service"
[[joins]]
source = "visits"
on = { id = "id" }
[target]
column = "left"
[budget]
time = "1m"
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    database = sqlite3.connect(tmp_path / "shop.db", isolation_level=None)
    database.execute('create table customers (id integer primary key, "left" text)')
    database.executemany("insert into customers values (?, ?)", [(n, "yn"[n % 2]) for n in range(40)])
    database.close()
    (tmp_path / "visits.csv").write_text("id,visits\n" + "".join(f"{n},{n % 7}\n" for n in range(40)))
    (tmp_path / "airworthy.toml").write_text(CHARTER, "utf-8")
    return tmp_path


def edited(place: Path, old: str, new: str) -> Path:
    charter = place / "airworthy.toml"
    assert old in charter.read_text("utf-8")
    charter.write_text(charter.read_text("utf-8").replace(old, new), "utf-8")
    return place


@pytest.fixture
def called(place: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    def call(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as left:
            run_at_edge(typer.main.get_command(app), ["sources", *arguments, "--charter", str(place)])
        said = capsys.readouterr()
        return int(str(left.value.code)), said.out, said.err

    return call


def test_the_list_says_what_was_fetched_and_when(
    place: Path, called: Callable[..., tuple[int, str, str]]
) -> None:
    code, said, _ = called("list")
    assert code == 0
    assert said.splitlines() == [
        "customers: not fetched yet",
        "  database sqlite:///shop.db · owner: the shop team",
        "visits: files, read as they are",
        "  files visits.csv · owner: nobody is declared",
    ]
    assert called("fetch", "--quiet")[:2] == (0, "customers: 40 rows in 1 request\n")
    _, said, _ = called("list", "--json")
    first, second = json.loads(said)["sources"]
    assert (first["kind"], first["rows"], first["other_settings"]) == ("database", 40, False)
    assert 0 <= first["age_seconds"] < 3600
    assert (second["kind"], second["rows"], second["fetched_at"]) == ("files", None, None)


def test_a_source_that_fails_does_not_keep_the_others_from_being_fetched(
    place: Path, called: Callable[..., tuple[int, str, str]]
) -> None:
    more = '[[sources]]\nname = "orders"\n[sources.database]\nurl = "sqlite:///gone.db"\ntable = "orders"\n'
    edited(place, "[[joins]]", more + '[[joins]]\nsource = "orders"\non = { id = "id" }\n[[joins]]')
    code, said, noise = called("fetch", "--quiet")
    assert (code, said) == (2, "customers: 40 rows in 1 request\n")
    assert noise.startswith(
        "orders: The source orders names the SQLite file gone.db, and there is none.\n  ->"
    )
    code, said, _ = called("fetch", "orders", "--json")
    document = json.loads(said)
    assert (code, document["fetched"]) == (2, [])
    assert document["failed"][0]["error"]["code"] == "bad-input"


def test_a_name_that_is_no_source_or_nothing_to_fetch_is_told(place: Path) -> None:
    with pytest.raises(InputError, match="no source custmers") as raised:
        fetch_sources(place, ["custmers"], QuietProgress())
    assert 'Did you mean "customers"?' in raised.value.remedy
    with pytest.raises(InputError, match="visits is a local file"):
        fetch_sources(place, ["visits"], QuietProgress())


def test_a_sound_charter_passes_and_names_what_nobody_declared(
    called: Callable[..., tuple[int, str, str]],
) -> None:
    code, said, _ = called("check", "--quiet")
    assert code == 0
    assert said.splitlines() == [
        "reads  customers: 40 rows",
        "       customers: not fetched yet: airworthy sources fetch customers",
        "       not declared: purpose, legal_basis",
        "reads  visits: 40 rows, 2 columns",
        "       not declared: owner, legal_basis",
        "All of 2 sources can be read. Next: airworthy run",
    ]


@pytest.mark.parametrize(
    ("old", "new", "source", "said"),
    [
        ('table = "customers"', 'table = "custmers"', "customers", "no table custmers"),
        ("sqlite:///shop.db", "sqlite:///gone.db", "customers", "names the SQLite file gone.db"),
        ('owner = "the shop team"', "rows = 41", "customers", "There are 40 rows; the charter expects 41."),
        ('purpose = "service"', "rows = 41", "visits", "has 40 rows; the charter expects 41"),
        ('purpose = "service"', f'sha256 = "{"0" * 64}"', "visits", "the charter expects 000"),
        ('"visits.csv"', '"visit.csv"', "visits", "There is no file"),
        ('on = { id = "id" }', 'on = { id = "key" }', None, 'no column "key" in source "visits"'),
        ('column = "left"', 'column = "gone"', None, 'no column "gone" in the joined table'),
    ],
)
def test_what_is_wrong_is_said_with_whom_to_ask(
    place: Path,
    called: Callable[..., tuple[int, str, str]],
    old: str,
    new: str,
    source: str | None,
    said: str,
) -> None:
    edited(place, old, new)
    code, text, _ = called("check", "--json")
    document = json.loads(text)
    assert (code, document["fit"]) == (1, False)
    wrong = {one["source"]: one["wrong"] for one in document["sources"]} | {None: document["charter"]}
    assert [name for name, found in wrong.items() if found] == [source]
    assert said in wrong[source][0]["what"]
    assert wrong[source][0]["remedy"]
    unseen = (
        ["customers"] if said.startswith(("no table", "names")) else ["visits"] if source == "visits" else []
    )
    assert document["columns_not_compared"] == unseen
    _, text, _ = called("check", "--quiet")
    if source == "customers" and "owner" not in old:
        assert "       Ask: the shop team.\n" in text
    elif source:
        assert "       Ask: nobody is declared; set sources.owner in airworthy.toml.\n" in text


def test_a_clock_that_goes_wrong_is_found(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database_probe, "_ahead", lambda connection: -300.0)
    first = check_sources(place, QuietProgress()).sources[0]
    assert [one.what for one in first.wrong] == ["Its clock is 5 min 0 s behind this machine's."]


def test_a_landing_whose_files_were_removed_is_found(place: Path) -> None:
    fetch_sources(place, (), QuietProgress())
    charter = load_charter(place / "airworthy.toml")
    landing = Landing(place, "customers")
    landed = landing.latest()
    assert landed is not None
    landing.paths(landed)[0].unlink()
    found = check_sources(place, QuietProgress())
    assert "There is no file" in found.sources[0].wrong[0].what
    assert charter.sources[0].name == "customers"


class Told(QuietProgress):
    """Progress whose notes are kept."""

    def __init__(self) -> None:
        self.notes: list[str] = []

    def note(self, text: str) -> None:
        self.notes.append(text)


def test_what_was_never_fetched_is_fetched_and_the_rest_is_read_as_it_is(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = Told()
    charter = load_charter(place / "airworthy.toml")
    fetch_missing(charter, told)
    assert told.notes == ["customers: 40 rows, fetched a moment ago."]
    database = sqlite3.connect(place / "shop.db", isolation_level=None)
    database.execute("insert into customers values (99, 'y')")
    later = SystemClock().now() + timedelta(days=2, hours=1)
    monkeypatch.setattr(
        "airworthy.workspace.sources.SystemClock", lambda: type("C", (), {"now": lambda s: later})()
    )
    fetch_missing(charter, told)
    assert told.notes[1] == "customers: 40 rows, fetched 2 days ago."
    edited(place, 'table = "customers"', 'query = "select * from customers"')
    fetch_missing(load_charter(place / "airworthy.toml"), told)
    assert told.notes[2].startswith("customers: 41 rows, fetched")


def test_one_process_fetches_a_source_at_a_time(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    charter = load_charter(place / "airworthy.toml")
    taken = database_fetch.Load.take
    refused: list[str] = []

    def second(self: database_fetch.Load, rows: Any, source: str) -> None:
        with pytest.raises(WorkspaceBusy) as raised:
            fetch_one(charter.sources[0], charter, QuietProgress())
        refused.append(raised.value.message)
        taken(self, rows, source)

    monkeypatch.setattr(database_fetch.Load, "take", second)
    fetch_one(charter.sources[0], charter, QuietProgress())
    assert "Another run works in" in refused[0]


def test_a_run_fetches_inside_its_budget_and_ends_with_it(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def endless(self: database_fetch.Load, rows: Any, source: str) -> None:
        threading.Event().wait(600)

    edited(place, 'time = "1m"', 'time = "4s"')
    monkeypatch.setattr(database_fetch.Load, "take", endless)
    with Workspace.open(place) as workspace:
        with pytest.raises(BudgetStopped, match=r"budget\.time"):
            workspace.run()
        assert len(workspace.context.registry.store.select("runs")) == 1
    assert Landing(place, "customers").latest() is None


def test_the_digest_of_a_remote_source_is_that_of_its_landing(place: Path) -> None:
    with Workspace.open(place) as workspace:
        with pytest.raises(InputError, match="was not fetched yet") as raised:
            source_digests(workspace.context)
        assert "airworthy sources fetch customers" in raised.value.remedy
        fetch_sources(place, (), QuietProgress())
        first = source_digests(workspace.context)
        fetch_sources(place, (), QuietProgress())
        assert source_digests(workspace.context) == first, "the same rows, the same digest"


def test_a_source_that_is_fetched_anew_while_a_run_reads_is_never_kept_under_the_key_of_other_rows(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assemble = prepare_module.assemble

    def late(*given: Any) -> Any:
        with sqlite3.connect(place / "shop.db") as database:
            database.execute("insert into customers values (40, 'y')")
        fetch_sources(place, (), QuietProgress())
        return assemble(*given)

    monkeypatch.setattr(prepare_module, "assemble", late)
    with Workspace.open(place) as workspace:
        with pytest.raises(InputError, match="The source customers changed while it was read"):
            workspace.run()
        assert workspace.context.registry.store.select("stages") == []
