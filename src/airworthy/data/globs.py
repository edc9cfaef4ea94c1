"""Patterns for file names: all files that match, in the order of their names."""

from __future__ import annotations

import glob
import re
import zipfile
from fnmatch import fnmatchcase
from pathlib import Path

from airworthy.charter.problems import did_you_mean, listed
from airworthy.data.container import MEMBER, file_names, file_of, member_of
from airworthy.kernel.errors import InputError

_MAGIC = re.compile(r"[*?\[]")


def matching(path: Path) -> tuple[Path, ...]:
    """The files behind `path`: itself, or all that match where it is a pattern (`2024-*.csv`, `a.zip!*.csv`).

    A file whose own name holds the characters of a pattern is that file.

    Raises `InputError` when a pattern matches nothing.
    """
    file, member = file_of(path), member_of(path)
    files = [file] if file.exists() or not _MAGIC.search(str(file)) else _files(file)
    if member is None or not _MAGIC.search(member):
        return tuple(_with_member(found, member) for found in files)
    return tuple(_with_member(found, name) for found in files for name in _members(found, member))


def _files(pattern: Path) -> list[Path]:
    found = sorted(Path(name) for name in glob.glob(str(pattern), recursive=True))
    files = [path for path in found if path.is_file()]
    if files:
        return files
    folder = pattern.parent
    while _MAGIC.search(str(folder)):
        folder = folder.parent
    if not folder.is_dir():
        remedy = f"There is no folder {folder}; relative paths start at the charter's folder."
    else:
        names = sorted(path.name for path in folder.iterdir() if path.is_file())
        has = f"{folder.name or folder} holds: {listed(names, 5)}." if names else f"{folder} holds no file."
        remedy = did_you_mean(pattern.name, names, has)
    raise InputError(f"No file matches {pattern}.", value=str(pattern), remedy=remedy)


def _members(archive: Path, pattern: str) -> list[str]:
    try:
        with zipfile.ZipFile(archive) as opened:
            names = sorted(file_names(opened))
    except (OSError, zipfile.BadZipFile):
        return [pattern]  # opening it says what is wrong with the archive
    found = [name for name in names if fnmatchcase(name, pattern)]
    if found:
        return found
    raise InputError(
        f"{archive.name} holds no file that matches {pattern}.",
        value=pattern,
        remedy=did_you_mean(pattern, names, f"It holds: {listed(names, 5)}."),
    )


def _with_member(file: Path, member: str | None) -> Path:
    return file if member is None else Path(f"{file}{MEMBER}{member}")
