"""Rows of the coming period as somebody holds them, brought into the canonical form."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from airworthy.charter.model import Charter
from airworthy.data.canonical import to_canonical
from airworthy.data.target import make_target
from airworthy.data.types import RESERVED_TARGET
from airworthy.kernel.errors import InputError
from airworthy.lifecycle.outlook.rows import Upcoming
from airworthy.scoring.contract import Contract

FEWEST_LABELLED = 20


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
    rows = _canonical(coming, names, contract, "coming")
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
    outcome = make_target(known[target], charter).values
    inputs = _canonical(known, names, contract, "labelled")
    return Upcoming(rows, inputs.with_columns(pl.lit(outcome).alias(RESERVED_TARGET)), sites)


def _canonical(rows: pl.DataFrame, names: Sequence[str], contract: Contract, what: str) -> pl.DataFrame:
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
