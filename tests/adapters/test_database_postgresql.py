"""Tables of a real PostgreSQL server: over TCP with a password, and while others write to them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from postgresql_server import find_programs, listening_server
from source_charters import charter_of, fetched, landing, rows_of

from airworthy.adapters.sources.database import fetch as fetch_module
from airworthy.charter.model import Charter
from airworthy.kernel.errors import InputError, MissingExtra

psycopg = pytest.importorskip("psycopg", reason="psycopg is an extra and not installed")
PASSWORD = "zebra/quartz%77+vow"
TYPES = """
    create table kinds (id bigint primary key, flag boolean, price numeric(12,2), any_number numeric,
        share real, amount double precision, day date, at timestamp, zoned timestamptz, clock time,
        code uuid, told jsonb, plain json, tags text[], span interval, mood text, host inet);
    insert into kinds values
    (9223372036854775807, true, 1.10, 12345678901234567890.123, 0.1, 'NaN', '2024-02-29',
     '2024-03-31 02:30:00.123456', '2024-03-31 01:59:59.123456+02', '23:59:59',
     'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '{"b": 1.10, "a": [1]}', '{"b": 1.10}', '{x,"y z"}',
     '1 month 2 days', 'ä', '10.0.0.1'),
    (-9223372036854775808, null, null, 'NaN', null, 'Infinity', null, null, null, null, null, null, null,
     null, null, '', null);
    create function wipe() returns setof kinds language sql as 'delete from kinds returning *';
    create table photos (id int, shop int, photo bytea);
    insert into photos values (1, 1, 'x'), (2, 1, 'y');
    create table secrets (a int);
    create role guest login password 'zebra/quartz%77+vow';
    grant select on photos to guest;
    alter role guest set statement_timeout = '700ms';
"""
AS_GUEST = ("pg_sleep", "secrets")


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[str, Callable[[str], None]]]:
    programs = find_programs()
    if programs is None:
        pytest.skip("PostgreSQL's programs initdb and pg_ctl are not on this machine")
    with listening_server(programs, PASSWORD) as (local, tcp):
        place = local.replace("+psycopg", "")

        def call(sql: str) -> None:
            with psycopg.connect(place, autocommit=True) as connection:
                connection.execute(sql)

        with psycopg.connect(place, autocommit=True) as connection:
            quoted = psycopg.sql.Literal(PASSWORD)
            connection.execute(psycopg.sql.SQL("alter role airworthy password {}").format(quoted))
        call(TYPES)
        yield tcp, call


@pytest.fixture
def declared(
    server: tuple[str, Callable[[str], None]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Charter]:
    monkeypatch.setenv("SHOP_PASSWORD", PASSWORD)

    def declare(*lines: str, url: str = server[0]) -> Charter:
        return charter_of(
            tmp_path, 'secret = "env:SHOP_PASSWORD"', "[sources.database]", f'url = "{url}"', *lines
        )

    return declare


def test_every_type_arrives_exactly(declared: Callable[..., Charter]) -> None:
    charter = declared('table = "kinds"', 'key = ["id"]')
    landed = fetched(charter)
    low, high = rows_of(charter).iter_rows(named=True)
    assert [low["id"], high["id"]] == [-(2**63), 2**63 - 1]
    assert high["price"] == Decimal("1.10")
    assert high["any_number"] == Decimal("12345678901234567890.123")
    assert high["share"] == 0.1
    assert high["amount"] != high["amount"], "NaN stays what it is"
    assert low["amount"] == float("inf")
    assert high["day"] == date(2024, 2, 29)
    assert high["at"] == datetime(2024, 3, 31, 2, 30, 0, 123456)
    assert high["zoned"] == datetime(2024, 3, 30, 23, 59, 59, 123456, UTC)
    assert high["clock"] == time(23, 59, 59)
    assert high["code"] == "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"
    assert (high["told"], high["plain"]) == ('{"a": [1], "b": 1.10}', '{"b": 1.10}')
    assert high["tags"] == '["x", "y z"]'
    assert (high["span"], high["mood"], low["mood"], high["host"]) == ("1 mon 2 days", "ä", "", "10.0.0.1")
    assert landed.notes == ('The column "any_number" holds 1 NaN; they count as missing.',)
    assert rows_of(charter).schema["price"] == pl.Decimal(38, 2)


def test_rows_that_change_while_they_are_read_are_neither_lost_nor_doubled(
    declared: Callable[..., Charter],
    server: tuple[str, Callable[[str], None]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _, call = server
    call("create table busy as select n as id, 'before' as state from generate_series(1, 5000) n")
    monkeypatch.setattr(fetch_module, "MOST_ROWS", 500)
    taken = fetch_module.Load.take
    batches = []

    def disturbed(self: fetch_module.Load, rows: list[tuple[object, ...]], source: str) -> None:
        if not batches:  # the first batch is here, the others are not
            call("update busy set state = 'after', id = id + 10000 where id % 2 = 0")
            call("delete from busy where id % 5 = 1")
            call("insert into busy select n, 'new' from generate_series(20001, 20999) n")
        batches.append(len(rows))
        taken(self, rows, source)

    monkeypatch.setattr(fetch_module.Load, "take", disturbed)
    charter = declared('table = "busy"')
    assert fetched(charter).rows == 5000
    assert batches == [500] * 10, "never more than one batch is in memory"
    rows = rows_of(charter)
    assert rows["id"].sort().to_list() == list(range(1, 5001))
    assert rows["state"].unique().to_list() == ["before"]


def test_a_cursor_brings_what_is_new_and_says_what_it_cannot_see(
    declared: Callable[..., Charter], server: tuple[str, Callable[[str], None]]
) -> None:
    _, call = server
    call("""create table seen (id int, name text, changed timestamptz);
        insert into seen select n, 'a', '2024-01-01 00:00+00'::timestamptz + n * interval '1 hour'
        from generate_series(1, 100) n; insert into seen values (101, 'unsure', null)""")
    charter = declared('table = "seen"', 'key = ["id"]', 'cursor = "changed"')
    assert fetched(charter).rows == 101
    call("""update seen set name = 'b', changed = '2024-02-01 00:00+00' where id = 7;
        update seen set name = 'surer' where id = 101;
        insert into seen values (102, 'c', '2024-02-02 00:00+00'), (103, 'late', '2023-12-31 00:00+00');
        delete from seen where id = 9""")
    landed = fetched(charter)
    rows = rows_of(charter).sort("id")
    assert rows["id"].to_list() == [*range(1, 103)], "9 was deleted and 103 came late: a cursor sees neither"
    assert rows.filter(pl.col("id").is_in([7, 101]))["name"].to_list() == ["b", "surer"]
    assert landed.notes[0].startswith(
        "Rows with changed from 2024-01-05 04:00:00+00:00 on: 4, of which 2 replaced"
    )
    assert landed.notes[1] == "Rows without changed, which are fetched every time: 1."
    assert landed.notes[2] == "The database holds 102 rows, and 102 are here."
    assert "neither deleted rows nor late ones" in landed.notes[3]


@pytest.mark.parametrize(
    ("lines", "said", "remedy"),
    [
        (('table = "kindz"',), "has no table kindz", 'Did you mean "kinds"'),
        (('table = "nowhere.kinds"',), "has no table nowhere.kinds", "the shop team"),
        (('query = "select idd from kinds"',), 'has no column "idd"', "the shop team"),
        (('table = "kinds"', 'key = ["idd"]'), 'key "idd" is no column', 'Did you mean "id"'),
        (('query = "select id, id from kinds"',), 'two columns the name "id"', "AS other_id"),
        (('query = "delete from kinds"',), "begins with DELETE", "SELECT"),
        (
            ('query = "with d as (delete from kinds returning *) select * from d"',),
            "would change data",
            "only selects",
        ),
        (('query = "select * from wipe()"',), "would change data", "only selects"),
        (
            ('query = "select 1 as a) as x; commit; drop table kinds; select * from (select 1"',),
            "holds several statements",
            "one SELECT",
        ),
        (('query = "select id fom kinds x y"',), "does not understand the query", "own tool"),
        (('query = "select id, photo from photos"',), 'column "photo", holds bytes', "cast"),
        (("query = \"select 'infinity'::date as until\"",), "no calendar has", "NULLIF"),
        (("query = \"select 'Infinity'::numeric as n\"",), "infinite number", "cast"),
        (('query = "select id, pg_sleep(20)::text as s from photos"',), "longer than it allows", "shop team"),
        (('query = "select * from secrets"',), "may not read that", "GRANT SELECT"),
        (
            ('query = "select id, shop from photos"', 'key = ["shop"]'),
            "names several rows, such as 1 (2 rows); values like that: 1.",
            "all",
        ),
    ],
)
def test_what_cannot_be_read_is_said_with_the_way_out(
    declared: Callable[..., Charter],
    server: tuple[str, Callable[[str], None]],
    lines: tuple[str, ...],
    said: str,
    remedy: str,
) -> None:
    guest = any(word in lines[0] for word in AS_GUEST)
    charter = declared(*lines, url=server[0].replace("airworthy@", "guest@" if guest else "airworthy@"))
    with pytest.raises(InputError) as raised:
        fetched(charter)
    assert said in raised.value.message
    assert remedy in raised.value.remedy
    assert landing(charter).latest() is None
    assert raised.value.__context__ is None, "a driver's traceback knows the password"


def test_an_address_that_does_not_answer_is_told_apart(
    declared: Callable[..., Charter],
    server: tuple[str, Callable[[str], None]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tcp, _ = server
    for url, said in (
        (tcp.replace("127.0.0.1", "no-such-host.invalid"), "on a host that nobody knows"),
        (tcp.rpartition(":")[0] + ":1/postgres", "No database answers at"),
        (tcp + "x", 'database "postgresx" does not exist'),
        ("mysql+pymysql://a@b/c", "needs the driver pymysql, which is not installed"),
        ("nosuch://a@b/c", "needs a driver that nobody knows"),
    ):
        with pytest.raises((InputError, MissingExtra), match=said):
            fetched(declared('table = "kinds"', url=url))
    monkeypatch.setenv("SHOP_PASSWORD", "wrong/pass%20word")
    with pytest.raises(InputError, match="refuses the login of source orders") as raised:
        fetched(declared('table = "kinds"'))
    assert "Ask the shop team" in raised.value.remedy


def test_a_connection_lost_in_mid_load_keeps_nothing_half(
    declared: Callable[..., Charter],
    server: tuple[str, Callable[[str], None]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _, call = server
    call(
        "create table if not exists many as select n as id, repeat('x', 500) as t from generate_series(1, 9000) n"
    )
    charter = declared('table = "many"')
    assert fetched(charter).rows == 9000
    monkeypatch.setattr(fetch_module, "MOST_ROWS", 500)
    taken = fetch_module.Load.take
    killed = threading.Event()

    def cut(self: fetch_module.Load, rows: list[tuple[object, ...]], source: str) -> None:
        taken(self, rows, source)
        if not killed.is_set():
            killed.set()
            call(
                "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() "
                "and backend_type = 'client backend'"
            )

    monkeypatch.setattr(fetch_module.Load, "take", cut)
    before = landing(charter).latest()
    with pytest.raises(InputError, match=r"broke off.*Nothing of this load is kept") as raised:
        fetched(charter)
    assert "what was fetched before stays in use" in raised.value.remedy
    assert landing(charter).latest() == before
    assert rows_of(charter).height == 9000
    monkeypatch.setattr(fetch_module.Load, "take", taken)
    assert fetched(charter).rows == 9000


def test_quoted_names_signs_of_percent_and_colons_are_taken_as_written(
    declared: Callable[..., Charter], server: tuple[str, Callable[[str], None]]
) -> None:
    _, call = server
    call("""create table odd ("Id" int, "changed at" int, note text);
        insert into odd values (1, 1, '100%: a'), (2, 2, '50% :b'), (3, 3, 'none')""")
    query = """query = '''select * from odd where note like '%\\%%' -- all: of 100% (:x)'''"""
    charter = declared(query, 'key = ["Id"]', 'cursor = "changed at"')
    assert fetched(charter).rows == 2
    call("""insert into odd values (4, 4, '10%')""")
    assert fetched(charter).rows == 3
    assert rows_of(charter)["note"].to_list() == ["100%: a", "50% :b", "10%"]
