"""The coming rows that somebody should label, as a file with an empty column for the outcome."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from airworthy.kernel.errors import InputError
from airworthy.lifecycle.outlook.answer import Foreseen
from airworthy.lifecycle.outlook.labelling import LABELLED


def write_labels(found: Foreseen, coming: pl.DataFrame, target: str, path: Path) -> None:
    """Write the rows that `found` names. Raises `InputError` where it names none, or for another ending."""
    chosen = found.period.labelling if found.period else None
    if chosen is None:
        raise InputError(
            f"{coming.height:,} coming rows are too few to draw {LABELLED} from, or labelled ones are there.",
            value=coming.height,
            remedy=f"Leave out --label, or give more than {LABELLED} coming rows.",
        )
    if path.suffix != ".csv":
        raise InputError(f"{path.name} is no .csv.", value=path.suffix, remedy="Write --label rows.csv")
    rows = coming[list(chosen.places)].with_columns(pl.lit(None, dtype=pl.String).alias(target))
    try:
        rows.write_csv(path)
    except OSError as error:
        raise InputError(
            f"{path} cannot be written: {error.strerror or error}.", value=str(path), remedy="Check the path."
        ) from error
