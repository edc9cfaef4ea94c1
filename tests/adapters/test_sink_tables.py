"""Tables as a target: upserted by key, read back, and told apart from tables that cannot take the rows."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from postgresql_server import find_programs, running_server

from airworthy.adapters.sinks.letter import Cell, Letter, RowsRefused
from airworthy.adapters.sinks.table import TableTarget
from airworthy.charter.delivering import Sink, SinkDatabase
from airworthy.kernel.errors import InputError

COLUMNS = {"probability": "score", "decision": "call", "decided_at": "at"}
AT = "2026-05-04T23:00:00.123456Z"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A PostgreSQL of this module's own."""
    programs = find_programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed")
    with running_server(programs) as url:
        yield url


def target(url: str, folder: Path, table: str = "scores", *, create: bool = False) -> TableTarget:
    sink = Sink("shop", (("customer", "id"),), COLUMNS, "Sales", database=SinkDatabase(url, table))
    return TableTarget(sink, folder, table, None, create=create)


def letter(key: str, score: float, call: str | None = "yes") -> Letter:
    values: dict[str, Cell] = {"probability": score, "decision": call, "decided_at": AT}
    return Letter((key,), values, f"once-{key}", "v1", AT)


def made(url: str, statement: str) -> None:
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()


def round_trip(goal: TableTarget) -> None:
    goal.prepare()
    assert goal.send([letter("007", 0.7312345678901234), letter("größe", 0.0, None)]) == []
    assert goal.send([letter("007", 0.25)]) == []
    held = goal.read([("007",), ("größe",), ("absent",)])
    assert {key: (len(rows), rows[0]["probability"]) for key, rows in held.items()} == {
        ("007",): (1, 0.25),
        ("größe",): (1, 0.0),
    }
    assert goal.remove([("007",)])
    assert set(goal.read([("007",), ("größe",)])) == {("größe",)}
    goal.close()


def test_sqlite_takes_each_key_once_and_gives_it_back(tmp_path: Path) -> None:
    round_trip(target("sqlite:///shop.db", tmp_path, create=True))


def test_postgresql_takes_each_key_once_and_gives_it_back(server: str, tmp_path: Path) -> None:
    round_trip(target(server, tmp_path, "public.fresh", create=True))


def test_a_composite_key_names_a_row_by_all_its_columns(tmp_path: Path) -> None:
    key = (("customer", "id"), ("day", "day"))
    sink = Sink("shop", key, {"probability": "score"}, database=SinkDatabase("sqlite:///shop.db", "scores"))
    goal = TableTarget(sink, tmp_path, "scores", None, create=True)
    goal.send([Letter(("7", day), {"probability": 0.5}, day, "v1", AT) for day in ("mon", "tue")])
    assert set(goal.read([("7", "mon"), ("7", "wed")])) == {("7", "mon")}
    goal.close()


def test_a_missing_table_is_made_only_when_that_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="There is no table scores"):
        target("sqlite:///shop.db", tmp_path).prepare()


def test_missing_columns_and_a_missing_unique_key_are_named(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "shop.db") as db:
        db.execute("CREATE TABLE scores (id TEXT, score REAL)")
    with pytest.raises(InputError, match="has no column call, at; it has: id, score") as caught:
        target("sqlite:///shop.db", tmp_path).prepare()
    assert "Ask Sales" in caught.value.remedy
    with sqlite3.connect(tmp_path / "shop.db") as db:
        db.execute("ALTER TABLE scores ADD call TEXT")
        db.execute("ALTER TABLE scores ADD at TEXT")
    with pytest.raises(InputError, match="has no unique key on id"):
        target("sqlite:///shop.db", tmp_path).prepare()
    with sqlite3.connect(tmp_path / "shop.db") as db:
        db.execute("CREATE UNIQUE INDEX by_id ON scores (id)")
    target("sqlite:///shop.db", tmp_path).prepare()


def test_a_column_that_nobody_fills_and_that_must_be_filled_is_named(server: str, tmp_path: Path) -> None:
    made(
        server,
        "CREATE TABLE strict (id text PRIMARY KEY, score float8, call text, at timestamptz, who text NOT NULL)",
    )
    assert target(server, tmp_path, "strict").lacking() == [
        "The table strict wants a value in who, which is not delivered."
    ]


def test_a_cut_class_is_refused_and_a_rounded_number_shows_on_reading(server: str, tmp_path: Path) -> None:
    made(server, "CREATE TABLE narrow (id text PRIMARY KEY, score integer, call varchar(3), at timestamp)")
    goal = target(server, tmp_path, "narrow")
    with pytest.raises(RowsRefused, match="too long"):
        goal.send([letter("1", 0.73, "maybe")])
    assert goal.read([("1",)]) == {}
    goal.send([letter("1", 0.73)])
    assert goal.read([("1",)])["1",][0]["probability"] == 1
    assert str(goal.read([("1",)])["1",][0]["decided_at"]) == "2026-05-04 23:00:00.123456"
    goal.close()


def test_an_id_that_a_whole_number_column_would_change_is_refused_alone(server: str, tmp_path: Path) -> None:
    made(server, "CREATE TABLE whole (id bigint PRIMARY KEY, score float8, call text, at timestamptz)")
    goal = target(server, tmp_path, "whole")
    (refusal,) = goal.send([letter("7", 0.5), letter("007", 0.5)])
    assert refusal.key == ("007",)
    assert set(goal.read([("7",), ("007",)])) == {("7",)}
    goal.close()


def test_a_user_who_may_only_read_is_told_and_not_retried(server: str, tmp_path: Path) -> None:
    made(server, "CREATE TABLE guarded (id text PRIMARY KEY, score float8, call text, at timestamptz)")
    made(server, "CREATE ROLE reader LOGIN; GRANT SELECT ON guarded TO reader")
    goal = target(server.replace("airworthy@", "reader@"), tmp_path, "guarded")
    with pytest.raises(InputError, match="permission denied"):
        goal.send([letter("1", 0.5)])
    goal.close()


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_read_only_file_is_told(tmp_path: Path) -> None:
    target("sqlite:///shop.db", tmp_path, create=True).prepare()
    (tmp_path / "shop.db").chmod(0o444)
    with pytest.raises(InputError, match="readonly"):
        target("sqlite:///shop.db", tmp_path).send([letter("1", 0.5)])
