"""Files appear whole or not at all: temporary file, fsync, rename, fsync of the folder."""

from __future__ import annotations

import errno
import os
import re
import secrets
import shutil
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


def copy_whole(source: Path, target: Path) -> None:
    """Copy a folder so that `target` appears whole; one that is there already is replaced.

    Raises `WorkspaceError` when the disk is full or the folder cannot be written.
    """
    draft, replaced = (target.with_name(f".{target.name}.{kind}.part") for kind in ("new", "old"))
    try:
        for left in (draft, replaced):
            if left.exists():
                shutil.rmtree(left)
        for path in sorted(source.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                _copy_file(path, draft / path.relative_to(source))
        for folder in (draft, *(path for path in draft.rglob("*") if path.is_dir())):
            sync_folder(folder)
        if target.exists():
            os.replace(target, replaced)
        os.replace(draft, target)
        sync_folder(target.parent)
        shutil.rmtree(replaced, ignore_errors=True)
    except OSError as error:
        shutil.rmtree(draft, ignore_errors=True)
        raise storage_error(error, target) from error


def _copy_file(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with source.open("rb") as given, target.open("wb") as copy:
        shutil.copyfileobj(given, copy, 1 << 20)
        copy.flush()
        os.fsync(copy.fileno())


def remove_parts(folder: Path, *, before: float) -> tuple[Path, ...]:
    """Delete what killed writers left below `folder` and nobody touched since `before` (seconds, epoch).

    Age tells the dead from the living: process ids repeat, and mean nothing on another host.
    """
    removed = []
    for part in sorted(folder.rglob(".*.part")):
        with suppress(OSError):  # the living writer renamed it just now, or it is not ours to delete
            if part.stat().st_mtime < before:
                shutil.rmtree(part) if part.is_dir() else part.unlink()
                removed.append(part)
    return tuple(removed)


def sync_folder(folder: Path) -> None:
    """Make a rename in `folder` survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def storage_error(error: OSError, path: Path) -> WorkspaceError:
    """Turn an operating system error into one that names the path and the way out."""
    code = error.errno or _code_in_text(error)
    if code in (errno.ENOSPC, errno.EDQUOT):
        message, remedy = f"The disk is full: {path} was not written.", "Free some space and run it again."
    elif code in (errno.EACCES, errno.EPERM, errno.EROFS):
        message, remedy = (
            f"{path} cannot be written: permission denied or a read-only folder.",
            "Choose a folder you may write to, or change its permissions.",
        )
    else:
        message, remedy = (
            f"{path} could not be written: {error.strerror or error}.",
            "See the message and try again.",
        )
    return WorkspaceError(message, value=str(path), remedy=remedy)


def _code_in_text(error: OSError) -> int:
    """Compiled libraries raise an OSError without a number and name it in their text: `(os error 28)`."""
    found = re.search(r"\(os error (\d+)\)", str(error))
    return int(found.group(1)) if found else 0
