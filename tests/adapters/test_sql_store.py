"""The store under two writers, sudden death, a full disk, and a database from the future."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
import time
from itertools import pairwise
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from airworthy.adapters.keys import Ed25519Signer
from airworthy.adapters.migrations import REVISION
from airworthy.adapters.sql_schema import METADATA
from airworthy.adapters.sql_store import SqlStore
from airworthy.kernel.canonical import Json
from airworthy.kernel.clock import FixedClock
from airworthy.kernel.errors import IntegrityError, LedgerMoved, WorkspaceBusy, WorkspaceError
from airworthy.kernel.ledger import GENESIS
from airworthy.registry.chain import inspect
from airworthy.registry.ed25519 import is_signed_by
from airworthy.registry.heads import check_head

SIGNER = Ed25519Signer(b"\x07" * 32)


@pytest.fixture
def store(tmp_path: Path, clock: FixedClock) -> SqlStore:
    return SqlStore(url(tmp_path), SIGNER, clock)


def url(folder: Path) -> str:
    return f"sqlite:///{folder / 'airworthy.db'}"


def note(number: int) -> dict[str, Json]:
    return {"text": f"note {number}"}


def assert_sound(store: SqlStore) -> int:
    """The chain, its order, its root and its signature; the number of entries."""
    chain = inspect(store.entries())
    problems = chain.problems() + check_head(chain, store.head(), SIGNER.key_id)
    assert problems == []
    return chain.entries


WRITER = """
    import sys, time
    from airworthy.adapters.keys import Ed25519Signer
    from airworthy.adapters.sql_store import SqlStore
    from airworthy.kernel.clock import SystemClock
    store = SqlStore(sys.argv[1], Ed25519Signer(b"\\x07" * 32), SystemClock())
    print("ready", flush=True)
    if sys.argv[4] == "share":
        sys.stdin.readline()
    for number in range(int(sys.argv[3])):
        store.append("note", {"text": f"{number}"}, actor=sys.argv[2])
        if sys.argv[4] == "tell":
            print(number, flush=True)
        if sys.argv[4] == "share":
            time.sleep(0.003)  # SQLite's lock is not fair: without a pause one process runs through
"""


def start_writer(folder: Path, actor: str, count: int, tell: str = "quiet") -> subprocess.Popen[str]:
    code = textwrap.dedent(WRITER)
    command = [sys.executable, "-c", code, url(folder), actor, str(count), tell]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def test_entries_carry_their_number_the_hash_before_and_a_signed_head(store: SqlStore) -> None:
    first = store.append("note", note(1), actor="ann")
    second = store.append("note", note(2), actor="bob")
    assert (first.seq, first.prev) == (0, GENESIS)
    assert second.prev == hashlib.sha256(first.body).hexdigest()
    head = store.head()
    leaves = [hashlib.sha256(b"\x00" + entry.body).digest() for entry in (first, second)]
    assert head.root == hashlib.sha256(b"\x01" + leaves[0] + leaves[1]).hexdigest()
    signature = bytes.fromhex(head.signature)
    assert is_signed_by(SIGNER.key_id, head.signed_bytes(), signature)
    assert [entry.body for entry in store.entries()] == [first.body, second.body]
    assert [entry.seq for entry in store.entries(1)] == [1]


def test_an_entry_and_its_record_are_written_together_or_not_at_all(store: SqlStore) -> None:
    store.append("note", note(1), actor="ann")
    with pytest.raises(IntegrityError, match="unexpected shape"):
        store.append_many([("note", note(2)), ("note", {"wrong": "field"})], actor="ann")
    with pytest.raises(IntegrityError, match="unknown kind"):
        store.append("no-such-kind", {}, actor="ann")
    with pytest.raises(TypeError, match="float"):
        store.append("note", {"text": 0.5}, actor="ann")  # type: ignore[dict-item]
    assert [row["text"] for row in store.select("notes")] == ["note 1"]
    assert assert_sound(store) == 1


def test_rows_are_selected_by_column_oldest_first(store: SqlStore) -> None:
    store.append_many(
        [("note", {"text": str(n), "about": "v1" if n % 2 else "v2"}) for n in range(5)], actor="a"
    )
    assert [row["text"] for row in store.select("notes", about="v1")] == ["1", "3"]
    assert [row["seq"] for row in store.select("notes")] == [0, 1, 2, 3, 4]


def test_appending_on_a_condition_is_refused_when_somebody_else_wrote(store: SqlStore) -> None:
    store.append("note", note(1), actor="ann")
    with pytest.raises(LedgerMoved, match="holds 1 entries, not the 0"):
        store.append_many([("note", note(2))], actor="ann", expect=0)
    store.append_many([("note", note(2))], actor="ann", expect=1)
    assert assert_sound(store) == 2


def test_two_processes_with_300_appends_each_never_break_the_chain(store: SqlStore, tmp_path: Path) -> None:
    writers = [start_writer(tmp_path, name, 300, "share") for name in ("ann", "bob")]
    for writer in writers:
        assert writer.stdout is not None
        writer.stdout.readline()
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write("go\n")
        writer.stdin.flush()
    assert [writer.wait(timeout=120) for writer in writers] == [0, 0]
    assert assert_sound(store) == 600
    actors = [entry.document["actor"] for entry in store.entries()]
    assert {name: actors.count(name) for name in ("ann", "bob")} == {"ann": 300, "bob": 300}
    switches = sum(a != b for a, b in pairwise(actors))
    print(f"600 appends by two processes, the writer changed {switches} times, 0 chain breaks")
    assert switches > 50
    assert len(store.select("notes")) == 600


def test_many_processes_may_make_the_same_database_at_once(tmp_path: Path, clock: FixedClock) -> None:
    writers = [start_writer(tmp_path, f"p{number}", 2) for number in range(5)]
    assert [writer.wait(timeout=60) for writer in writers] == [0] * 5
    assert assert_sound(SqlStore(url(tmp_path), None, clock)) == 10


def test_kill_9_in_mid_append_loses_no_acknowledged_entry(store: SqlStore, tmp_path: Path) -> None:
    acknowledged = 0
    for round_number in range(4):
        writer = start_writer(tmp_path, f"round{round_number}", 100_000, "tell")
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
        time.sleep(0.05 + 0.03 * round_number)
        os.kill(writer.pid, signal.SIGKILL)
        acknowledged += len([line for line in writer.stdout.read().split("\n") if line.strip().isdigit()])
        writer.wait()
        assert assert_sound(store) >= acknowledged
        assert len(store.select("notes")) == store.head().size
    before = store.head().size
    store.append("note", note(0), actor="after")
    assert assert_sound(store) == before + 1
    print(f"4 writers killed, {acknowledged} acknowledged entries, {before} stored")
    assert acknowledged > 0


def test_a_full_disk_is_a_clear_error_and_leaves_the_store_valid(store: SqlStore) -> None:
    store.append("note", note(1), actor="ann")

    @event.listens_for(store._engine, "begin")
    def _shrink(connection: sa.Connection) -> None:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")

    with pytest.raises(WorkspaceError, match="The disk is full"):
        store.append("note", {"text": "x" * 200_000}, actor="ann")
    assert assert_sound(store) == 1
    assert len(store.select("notes")) == 1


def test_a_read_only_database_is_a_clear_error(store: SqlStore) -> None:
    @event.listens_for(store._engine, "begin")
    def _forbid(connection: sa.Connection) -> None:
        connection.exec_driver_sql("PRAGMA query_only=ON")

    with pytest.raises(WorkspaceError, match="read-only"):
        store.append("note", note(1), actor="ann")


def test_a_folder_that_cannot_be_made_is_a_clear_error(clock: FixedClock) -> None:
    with pytest.raises(WorkspaceError, match=r"could not be written|permission denied"):
        SqlStore("sqlite:////proc/nowhere/airworthy.db", SIGNER, clock)


def test_a_file_that_is_no_database_is_a_clear_error(tmp_path: Path, clock: FixedClock) -> None:
    (tmp_path / "airworthy.db").write_bytes(b"<html>not a database</html>" * 100)
    with pytest.raises(WorkspaceError, match="cannot be used: file is not a database"):
        SqlStore(url(tmp_path), SIGNER, clock)


def test_a_writer_that_holds_the_lock_too_long_is_named_busy(tmp_path: Path, clock: FixedClock) -> None:
    store = SqlStore(url(tmp_path), SIGNER, clock, busy_seconds=0.2)
    holder = sqlite3.connect(tmp_path / "airworthy.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(WorkspaceBusy, match="locked for too long"):
        store.append("note", note(1), actor="ann")
    assert store.head().size == 0, "readers do not wait for a writer"
    holder.execute("ROLLBACK")
    store.append("note", note(1), actor="ann")


def test_a_store_without_its_key_reads_and_refuses_to_write(tmp_path: Path, clock: FixedClock) -> None:
    SqlStore(url(tmp_path), SIGNER, clock).append("note", note(1), actor="ann")
    reader = SqlStore(url(tmp_path), None, clock)
    assert len(list(reader.entries())) == 1
    with pytest.raises(WorkspaceError, match=r"reading only.*Copy ledger-<workspace id>\.key"):
        reader.append("note", note(2), actor="ann")
    stranger = SqlStore(url(tmp_path), Ed25519Signer(b"\x08" * 32), clock)
    with pytest.raises(WorkspaceError, match="is signed with the key"):
        stranger.append("note", note(2), actor="eve")


def test_a_database_of_a_newer_release_is_refused_clearly(store: SqlStore, tmp_path: Path) -> None:
    store.close()
    connection = sqlite3.connect(tmp_path / "airworthy.db")
    with connection:
        connection.execute("UPDATE alembic_version SET version_num = '0999'")
    connection.close()
    with pytest.raises(WorkspaceError, match="has format 0999; this release reads formats up to 0005"):
        SqlStore(url(tmp_path), SIGNER, FixedClock(store._clock.now()))


def test_the_migrations_end_at_the_declared_revision_and_make_the_declared_tables(store: SqlStore) -> None:
    from alembic.script import ScriptDirectory

    import airworthy.adapters.migrations as migrations

    scripts = ScriptDirectory(str(Path(migrations.__file__).parent))
    assert scripts.get_current_head() == REVISION
    found = sa.MetaData()
    found.reflect(store._engine)
    assert set(found.tables) - {"alembic_version"} == set(METADATA.tables)
    for name, table in METADATA.tables.items():
        made = found.tables[name]
        assert {c.name: c.primary_key for c in made.columns} == {c.name: c.primary_key for c in table.columns}
        kinds = {c.name: type(c.type.as_generic()) for c in made.columns}
        wanted = {c.name: getattr(c.type, "impl", c.type).as_generic() for c in table.columns}
        assert kinds == {column: type(kind) for column, kind in wanted.items()}, name


def test_rebuilding_the_projections_gives_identical_rows(store: SqlStore) -> None:
    store.append("version.moved", {"version": "v1", "before": "a", "stage": "b", "reason": ""}, actor="a")
    store.append_many([("note", note(n)) for n in range(20)], actor="ann")
    before = {name: store.select(name) for name in METADATA.tables if not name.startswith("ledger")}
    assert store.rebuild() == 21
    assert {name: store.select(name) for name in before} == before


def test_a_reader_sees_one_moment_while_others_write(store: SqlStore, tmp_path: Path) -> None:
    store.append("note", note(1), actor="ann")
    other = SqlStore(url(tmp_path), SIGNER, store._clock)
    with store.reading():
        assert store.head().size == 1
        other.append("note", note(2), actor="bob")
        assert store.head().size == 1
        assert len(list(store.entries())) == len(store.select("notes")) == 1
    assert store.head().size == 2


def test_writing_after_the_tail_was_cut_is_refused(store: SqlStore, tmp_path: Path) -> None:
    store.append_many([("note", note(n)) for n in range(3)], actor="ann")
    connection = sqlite3.connect(tmp_path / "airworthy.db")
    with connection:
        connection.execute("DELETE FROM ledger WHERE seq = 2")
    connection.close()
    with pytest.raises(IntegrityError, match="not what its signed head says; nothing was written"):
        store.append("note", note(4), actor="ann")


def test_entries_are_stored_as_canonical_bytes_with_a_format_number(store: SqlStore) -> None:
    import rfc8785

    entry = store.append("note", {"text": "Zoë €1 \u2028"}, actor="ann")
    document = json.loads(entry.body)
    assert document["v"] == 1
    assert rfc8785.dumps(document) == entry.body
