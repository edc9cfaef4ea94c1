"""Data that grows old: tables shipped with a date, which a user's own file adds to or replaces."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from airworthy.kernel.errors import InputError

OLD_AFTER_DAYS = 180
"""A figure older than this is said to be old wherever it is used."""


def own_file(variable: str, name: str, environment: Mapping[str, str] | None = None) -> Path | None:
    """The user's own table: `$variable`, else `name` in the user's configuration folder, else None.

    Raises `InputError` when the variable names a file that is not there.
    """
    environment = os.environ if environment is None else environment
    if chosen := environment.get(variable):
        if not Path(chosen).is_file():
            raise InputError(
                f"{variable} names {chosen}, and there is no such file.",
                value=chosen,
                remedy=f"Correct the path, or take {variable} out to use what ships with Airworthy.",
            )
        return Path(chosen)
    folder = environment.get("AIRWORTHY_CONFIG")
    path = (Path(folder) if folder else Path.home() / ".config" / "airworthy") / name
    return path if path.is_file() else None


def read_rows(path: Path, table: str, needed: Mapping[str, type | tuple[type, ...]]) -> list[dict[str, Any]]:
    """The `[[table]]` entries of a TOML file, each with the file's `as_of` and `source` where it has none.

    Raises `InputError` that names the file and the entry when one lacks a key, or holds another type.
    """
    try:
        document = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(
            f"{path} cannot be read: {error}.", value=str(path), remedy="Correct the file, or remove it."
        ) from error
    common = {name: document[name] for name in ("as_of", "source") if name in document}
    rows = document.get(table, [])
    if not isinstance(rows, list) or not rows:
        raise InputError(
            f"{path} has no [[{table}]].", value=str(path), remedy=f"Write at least one [[{table}]] entry."
        )
    return [_checked(common | row, number, path, table, needed) for number, row in enumerate(rows, 1)]


def _checked(
    row: dict[str, Any],
    number: int,
    path: Path,
    table: str,
    needed: Mapping[str, type | tuple[type, ...]],
) -> dict[str, Any]:
    for name, kind in {**needed, "as_of": date, "source": str}.items():
        if isinstance(row.get(name), bool) or not isinstance(row.get(name), kind):
            raise InputError(
                f"{path}: entry {number} of [[{table}]] has no usable {name} (found {row.get(name)!r}).",
                value=row.get(name),
                remedy=f"Write {name} there, or once at the top for as_of and source.",
            )
    return row


def age_note(what: str, as_of: date, today: date) -> str:
    """A sentence where a figure is old, else "".

    >>> age_note("The price of m5.large", date(2026, 1, 1), date(2026, 11, 22))
    'The price of m5.large is of 2026-01-01, 325 days old: check it.'
    >>> age_note("The price of m5.large", date(2026, 10, 1), date(2026, 11, 22))
    ''
    """
    days = (today - as_of).days
    return f"{what} is of {as_of}, {days:,} days old: check it." if days > OLD_AFTER_DAYS else ""
