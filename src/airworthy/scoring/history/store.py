"""Histories on disk: flat arrays that serving maps into memory, and a pointer to the newest.

Below `features/` of the workspace lies one folder a build and one pointer a set of definitions, so that a
version that is rolled back finds the history of its own definitions. A build appears whole and never changes.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from airworthy.kernel.atomic import storage_error, sync_folder, write_atomic
from airworthy.kernel.digest import digest_json, short
from airworthy.kernel.errors import IntegrityError
from airworthy.scoring.history.definition import Definition, digest_of
from airworthy.scoring.history.events import Events
from airworthy.scoring.history.exact import IntArray, Running
from airworthy.scoring.history.keys import KeyIndex
from airworthy.scoring.history.typed import typed_values
from airworthy.scoring.history.windows import as_of

FOLDER, NOTE = "features", "history.json"
KEPT = 2
"""Builds of one set of definitions that stay: the newest, and the one that a server may still be reading."""


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """Events that some features share, in the files that begin with its number."""

    events: int
    keys: int
    unit: int | None = None
    words: tuple[str, ...] = ()
    arrays: tuple[str, ...] = ()


class HistoryNote(msgspec.Struct, frozen=True, kw_only=True):
    """What was built: of which definitions, from which tables, and when. Times are RFC 3339 in UTC."""

    format: int = 1
    definitions: tuple[Definition, ...]
    built_at: str
    until: str | None
    sources: dict[str, str]
    parts: tuple[Part, ...]

    @property
    def name(self) -> str:
        """The build's folder: of the definitions, and of what their tables held."""
        said: dict[str, Any] = {"sources": self.sources, "built_at": self.built_at}
        return f"{short(digest_of(self.definitions))}-{short(digest_json(said))}"


class _Pointer(msgspec.Struct, frozen=True):
    history: str


Parts = Mapping[tuple[object, ...], tuple[KeyIndex, Events]]
"""By `Definition.asked_of`."""


@dataclass(frozen=True)
class StoredHistory:
    """An opened build; its arrays are read from the disk as they are needed."""

    name: str
    note: HistoryNote
    parts: Parts

    def values(self, definition: Definition, keys: Sequence[str | None], times: IntArray) -> list[object]:
        """A feature of n rows as their columns hold it, as of `times` (microseconds since 1970 UTC)."""
        index, events = self.parts[definition.asked_of]
        codes = np.array([index.code(key) for key in keys], np.int64)
        return typed_values(definition, events, as_of(events, definition, codes, times))


def pointer_of(home: Path, digest: str) -> Path:
    """The pointer to the newest history of the definitions with this digest."""
    return home / FOLDER / f"{short(digest)}.json"


def save_history(home: Path, note: HistoryNote, parts: Parts) -> Path:
    """Write a build beside the others, point at it, and drop those that nobody reads any more.

    Raises `WorkspaceError` where the disk refuses; what served before goes on.
    """
    digest = digest_of(note.definitions)
    folder = home / FOLDER / note.name
    draft = folder.with_name(f".{folder.name}.part")
    try:
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True)
        found = tuple(_save_part(draft, number, *part) for number, part in enumerate(parts.values()))
        whole = msgspec.structs.replace(note, parts=found)
        write_atomic(draft / NOTE, msgspec.json.format(msgspec.json.encode(whole), indent=1) + b"\n")
        sync_folder(draft)
        shutil.rmtree(folder, ignore_errors=True)
        os.replace(draft, folder)
        sync_folder(folder.parent)
    except OSError as error:
        raise storage_error(error, folder) from error
    write_atomic(pointer_of(home, digest), msgspec.json.encode(_Pointer(folder.name)))
    _drop_old(home, digest)
    return folder


def _save_part(folder: Path, number: int, index: KeyIndex, events: Events) -> Part:
    arrays: dict[str, npt.NDArray[Any] | None] = {
        "key_starts": index.starts,
        "key_letters": index.letters,
        "starts": events.starts,
        "times": events.times,
        "values": events.values,
        "pieces": events.sums.pieces if events.sums else None,
        "earlier": events.earlier,
    }
    held = {name: array for name, array in arrays.items() if array is not None}
    for name, array in held.items():
        np.save(folder / f"{number}-{name}.npy", array, allow_pickle=False)
    unit = events.sums.unit if events.sums else None
    return Part(events=events.rows, keys=len(index), unit=unit, words=events.words, arrays=tuple(held))


def _drop_old(home: Path, digest: str) -> None:
    builds = sorted((home / FOLDER).glob(f"{short(digest)}-*"), key=lambda path: path.stat().st_mtime_ns)
    for old in builds[:-KEPT]:
        shutil.rmtree(old, ignore_errors=True)


def newest_history(home: Path, digest: str) -> StoredHistory | None:
    """The history that the pointer names; None where none was built.

    Raises `IntegrityError` where it cannot be read.
    """
    path = pointer_of(home, digest)
    try:
        name = msgspec.json.decode(path.read_bytes(), type=_Pointer).history
        return open_history(home / FOLDER / name)
    except FileNotFoundError:
        return None
    except msgspec.DecodeError as error:
        raise _unreadable(path, error) from error


def open_history(folder: Path) -> StoredHistory:
    """Map a build into memory. Raises `IntegrityError` where a file is missing or is not what was written."""
    try:
        note = msgspec.json.decode((folder / NOTE).read_bytes(), type=HistoryNote)
        asked = list(dict.fromkeys(one.asked_of for one in note.definitions))
        parts = {
            key: _open_part(folder, number, part)
            for number, (key, part) in enumerate(zip(asked, note.parts, strict=True))
        }
    except (OSError, ValueError) as error:  # msgspec.DecodeError is a ValueError
        raise _unreadable(folder, error) from error
    return StoredHistory(folder.name, note, parts)


def _open_part(folder: Path, number: int, part: Part) -> tuple[KeyIndex, Events]:
    def mapped(name: str) -> Any:
        if name not in part.arrays:
            return None
        path = folder / f"{number}-{name}.npy"
        if part.keys == 0 or part.events == 0:
            return np.load(path, allow_pickle=False)  # nothing to map
        return np.load(path, mmap_mode="r", allow_pickle=False).view(np.ndarray)

    index = KeyIndex(mapped("key_starts"), mapped("key_letters"))
    events = Events(mapped("starts"), mapped("times"), mapped("values"), None, mapped("earlier"), part.words)
    if len(index) != part.keys or events.rows != part.events or len(events.starts) != part.keys + 1:
        raise ValueError(f"part {number} is not of {part.events:,} events and {part.keys:,} keys")
    return index, replace(events, sums=None if part.unit is None else Running(part.unit, mapped("pieces")))


def _unreadable(path: Path, error: Exception) -> IntegrityError:
    return IntegrityError(
        f"The history of the features cannot be read: {path.name}: {error}.",
        value=str(path),
        remedy="Build it again: airworthy features build",
    )
