"""Dates and times as a spreadsheet keeps them: days since the end of 1899, with a time even where none is."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from airworthy.data.lexical import Note

_MIDNIGHT = " 00:00:00"
_DAY_ZERO = "1899-12-31 "
_DATE = r"^\d{4}-\d{2}-\d{2}(?: \d{2}:\d{2}:\d{2}(?:\.\d+)?)?$"
_SERIAL = r"^[2-7]\d{4}(?:\.\d+)?$"
"""Days from 1954 to 2119 as a spreadsheet counts them."""


def fill_merged(cells: pl.DataFrame, merged: Sequence[tuple[int, int, int]]) -> tuple[pl.DataFrame, int]:
    """Cells of one column that are merged over several rows, each with the value of the first of them.

    Parameters
    ----------
    merged
        Place of the column, and first and last row, from 1. One that does not look merged is left alone.

    >>> fill_merged(pl.DataFrame({"a": ["north", None, "x"]}), [(0, 1, 2)])[0]["a"].to_list()
    ['north', 'north', 'x']
    """
    filled = 0
    columns = {place: cells.to_series(place).to_list() for place, _, _ in merged if 0 <= place < cells.width}
    for place, first, last in merged:
        values = columns.get(place, [])
        below = values[first:last]
        if below and values[first - 1] is not None and not any(below):
            values[first:last] = [values[first - 1]] * len(below)
            filled += len(below)
    if not filled:
        return cells, 0
    made = [
        pl.Series(column.name, columns[place], pl.String) if place in columns else column
        for place, column in enumerate(cells.iter_columns())
    ]
    return pl.DataFrame(made), filled


def plain_dates(frame: pl.DataFrame) -> pl.DataFrame:
    """Days without the midnight that the workbook's reader adds, and times of day without its day zero.

    >>> table = pl.DataFrame({"d": ["2024-01-31 00:00:00", None], "t": ["1899-12-31 09:30:00", "x"]})
    >>> plain_dates(table).row(0)
    ('2024-01-31', '09:30:00')
    """
    return frame.with_columns(_plain(column) for column in frame.iter_columns())


def _plain(column: pl.Series) -> pl.Series:
    present = column.drop_nulls()
    if not len(present):
        return column
    if not present.str.contains(r"^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}").any():
        return column
    column = column.str.strip_prefix(_DAY_ZERO)
    stamps = present.filter(present.str.contains(_DATE))
    return column.str.strip_suffix(_MIDNIGHT) if stamps.str.ends_with(_MIDNIGHT).all() else column


def dates_of_serials(frame: pl.DataFrame, label: str) -> tuple[pl.DataFrame, list[Note]]:
    """Days that lost their format among days that kept it: 45322 is 2024-01-31.

    >>> frame, notes = dates_of_serials(pl.DataFrame({"d": ["2024-01-30", "45322", "2024-02-01"]}), "a.xlsx")
    >>> frame["d"][1], notes[0].text
    ('2024-01-31', "1 of 3 dates stood there as a number (as '45322')")
    """
    columns, notes = [], []
    for column in frame.iter_columns():
        present = column.drop_nulls()
        dated = int(present.str.contains(_DATE).sum())
        serial = column.str.contains(_SERIAL).fill_null(value=False)
        numbers = int(serial.sum())
        if dated and numbers and dated >= numbers and dated + numbers == len(present):
            days = column.set(~serial, None).cast(pl.Float64)
            stamps = (pl.Series([-2_209_161_600.0]) + days * 86_400.0).round(0) * 1e6
            moments = stamps.cast(pl.Int64).cast(pl.Datetime("us"))
            whole = bool((days.drop_nulls() % 1 == 0).all())
            written = moments.dt.to_string("%Y-%m-%d" if whole else "%Y-%m-%d %H:%M:%S")
            notes.append(
                Note(
                    column.name,
                    f"{numbers:,} of {len(present):,} dates stood there as a number "
                    f"(as {column.filter(serial)[0]!r})",
                )
            )
            column = column.zip_with(~serial, written)
        columns.append(column)
    return pl.DataFrame(columns), notes
