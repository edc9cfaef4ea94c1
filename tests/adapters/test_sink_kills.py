"""`kill -9` at random moments of a delivery: the next call goes on, and no row is lost or stands twice."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from airworthy.adapters.sinks.courier import Courier
from airworthy.adapters.sinks.file import FileTarget
from airworthy.adapters.sinks.letter import Target
from airworthy.adapters.sinks.outbox import Draft, Outbox, State
from airworthy.adapters.sinks.rest import RestTarget
from airworthy.adapters.sinks.table import TableTarget
from airworthy.adapters.sinks.waiting import Patience
from airworthy.charter.delivering import Sink, SinkApi, SinkDatabase, SinkFile
from airworthy.kernel.clock import FixedClock, rfc3339
from airworthy.kernel.progress import QuietProgress
from airworthy.workspace.demo.legacy.crm import SCORES, running_crm, some_contacts

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
ROWS = 300
KEY, COLUMNS = (("customer", "id"),), {"probability": "score"}


def walk(home: Path, opened: Callable[[], Target]) -> dict[State, int]:
    drafts = [Draft((f"C-{n:05d}",), {"probability": n / 1000}, "v1", rfc3339(NOW)) for n in range(ROWS)]
    patience, target = Patience(wait=lambda seconds: None), opened()
    with Outbox(home) as outbox:
        courier = Courier(target, outbox, patience, FixedClock(NOW), QuietProgress())
        courier.recover()
        outbox.post("goal", drafts, rfc3339(NOW))
        courier.walk()
        counts = outbox.counts("goal")
    target.close()
    return counts


def killed(home: Path, opened: Callable[[], Target], moment: Callable[[], bool]) -> bool:
    """Deliver in a child that is killed at a moment; whether it was still at work."""
    child = os.fork()
    if not child:
        try:
            walk(home, opened)
        finally:
            os._exit(0)
    patience = time.monotonic() + 60
    while not moment() and os.waitpid(child, os.WNOHANG) == (0, 0) and time.monotonic() < patience:
        time.sleep(0.0005)
    try:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    except (ProcessLookupError, ChildProcessError):
        return False
    return True


def test_an_interface_that_adds_rows_holds_each_once_after_twenty_kills(tmp_path: Path) -> None:
    draw, died = random.Random(8), 0
    with running_crm(some_contacts(ROWS)) as crm:
        url = crm.url + SCORES
        api = SinkApi(
            url, 7, row_key="idempotency_key", read_url=url + "?page={page}&per_page=100", read_at="scores"
        )

        def opened() -> Target:
            return RestTarget(Sink("goal", KEY, COLUMNS, api=api), url, Patience())

        for _ in range(20):
            until = len(crm.log) + draw.randrange(6)
            died += killed(tmp_path, opened, lambda until=until: len(crm.log) >= until)
        assert walk(tmp_path, opened) == {State.CONFIRMED: ROWS}
        there = sorted((row["id"], row["score"]) for row in crm.scores.rows)
    assert there == [(f"C-{n:05d}", n / 1000) for n in range(ROWS)]
    assert died


def some_time(draw: random.Random) -> Callable[[], bool]:
    end = time.monotonic() + draw.random() * 0.03
    return lambda: time.monotonic() > end


def test_a_table_holds_each_row_once_after_ten_kills(tmp_path: Path) -> None:
    draw = random.Random(9)
    sink = Sink("goal", KEY, COLUMNS, database=SinkDatabase("sqlite:///goal.db", "scores"))

    def opened() -> Target:
        target = TableTarget(sink, tmp_path, "scores", None)
        target.batch = 7
        return target

    with sqlite3.connect(tmp_path / "goal.db") as db:
        db.execute("CREATE TABLE scores (id TEXT PRIMARY KEY, score REAL)")
    for _ in range(10):
        killed(tmp_path, opened, some_time(draw))
    assert walk(tmp_path, opened) == {State.CONFIRMED: ROWS}
    with sqlite3.connect(tmp_path / "goal.db") as db:
        there = db.execute("SELECT * FROM scores ORDER BY id").fetchall()
    assert there == [(f"C-{n:05d}", n / 1000) for n in range(ROWS)]


def test_a_file_holds_each_row_once_after_ten_kills(tmp_path: Path) -> None:
    draw = random.Random(10)
    sink = Sink("goal", KEY, COLUMNS, file=SinkFile("scores.csv"))

    def opened() -> Target:
        target = FileTarget(sink, tmp_path, "scores.csv", NOW, "v1")
        target.batch = 40
        return target

    for _ in range(10):
        killed(tmp_path, opened, some_time(draw))
    assert walk(tmp_path, opened) == {State.CONFIRMED: ROWS}
    lines = (tmp_path / "scores.csv").read_text().splitlines()
    assert sorted(lines[1:]) == [f'"C-{n:05d}",{n / 1000!r}' for n in range(ROWS)]
