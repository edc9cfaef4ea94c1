"""One run at a time in a workspace: an advisory `flock` that the system drops when its holder dies."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from airworthy.kernel.atomic import storage_error
from airworthy.kernel.errors import WorkspaceBusy


@contextmanager
def run_lock(workspace: Path) -> Iterator[None]:
    """Hold `<workspace>/lock` inside the block.

    The descriptor is closed in forked children and is not passed to started programs, so a child that
    outlives its parent holds no lock.

    Raises
    ------
    WorkspaceBusy
        At once, with the holder's process id, when another process (or another block) holds it.
    """
    path = workspace / "lock"
    try:
        workspace.mkdir(parents=True, exist_ok=True)
        stream = path.open("a+")
    except OSError as error:
        raise storage_error(error, path) from error
    with stream:
        _take(stream, workspace)
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


def _take(stream: IO[str], workspace: Path) -> None:
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        stream.seek(0)
        pid = stream.read().strip() or "unknown"
        raise WorkspaceBusy(
            f"Another run works in {workspace}: process {pid}.",
            value=pid,
            remedy="Wait until it is done, or stop it, and start again.",
        ) from None
    stream.seek(0)
    stream.truncate()
    stream.write(f"{os.getpid()}\n")
    stream.flush()
