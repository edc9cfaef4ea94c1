"""The same store on PostgreSQL, on a server that these tests start themselves."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from collections.abc import Iterator
from itertools import pairwise

import pytest
from postgresql_server import find_programs, running_server

from airworthy.adapters.keys import Ed25519Signer
from airworthy.adapters.sql_store import SqlStore
from airworthy.kernel.clock import FixedClock
from airworthy.kernel.errors import WorkspaceError
from airworthy.registry.chain import inspect
from airworthy.registry.heads import check_head

SIGNER = Ed25519Signer(b"\x07" * 32)
WRITER = """
    import sys
    from airworthy.adapters.keys import Ed25519Signer
    from airworthy.adapters.sql_store import SqlStore
    from airworthy.kernel.clock import SystemClock
    store = SqlStore(sys.argv[1], Ed25519Signer(b"\\x07" * 32), SystemClock())
    for number in range(300):
        store.append("note", {"text": str(number)}, actor=sys.argv[2])
"""


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    pytest.importorskip("psycopg", reason="psycopg is an extra and not installed")
    programs = find_programs()
    if programs is None:
        pytest.skip("PostgreSQL's programs initdb and pg_ctl are not on this machine")
    with running_server(programs) as address:
        yield address


def test_two_processes_with_300_appends_each_never_break_the_chain(url: str, clock: FixedClock) -> None:
    code = textwrap.dedent(WRITER)
    writers = [subprocess.Popen([sys.executable, "-c", code, url, name]) for name in ("ann", "bob")]
    assert [writer.wait(timeout=120) for writer in writers] == [0, 0]
    store = SqlStore(url, SIGNER, clock)
    chain = inspect(store.entries())
    assert chain.entries == 600
    assert chain.problems() + check_head(chain, store.head(), SIGNER.key_id) == []
    switches = sum(a["actor"] != b["actor"] for a, b in pairwise(chain.documents))
    print(f"600 appends by two processes on PostgreSQL, the writer changed {switches} times, 0 chain breaks")
    before = store.select("notes")
    assert store.rebuild() == 600
    assert store.select("notes") == before


def test_a_missing_driver_and_an_unknown_database_say_what_to_do(clock: FixedClock) -> None:
    with pytest.raises(WorkspaceError, match="cannot be opened"):
        SqlStore("nosuchdatabase://host/name", SIGNER, clock)
