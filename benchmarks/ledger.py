"""What the ledger costs: an append against a bare SQLite insert and commit, a verified entry, bytes an entry.

Run `python benchmarks/ledger.py [--entries N]`. The bare insert writes bytes of the same length to one table
with the same WAL and synchronous=FULL, so that the difference is what hashing, signing and projecting cost.
"""

from __future__ import annotations

import argparse
import json
import os
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from airworthy.adapters.keys import Ed25519Signer
from airworthy.adapters.local_blobs import LocalBlobs
from airworthy.adapters.sql_store import SqlStore
from airworthy.kernel.clock import SystemClock
from airworthy.registry.registry import Registry
from airworthy.registry.remembered import RememberedHeads
from airworthy.registry.verify import verify

WARM = 20


def microseconds(work: Callable[[int], object], count: int) -> dict[str, float]:
    """Median and mean time of one call, after a warm-up."""
    for number in range(WARM):
        work(number)
    times = []
    for number in range(WARM, WARM + count):
        began = time.perf_counter()
        work(number)
        times.append((time.perf_counter() - began) * 1e6)
    return {"median_us": round(statistics.median(times), 1), "mean_us": round(statistics.fmean(times), 1)}


def bare(path: Path, synchronous: str) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute(f"PRAGMA synchronous={synchronous}")
    connection.execute("CREATE TABLE ledger (seq INTEGER PRIMARY KEY, body BLOB NOT NULL)")
    return connection


def insert(connection: sqlite3.Connection, number: int, body: bytes) -> None:
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("INSERT INTO ledger VALUES (?, ?)", (number, body))
    connection.execute("COMMIT")


def size_of(path: Path) -> int:
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return path.stat().st_size


def measure(folder: Path, entries: int, timed: int) -> dict[str, object]:
    store = SqlStore(f"sqlite:///{folder / 'airworthy.db'}", Ed25519Signer(bytes(32)), SystemClock())
    registry = Registry(
        store, LocalBlobs(folder / "blobs"), SystemClock(), folder, remembered=RememberedHeads(folder)
    )
    registry.create_workspace("bench", Ed25519Signer(bytes(32)).key_id, "0")
    payload = {"text": "a remark of ordinary length, as people write them", "about": "v1"}
    body = store.append("note", payload, actor="ann").body
    floor = bare(folder / "floor.db", "FULL")
    unsynced = bare(folder / "unsynced.db", "OFF")
    answer: dict[str, object] = {
        "append": microseconds(lambda n: store.append("note", payload, actor="ann"), timed),
        "append_and_remember": microseconds(lambda n: registry.note(payload["text"]), timed),
        "bare_insert_commit": microseconds(lambda n: insert(floor, n, body), timed),
        "bare_insert_commit_unsynced": microseconds(lambda n: insert(unsynced, n, body), timed),
    }
    missing = entries - store.head().size
    began = time.perf_counter()
    store.append_many([("note", payload)] * missing, actor="ann")
    answer["append_in_one_transaction_us"] = round((time.perf_counter() - began) / missing * 1e6, 1)
    began = time.perf_counter()
    report = verify(store, registry.blobs, folder, remembered=RememberedHeads(folder))
    answer["verify_us_per_entry"] = round((time.perf_counter() - began) / report.entries * 1e6, 1)
    assert report.intact, report.problems
    for number in range(WARM + timed, report.entries):
        floor.execute("INSERT INTO ledger VALUES (?, ?)", (number, body))
    answer |= {
        "entries": report.entries,
        "entry_body_bytes": len(body),
        "stored_bytes_per_entry": round(size_of(folder / "airworthy.db") / report.entries, 1),
        "bare_stored_bytes_per_entry": round(size_of(folder / "floor.db") / report.entries, 1),
        "load_average": round(os.getloadavg()[0], 2),
    }
    return answer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=10_000, help="length of the verified ledger")
    parser.add_argument("--timed", type=int, default=300, help="timed single appends")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(measure(Path(folder), options.entries, options.timed), indent=2))


if __name__ == "__main__":
    main()
