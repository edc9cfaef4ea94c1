"""One sheet of a workbook, cell by cell as text, so that its values are typed like those of other files."""

from __future__ import annotations

import polars as pl

from airworthy.charter.problems import did_you_mean, listed
from airworthy.data.column_names import refuse_duplicates, with_names
from airworthy.kernel.errors import InputError, MissingExtra


def read_excel(data: bytes, label: str, *, sheet: str | None = None) -> pl.DataFrame:
    """Read one sheet; its first row names the columns.

    Raises `MissingExtra` without the package fastexcel, and `InputError` when the workbook is damaged, has
    several sheets and none is named, or the sheet has no rows.
    """
    try:
        import fastexcel  # an optional dependency
    except ImportError:
        raise MissingExtra("fastexcel", "excel") from None
    try:
        book = fastexcel.read_excel(data)
        chosen = _choose(book.sheet_names, sheet, label)
        cells = book.load_sheet(chosen, header_row=None, dtypes="string").to_polars()
    except fastexcel.FastExcelError as error:
        told = str(error).splitlines()[0]
        raise InputError(
            f"{label} cannot be read as a workbook: {told}.",
            value=label,
            remedy="Open it in a spreadsheet and save it again as .xlsx or as CSV UTF-8.",
        ) from error
    return _with_header(cells, f"{label}, sheet {chosen}")


def _choose(names: list[str], sheet: str | None, label: str) -> str:
    if sheet is None:
        if len(names) == 1:
            return names[0]
        raise InputError(
            f"{label} has {len(names)} sheets.",
            value=label,
            remedy=f'Name one with --sheet, or sheet = "..." in airworthy.toml: {listed(names)}.',
        )
    if sheet not in names:
        raise InputError(
            f"{label} has no sheet {sheet}.",
            value=sheet,
            remedy=did_you_mean(sheet, names, f"It has: {listed(names)}."),
        )
    return sheet


def _with_header(cells: pl.DataFrame, label: str) -> pl.DataFrame:
    if cells.height < 2:
        raise InputError(
            f"{label} has {'a header and no' if cells.height else 'no'} rows.",
            value=label,
            remedy="Name another sheet or export it again with its rows.",
        )
    first = [str(name or "").strip() for name in cells.row(0)]
    if len(first) > 2 and sum(map(bool, first)) <= 1:
        title = next(filter(None, first), "")
        raise InputError(
            f"{label}: the first row names 1 of {len(first)} columns ({title!r}), so it looks like a title.",
            value=title,
            remedy="Delete the rows above the column names, and split merged cells.",
        )
    names = with_names(first)
    refuse_duplicates(names, label)
    body = cells.slice(1)
    return body.rename(dict(zip(body.columns, names, strict=True)))
