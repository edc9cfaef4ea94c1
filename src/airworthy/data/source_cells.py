"""All files of one declared source as one table of cells."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from airworthy.charter.model import Source
from airworthy.charter.problems import did_you_mean
from airworthy.data.cells import Cells
from airworthy.data.column_names import refuse_duplicates
from airworthy.data.container import open_bytes
from airworthy.data.lexical import Note
from airworthy.data.quarantine import Tray
from airworthy.data.read import cells_of
from airworthy.data.together import together
from airworthy.data.unfit import set_aside_unfit
from airworthy.kernel.errors import InputError
from airworthy.scoring.contract import LogicalType


def cells_of_source(
    source: Source, paths: Sequence[Path], kinds: Mapping[str, LogicalType], tray: Tray
) -> Cells:
    """The cells of all files, one below the other; rows that cannot be read go to `tray`.

    Columns take the names that the charter gives them. A file whose bytes stand there twice is said so.

    Raises `InputError` when a file cannot be read, and when no file has a column that is to be renamed.
    """
    tables: list[Cells] = []
    seen: dict[str, str] = {}
    notes = []
    for path, label in zip(paths, _labels(paths), strict=True):
        opened = open_bytes(path)
        opened = replace(opened, label=label) if label else opened
        digest = hashlib.sha256(opened.data).hexdigest()
        if digest in seen:
            told = f"holds the same bytes as {seen[digest]}; its rows are read again"
            notes.append(Note(opened.label, told))
        seen.setdefault(digest, opened.label)
        tables.append(_renamed(cells_of(opened, source.sheet, tray), source.rename))
    cells = together(tables)
    _refuse_unknown(source, [name for table in tables for name in table.frame.columns])
    return set_aside_unfit(replace(cells, notes=(*notes, *cells.notes)), kinds, tray)


def _labels(paths: Sequence[Path]) -> list[str]:
    """What tells files of one name apart: their folders; "" where the names do."""
    if len({path.name for path in paths}) == len(paths):
        return [""] * len(paths)
    above = os.path.commonpath(path.parent for path in paths)
    return [path.relative_to(above).as_posix() for path in paths]


def _renamed(cells: Cells, names: Mapping[str, str]) -> Cells:
    mine = {old: new for old, new in names.items() if old in cells.frame.columns}
    if not mine:
        return cells
    refuse_duplicates([mine.get(name, name) for name in cells.frame.columns], cells.label)
    gaps = {mine.get(name, name): found for name, found in cells.gaps.items()}
    return replace(cells, frame=cells.frame.rename(mine), gaps=gaps)


def _refuse_unknown(source: Source, names: Sequence[str]) -> None:
    for old, new in source.rename.items():
        if old not in names and new not in names:
            raise InputError(
                f'The source {source.name} has no column "{old}", which is to be called "{new}".',
                value=old,
                remedy=did_you_mean(old, names, "Correct sources.rename in airworthy.toml."),
            )
