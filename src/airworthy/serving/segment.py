"""Append-only segment files: each record is length, CRC-32 and payload, written in one go before the answer.

A process killed at any moment leaves whole records and at most one torn tail, which the reader leaves out.
A power cut may cost what was written since the last `sync` (200 ms under the server).

File: 8 bytes `AWLOG` + format number, then records of `<u4 length><u4 crc32(payload)><payload>`.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import struct
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from airworthy.kernel.atomic import storage_error, sync_folder
from airworthy.kernel.errors import InputError, IntegrityError

FORMAT = 1
MAGIC = b"AWLOG\x00\x00" + bytes([FORMAT])
SUFFIX = ".log"
SEGMENT_BYTES = 64 << 20
_HEAD = struct.Struct("<II")


def frame(payload: bytes) -> bytes:
    """One record.

    >>> frame(b"ab").hex()
    '020000006d48839e6162'
    """
    return _HEAD.pack(len(payload), zlib.crc32(payload)) + payload


class SegmentWriter:
    """Appends records to this process's own segment in `folder`; a new one begins past `segment_bytes`.

    One thread appends; `sync` may run in another. Old segments are never opened again for writing.
    """

    def __init__(
        self,
        folder: Path,
        *,
        segment_bytes: int = SEGMENT_BYTES,
        write: Callable[[int, bytes], int] = os.write,
        time_ns: Callable[[], int] = time.time_ns,
    ) -> None:
        self.folder = folder
        self._segment_bytes = segment_bytes
        self._write = write
        self._time_ns = time_ns
        self._descriptor: int | None = None
        self._size = 0
        self._preamble: bytes | None = None
        self._retired: list[int] = []
        self._dirty = self._fresh = False

    def append(self, payloads: Sequence[bytes], preamble: bytes) -> None:
        """Write `payloads` with one system call; on return they survive a killed process.

        `preamble` says how to read them and is repeated at the start of each segment and when it changes.
        Raises `WorkspaceError` when the disk is full or the folder is gone; then none of them is stored.
        """
        if self._descriptor is None or self._size >= self._segment_bytes:
            self._open()
        parts = [frame(payload) for payload in payloads]
        if preamble != self._preamble:
            parts.insert(0, frame(preamble))
        data = b"".join(parts)
        try:
            self._write_whole(data)
        except OSError as error:
            self._undo()
            raise storage_error(error, self.folder) from error
        self._size += len(data)
        self._preamble = preamble
        self._dirty = True

    def _open(self) -> None:
        self._retire()
        name = f"{self._time_ns() // 1000:017d}-{os.getpid()}-{secrets.token_hex(3)}{SUFFIX}"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            path = self.folder / name
            self._descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
            self._size = 0
            self._write_whole(MAGIC)
        except OSError as error:
            self._undo()
            raise storage_error(error, self.folder) from error
        self._size, self._preamble, self._fresh = len(MAGIC), None, True

    def _write_whole(self, data: bytes) -> None:
        assert self._descriptor is not None
        written = self._write(self._descriptor, data)
        while written < len(data):
            written += self._write(self._descriptor, data[written:])

    def _undo(self) -> None:
        """Cut a half-written record off, so that the next one starts at a clean place, in a new segment."""
        if self._descriptor is not None:
            # Where even this fails, the half record is a torn tail, which the reader leaves out.
            with contextlib.suppress(OSError):
                os.ftruncate(self._descriptor, self._size)
            self._retire()

    def _retire(self) -> None:
        if self._descriptor is not None:
            self._retired.append(self._descriptor)
            self._descriptor, self._preamble = None, None

    @property
    def pending(self) -> bool:
        """Whether anything waits for `sync`."""
        return self._dirty or bool(self._retired)

    def sync(self) -> None:
        """Bring everything appended so far to the disk. Raises `WorkspaceError` when the disk refuses."""
        retired, self._retired = self._retired, []
        current = self._descriptor if self._dirty else None
        self._dirty = False
        try:
            for descriptor in retired:
                os.fdatasync(descriptor)
            if current is not None:
                os.fdatasync(current)
            if self._fresh:
                self._fresh = False
                sync_folder(self.folder)
        except OSError as error:
            self._size = self._segment_bytes  # the next record goes to a new file: this one cannot be trusted
            raise storage_error(error, self.folder) from error
        finally:
            for descriptor in retired:
                os.close(descriptor)

    def close(self) -> None:
        """Sync and close; the writer can be used again, in a new segment."""
        self._retire()
        self.sync()


def segments(folder: Path) -> list[Path]:
    """The segment files of `folder`, oldest first."""
    return sorted(folder.glob(f"*{SUFFIX}"))


def read_segment(path: Path) -> Iterator[bytes]:
    """Payloads of one segment; a torn tail is left out.

    Raises `IntegrityError` with the place when a record in the middle was changed, and `InputError` when the
    format is newer.
    """
    for payload, _ in read_records(path, 0):
        yield payload


def read_records(path: Path, start: int) -> Iterator[tuple[bytes, int]]:
    """Payloads from byte `start` on (0, or where an earlier reading ended), each with the byte it ends at.

    Raises as `read_segment`; records before `start` are not read again.
    """
    with path.open("rb") as file:
        magic = file.read(len(MAGIC))
        first = max(start, len(MAGIC))
        file.seek(first)
        data = file.read()
    if magic[:7] == MAGIC[:7] and magic[7:8] not in (b"", MAGIC[7:]):
        raise InputError(
            f"{path} has format {magic[7]}; this Airworthy reads format {FORMAT}.",
            value=magic[7],
            remedy="Upgrade Airworthy: pip install --upgrade airworthy",
        )
    if magic != MAGIC and len(magic) >= len(MAGIC):
        raise _changed(path, 0)
    at = 0
    while (payload := _record(data, at)) is not None:
        at += _HEAD.size + len(payload)
        yield payload, first + at
    if _is_damaged(data, at):
        raise _changed(path, first + at)


def _record(data: bytes, at: int) -> bytes | None:
    if at + _HEAD.size > len(data):
        return None
    length, crc = _HEAD.unpack_from(data, at)
    payload = data[at + _HEAD.size : at + _HEAD.size + length]
    # A run of zeros, which a power cut can leave, would be an empty record with the right CRC.
    return payload if length and len(payload) == length and zlib.crc32(payload) == crc else None


def _is_damaged(data: bytes, at: int) -> bool:
    """Whether whole records follow the bad one: then it is not a torn tail."""
    if at + _HEAD.size > len(data):
        return False
    length, _ = _HEAD.unpack_from(data, at)
    return _record(data, at + _HEAD.size + length) is not None


def _changed(path: Path, at: int) -> IntegrityError:
    return IntegrityError(
        f"{path} was changed at byte {at}: its check sum does not match.",
        value=f"{path}:{at}",
        remedy="Restore the file from a backup; the records before this place are intact.",
    )
