"""The demo's vandal: one byte of one ledger entry, changed in the database file and put back."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def one_byte_changed(database: Path, seq: int) -> Iterator[None]:
    """Change the last digit of entry `seq` while the block runs."""
    original = _swap(database, seq, None)
    try:
        yield
    finally:
        _swap(database, seq, original)


def _swap(database: Path, seq: int, body: bytes | None) -> bytes:
    with sqlite3.connect(database) as connection:
        (before,) = connection.execute("SELECT body FROM ledger WHERE seq = ?", (seq,)).fetchone()
        after = body if body is not None else bytes(before).replace(b'"time":"2', b'"time":"1', 1)
        connection.execute("UPDATE ledger SET body = ? WHERE seq = ?", (after, seq))
    connection.close()
    return bytes(before)
