"""The files of a model version, by name and digest."""

from __future__ import annotations

from pathlib import Path

from airworthy.kernel.digest import digest_file


def artefact_files(folder: Path) -> dict[str, str]:
    """Digest of each file by its path in the folder; the version's digest is that of this mapping."""
    files = sorted(p for p in folder.rglob("*") if p.is_file() and "__pycache__" not in p.parts)
    return {path.relative_to(folder).as_posix(): digest_file(path) for path in files}
