"""What was fetched so far, page by page on disk, so that a killed load goes on after its last whole page."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from airworthy.adapters.sources.rest.patient import Counts
from airworthy.adapters.sources.rest.records import Records
from airworthy.data.quarantine import SetAside
from airworthy.kernel.atomic import storage_error, sync_folder, write_atomic

_SETTINGS, _NOTED = "settings", "counts.json"
_STALE = 86400.0
_SYNC = 0.5
"""Seconds between two calls of fsync: a kill loses nothing without them, a power cut no more than this."""


class Step(msgspec.Struct):
    """One page as it was committed, with the place of the next one."""

    page: int
    keys: list[str]
    rows: list[msgspec.Raw]
    aside: list[SetAside]
    fields: list[str]
    total: int | None
    at: str
    more: bool
    counts: Counts
    unsure: bool = False  # the interface refused this page as one behind the last

    @property
    def records(self) -> Records:
        return Records(self.keys, [bytes(row) for row in self.rows], self.aside, self.fields)


def step_of(
    page: int,
    records: Records,
    total: int | None,
    at: str,
    more: bool,
    counts: Counts,
    *,
    unsure: bool = False,
) -> Step:
    """What is committed of a page."""
    rows = [msgspec.Raw(row) for row in records.rows]
    return Step(page, records.keys, rows, records.aside, records.fields, total, at, more, counts, unsure)


_DECODER = msgspec.json.Decoder(Step)


@dataclass
class Journal:
    """The passes of one load, a file each, in the folder of a landing that is loading."""

    folder: Path

    @classmethod
    def opened(cls, folder: Path, settings: str) -> Journal:
        """What an interrupted load by the same settings left; otherwise an empty one.

        Pages that are older than a day are fetched again, or they would stand beside rows of today.
        """
        mark = folder / _SETTINGS
        known = mark.is_file() and mark.read_text() == settings
        if not known or _age(folder) > _STALE:
            shutil.rmtree(folder)
            folder.mkdir()
            write_atomic(mark, settings.encode())
        return cls(folder)

    def passes(self) -> list[int]:
        """Numbers of the passes that were begun."""
        return sorted(int(path.stem.removeprefix("pass-")) for path in self.folder.glob("pass-*.jsonl"))

    def steps(self, number: int) -> Iterator[Step]:
        """The whole pages of a pass; what a kill left half-written behind them is cut off."""
        path, good = self._path(number), 0
        if not path.is_file():
            return
        with path.open("rb") as stream:
            for line in stream:
                try:
                    step = _DECODER.decode(line) if line.endswith(b"\n") else None
                except msgspec.DecodeError:
                    step = None
                if step is None:
                    break
                good += len(line)
                yield step
        if good < path.stat().st_size:
            os.truncate(path, good)

    def writer(self, number: int) -> Writer:
        """Appends pages to a pass."""
        return Writer(self._path(number))

    def note(self, counts: Counts) -> None:
        """Remember what a call cost that ends without rows."""
        write_atomic(self.folder / _NOTED, msgspec.json.encode(counts))

    def noted(self) -> Counts:
        """What earlier calls cost, as far as they could say."""
        path = self.folder / _NOTED
        return msgspec.json.decode(path.read_bytes(), type=Counts) if path.is_file() else Counts()

    def drop(self, number: int) -> None:
        """Forget a pass."""
        self._path(number).unlink(missing_ok=True)

    def close(self) -> None:
        """Leave nothing but the rows in the folder."""
        for number in self.passes():
            self.drop(number)
        for name in (_SETTINGS, _NOTED):
            (self.folder / name).unlink(missing_ok=True)

    def _path(self, number: int) -> Path:
        return self.folder / f"pass-{number:04d}.jsonl"


def _age(folder: Path) -> float:
    """Seconds since a page was appended."""
    last = max((path.stat().st_mtime for path in folder.iterdir()), default=0.0)
    return time.time() - last


class Writer:
    """One pass's file, open for appending."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stream = path.open("ab")
        self._synced = 0.0
        sync_folder(path.parent)

    def append(self, step: Step) -> None:
        """Commit one page. Raises `WorkspaceError` when the disk is full."""
        try:
            self._stream.write(msgspec.json.encode(step) + b"\n")
            self._stream.flush()
            if time.monotonic() - self._synced > _SYNC:
                self.sync()
        except OSError as error:
            raise storage_error(error, self._path) from error

    def sync(self) -> None:
        """Make what was appended survive a power cut."""
        os.fsync(self._stream.fileno())
        self._synced = time.monotonic()

    def __enter__(self) -> Writer:
        return self

    def __exit__(self, *gone: object) -> None:
        self.sync()
        self._stream.close()
