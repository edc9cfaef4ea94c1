"""Which file a person allowed to run: exactly these bytes, by their digest, whatever its name."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from airworthy.adapters.foreign_extra import EXPORT
from airworthy.kernel.digest import PREFIX, digest_file
from airworthy.kernel.errors import InputError

_ADD_SEALS, _SEALS = 1033, 0b1111  # linux/fcntl.h: no further seal, no shrinking, growing or writing


class CodeNotAllowed(InputError):
    """Opening a file would run code, and nobody allowed exactly this file."""

    code = "code-not-allowed"


def not_allowed(path: Path, what: str) -> CodeNotAllowed:
    """The refusal, with the digest that would allow it."""
    digest = digest_file(path)
    return CodeNotAllowed(
        f"{path.name} is {what}: opening it would run the code inside it, so it is not opened.",
        value=digest,
        remedy=f"{EXPORT}. Only if you know who made it, let it run in a process that can do nothing but "
        f"compute: --allow-code {digest}",
    )


def sealed_copy(path: Path, allow: str, most_bytes: int) -> int:
    """An open file with the bytes of `path`, which nobody can change any more; the caller closes it.

    Copying and the digest are one pass: what was allowed is what is opened, whatever happens to the path.

    Raises
    ------
    CodeNotAllowed
        The bytes are not those that `allow` names.
    InputError
        The file is larger than `most_bytes`, or cannot be read.
    """
    copy = _empty_file()
    try:
        found = _copied(path, copy, most_bytes)
        if found != allow.strip().lower():
            raise CodeNotAllowed(
                f"{path.name} is not the file that was allowed.",
                value=found,
                remedy=f"Allowed was {allow.strip()[:80]}. If you know who made it: --allow-code {found}",
            )
        if hasattr(os, "memfd_create"):
            import fcntl  # not on every system

            fcntl.fcntl(copy, _ADD_SEALS, _SEALS)
        os.lseek(copy, 0, os.SEEK_SET)
    except BaseException:
        os.close(copy)
        raise
    return copy


def _empty_file() -> int:
    if hasattr(os, "memfd_create"):
        return os.memfd_create("model", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    with tempfile.TemporaryFile() as stream:  # it has no name, and goes with its last handle
        return os.dup(stream.fileno())


def _copied(path: Path, copy: int, most_bytes: int) -> str:
    digest, size = hashlib.sha256(), 0
    try:
        with path.open("rb") as stream:
            while piece := stream.read(1 << 20):
                size += len(piece)
                if size > most_bytes:
                    raise _too_large(path, most_bytes)
                digest.update(piece)
                _write(copy, piece)
    except OSError as error:
        raise InputError(
            f"{path} cannot be read: {error.strerror}.", value=str(path), remedy="Check its permissions."
        ) from error
    return PREFIX + digest.hexdigest()


def _write(copy: int, piece: bytes) -> None:
    rest = memoryview(piece)
    while rest:
        rest = rest[os.write(copy, rest) :]


def _too_large(path: Path, most_bytes: int) -> InputError:
    return InputError(
        f"{path.name} has {path.stat().st_size / 1e9:,.1f} GB; a model in the sandbox may have "
        f"{most_bytes / 1e9:,.1f} GB.",
        value=path.stat().st_size,
        remedy="Allow more memory: aw.load_untrusted(..., memory_bytes=...), or export the model natively.",
    )
