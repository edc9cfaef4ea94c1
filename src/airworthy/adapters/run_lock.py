"""One run at a time in a workspace: an advisory `flock` that the system drops when its holder dies."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from airworthy.kernel.atomic import storage_error
from airworthy.kernel.clock import SystemClock, rfc3339
from airworthy.kernel.errors import WorkspaceBusy
from airworthy.kernel.ports import Clock


@contextmanager
def run_lock(workspace: Path, clock: Clock | None = None) -> Iterator[None]:
    """Hold `<workspace>/lock` inside the block; the file names the process and since when (system clock).

    The descriptor is closed in forked children and is not passed to started programs, so a child that
    outlives its parent holds no lock.

    Raises
    ------
    WorkspaceBusy
        At once, when another process (or another block) holds it: with its process id, and since when.
    """
    path = workspace / "lock"
    try:
        workspace.mkdir(parents=True, exist_ok=True)
        stream = path.open("a+")
    except OSError as error:
        raise storage_error(error, path) from error
    with stream:
        _take(stream, workspace, clock or SystemClock())
        _HELD.add(stream)
        try:
            yield
        finally:
            _HELD.discard(stream)


_HELD: set[IO[str]] = set()


def _close_in_child() -> None:
    # Closing the child's copy does not unlock: the lock belongs to the parent's open file.
    while _HELD:
        _HELD.pop().close()


os.register_at_fork(after_in_child=_close_in_child)


def _take(stream: IO[str], workspace: Path, clock: Clock) -> None:
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        stream.seek(0)
        pid, _, since = stream.read().strip().partition(" ")
        raise WorkspaceBusy(
            f"Another run works in {workspace}: process {pid or 'unknown'}"
            + (f", since {since}." if since else "."),
            value=pid or "unknown",
            remedy="Wait until it is done, or stop it, and start again.",
        ) from None
    try:
        stream.seek(0)
        stream.truncate()
        stream.write(f"{os.getpid()} {rfc3339(clock.now())}\n")
        stream.flush()
    except OSError as error:
        raise storage_error(error, workspace / "lock") from error
