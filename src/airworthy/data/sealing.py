"""The sealed test set: cut off before anything is measured, opened only when a release is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from airworthy.charter.model import Charter
from airworthy.data.divide import divide
from airworthy.data.roles import input_names
from airworthy.data.types import RESERVED_TARGET
from airworthy.kernel.errors import InputError
from airworthy.scoring.contract import LogicalType

MIN_ROWS = 30
"""With fewer outcomes than this, no test set says anything about a model."""


@dataclass(frozen=True)
class Seal:
    """Development and sealed rows. All four counts together are the rows that came in."""

    development: pl.DataFrame
    sealed: pl.DataFrame
    note: str
    without_outcome: int
    purged: int


def seal(frame: pl.DataFrame, charter: Charter, types: Mapping[str, LogicalType]) -> Seal:
    """Set the sealed test rows aside, as `charter.split` says.

    Rows without an outcome go to neither side and are counted. In time order the latest rows are sealed, and
    development rows whose outcome was not known at the boundary are purged. Otherwise whole units are drawn
    with the charter's seed: neither an entity nor a group of identical rows is on both sides.

    Raises `InputError` when fewer than 30 rows have an outcome, or a side would be empty.
    """
    known = frame.filter(pl.col(RESERVED_TARGET).is_not_null())
    without = frame.height - known.height
    if known.height < MIN_ROWS:
        raise InputError(
            f"{known.height:,} of {frame.height:,} rows have an outcome; at least {MIN_ROWS} are needed.",
            value=known.height,
            remedy="Add rows with an outcome"
            + (", or say what a missing one means: target.missing in airworthy.toml." if without else "."),
        )
    division = divide(known, charter, input_names(types, charter), charter.split.sealed, "seal")
    aside, purged = pl.Series(division.aside), pl.Series(division.purged)
    note = f"Sealed test: {division.note}."
    if without:
        note += f" {without:,} rows without an outcome are on neither side."
    return Seal(
        development=known.filter(~aside & ~purged),
        sealed=known.filter(aside),
        note=note,
        without_outcome=without,
        purged=int(division.purged.sum()),
    )
