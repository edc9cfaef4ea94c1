"""Puts the lines that adopt a remedy into the charter; the next run heeds them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from airworthy.assurance.mitigation.report import Action, Line, Mitigation
from airworthy.charter.amend import amended, setting_line
from airworthy.charter.parse import parse_charter
from airworthy.kernel.atomic import write_atomic
from airworthy.kernel.errors import InputError


def adopt(charter: Path, found: Mitigation, remedy: str) -> list[str]:
    """The lines that were written.

    Raises
    ------
    InputError
        The remedy was not measured, or the charter cannot be changed so; it is then left as it was.
    """
    names = [str(action) for action in found.lines]
    if remedy not in names:
        why = found.not_measured.get(Action(remedy)) if remedy in tuple(Action) else None
        known = f"Name one of: {', '.join(names)}." if names else "None was measured."
        raise InputError(
            f'"{remedy}" was not measured{f": {why}" if why else "."}', value=remedy, remedy=known
        )
    return write_lines(charter, found.lines[Action(remedy)])


def write_lines(charter: Path, lines: Sequence[Line]) -> list[str]:
    """Put lines into the charter; those that were written. Raises `InputError` where that cannot be."""
    text = charter.read_text(encoding="utf-8")
    for line in lines:
        text = amended(text, line.table, line.key, line.value)
    parse_charter(text, charter)  # what does not parse is not written
    write_atomic(charter, text.encode("utf-8"))
    return [f"[{line.table}] {setting_line(line.key, line.value)}" for line in lines]
