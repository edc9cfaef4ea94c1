"""Interfaces over HTTP, held against a CRM that does all that CRMs do to their callers."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

import polars as pl
import pytest
from model_servers import model_server

from airworthy.adapters.sources.rest.fetch import fetch
from airworthy.adapters.sources.rest.journal import Journal, step_of
from airworthy.adapters.sources.rest.patient import Counts
from airworthy.adapters.sources.rest.probe import probe
from airworthy.adapters.sources.rest.records import records_of
from airworthy.adapters.sources.rest.table import table_of
from airworthy.charter.connecting import Api, Auth, Pages
from airworthy.charter.model import Charter, Source
from airworthy.data.landing import Landed, Landing
from airworthy.kernel.errors import InputError
from airworthy.kernel.progress import QuietProgress, QuietStage
from airworthy.workspace.demo.legacy.crm import CONTACTS, Crm, running_crm, some_contacts
from airworthy.workspace.demo.legacy.crm_faults import ANSWERS, READING

ROWS = some_contacts(300)
QUICK = {"min_wait": 0.001, "max_wait": 0.01, "retries": 30, "timeout": 20.0}
STYLES: dict[str, dict[str, Any]] = {
    "page": {"size_parameter": "per_page"},
    "offset": {"size_parameter": "limit"},
    "cursor": {"size_parameter": "limit", "next_at": "meta.next_cursor"},
    "link": {"size_parameter": "limit"},
}


def source_of(url: str, style: str = "cursor", **changed: Any) -> Source:
    settings: dict[str, Any] = {
        "url": url + CONTACTS,
        "pages": Pages(style),
        "key": ("id",),
        "rows_at": "contacts",
        "total_at": "meta.total",
        "changed_at": "changed_at",
        "page_size": 25,
        **STYLES.get(style, {}),
        **QUICK,
        **changed,
    }
    return Source("crm", api=Api(**settings), max_quarantined=0.2, owner="Ada")


def fetched(source: Source, folder: Path) -> tuple[Landed, pl.DataFrame]:
    charter = cast(Charter, SimpleNamespace(path=folder / "airworthy.toml"))
    landing = Landing(folder, source.name)
    landed = fetch(source, charter, landing, QuietProgress())
    return landed, pl.read_parquet(landing.paths(landed)[0])


def calm(folder: Path, style: str = "cursor") -> pl.DataFrame:
    with running_crm(ROWS) as crm:
        return fetched(source_of(crm.url, style), folder / "calm")[1]


@pytest.mark.parametrize("style", STYLES)
def test_a_calm_load_brings_every_row_once_sorted_by_key(tmp_path: Path, style: str) -> None:
    table = calm(tmp_path, style)
    assert table["id"].to_list() == [row["id"] for row in ROWS]
    assert table.to_dicts() == ROWS


@pytest.mark.parametrize("fault", [fault for fault in (*ANSWERS, *READING) if fault != "fields"])
def test_each_fault_alone_leaves_the_table_of_a_calm_load(tmp_path: Path, fault: str) -> None:
    slow = fault in ("hang", "drip")
    with running_crm(ROWS, [fault], drip=1.5) as crm:
        source = source_of(crm.url, timeout=0.5) if slow else source_of(crm.url)
        landed, table = fetched(source, tmp_path)
    assert fault == "wrong-total" or fault in {seen.fault for seen in crm.log}
    assert table.to_dicts() == ROWS
    assert slow or landed.requests == len(crm.log)


@pytest.mark.parametrize("style", STYLES)
def test_all_faults_together_leave_the_rows_of_a_calm_load(tmp_path: Path, style: str) -> None:
    faults = [fault for fault in (*ANSWERS, *READING) if fault not in ("hang", "drip", "fields")]
    calm(tmp_path, style)
    with running_crm(ROWS, faults, seed=3) as crm:
        landed, table = fetched(source_of(crm.url, style), tmp_path)
    assert table.to_dicts() == ROWS
    written = sorted(tmp_path.rglob("rows.parquet"))
    assert len(written) == 2
    assert written[0].read_bytes() == written[1].read_bytes()
    assert sum(landed.retried.values()) > 5


@pytest.mark.parametrize("style", ["page", "offset", "cursor"])
def test_a_row_that_moved_while_being_read_is_found_without_a_declared_total(
    tmp_path: Path, style: str
) -> None:
    with running_crm(ROWS, ["skip", "resize", "empty-page"]) as crm:
        _, table = fetched(source_of(crm.url, style, total_at=None), tmp_path)
    assert table.to_dicts() == ROWS


@pytest.mark.parametrize("style", STYLES)
def test_a_row_deleted_while_being_read_takes_no_other_with_it(tmp_path: Path, style: str) -> None:
    with running_crm(ROWS) as crm:
        page = crm.contacts.page

        def deletes_one(*given: Any, **more: Any) -> Any:
            if len(crm.log) == 4:
                crm.contacts.rows.pop(10)  # which was read: all rows behind it move up by one
            return page(*given, **more)

        crm.contacts.page = deletes_one  # type: ignore[method-assign]
        landed, table = fetched(source_of(crm.url, style), tmp_path)
    assert table.to_dicts() == [*ROWS[:10], *ROWS[11:]]
    assert landed.passes == 2


def test_a_look_at_an_interface_tells_its_columns_and_names_a_wrong_key(tmp_path: Path) -> None:
    charter = cast(Charter, SimpleNamespace(path=tmp_path / "airworthy.toml"))
    with running_crm(ROWS) as crm:
        seen = probe(source_of(crm.url), charter)
        assert (seen.looked_at, seen.rows, seen.columns) == (25, 300, tuple(ROWS[0]))
        with pytest.raises(InputError, match="page 1, row 1: without its key ID; it has id, name"):
            probe(source_of(crm.url, key=("ID",)), charter)
        with pytest.raises(InputError, match="without its key ID; it has id, name"):
            fetched(source_of(crm.url, key=("ID",)), tmp_path)
        assert len(crm.log) == 3


def test_a_field_that_comes_and_goes_is_null_and_noted_with_its_page(tmp_path: Path) -> None:
    with running_crm(ROWS, ["fields"]) as crm:
        landed, table = fetched(source_of(crm.url), tmp_path)
    first = next(number for number, seen in enumerate(crm.log, 1) if seen.fault == "fields")
    assert f"first on page {first}" in " ".join(landed.notes)
    spoiled = table.filter(pl.col("legacy_code").is_not_null())
    assert spoiled.height > 0
    assert spoiled["phone"].null_count() == spoiled.height
    assert table.drop("phone", "legacy_code").to_dicts() == [
        {name: value for name, value in row.items() if name != "phone"} for row in ROWS
    ]


def test_a_load_killed_in_the_middle_goes_on_after_its_last_page(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    with running_crm(ROWS, ["500"]) as crm:
        held, killed = holds_at(crm, 150)
        script = (
            "import sys\nfrom pathlib import Path\n"
            "from test_rest_source import fetched, source_of\n"
            "fetched(source_of(sys.argv[1]), Path(sys.argv[2]))\n"
        )
        child = subprocess.Popen(
            [sys.executable, "-c", script, crm.url, str(tmp_path)],
            env={**os.environ, "HOME": str(home)},
            cwd=Path(__file__).parent,
        )
        assert held.wait(timeout=120)
        child.kill()
        child.wait()
        killed.set()
        landed, table = fetched(source_of(crm.url), tmp_path)
    assert table.to_dicts() == ROWS
    assert landed.pages == 12
    beginnings = [seen for seen in crm.log if "cursor=" not in seen.path and seen.status == 200]
    assert len(beginnings) == 1
    assert list(home.iterdir()) == []  # dlt keeps nothing there


def holds_at(crm: Crm, row: int) -> tuple[threading.Event, threading.Event]:
    """Let the CRM stop at a page until its reader is dead: the events say that it came, and that it went."""
    page, held, killed = crm.contacts.page, threading.Event(), threading.Event()

    def holding(wanted: Any, *given: Any, **more: Any) -> Any:
        if wanted.start >= row:
            held.set()
            killed.wait(timeout=120)
        return page(wanted, *given, **more)

    crm.contacts.page = holding  # type: ignore[method-assign]
    return held, killed


def test_a_half_written_page_is_cut_off_the_journal(tmp_path: Path) -> None:
    journal = Journal.opened(make(tmp_path / "loading"), "a")
    records = records_of(ROWS[:3], ["id"], 1)
    with journal.writer(1) as writer:
        writer.append(step_of(1, records, 300, "next", True, Counts()))
    path = tmp_path / "loading" / "pass-0001.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole + whole[:-20])
    assert [step.page for step in journal.steps(1)] == [1]
    assert path.read_bytes() == whole
    assert Journal.opened(tmp_path / "loading", "a").passes() == [1]
    assert Journal.opened(tmp_path / "loading", "b").passes() == []  # by other settings, all is fetched anew


def test_pages_of_the_day_before_yesterday_do_not_stand_beside_those_of_today(tmp_path: Path) -> None:
    def last_written(days_ago: float) -> list[int]:
        journal = Journal.opened(make(tmp_path / f"{days_ago}"), "a")
        with journal.writer(1) as writer:
            writer.append(step_of(1, records_of(ROWS[:3], ["id"], 1), 300, "next", True, Counts()))
        then = time.time() - days_ago * 86400
        for path in journal.folder.iterdir():
            os.utime(path, (then, then))
        return Journal.opened(journal.folder, "a").passes()

    assert last_written(0.5) == [1]
    assert last_written(2.0) == []


def make(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


def test_what_never_becomes_a_page_is_refused_with_page_and_words_and_the_next_call_goes_on(
    tmp_path: Path,
) -> None:
    with running_crm(ROWS) as crm:
        good = crm.contacts.page
        broken: list[bool] = [True]

        def page(wanted: Any, fault: Any, **more: Any) -> Any:
            if wanted.start >= 100 and broken[0]:
                return replace(good(wanted, fault, **more), document={"error": "licence expired"})
            return good(wanted, fault, **more)

        crm.contacts.page = page  # type: ignore[method-assign]
        with pytest.raises(InputError, match=r"no page 5 in 3 attempts.*it has: error") as told:
            fetched(source_of(crm.url, retries=3), tmp_path)
        assert "goes on at page 5, or ask Ada" in told.value.remedy
        assert "100 rows are kept" in told.value.remedy
        broken[0] = False
        before = len(crm.log)
        landed, table = fetched(source_of(crm.url), tmp_path)
    assert table.to_dicts() == ROWS
    assert len(crm.log) - before == 8
    assert landed.requests == 15
    assert landed.retried == {"no list of rows": 2}


def test_two_states_of_a_row_keep_the_later_one_or_are_refused(tmp_path: Path) -> None:
    old = {"id": 7, "plan": "basic", "changed_at": "2026-01-05T10:00:00+02:00"}
    new = {"id": "7", "plan": "gold", "changed_at": "2026-01-05T09:00:00Z"}
    with running_crm([new, old]) as crm:
        landed, table = fetched(source_of(crm.url), tmp_path)
        assert table.rows() == [("7", "gold", "2026-01-05T09:00:00Z")]
        assert "1 row changed while being read" in " ".join(landed.notes)
        with pytest.raises(InputError, match=r'key 7, and nothing says.*plan is "gold" in one and "basic"'):
            fetched(source_of(crm.url, changed_at=None), tmp_path)


def test_rows_without_a_key_are_set_aside_with_their_page_or_refused(tmp_path: Path) -> None:
    with running_crm(ROWS, ["broken-rows"]) as crm:
        source = source_of(crm.url)
        landed, table = fetched(source, tmp_path)
        with pytest.raises(InputError, match=r"page \d+, row 3: no object with fields"):
            fetched(replace(source, max_quarantined=0.0), tmp_path / "strict")
    with (tmp_path / ".airworthy/quarantine/crm.fetched.csv").open(newline="") as stream:
        aside = list(csv.DictReader(stream))
    assert len(aside) == landed.quarantined == sum(2 for seen in crm.log[:12] if seen.fault)
    assert {row["reason"] for row in aside} == {"no object with fields", "without its key id"}
    assert table.height == landed.rows == 300


def test_a_token_comes_from_the_environment_anew_when_it_expired_and_is_never_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CRM_TOKEN", "first-token-77")

    def renew() -> str:
        monkeypatch.setenv("CRM_TOKEN", "second-token-88")
        return "second-token-88"

    with running_crm(ROWS, ["token-expiry"], token="first-token-77", renew=renew) as crm:
        source = replace(source_of(crm.url), secret="env:CRM_TOKEN")
        landed, table = fetched(source, tmp_path)
        assert table.to_dicts() == ROWS
        assert landed.retried["401"] >= 1
        monkeypatch.setenv("CRM_TOKEN", "wrong-token-99")
        with pytest.raises(InputError, match=r"who asks \(401\)") as told:
            fetched(source, tmp_path / "other")
    assert told.value.remedy == "Renew the token in env:CRM_TOKEN, or ask Ada."
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"token-77" not in kept
    assert b"token-88" not in kept
    assert b"token-99" not in kept


def test_what_a_server_repeats_of_a_secret_is_cut_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CRM_KEY", "hunter2-secret")
    with model_server(lambda call: (418, {"key": call.headers["x-key"]}, {})) as server:
        source = source_of(server.url, auth=Auth.HEADER, auth_header="X-Key")
        with pytest.raises(InputError) as told:
            fetched(replace(source, secret="env:CRM_KEY"), tmp_path)
    assert "***" in str(told.value)
    assert "hunter2" not in json.dumps(told.value.as_json())


def test_no_other_host_is_asked_and_no_secret_goes_unencrypted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CRM_TOKEN", "a-token")
    with model_server(lambda call: (200, {"contacts": []}, {})) as stranger:

        def leads_away(call: Any) -> tuple[int, Any, dict[str, str]]:
            if call.path.startswith("/redirects"):
                return 302, {}, {"Location": f"{stranger.url}/v2/contacts"}
            return 200, {"contacts": [{"id": 1}]}, {"Link": f'<{stranger.url}/more>; rel="next"'}

        with model_server(leads_away) as server:
            for path, does in (("/redirects", "redirects"), ("", "names a next page")):
                source = replace(source_of(server.url + path, "link"), secret="env:CRM_TOKEN")
                with pytest.raises(InputError, match=f"{does}.*another host"):
                    fetched(source, tmp_path / f"at{does[:5]}")
    assert stranger.calls == []
    outside = replace(source_of("http://crm.example"), secret="env:CRM_TOKEN")
    with pytest.raises(InputError, match="is not encrypted"):
        fetched(outside, tmp_path)


def test_later_loads_ask_for_what_changed_and_put_it_in_place(tmp_path: Path) -> None:
    with running_crm(ROWS) as crm:
        source = source_of(crm.url, since_parameter="since")
        first, _ = fetched(source, tmp_path)
        assert first.position == max(row["changed_at"] for row in ROWS) == "2026-09-28T08:00:00Z"
        crm.contacts.rows[5] = {**ROWS[5], "town": "Delft", "changed_at": "2026-10-01T08:00:00Z"}
        crm.contacts.rows.append({**ROWS[6], "id": "C-90000", "changed_at": "2026-10-02T08:00:00Z"})
        before = len(crm.log)
        second, table = fetched(source, tmp_path)
    assert all("since=2026-09-28" in seen.path for seen in crm.log[before:])
    assert sum(seen.rows for seen in crm.log[before:]) < 60
    assert second.position == "2026-10-02T08:00:00Z"
    assert table.height == 301
    assert table.filter(id="C-00005")["town"].item() == "Delft"
    assert table.filter(id="C-00004").to_dicts() == [ROWS[4]]


def test_a_later_load_without_a_change_keeps_what_is_there(tmp_path: Path) -> None:
    with running_crm(ROWS) as crm:
        source = source_of(crm.url, since_parameter="since")
        first, _ = fetched(source, tmp_path)
        crm.contacts.rows.clear()
        second, table = fetched(source, tmp_path)
    assert table.to_dicts() == ROWS
    assert second.position == first.position


def test_an_interface_that_refuses_the_page_behind_the_last_is_read_whole(tmp_path: Path) -> None:
    def answer(call: Any) -> tuple[int, Any, dict[str, str]]:
        page = int(parse_qs(urlsplit(call.path).query)["page"][0])
        rows = [{"id": number} for number in range(40)][page * 10 - 10 : page * 10]
        return (200, rows, {}) if rows else (404, {"error": "no such page"}, {})

    with model_server(answer) as server:
        source = source_of(server.url, "page", rows_at="", total_at=None, page_size=10)
        landed, table = fetched(source, tmp_path)
    assert table["id"].to_list() == sorted(str(number) for number in range(40))
    assert "2 passes" in landed.notes[0]  # nothing but a second pass shows that 404 was the end


def test_a_wrong_path_names_what_the_answer_has(tmp_path: Path) -> None:
    with running_crm(ROWS) as crm:
        with pytest.raises(InputError, match=r"no list at data\.items; it has: contacts, meta"):
            fetched(source_of(crm.url, rows_at="data.items", retries=2), tmp_path)
        with pytest.raises(InputError, match=r"total_at in \[sources.api\] is no path"):
            fetched(source_of(crm.url, total_at="[["), tmp_path)


def test_a_name_that_nobody_knows_and_a_port_without_a_server_are_told_in_plain_words(tmp_path: Path) -> None:
    with running_crm(ROWS) as crm:
        gone = source_of(crm.url, retries=2)
    with pytest.raises(InputError, match=r"in 2 attempts.*nobody answers at that address and port"):
        fetched(gone, tmp_path)
    with pytest.raises(InputError, match="nobody knows its name here"):
        fetched(source_of("http://crm.invalid", retries=1), tmp_path)


def test_an_encoding_that_the_server_names_is_read(tmp_path: Path) -> None:
    body = '[{"id": 1, "town": "Cádiz"}]'.encode("latin-1")
    with model_server(lambda call: (200, body, {"Content-Type": "text/json; charset=ISO-8859-1"})) as server:
        _, table = fetched(source_of(server.url, "one", rows_at="", total_at=None), tmp_path)
    assert table.rows() == [("1", "Cádiz")]


def test_nested_objects_become_fields_and_rows_that_cannot_be_flat_are_set_aside(tmp_path: Path) -> None:
    rows = [
        {"id": 1, "address": {"city": "Delft", "geo": {"lat": 52.0}}, "tags": ["a", 1]},
        {"id": 2, "address_city": "Aachen", "address": {"city": "Delft"}},
        {"id": 3, "address": None, "tags": "\ud800"},
    ]
    with model_server(lambda call: (200, rows, {})) as server:
        source = source_of(server.url, "one", rows_at="", total_at=None)
        landed, table = fetched(replace(source, max_quarantined=0.9), tmp_path)
    assert table.to_dicts() == [
        {"id": "1", "address_city": "Delft", "address_geo_lat": 52.0, "tags": '["a",1]'}
    ]
    aside = (tmp_path / ".airworthy/quarantine/crm.fetched.csv").read_text()
    assert landed.quarantined == 2
    assert "two fields would be named address_city" in aside
    assert "text that is not Unicode" in aside


def test_whoever_waits_is_told_why_and_how_long(tmp_path: Path) -> None:
    told: list[str] = []

    class Stage(QuietStage):
        def advance(self, amount: float = 1.0, note: str = "") -> None:
            told.append(note)

    class Told(QuietProgress):
        @contextmanager
        def stage(self, name: str, total: float | None = None) -> Iterator[QuietStage]:
            yield Stage()

    charter = cast(Charter, SimpleNamespace(path=tmp_path / "airworthy.toml"))
    with running_crm(ROWS, ["429-zero"]) as crm:
        fetch(source_of(crm.url), charter, Landing(tmp_path, "crm"), Told())
    assert "429, asked again in 0.0 s" in told
    assert told[-1] == "300 of 300 rows, page 12"


def test_a_wait_that_would_pass_the_deadline_ends_the_load_at_once(tmp_path: Path) -> None:
    def busy(call: Any) -> tuple[int, Any, dict[str, str]]:
        return 429, {"error": "slow down"}, {"Retry-After": "3600"}

    with model_server(busy) as server:
        with pytest.raises(InputError, match="the deadline would pass before the next"):
            fetched(source_of(server.url, max_wait=3600.0, deadline=30.0), tmp_path)
        assert len(server.calls) == 1


def test_columns_of_several_types_become_one_without_changing_a_value() -> None:
    rows = {
        "a": b'{"id":"a","zip":"0123","n":"41","big":9007199254740993,"half":1}',
        "b": b'{"id":"b","zip":4567,"n":42,"big":1.5,"half":0.5,"tags":"[1]"}',
    }
    table, mixed = table_of(rows, ["id"], ["id", "zip", "n", "big", "half", "tags"])
    assert table["zip"].to_list() == ["0123", "4567"]
    assert table["n"].to_list() == [41, 42]
    assert table["big"].to_list() == ["9007199254740993", "1.5"]
    assert table["half"].to_list() == [1.0, 0.5]
    assert mixed == ("zip", "n")


def test_a_crm_counts_what_it_took(tmp_path: Path) -> None:
    crm: Crm
    with running_crm(ROWS[:3]) as crm:
        taken = crm.scores.take(
            [{"id": "C-00001", "score": 0.5}], replace=False, key="k", locked=False, partial=False
        )
        again = crm.scores.take(
            [{"id": "C-00001", "score": 0.5}], replace=False, key="k", locked=False, partial=False
        )
    assert taken == again
    assert taken.status == 201
    assert crm.scores.writes == 1
