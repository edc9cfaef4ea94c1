"""SHA-256 digests, written `sha256:<64 hex digits>` everywhere."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from airworthy.kernel.canonical import Json, canonical_bytes

PREFIX = "sha256:"


def digest_bytes(data: bytes) -> str:
    """Digest of raw bytes.

    >>> digest_bytes(b"")[:19]
    'sha256:e3b0c44298fc'
    """
    return PREFIX + hashlib.sha256(data).hexdigest()


def digest_json(value: Json) -> str:
    """Digest of the canonical JSON form of `value`."""
    return digest_bytes(canonical_bytes(value))


def digest_file(path: Path) -> str:
    """Digest of a file's bytes, read in 1 MiB pieces."""
    sha = hashlib.sha256()
    with path.open("rb") as stream:
        while piece := stream.read(1 << 20):
            sha.update(piece)
    return PREFIX + sha.hexdigest()


def digest_tree(folder: Path) -> str:
    """Digest of a folder: the names (relative, `/`-separated) and digests of its files, in name order."""
    files = sorted(p for p in folder.rglob("*") if p.is_file() and "__pycache__" not in p.parts)
    return digest_json({p.relative_to(folder).as_posix(): digest_file(p) for p in files})


@cache
def source_digest() -> str:
    """Digest of the installed `airworthy` Python sources: part of every stage's key."""
    package = Path(__file__).resolve().parent.parent
    sha = hashlib.sha256()
    for path in sorted(package.rglob("*.py")):
        sha.update(path.relative_to(package).as_posix().encode())
        sha.update(path.read_bytes())
    return PREFIX + sha.hexdigest()


def short(digest: str) -> str:
    """The first 12 hex digits, for people.

    >>> short("sha256:e3b0c44298fc1c149afb")
    'e3b0c44298fc'
    """
    return digest.removeprefix(PREFIX)[:12]
