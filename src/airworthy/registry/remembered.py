"""The highest ledger head this user has seen, kept outside the workspace: so a cut tail shows."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from airworthy.kernel.atomic import storage_error, write_atomic
from airworthy.kernel.errors import WorkspaceError
from airworthy.kernel.ledger import Head
from airworthy.kernel.ports import RecordStore


def config_folder() -> Path:
    """Where a user's private keys and remembered heads lie: `$AIRWORTHY_CONFIG` or `~/.config/airworthy`."""
    chosen = os.environ.get("AIRWORTHY_CONFIG")
    return Path(chosen) if chosen else Path.home() / ".config" / "airworthy"


@dataclass(frozen=True)
class SeenHead:
    """A head, and the hash of the last entry under it: enough to tell whether a later ledger continues it."""

    head: Head
    last: str


class RememberedHeads:
    """`heads.json`: workspace id -> the highest head seen."""

    def __init__(self, folder: Path | None = None) -> None:
        self.path = (folder or config_folder()) / "heads.json"

    def get(self, workspace: str) -> SeenHead | None:
        """The highest head seen of a workspace, or None before the first look."""
        document = self._read().get(workspace)
        return None if document is None else SeenHead(Head.from_json(document), str(document["last"]))

    def require_writable(self) -> None:
        """Raise `WorkspaceError` when the memory cannot be written: asked before an entry is, not after."""
        with self._locked():
            pass

    def remember(self, workspace: str, store: RecordStore) -> None:
        """Keep the store's head if it is higher and continues the one kept.

        A ledger that does not contain the remembered last entry is left for `verify` to report: writing over
        the memory would hide a rewrite.
        """
        with self._locked(), store.reading():
            head = store.head()
            if head.size == 0:
                return
            seen = self.get(workspace)
            if seen and (head.size <= seen.head.size or _hash_at(store, seen.head.size - 1) != seen.last):
                return
            document = self._read()
            document[workspace] = {**head.as_json(), "last": _hash_at(store, head.size - 1)}
            write_atomic(self.path, json.dumps(document, indent=1).encode(), mode=0o600)

    def _read(self) -> dict[str, dict[str, object]]:
        try:
            document: dict[str, dict[str, object]] = json.loads(self.path.read_bytes())
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise WorkspaceError(
                f"The remembered heads in {self.path} cannot be read: {error}.",
                value=str(self.path),
                remedy="Restore the file; deleting it forgets what this computer has seen of each ledger.",
            ) from error
        return document

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """One writer at a time; closing the file releases the lock."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            stream = self.path.with_suffix(".lock").open("w")
        except OSError as error:
            raise storage_error(error, self.path) from error
        with stream:
            fcntl.flock(stream, fcntl.LOCK_EX)
            yield


def _hash_at(store: RecordStore, seq: int) -> str:
    with closing(store.entries(seq)) as entries:
        entry = next(entries, None)
    return entry.hash if entry is not None and entry.seq == seq else ""
