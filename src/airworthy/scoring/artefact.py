"""The files of a saved scorer: `scorer.json`, weights, and a manifest of their SHA-256 digests."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import msgspec

from airworthy.kernel.atomic import write_atomic
from airworthy.kernel.digest import digest_file
from airworthy.kernel.errors import InputError, IntegrityError
from airworthy.scoring.spec import ScorerSpec

T = TypeVar("T")

FORMAT = 1
SCORER = "scorer.json"
MANIFEST = "manifest.json"


class FileManifest(msgspec.Struct, frozen=True, kw_only=True):
    """Digest of each file of the artefact by relative path; the manifest itself is left out."""

    format: int = FORMAT
    files: dict[str, str]


class _Numbered(msgspec.Struct):
    format: int = FORMAT


def save_spec(spec: ScorerSpec, folder: Path) -> Path:
    """Write `spec` as `scorer.json` into `folder` and return its path."""
    path = folder / SCORER
    write_atomic(path, msgspec.json.format(msgspec.json.encode(spec), indent=1) + b"\n")
    return path


def write_manifest(folder: Path) -> FileManifest:
    """Hash every file below `folder` into `manifest.json`; call it last."""
    files = {
        path.relative_to(folder).as_posix(): digest_file(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != MANIFEST and "__pycache__" not in path.parts
    }
    manifest = FileManifest(files=files)
    write_atomic(folder / MANIFEST, msgspec.json.format(msgspec.json.encode(manifest), indent=1) + b"\n")
    return manifest


def verify_manifest(folder: Path) -> None:
    """Compare the files that `manifest.json` names with their digests; silent when there is no manifest.

    Raises `IntegrityError` naming the first file that is missing or changed.
    """
    path = folder / MANIFEST
    if not path.is_file():
        return
    for name, digest in _read(path, FileManifest).files.items():
        file = folder / name
        if not file.is_file() or digest_file(file) != digest:
            state = "was changed" if file.is_file() else "is missing"
            raise IntegrityError(
                f"{name} in {folder} {state} since the model was saved.",
                value=name,
                remedy="Do not use this model. Restore the artefact, or roll back to another version.",
            )


def load_spec(folder: Path) -> ScorerSpec:
    """Read `scorer.json`; `InputError` when it is absent or newer, `IntegrityError` when unreadable."""
    path = folder / SCORER
    if not path.is_file():
        raise InputError(
            f"{folder} holds no saved model: {SCORER} is not there.",
            value=str(folder),
            remedy="Give the folder of a trained version, for example .airworthy/models/v1.",
        )
    found = _read(path, _Numbered).format
    if found != FORMAT:
        raise InputError(
            f"{path} has format {found}; this Airworthy reads format {FORMAT}.",
            value=found,
            remedy="Upgrade Airworthy: pip install --upgrade airworthy",
        )
    return _read(path, ScorerSpec)


def _read(path: Path, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except msgspec.DecodeError as error:
        raise IntegrityError(
            f"{path} cannot be read: {error}.",
            value=str(path),
            remedy="Restore the artefact, or train the version again.",
        ) from error
