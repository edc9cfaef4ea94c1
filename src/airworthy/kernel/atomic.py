"""Files appear whole or not at all: temporary file, fsync, rename, fsync of the folder."""

from __future__ import annotations

import errno
import os
import secrets
from contextlib import suppress
from pathlib import Path

from airworthy.kernel.errors import WorkspaceError


def write_atomic(path: Path, data: bytes, *, mode: int = 0o644) -> None:
    """Write `data` to `path` so that a reader sees the old bytes or the new, never a part.

    Raises `WorkspaceError` when the disk is full or the folder cannot be written; nothing is left behind.
    """
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(temporary, path)
        sync_folder(path.parent)
    except OSError as error:
        with suppress(OSError):  # the folder itself may be what is broken
            temporary.unlink()
        raise storage_error(error, path) from error


def sync_folder(folder: Path) -> None:
    """Make a rename in `folder` survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def storage_error(error: OSError, path: Path) -> WorkspaceError:
    """Turn an operating system error into one that names the path and the way out."""
    if error.errno == errno.ENOSPC:
        message, remedy = f"The disk is full: {path} was not written.", "Free some space and run it again."
    elif error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        message, remedy = (
            f"{path} cannot be written: permission denied or a read-only folder.",
            "Choose a folder you may write to, or change its permissions.",
        )
    else:
        message, remedy = f"{path} could not be written: {error.strerror}.", "See the message and try again."
    return WorkspaceError(message, value=str(path), remedy=remedy)
