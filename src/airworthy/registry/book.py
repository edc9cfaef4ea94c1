"""Writing to the ledger: read, decide, append, and decide anew when somebody else wrote meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

from airworthy.kernel.errors import InputError, LedgerMoved
from airworthy.kernel.ledger import Entry, Head
from airworthy.kernel.ports import BlobStore, Clock, RecordStore
from airworthy.registry.records import Record
from airworthy.registry.remembered import RememberedHeads

AnswerT = TypeVar("AnswerT")
ATTEMPTS = 50


class Book:
    """The ledger of one workspace, with the blobs it names and the heads this user has seen.

    Parameters
    ----------
    store : the ledger and its projections.
    blobs : the bytes that entries name by digest.
    clock : where times come from.
    workspace : the `.airworthy` folder; paths in records are relative to it.
    actor : who acts, unless a call says otherwise.
    remembered : heads seen on this computer; by default in the user's configuration folder.
    """

    def __init__(
        self,
        store: RecordStore,
        blobs: BlobStore,
        clock: Clock,
        workspace: Path,
        *,
        actor: str = "",
        remembered: RememberedHeads | None = None,
    ) -> None:
        self.store = store
        self.blobs = blobs
        self.clock = clock
        self.workspace = workspace
        self.actor = actor
        self.remembered = remembered or RememberedHeads()

    @property
    def workspace_id(self) -> str:
        """The random name that this workspace got when it was made."""
        rows = self.store.select("workspace")
        return str(rows[0]["workspace"]) if rows else ""

    def export_head(self) -> Head:
        """The signed ledger head: keep it elsewhere, and `verify` finds a cut tail or a full rewrite."""
        return self.store.head()

    def _append(self, *records: Record, actor: str = "", expect: int | None = None) -> list[Entry]:
        items = [(record.kind, record.payload()) for record in records]
        self.remembered.require_writable()
        entries = self.store.append_many(items, actor=actor or self.actor, expect=expect)
        self.remembered.remember(self.workspace_id, self.store)
        return entries

    def _decide(
        self, decide: Callable[[], tuple[Sequence[Record], AnswerT]], *, actor: str = ""
    ) -> tuple[AnswerT, list[Entry]]:
        """Append what `decide` concludes, provided that nobody appended since it read."""
        for attempt in range(ATTEMPTS):
            with self.store.reading():
                size = self.store.head().size
                records, answer = decide()
            if not records:
                return answer, []
            try:
                return answer, self._append(*records, actor=actor, expect=size)
            except LedgerMoved:
                if attempt == ATTEMPTS - 1:
                    raise
        raise AssertionError("unreachable: the last attempt returns or raises")

    def _one(self, table: str, key: str, value: str, what: str) -> Mapping[str, Any]:
        """The row named `value`. Raises `InputError` with the nearest names when there is none."""
        rows = self.store.select(table, **{key: value})
        if rows:
            return rows[0]
        names = [str(row[key]) for row in self.store.select(table)]
        near = get_close_matches(value, names, n=3) or names[-3:]
        hint = f"Did you mean {', '.join(near)}?" if near else "Run `airworthy run` first."
        raise InputError(f"There is no {what} {value!r} in this workspace.", value=value, remedy=hint)
