"""Bytes that belong to no text: in a tolerant read their rows are set aside, and the others are kept."""

from __future__ import annotations

import polars as pl

from airworthy.data.csv_rows import Rows
from airworthy.data.marks import readable
from airworthy.data.quarantine import SetAside, Tray, as_line
from airworthy.kernel.errors import InputError


def set_aside_damaged(rows: Rows, mark: str, tray: Tray, label: str) -> Rows:
    """The rows without damaged bytes; those with some go to the tray.

    Raises `InputError` when the tray takes no more of them.
    """
    frame = rows.frame
    hit = frame.select(
        pl.any_horizontal(pl.all().str.contains(mark, literal=True)).fill_null(value=False)
    ).to_series()
    for at in hit.arg_true():
        cells = frame.row(at, named=True)
        name = next(name for name, cell in cells.items() if cell and mark in cell)
        value, line = readable(cells[name], mark), rows.lines[at]
        error = InputError(
            f'{label}, line {line:,}, column "{name}": holds bytes that are no text ({value}).',
            value=value,
            remedy="Repair that line, or export the file again as UTF-8.",
        )
        raw = readable(as_line(cells.values()), mark)
        tray.broken(SetAside(label, line, "bytes that are no text", name, value, raw), error)
        tray.judge_early(frame.height)
    kept = [line for line, broken in zip(rows.lines, hit, strict=True) if not broken]
    return Rows(frame.filter(~hit), kept)
