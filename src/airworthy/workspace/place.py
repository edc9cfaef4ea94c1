"""Where a workspace lies: the charter, and `.airworthy` beside it."""

from __future__ import annotations

from pathlib import Path

from airworthy.kernel.errors import InputError
from airworthy.kernel.home import HOME

CHARTER = "airworthy.toml"


def charter_path(place: Path) -> Path:
    """The charter named by a folder or a file. Raises `InputError` when there is none."""
    path = place / CHARTER if place.is_dir() else place
    if not path.is_file():
        raise InputError(
            f"There is no charter at {path}.",
            value=str(path),
            remedy="Write one: airworthy init DATA.csv --target COLUMN",
        )
    return path


def home_of(place: Path) -> Path:
    """The `.airworthy` folder beside the charter."""
    return charter_path(place).resolve().parent / HOME
