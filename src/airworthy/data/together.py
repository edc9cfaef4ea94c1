"""Several files or sheets of one form as one table: what they share, what comes and goes, what repeats."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from airworthy.charter.problems import listed
from airworthy.data.cells import Cells, Part
from airworthy.data.lexical import Note
from airworthy.data.written import Gaps, most_first

_MOST_NAMED = 3


def together(tables: Sequence[Cells]) -> Cells:
    """The rows of all tables, one below the other, in order.

    A column that a table lacks is missing in its rows, and a note says so. Types are decided later, over the
    rows of all; columns whose stored types differ become text.
    """
    if len(tables) == 1:
        return tables[0]
    frames = _alike([table.frame for table in tables])
    frame = pl.concat(frames, how="diagonal")
    parts = tuple(part for table in tables for part in table.parts)
    notes = (*(note for table in tables for note in table.notes), *_come_and_go(tables))
    forms = dict.fromkeys(table.form for table in tables)
    european = all(table.european for table in tables)
    return Cells(frame, "; ".join(forms), parts, european, _all_gaps(tables), notes)


def _alike(frames: Sequence[pl.DataFrame]) -> list[pl.DataFrame]:
    """Frames whose columns of one name have one type: whole numbers become decimals, anything else text."""
    kinds: dict[str, set[pl.DataType]] = {}
    for frame in frames:
        for name, kind in frame.schema.items():
            kinds.setdefault(name, set()).add(kind)
    wanted: dict[str, pl.DataType] = {}
    for name, found in kinds.items():
        known = found - {pl.Null()}
        if len(found) > 1:
            numeric = all(kind.is_numeric() for kind in known)
            one = next(iter(known)) if len(known) == 1 else pl.Float64() if numeric else pl.String()
            wanted[name] = one
    return [
        frame.with_columns(pl.col(name).cast(kind) for name, kind in wanted.items() if name in frame.columns)
        for frame in frames
    ]


def _all_gaps(tables: Sequence[Cells]) -> dict[str, Gaps]:
    found: dict[str, tuple[int, dict[str, int]]] = {}
    for table in tables:
        for name, gaps in table.gaps.items():
            empty, words = found.get(name, (0, {}))
            for word, rows in gaps.words:
                words[word] = words.get(word, 0) + rows
            found[name] = (empty + gaps.empty, words)
    # A column with no such word in one table may still have empty cells there.
    for table in tables:
        for name in found.keys() & set(table.frame.columns) - table.gaps.keys():
            empty, words = found[name]
            found[name] = (empty + table.frame[name].null_count(), words)
    return {name: Gaps(empty, most_first(words)) for name, (empty, words) in found.items()}


def _come_and_go(tables: Sequence[Cells]) -> list[Note]:
    names = dict.fromkeys(name for table in tables for name in table.frame.columns)
    notes = []
    for name in names:
        without = [table for table in tables if name not in table.frame.columns]
        if without:
            rows = sum(table.frame.height for table in without)
            labels = listed([_name(table.parts[0]) for table in without], _MOST_NAMED)
            told = f"no such column in {len(without):,} of {len(tables):,} parts ({labels})"
            notes.append(Note(name, f"{told}: missing in {rows:,} rows"))
    return notes


def _name(part: Part) -> str:
    return part.sheet or part.file


def repeated_rows(cells: Cells) -> tuple[int, list[Note]]:
    """Rows of a file that also stand in an earlier one, and what to say of them. None is dropped.

    Returns
    -------
    count : rows whose every value stands in a row of an earlier file of the same table.
    """
    files = _files(cells)
    if len(files) < 2:
        return 0, []
    hashes = cells.frame.hash_rows(seed=0).alias("row")
    number = pl.concat(
        [pl.repeat(at, rows, dtype=pl.Int32, eager=True) for at, (_, rows) in enumerate(files)]
    )
    frame = pl.DataFrame({"row": hashes, "file": number})
    first = frame.with_columns(pl.col("file").min().over("row").alias("first"))
    again = first.with_row_index("at").filter(pl.col("file") > pl.col("first"))
    if not again.height:
        return 0, []
    at, row = again["at"][0], again["row"][0]
    there = int((frame["row"] == row).arg_true()[0])
    shown = [part.place(place) for part, place in (cells.origin(at), cells.origin(there))]
    told = (
        f"{again.height:,} of {frame.height:,} rows stand in an earlier file too ({shown[0]} is {shown[1]})"
    )
    return again.height, [Note(cells.label, f"{told}; all are kept: do the exports overlap?")]


def _files(cells: Cells) -> list[tuple[str, int]]:
    """Files in their order, with their rows."""
    found: list[tuple[str, int]] = []
    for part in cells.parts:
        if found and found[-1][0] == part.file:
            found[-1] = (part.file, found[-1][1] + len(part.rows))
        else:
            found.append((part.file, len(part.rows)))
    return found
