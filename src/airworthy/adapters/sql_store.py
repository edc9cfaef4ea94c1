"""The record store: ledger, signed head and projections in one SQL database, written in one transaction.

SQLite (WAL, `BEGIN IMMEDIATE`, synchronous=FULL) by default. Measured with default transactions instead: two
writers broke the chain 87 times in 600 appends, without an error.
"""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from airworthy.adapters.sql_open import connect_engine, store_errors
from airworthy.adapters.sql_schema import (
    HEAD,
    INSERT_ENTRY,
    LEDGER,
    SELECT_HEAD,
    SELECT_LAST,
    SQL_TABLES,
    upsert,
)
from airworthy.kernel.canonical import Json
from airworthy.kernel.clock import rfc3339
from airworthy.kernel.errors import IntegrityError, LedgerMoved, WorkspaceError
from airworthy.kernel.ledger import GENESIS, Entry, Head, make_entry
from airworthy.kernel.merkle import Frontier
from airworthy.kernel.ports import Clock, Signer
from airworthy.registry.projections import Change, project

EMPTY = Head(0, Frontier().root().hex(), "")
PAGE = 1000


class SqlStore:
    """`kernel.ports.RecordStore` over SQLAlchemy Core.

    Parameters
    ----------
    url : `sqlite:///path` or a PostgreSQL URL.
    signer : the workspace's ledger key; None opens the store for reading only.
    clock : where entry times come from.
    busy_seconds : how long to wait for another writer.
    """

    def __init__(self, url: str, signer: Signer | None, clock: Clock, *, busy_seconds: float = 30.0) -> None:
        self.url = url
        self.signer = signer
        self._clock = clock
        self._engine = connect_engine(url, busy_seconds)
        self._pinned = threading.local()

    def close(self) -> None:
        """Give the database connections back."""
        self._engine.dispose()

    # Writing

    def append(self, kind: str, payload: Mapping[str, Json], *, actor: str) -> Entry:
        """Write one entry, its records and the new signed head, in one transaction."""
        return self.append_many([(kind, payload)], actor=actor)[0]

    def append_many(
        self, items: Sequence[tuple[str, Mapping[str, Json]]], *, actor: str, expect: int | None = None
    ) -> list[Entry]:
        """Write several entries, all or none.

        Raises
        ------
        LedgerMoved
            When `expect` is given and another number of entries stands before.
        WorkspaceError
            When the database is full, read-only or locked, or the ledger's key is not at hand.
        IntegrityError
            When the ledger's end is not what its signed head says.
        """
        signer = self.require_signer()
        with store_errors(self.url), self._writing() as connection:
            size, last, frontier = self._end(connection, signer)
            if expect is not None and size != expect:
                raise LedgerMoved(
                    f"The ledger holds {size} entries, not the {expect} that were read.",
                    value=size,
                    remedy="Somebody else wrote meanwhile: look again and repeat the command.",
                )
            entries = []
            time = rfc3339(self._clock.now())
            for kind, payload in items:
                entry = make_entry(size, last, time, kind, actor, payload)
                _, changes = project(entry)
                connection.execute(INSERT_ENTRY, {"seq": size, "prev": last, "body": entry.body})
                self._carry_out(connection, changes)
                frontier.append(entry.leaf)
                size, last = size + 1, entry.hash
                entries.append(entry)
            self._sign_head(connection, signer, frontier, last, time)
        return entries

    def rebuild(self) -> int:
        """Empty the projections and replay the ledger into them; the number of entries replayed."""
        count = 0
        with store_errors(self.url), self._writing() as connection:
            for table in SQL_TABLES.values():
                connection.execute(sa.delete(table))
            for entry in self._pages(connection, 0):
                self._carry_out(connection, project(entry)[1])
                count += 1
        return count

    # Reading

    def entries(self, start: int = 0) -> Generator[Entry]:
        """Stored entries from `start` on, by their stored number, exactly as stored."""
        with store_errors(self.url), self._connection() as connection:
            yield from self._pages(connection, start)

    def head(self) -> Head:
        """The signed head; size 0 for a new store."""
        with store_errors(self.url), self._connection() as connection:
            row = connection.execute(SELECT_HEAD).mappings().first()
        if row is None:
            return EMPTY
        return Head(row["size"], row["root"], row["time"], row["key_id"], row["signature"])

    def select(self, table: str, **where: object) -> list[Mapping[str, Any]]:
        """Rows of a projection whose columns equal `where`, oldest first."""
        target = SQL_TABLES[table]
        conditions = [target.c[name] == value for name, value in where.items()]
        query = sa.select(target).where(*conditions).order_by(target.c.seq, *target.primary_key.columns)
        with store_errors(self.url), self._connection() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Inside the block, reads of this thread see the store at one moment."""
        if getattr(self._pinned, "connection", None) is not None:
            yield
            return
        with store_errors(self.url), self._engine.connect() as connection:
            self._pinned.connection = connection
            try:
                yield
            finally:
                self._pinned.connection = None

    # Inside a transaction

    @contextmanager
    def _connection(self) -> Iterator[sa.Connection]:
        pinned = getattr(self._pinned, "connection", None)
        if pinned is not None:
            yield pinned
        else:
            with self._engine.connect() as connection:
                yield connection

    @contextmanager
    def _writing(self) -> Iterator[sa.Connection]:
        with self._engine.connect().execution_options(airworthy_write=True) as connection, connection.begin():
            yield connection

    def require_signer(self) -> Signer:
        """The ledger's key. Raises `WorkspaceError` where it is not on this computer."""
        if self.signer is None:
            raise WorkspaceError(
                "This workspace is open for reading only: its ledger key is not on this computer.",
                value=self.url,
                remedy="Copy ledger-<workspace id>.key from the computer that made it into "
                "$AIRWORTHY_CONFIG/keys (by default ~/.config/airworthy/keys).",
            )
        return self.signer

    def _end(self, connection: sa.Connection, signer: Signer) -> tuple[int, str, Frontier]:
        """Number of entries, hash of the last one and frontier, checked against the last stored entry."""
        row = connection.execute(SELECT_HEAD).mappings().first()
        stored = connection.execute(SELECT_LAST).first()
        if row is None and stored is None:
            return 0, GENESIS, Frontier()
        last = Entry(stored.seq, stored.prev, stored.body) if stored is not None else None
        if row is None or last is None or last.seq != row["size"] - 1 or last.hash != row["last"]:
            raise IntegrityError(
                "The end of the ledger is not what its signed head says; nothing was written.",
                value=None if last is None else last.seq,
                remedy="Run `airworthy verify` to see which entry was changed.",
            )
        if row["key_id"] != signer.key_id:
            raise WorkspaceError(
                f"The ledger is signed with the key {row['key_id'][:16]}…, not with {signer.key_id[:16]}….",
                value=signer.key_id,
                remedy="Use the ledger key of the computer that made this workspace.",
            )
        nodes = bytes(row["nodes"])
        return (
            row["size"],
            row["last"],
            Frontier(row["size"], [nodes[i : i + 32] for i in range(0, len(nodes), 32)]),
        )

    def _sign_head(
        self, connection: sa.Connection, signer: Signer, frontier: Frontier, last: str, time: str
    ) -> None:
        head = Head(frontier.size, frontier.root().hex(), time)
        row = {
            "id": 1,
            "size": head.size,
            "last": last,
            "nodes": b"".join(frontier.nodes),
            "root": head.root,
            "time": head.time,
            "key_id": signer.key_id,
            "signature": signer.sign(head.signed_bytes()).hex(),
        }
        connection.execute(upsert(connection.dialect.name, HEAD.name, tuple(row)), row)

    def _carry_out(self, connection: sa.Connection, changes: Sequence[Change]) -> None:
        for change in changes:
            statement = upsert(connection.dialect.name, change.table.name, tuple(change.values))
            connection.execute(statement, change.values)

    def _pages(self, connection: sa.Connection, start: int) -> Iterator[Entry]:
        """Entries in pages, so that a reader who stops early leaves no open cursor."""
        while True:
            query = sa.select(LEDGER).where(LEDGER.c.seq >= start).order_by(LEDGER.c.seq).limit(PAGE)
            rows = connection.execute(query).all()
            for row in rows:
                yield Entry(row.seq, row.prev, bytes(row.body))
            if len(rows) < PAGE:
                return
            start = rows[-1].seq + 1
