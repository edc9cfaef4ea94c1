"""The coming rows that somebody should label, as a file with an empty column for the outcome."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from airworthy.kernel.errors import InputError
from airworthy.lifecycle.outlook.answer import Foreseen


def write_labels(found: Foreseen, coming: pl.DataFrame, target: str, path: Path) -> None:
    """Write the rows that `found` names. Raises `InputError` where it names none, or for another ending."""
    if path.suffix != ".csv":
        raise InputError(f"{path.name} is no .csv.", value=path.suffix, remedy="Write --label rows.csv")
    rows = found.to_label(coming, target)
    try:
        rows.write_csv(path)
    except OSError as error:
        raise InputError(
            f"{path} cannot be written: {error.strerror or error}.", value=str(path), remedy="Check the path."
        ) from error
