"""The files of a recommender: names as JSON, numbers as plain arrays, and nothing that could run."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import numpy as np
import numpy.typing as npt

from airworthy.kernel.atomic import write_atomic
from airworthy.kernel.errors import InputError, IntegrityError
from airworthy.scoring.artefact import MANIFEST, verify_manifest, write_manifest
from airworthy.scoring.recommending.spec import (
    FORMAT,
    RANKED,
    RECOMMENDER,
    Neighbours,
    Popular,
    RecommenderSpec,
)

Array = npt.NDArray[Any]
NAMES = {"users": "users.json", "items": "items.json"}
RANKER = "weights/ranker.txt"
HISTORY = ("item", "count", "fresh", "age")
TIES = ("start", "item", "tie")
ABOUT_ITEMS = ("popular", "recent", "rebought")
_KINDS = tuple(np.dtype(kind) for kind in ("int32", "int64", "float32", "float64"))
T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Stored:
    """What a recommender's folder holds. `arrays` are one-dimensional; `ranker` is LightGBM's text, or empty.

    `history_start[u]` to `history_start[u + 1]` are the items of user u, the latest first.
    """

    spec: RecommenderSpec
    users: tuple[str, ...]
    items: tuple[str, ...]
    arrays: Mapping[str, Array]
    ranker: bytes = b""


def save(stored: Stored, folder: Path) -> Path:
    """Write `stored` into `folder` with a manifest of digests, and return the folder.

    A recommender that is there is replaced. Raises `InputError` where the folder holds anything else.
    """
    _clear(folder)
    for name, file in NAMES.items():
        write_atomic(folder / file, msgspec.json.encode(getattr(stored, name)) + b"\n")
    for name, array in stored.arrays.items():
        stream = io.BytesIO()
        np.save(stream, array, allow_pickle=False)
        write_atomic(folder / "arrays" / f"{name}.npy", stream.getvalue())
    if stored.ranker:
        write_atomic(folder / RANKER, stored.ranker)
    spec = msgspec.json.format(msgspec.json.encode(stored.spec), indent=1)
    write_atomic(folder / RECOMMENDER, spec + b"\n")
    write_manifest(folder)
    return folder


def refuse_folder(folder: Path) -> None:
    """Raise `InputError` where the folder holds anything but a recommender."""
    if folder.is_dir() and any(folder.iterdir()) and not (folder / RECOMMENDER).is_file():
        raise InputError(
            f"{folder} holds other files; a recommender needs a folder of its own.",
            value=str(folder),
            remedy="Give a new or an empty folder.",
        )


def _clear(folder: Path) -> None:
    """Take away the files of an earlier recommender: the new manifest covers the whole folder."""
    refuse_folder(folder)
    for path in (*sorted((folder / "arrays").glob("*.npy")), folder / RANKER, folder / MANIFEST):
        path.unlink(missing_ok=True)


def load(folder: Path) -> Stored:
    """Read a recommender's folder.

    Raises `InputError` when there is none or its format is newer; `IntegrityError` when a file changed since
    it was saved, or the files do not belong together.
    """
    if not (folder / RECOMMENDER).is_file():
        raise InputError(
            f"{folder} holds no saved recommender: {RECOMMENDER} is not there.",
            value=str(folder),
            remedy="Give the folder that aw.recommend(...).artefact names.",
        )
    if not (folder / MANIFEST).is_file():
        raise _broken(folder, f"{MANIFEST} is missing")
    verify_manifest(folder)
    spec = _spec(folder)
    users, items = (tuple(_decoded(folder / file, list[str])) for file in NAMES.values())
    arrays = {path.stem: _array(path) for path in sorted((folder / "arrays").glob("*.npy"))}
    ranker = (folder / RANKER).read_bytes() if spec.ranked and (folder / RANKER).is_file() else b""
    stored = Stored(spec, users, items, arrays, ranker)
    if wrong := _mismatch(stored):
        raise _broken(folder, wrong)
    return stored


def _spec(folder: Path) -> RecommenderSpec:
    number = _decoded(folder / RECOMMENDER, dict[str, object]).get("format")
    if number != FORMAT:
        raise InputError(
            f"{folder / RECOMMENDER} has format {number}; this Airworthy reads format {FORMAT}.",
            value=number,
            remedy="Upgrade Airworthy: pip install --upgrade airworthy",
        )
    return _decoded(folder / RECOMMENDER, RecommenderSpec)


def _decoded(path: Path, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except msgspec.DecodeError as error:
        raise _broken(path.parent, f"{path.name} cannot be read: {error}") from error


def _array(path: Path) -> Array:
    try:
        array: Array = np.load(path, allow_pickle=False)
    except ValueError as error:
        raise _broken(path.parent.parent, f"{path.name} cannot be read: {error}") from error
    if array.ndim != 1 or array.dtype not in _KINDS:
        raise _broken(path.parent.parent, f"{path.name} holds no plain numbers")
    return array


def _broken(folder: Path, what: str) -> IntegrityError:
    return IntegrityError(
        f"The recommender in {folder} cannot be used: {what}.",
        value=str(folder),
        remedy="Restore the folder from a copy, or make it again with aw.recommend.",
    )


def _mismatch(stored: Stored) -> str:
    """What does not belong together; empty where all does."""
    return _unknown_names(stored) or _unfit_arrays(stored)


def _unknown_names(stored: Stored) -> str:
    spec = stored.spec
    known = {source.name for source in spec.sources}
    known |= {RANKED} if stored.ranker and spec.offers else set()
    used = {spec.method, spec.basket, spec.fallback, *spec.offers}
    popular = {source.name for source in spec.sources if isinstance(source, Popular)}
    if spec.fallback not in popular or not used <= known:
        return f"{RECOMMENDER} names a source that it does not hold"
    return ""


def _unfit_arrays(stored: Stored) -> str:
    arrays, items = stored.arrays, len(stored.items)
    wanted = [*ABOUT_ITEMS, "history_start", *(f"history_{part}" for part in HISTORY)]
    for source in stored.spec.sources:
        if isinstance(source, Popular):
            wanted.append(source.scores)
        elif isinstance(source, Neighbours):
            wanted += [f"{source.prefix}_{part}" for part in TIES]
    if absent := [name for name in wanted if name not in arrays]:
        return f"{absent[0]}.npy is missing"
    per_item = {*ABOUT_ITEMS, *(s.scores for s in stored.spec.sources if isinstance(s, Popular))}
    if short := [name for name in sorted(per_item) if len(arrays[name]) != items]:
        return f"{short[0]}.npy has {len(arrays[short[0]]):,} numbers for {items:,} items"
    ranges: list[tuple[str, int, tuple[str, ...]]] = [("history", len(stored.users), HISTORY)]
    ranges += [(s.prefix, items, TIES[1:]) for s in stored.spec.sources if isinstance(s, Neighbours)]
    for prefix, rows, parts in ranges:
        if not _fits([arrays[f"{prefix}_{part}"] for part in ("start", *parts)], rows, items):
            return f"the arrays of {prefix} do not fit together"
    return ""


def _fits(arrays: list[Array], rows: int, items: int) -> bool:
    """Whether starts ascend over the given rows, and every item is one of `items`."""
    start, item, *rest = arrays
    if start.dtype.kind != "i" or item.dtype.kind != "i" or len(start) != rows + 1 or start[0] != 0:
        return False
    whole = bool((np.diff(start) >= 0).all()) and all(len(part) == start[-1] for part in (item, *rest))
    return whole and (len(item) == 0 or (int(item.min()) >= 0 and int(item.max()) < items))
