"""Rows of the coming period as somebody holds them, brought into the canonical form."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from airworthy.charter.model import Charter, Task
from airworthy.data.canonical import to_canonical
from airworthy.data.target import make_target
from airworthy.data.types import RESERVED_TARGET
from airworthy.kernel.errors import InputError
from airworthy.lifecycle.outlook.rows import Upcoming
from airworthy.scoring.contract import Contract

FEWEST_LABELLED = 20
PART, PART_ROWS = "airworthy_part", "airworthy_part_rows"
"""Columns of a file of labels: the part that a row was drawn from, and how many coming rows are in it."""


def upcoming_of(
    coming: pl.DataFrame,
    labelled: pl.DataFrame | None,
    names: Sequence[str],
    charter: Charter,
    contract: Contract,
) -> Upcoming:
    """Coming rows and labelled ones with the columns `names`.

    Raises `InputError` where a column is absent, there are no rows, or the labels say too little.
    """
    rows = canonical_rows(coming, names, contract, "coming")
    sites = tuple(coming[name] for name in charter.outlook.sites if name in coming.columns)
    if labelled is None:
        return Upcoming(rows, sites=sites)
    target = charter.target.column
    if target not in labelled.columns:
        raise InputError(
            f'The labelled rows have no column "{target}".',
            value=target,
            remedy="Add the outcome that was looked up.",
        )
    known = labelled.filter(pl.col(target).is_not_null())
    if known.height < FEWEST_LABELLED:
        raise InputError(
            f"{known.height} labelled rows have an outcome, and fewer than {FEWEST_LABELLED} say nothing.",
            value=known.height,
            remedy="Label more of them, drawn at random.",
        )
    if charter.task is Task.BINARY and known[target].n_unique() < 2:
        raise InputError(
            f"All {known.height} labelled rows have one outcome, and an AUC needs both.",
            value=str(known[target][0]),
            remedy="Label more of them.",
        )
    outcome = make_target(known[target], charter).values
    inputs = canonical_rows(known, names, contract, "labelled").with_columns(
        pl.lit(outcome).alias(RESERVED_TARGET)
    )
    return Upcoming(rows, inputs, sites, *_parts(labelled, known))


def canonical_rows(rows: pl.DataFrame, names: Sequence[str], contract: Contract, what: str) -> pl.DataFrame:
    """The columns `names` of rows that somebody holds, in the types of the contract.

    Parameters
    ----------
    what : the rows are, in an error: "coming".

    Raises
    ------
    InputError : a column is absent, or there are no rows.
    """
    if absent := [name for name in names if name not in rows.columns]:
        raise InputError(
            f"The {what} rows lack {len(absent)} of the model's columns: {', '.join(absent[:5])}.",
            value=absent[0],
            remedy="Add them, joined as a caller sends them; empty cells are allowed.",
        )
    if rows.is_empty():
        raise InputError(f"There are no {what} rows.", value=0, remedy="Give some, or leave the table out.")
    types = {name: contract[name].type for name in names}
    return to_canonical(rows.select(names), types, f"The table of {what} rows")[0]


def _parts(labelled: pl.DataFrame, known: pl.DataFrame) -> tuple[NDArray[np.int64] | None, tuple[int, ...]]:
    """The part of each known row, and the rows of every part that was drawn from.

    Raises `InputError` where the two columns were changed.
    """
    if PART not in labelled.columns or PART_ROWS not in labelled.columns:
        return None, ()
    parts = labelled.select(PART, PART_ROWS).cast(pl.Int64, strict=False)
    sizes = parts.group_by(PART).agg(pl.col(PART_ROWS).n_unique().alias("n"), pl.col(PART_ROWS).first())
    sizes = sizes.sort(PART)
    wrong = sizes.null_count().sum_horizontal().item() or sizes[PART][0] < 0 or sizes["n"].max() != 1
    if wrong or (sizes[PART_ROWS] < parts.group_by(PART).len().sort(PART)["len"]).any():
        raise InputError(
            f"{PART} and {PART_ROWS} are not as they were written.",
            value=PART,
            remedy="Fill in the outcome only, in a new file of airworthy forecast --label.",
        )
    numbers = {number: place for place, number in enumerate(sizes[PART].to_list())}
    part = np.array([numbers[number] for number in known[PART].cast(pl.Int64)], dtype=np.int64)
    return part, tuple(sizes[PART_ROWS].to_list())
