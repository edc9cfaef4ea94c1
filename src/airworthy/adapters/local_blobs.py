"""Blobs in a local folder: `ab/<64 hex digits>`, written whole or not at all, checked when read."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path

from airworthy.kernel.atomic import storage_error, sync_folder, write_atomic
from airworthy.kernel.digest import PREFIX, digest_bytes
from airworthy.kernel.errors import IntegrityError, WorkspaceError


class LocalBlobs:
    """Immutable bytes under the SHA-256 of themselves."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, data: bytes) -> str:
        """Store `data`, also over bytes that were altered meanwhile; its digest.

        Raises `WorkspaceError` when the disk is full or read-only.
        """
        digest = digest_bytes(data)
        target = self._target(digest)
        if not _holds(target, data):
            self._make(target.parent)
            write_atomic(target, data)
        return digest

    def put_file(self, path: Path) -> str:
        """Store a copy of a file in 1 MiB pieces; its digest."""
        temporary = self.folder / f".{secrets.token_hex(8)}.part"
        sha = hashlib.sha256()
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with path.open("rb") as source, temporary.open("xb") as copy:
                while piece := source.read(1 << 20):
                    sha.update(piece)
                    copy.write(piece)
                copy.flush()
                os.fsync(copy.fileno())
            digest = PREFIX + sha.hexdigest()
            target = self._target(digest)
            self._make(target.parent)
            os.replace(temporary, target)
            sync_folder(target.parent)
        except OSError as error:
            with suppress(OSError):  # the folder itself may be what is broken
                temporary.unlink()
            raise storage_error(error, self.folder) from error
        return digest

    def get(self, digest: str) -> bytes:
        """The bytes. Raises `IntegrityError` when they are missing or are not what the digest says."""
        try:
            data = self._target(digest).read_bytes()
        except FileNotFoundError:
            raise _missing(digest) from None
        except OSError as error:
            raise storage_error(error, self._target(digest)) from error
        if digest_bytes(data) != digest:
            raise IntegrityError(
                f"The stored bytes of {digest} were altered.",
                value=digest,
                remedy="Restore the file from a backup, or run the step that made it again.",
            )
        return data

    def path(self, digest: str) -> Path:
        """The file itself, unchecked. Raises `IntegrityError` when it is missing."""
        target = self._target(digest)
        if not target.exists():
            raise _missing(digest)
        return target

    def __contains__(self, digest: str) -> bool:
        return self._target(digest).is_file()

    def digests(self) -> Iterator[str]:
        """Every stored digest, in order."""
        for path in sorted(self.folder.glob("??/*")):
            if not path.name.startswith("."):
                yield PREFIX + path.name

    def orphans(self, referenced: Collection[str]) -> tuple[Path, ...]:
        """Files that no record names, and parts that a killed writer left: safe to delete between runs."""
        parts = [*self.folder.glob(".*.part"), *self.folder.glob("??/.*.part")]
        unnamed = [self._target(digest) for digest in self.digests() if digest not in referenced]
        return tuple(sorted(parts + unnamed))

    def _target(self, digest: str) -> Path:
        name = digest.removeprefix(PREFIX)
        if not digest.startswith(PREFIX) or len(name) != 64 or not set(name) <= set("0123456789abcdef"):
            raise WorkspaceError(
                f"{digest!r} is not a digest.", value=digest, remedy="Write sha256: and 64 hex digits."
            )
        return self.folder / name[:2] / name

    def _make(self, folder: Path) -> None:
        """Create the two-digit folder so that it survives a power cut as well as what it will hold."""
        if folder.exists():
            return
        try:
            folder.mkdir(parents=True, exist_ok=True)
            sync_folder(self.folder)
        except OSError as error:
            raise storage_error(error, folder) from error


def _holds(target: Path, data: bytes) -> bool:
    try:
        return target.read_bytes() == data
    except FileNotFoundError:
        return False
    except OSError as error:
        raise storage_error(error, target) from error


def _missing(digest: str) -> IntegrityError:
    return IntegrityError(
        f"No stored bytes have the digest {digest}.",
        value=digest,
        remedy="Restore them from a backup, or run the step that made them again.",
    )
