"""The protocols through which the house reaches storage, keys, time and people."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from airworthy.kernel.canonical import Json
from airworthy.kernel.ledger import Entry, Head


class Clock(Protocol):
    """Where the time comes from; always timezone-aware UTC."""

    def now(self) -> datetime: ...


class BlobStore(Protocol):
    """Immutable bytes, addressed by their SHA-256 digest (`sha256:…`)."""

    def put(self, data: bytes) -> str: ...
    def put_file(self, path: Path) -> str: ...
    def get(self, digest: str) -> bytes: ...
    def path(self, digest: str) -> Path:
        """A readable local file with these bytes."""
        ...

    def __contains__(self, digest: str) -> bool: ...
    def digests(self) -> Iterator[str]: ...


class RecordStore(Protocol):
    """The ledger and its projections, in one database."""

    def append(self, kind: str, payload: Mapping[str, Json], *, actor: str) -> Entry:
        """Write one entry and update the records it describes, in one transaction."""
        ...

    def append_many(
        self, items: Sequence[tuple[str, Mapping[str, Json]]], *, actor: str, expect: int | None = None
    ) -> list[Entry]:
        """Write several entries, all or none. Raises `LedgerMoved` unless `expect` entries stand before."""
        ...

    def reading(self) -> AbstractContextManager[None]:
        """Inside the block every read sees the ledger and its projections at one moment."""
        ...

    def entries(self, start: int = 0) -> Generator[Entry]:
        """Entries from `start` on; who leaves before the end closes it."""
        ...

    def head(self) -> Head: ...
    def select(self, table: str, **where: object) -> list[Mapping[str, Any]]:
        """Rows of a projection (see `airworthy.registry.records`), oldest first."""
        ...


class Signer(Protocol):
    """A private key that can sign; Ed25519."""

    @property
    def key_id(self) -> str: ...
    def sign(self, data: bytes) -> bytes: ...


class Verifier(Protocol):
    """Public keys by id."""

    def verify(self, key_id: str, data: bytes, signature: bytes) -> bool: ...


class Progress(Protocol):
    """Where long work tells how far it is."""

    def stage(self, name: str, total: float | None = None) -> AbstractContextManager[ProgressStage]: ...
    def note(self, text: str) -> None: ...


class ProgressStage(Protocol):
    """One running stage."""

    def advance(self, amount: float = 1.0, note: str = "") -> None: ...


class Workers(Protocol):
    """Where independent jobs run: this process, other processes, or a cluster."""

    def map(self, function: Any, items: Sequence[Any]) -> Iterator[Any]: ...
