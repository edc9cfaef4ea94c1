"""Tables of SQLite files, whose columns may hold anything: read whole, never written."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from source_charters import charter_of, fetched, landing, rows_of

from airworthy.adapters.sources.database import fetch as fetch_module
from airworthy.charter.model import Charter
from airworthy.kernel.errors import InputError, WorkspaceError


@pytest.fixture
def shop(tmp_path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(tmp_path / "shop.db", isolation_level=None)
    database.executescript("""
        create table orders (id integer primary key, amount numeric, code, note text, at text);
        insert into orders values
            (9007199254740993, 1, 7, 'a' || char(0) || 'b', '2024-01-01'),
            (2, 1.5, '007', null, '2024-01-03'),
            (3, null, null, 'ä:%', '2024-01-02');
        create view "late orders" as select * from orders where at > '2024-01-01';
    """)
    return database


@pytest.fixture
def declared(shop: sqlite3.Connection, tmp_path: Path) -> Callable[..., Charter]:
    return lambda *lines: charter_of(tmp_path, "[sources.database]", 'url = "sqlite:///shop.db"', *lines)


def test_values_of_any_kind_arrive_as_they_were(declared: Callable[..., Charter]) -> None:
    charter = declared('table = "orders"', 'key = ["id"]')
    landed = fetched(charter)
    rows = rows_of(charter)
    assert rows["id"].to_list() == [2, 3, 2**53 + 1]
    assert rows["amount"].to_list() == [1.5, None, 1.0]
    assert rows["code"].to_list() == ["007", None, "7"]
    assert rows["note"].to_list() == [None, "ä:%", "a\0b"]
    assert landed.notes == ('The column "code" holds values of several kinds; they are kept as text.',)


def test_parts_of_different_kinds_make_one_column(
    declared: Callable[..., Charter], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch_module, "MOST_ROWS", 1)
    charter = declared('query = "select * from \\"late orders\\" where note is null or note like \'%:%\'"')
    assert fetched(charter).rows == 2
    rows = rows_of(charter)
    assert rows["amount"].to_list() == [1.5, None]
    assert rows.schema["note"] == pl.String
    assert list(landing(charter).loading().parent.glob("*/part-*")) == [], "parts are not kept"


def test_a_text_cursor_and_a_changed_setting(
    declared: Callable[..., Charter], shop: sqlite3.Connection
) -> None:
    lines = ('table = "orders"', 'key = ["id"]', 'cursor = "at"')
    charter = declared(*lines)
    assert fetched(charter).position == "2024-01-03"
    shop.execute("update orders set note = 'new', at = '2024-01-04' where id = 3")
    landed = fetched(charter)
    assert (landed.rows, landed.position) == (3, "2024-01-04")
    assert landed.notes[0] == "Rows with at from 2024-01-03 on: 2, of which 2 replaced earlier ones."
    assert rows_of(charter).filter(pl.col("id") == 3)["note"].item() == "new"
    shop.execute("delete from orders where id = 2")
    assert fetched(declared(*lines[:2])).rows == 2, "other settings, a new load"


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (('table = "order"',), "has no table order"),
        (('query = "update orders set id = 1"',), "begins with UPDATE"),
        (('query = "/* read */ -- me\\n delete from orders"',), "begins with DELETE"),
        (('query = "select 1; delete from orders"',), "does not understand the query"),
        (("query = \"select x'00ff' as photo\"",), 'column "photo", holds bytes'),
    ],
)
def test_what_is_no_reading_is_refused_and_nothing_changes(
    declared: Callable[..., Charter], tmp_path: Path, lines: tuple[str, ...], said: str
) -> None:
    before = hashlib.sha256((tmp_path / "shop.db").read_bytes()).digest()
    with pytest.raises(InputError, match=said):
        fetched(declared(*lines))
    assert hashlib.sha256((tmp_path / "shop.db").read_bytes()).digest() == before


def test_a_file_that_is_no_database_or_is_missing_or_is_being_written(
    declared: Callable[..., Charter],
    shop: sqlite3.Connection,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("airworthy.adapters.sources.database.opened.BUSY_SECONDS", 0.1)
    shop.execute("begin exclusive")
    with pytest.raises(InputError, match="kept the database of source orders locked"):
        fetched(declared('table = "orders"'))
    shop.execute("rollback")
    (tmp_path / "shop.db").write_bytes(b"not a database at all" * 100)
    with pytest.raises(InputError, match="no whole SQLite database"):
        fetched(declared('table = "orders"'))
    (tmp_path / "shop.db").unlink()
    with pytest.raises(InputError, match=r"names the SQLite file shop.db, and there is none"):
        fetched(declared('table = "orders"'))


def test_a_writer_beside_a_load_changes_nothing_in_it(
    declared: Callable[..., Charter], shop: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.execute("pragma journal_mode = wal")
    shop.executemany("insert into orders (id, at) values (?, '2024')", [(n,) for n in range(100, 1100)])
    monkeypatch.setattr(fetch_module, "MOST_ROWS", 100)
    taken = fetch_module.Load.take

    def disturbed(self: fetch_module.Load, rows: list[tuple[object, ...]], source: str) -> None:
        shop.execute(
            "update orders set id = id + 100000 where id = (select max(id) from orders where id < 99999)"
        )
        shop.execute("insert into orders (at) values ('2025')")
        taken(self, rows, source)

    monkeypatch.setattr(fetch_module.Load, "take", disturbed)
    charter = declared('table = "orders"')
    assert fetched(charter).rows == 1003
    assert sorted(rows_of(charter)["id"].to_list()) == [2, 3, *range(100, 1100), 2**53 + 1]


def test_a_full_disk_is_told_as_such_and_keeps_the_load_before(
    declared: Callable[..., Charter], monkeypatch: pytest.MonkeyPatch
) -> None:
    charter = declared('table = "orders"')
    before = fetched(charter)

    def full(*given: object, **more: object) -> None:
        raise OSError("No space left on device (os error 28)")  # as Polars says it, without a number

    monkeypatch.setattr(pl.DataFrame, "write_parquet", full)
    with pytest.raises(WorkspaceError, match="The disk is full"):
        fetched(charter)
    assert landing(charter).latest() == before
