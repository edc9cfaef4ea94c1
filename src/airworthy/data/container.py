"""From a path to bytes: missing files, folders, permissions, gzip and zip members, each with a way out."""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from airworthy.charter.problems import did_you_mean, listed
from airworthy.kernel.errors import InputError

MEMBER = "!"


@dataclass(frozen=True)
class Opened:
    """The bytes of one file, unpacked; `suffix` is that of the innermost name, lower case."""

    label: str
    suffix: str
    data: bytes


def open_bytes(path: Path) -> Opened:
    """Read `path` whole, unpacking `.gz` and `.zip` (`archive.zip!member` names a member).

    Raises
    ------
    InputError
        When there is no such file, it is a folder, may not be read, is empty, or is a broken archive.
    """
    file, member = _split_member(path)
    with _in_words(file):
        data = file.read_bytes()
    label = file.name
    if not data:
        raise InputError(
            f"{label} is empty (0 bytes).", value=str(path), remedy="Export or download the file again."
        )
    if data[:4] == b"PK\x03\x04" and file.suffix.lower() == ".zip":
        return _unzip(data, file, member)
    if member is not None:
        raise InputError(
            f"{label} is not a zip archive, so it has no member {member}.",
            value=str(path),
            remedy=f"Write the path without {MEMBER}{member}.",
        )
    if data[:2] == b"\x1f\x8b":
        inner = file.stem if file.suffix.lower() == ".gz" else file.name
        return _unpacked(label, Path(inner).suffix.lower(), _gunzip(data, file))
    return Opened(label, file.suffix.lower(), data)


def file_of(path: Path) -> Path:
    """The file on disk behind `path`, without a zip member.

    >>> file_of(Path("a.zip!b.csv")).name
    'a.zip'
    """
    return _split_member(path)[0]


def member_of(path: Path) -> str | None:
    """The zip member that `path` names, if it names one.

    >>> member_of(Path("a.zip!b.csv")), member_of(Path("a.csv"))
    ('b.csv', None)
    """
    return _split_member(path)[1]


def file_names(archive: zipfile.ZipFile) -> list[str]:
    """Its members without folders and what a Mac adds."""
    return [n for n in archive.namelist() if not n.endswith("/") and not n.startswith("__MACOSX/")]


def _split_member(path: Path) -> tuple[Path, str | None]:
    text = str(path)
    archive, separator, member = text.partition(f".zip{MEMBER}")
    return (Path(archive + ".zip"), member) if separator else (path, None)


def require_file(path: Path) -> Path:
    """The file on disk behind `path`; raises what `open_bytes` raises where there is none to be read."""
    file = file_of(path)
    with _in_words(file), file.open("rb"):
        return file


@contextmanager
def _in_words(path: Path) -> Iterator[None]:
    """What the system says of a file that cannot be read, as an `InputError`."""
    try:
        yield
    except FileNotFoundError:
        siblings = [p.name for p in path.parent.iterdir()] if path.parent.is_dir() else []
        remedy = did_you_mean(
            path.name, siblings, "Check the path; relative paths start at the charter's folder."
        )
        raise InputError(f"There is no file {path}.", value=str(path), remedy=remedy) from None
    except IsADirectoryError:
        files = sorted(p.name for p in path.iterdir() if p.is_file())
        remedy = (
            f"Name one of its files: {listed(files, 5)}." if files else "Name a file; this folder has none."
        )
        raise InputError(f"{path} is a folder, not a file.", value=str(path), remedy=remedy) from None
    except PermissionError:
        raise InputError(
            f"{path} may not be read: permission denied.",
            value=str(path),
            remedy="Change its permissions (chmod u+r) or run as a user who may read it.",
        ) from None
    except OSError as error:
        raise InputError(
            f"{path} could not be read: {error.strerror}.",
            value=str(path),
            remedy="Check the path and the disk.",
        ) from error


def _gunzip(data: bytes, file: Path) -> bytes:
    try:
        return gzip.decompress(data)
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(
            f"{file.name} is a damaged or cut-off gzip file: {error}.",
            value=str(file),
            remedy="Copy or download it again.",
        ) from error


def _unzip(data: bytes, file: Path, member: str | None) -> Opened:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = file_names(archive)
            chosen = _choose_member(names, file, member)
            label = f"{file.name}{MEMBER}{chosen}" if len(names) > 1 else file.name
            return _unpacked(label, Path(chosen).suffix.lower(), archive.read(chosen))
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError) as error:
        raise InputError(
            f"{file.name} cannot be unpacked: {error}.",
            value=str(file),
            remedy="Unpack it yourself and name the file inside.",
        ) from error


def _choose_member(names: list[str], file: Path, member: str | None) -> str:
    if member is None and len(names) == 1:
        return names[0]
    if member in names:
        return str(member)
    if not names:
        said, remedy = f"{file.name} holds no file.", "Pack the table into it again, or name another file."
    elif member is None:
        said, remedy = (
            f"{file.name} holds {len(names)} files.",
            f"Name one as {file.name}{MEMBER}NAME: {listed(names, 5)}.",
        )
    else:
        said = f"{file.name} holds no file {member}."
        remedy = did_you_mean(member, names, f"It holds: {listed(names, 5)}.")
    raise InputError(said, value=str(file), remedy=remedy)


def _unpacked(label: str, suffix: str, data: bytes) -> Opened:
    if not data:
        raise InputError(
            f"{label} holds an empty file (0 bytes).",
            value=label,
            remedy="Export or download the file again.",
        )
    return Opened(label, suffix, data)
