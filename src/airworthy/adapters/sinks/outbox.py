"""The outbox: every row that is to be delivered and how far it came, in one SQLite file of the workspace.

A row's state is written down before and after each attempt, so that whoever is killed in between goes on.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Any

from airworthy.adapters.sinks.letter import Cell, Key, Letter, exact, once_of
from airworthy.kernel.digest import digest_json
from airworthy.kernel.errors import WorkspaceBusy, WorkspaceError

FILE = "outbox.db"
FORMAT = 1
_MOST = 500
"""Keys in one statement."""
_TABLE = """
CREATE TABLE IF NOT EXISTS letters (
    sink TEXT NOT NULL, key TEXT NOT NULL, once TEXT NOT NULL, version TEXT NOT NULL, cells TEXT NOT NULL,
    content TEXT NOT NULL, decided_at TEXT NOT NULL, expires TEXT, state TEXT NOT NULL,
    attempts INTEGER NOT NULL, error TEXT NOT NULL, turn INTEGER NOT NULL,
    PRIMARY KEY (sink, key)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS letters_by_state ON letters (sink, state, turn);
"""


class State(StrEnum):
    """How far a row came."""

    PENDING = "pending"  # to be sent
    SENT = "sent"  # on its way: whether it was taken is not known yet
    TAKEN = "taken"  # the target said that it took it
    CONFIRMED = "confirmed"  # and holds it
    DEAD = "dead"  # refused; a person has to look
    STALE = "stale"  # too old to be sent


class Posted(StrEnum):
    """What putting a row into the outbox changed."""

    NEW = "new"
    WAITING = "waiting"  # posted before, and not there yet
    UNCHANGED = "unchanged"
    OLDER = "older"
    STALE = "stale"


@dataclass(frozen=True)
class Draft:
    """A scored row before it is posted. `dated`: its decision time stands in the row; else it is now."""

    key: Key
    values: Mapping[str, Cell]
    version: str
    decided_at: str
    expires: str | None = None
    dated: bool = False


@dataclass(frozen=True)
class DeadLetter:
    """A row that nobody took, with the reason."""

    letter: Letter
    reason: str


class Outbox:
    """The rows of all sinks of one workspace; each row key of a sink stands once, with its latest score."""

    def __init__(self, home: Path) -> None:
        self.path = home / FILE
        with self._told():
            home.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(self.path, isolation_level=None, timeout=30.0)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=FULL")
            found = self._db.execute("PRAGMA user_version").fetchone()[0]
            if found > FORMAT:
                raise WorkspaceError(
                    f"{self.path} has format {found}; this release reads formats up to {FORMAT}.",
                    value=found,
                    remedy="Upgrade: pip install --upgrade airworthy",
                )
            self._db.executescript(_TABLE)
            self._db.execute(f"PRAGMA user_version={FORMAT}")

    def __enter__(self) -> Outbox:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._db.close()

    def post(self, sink: str, drafts: Sequence[Draft], now: str) -> dict[Key, Posted]:
        """Take rows in, all or none; `now` in RFC 3339. A row that is there already is not sent again."""
        found: dict[Key, Posted] = {}
        with self._writing():
            standing = self._standing(sink, [draft.key for draft in drafts])
            turn = self._turn()
            for draft in drafts:
                content = _content(draft)
                found[draft.key] = posted = _judged(draft, content, standing.get(_text(draft.key)), now)
                if posted is Posted.NEW:
                    self._put(sink, draft, content, turn := turn + 1)
        return found

    def _put(self, sink: str, draft: Draft, content: str, turn: int) -> None:
        once = once_of(sink, draft.version, draft.key, draft.values, draft.decided_at)
        self._db.execute(
            "INSERT OR REPLACE INTO letters VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, '', ?)",
            (
                *(sink, _text(draft.key), once, draft.version),
                json.dumps(dict(draft.values), ensure_ascii=False),
                *(content, draft.decided_at, draft.expires, State.PENDING, turn),
            ),
        )

    def take(self, sink: str, most: int, now: str) -> list[Letter]:
        """Rows to send next, written down as on their way; those that became too old are set aside."""
        with self._writing():
            self._db.execute(
                "UPDATE letters SET state = ? WHERE sink = ? AND state = ? AND expires < ?",
                (State.STALE, sink, State.PENDING, now),
            )
            rows = self._rows("sink = ? AND state = ? ORDER BY turn LIMIT ?", (sink, State.PENDING, most))
            self._db.executemany(
                "UPDATE letters SET state = ?, attempts = attempts + 1 WHERE sink = ? AND key = ?",
                [(State.SENT, sink, row["key"]) for row in rows],
            )
        return [_letter(row) for row in rows]

    def settle(self, sink: str, keys: Iterable[Key], state: State, reason: str = "") -> None:
        """Write down what became of rows."""
        with self._writing():
            self._db.executemany(
                "UPDATE letters SET state = ?, error = ? WHERE sink = ? AND key = ?",
                [(state, reason, sink, _text(key)) for key in keys],
            )

    def in_state(self, sink: str, state: State, most: int = -1) -> list[Letter]:
        """Rows in one state, the longest waiting first; -1 for all."""
        with self._told():
            found = self._rows("sink = ? AND state = ? ORDER BY turn LIMIT ?", (sink, state, most))
        return [_letter(row) for row in found]

    def dead(self, sink: str) -> list[DeadLetter]:
        """Rows that nobody took."""
        with self._told():
            found = self._rows("sink = ? AND state = ? ORDER BY turn", (sink, State.DEAD))
        return [DeadLetter(_letter(row), row["error"]) for row in found]

    def revive(self, sink: str) -> int:
        """Send dead rows again; how many there are."""
        with self._writing():
            changed = self._db.execute(
                "UPDATE letters SET state = ?, attempts = 0 WHERE sink = ? AND state = ?",
                (State.PENDING, sink, State.DEAD),
            )
        return changed.rowcount

    def counts(self, sink: str) -> dict[State, int]:
        """Rows of a sink by state."""
        with self._told():
            found = self._db.execute(
                "SELECT state, count(*) FROM letters WHERE sink = ? GROUP BY state", (sink,)
            ).fetchall()
        return {State(state): number for state, number in found}

    def states(self, sink: str, keys: Sequence[Key]) -> Counter[State]:
        """How many of some rows are in which state."""
        with self._told():
            standing = self._standing(sink, keys)
        return Counter(State(row["state"]) for row in standing.values())

    # Inside

    def _standing(self, sink: str, keys: Sequence[Key]) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        texts = [_text(key) for key in keys]
        for start in range(0, len(texts), _MOST):
            part = texts[start : start + _MOST]
            marks = ", ".join("?" * len(part))
            found |= {row["key"]: row for row in self._rows(f"sink = ? AND key IN ({marks})", (sink, *part))}
        return found

    def _rows(self, where: str, values: Sequence[object]) -> list[dict[str, Any]]:
        cursor = self._db.execute(f"SELECT * FROM letters WHERE {where}", tuple(values))
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]

    def _turn(self) -> int:
        return int(self._db.execute("SELECT coalesce(max(turn), 0) FROM letters").fetchone()[0])

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with self._told():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                with suppress(sqlite3.Error):  # a full disk has rolled back already
                    self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            kind = WorkspaceBusy if "locked" in str(error) else WorkspaceError
            raise kind(
                f"The outbox {self.path} cannot be used: {error}.",
                value=str(self.path),
                remedy="Make sure that the disk has space and the file can be written, then run it again.",
            ) from error


def _judged(draft: Draft, content: str, there: Mapping[str, Any] | None, now: str) -> Posted:
    stale = draft.expires is not None and draft.expires < now
    if there is None:
        return Posted.STALE if stale else Posted.NEW
    if there["content"] == content:
        # A score without a time of its own that grew too old is decided anew now.
        anew = not draft.dated and there["expires"] is not None and there["expires"] < now
        if anew or there["state"] == State.STALE:
            return Posted.NEW if anew else Posted.STALE
        return Posted.UNCHANGED if there["state"] == State.CONFIRMED else Posted.WAITING
    if draft.dated and draft.decided_at < there["decided_at"]:
        return Posted.OLDER
    return Posted.STALE if stale else Posted.NEW


def _content(draft: Draft) -> str:
    """What makes a row the same as before: of one without a time of its own, when it is scored does not."""
    cells = {name: cell for name, cell in draft.values.items() if draft.dated or name not in _OF_NOW}
    return digest_json([draft.version, exact(cells), draft.decided_at if draft.dated else ""])


_OF_NOW = ("decided_at", "expires")


def _text(key: Key) -> str:
    return json.dumps(key, ensure_ascii=False)


def _letter(row: Mapping[str, Any]) -> Letter:
    key, cells = tuple(json.loads(row["key"])), json.loads(row["cells"])
    return Letter(key, cells, row["once"], row["version"], row["decided_at"], row["attempts"])
