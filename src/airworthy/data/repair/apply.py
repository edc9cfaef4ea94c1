"""A fitted recipe on a frame: the scoring steps run on its columns, as they do on a request."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from airworthy.data.canonical import store
from airworthy.data.columns import columns_for_scoring
from airworthy.data.frame import take
from airworthy.data.repair.fit import Fitted
from airworthy.kernel.errors import InputError
from airworthy.scoring.contract import LogicalType
from airworthy.scoring.repaired import clock_names, repaired_contract
from airworthy.scoring.steps import apply_steps


def repair_frame(frame: object, fitted: Fitted) -> pl.DataFrame:
    """A repaired copy: same rows, dropped columns gone, columns that no step touches as they are."""
    plain = take(frame).frame
    touched = dict.fromkeys(step.column for step in fitted.scoring)
    absent = [name for name in touched if name not in plain.columns]
    if absent:
        raise InputError(
            f'The frame lacks the column "{absent[0]}", which the recipe repairs.',
            value=absent[0],
            remedy="Add the column, or refuse its steps.",
        )
    if touched:
        plain = plain.with_columns(_repaired(plain, fitted, tuple(touched)))
    return plain.drop([name for name in fitted.dropped if name in plain.columns])


def training_frame(frame: object, fitted: Fitted) -> pl.DataFrame:
    """The repaired training rows that are left."""
    plain = take(frame).frame
    return repair_frame(fitted.keep(plain), fitted)


def _repaired(plain: pl.DataFrame, fitted: Fitted, touched: tuple[str, ...]) -> list[pl.Series]:
    clocks = [name for name in clock_names(fitted.scoring) if name in plain.columns]
    names = tuple(dict.fromkeys([*touched, *clocks]))
    canonical = pl.DataFrame([store(plain[name], fitted.contract[name].type).values for name in names])
    columns = apply_steps(fitted.scoring, columns_for_scoring(canonical, fitted.contract, names=names))
    after = repaired_contract(fitted.contract, fitted.scoring)
    made = [name for name in columns if name not in names]
    return [
        _series(name, columns[name], after[name].type, plain.schema.get(name)) for name in (*touched, *made)
    ]


def _series(name: str, values: Any, kind: LogicalType, was: pl.DataType | None) -> pl.Series:
    """A column back in Polars; whole numbers stay whole where they still are."""
    if not isinstance(values, np.ndarray):
        return pl.Series(name, _texts(values), pl.String)
    numbers = pl.Series(name, values, pl.Float64).fill_nan(None)
    if kind is LogicalType.FLAG:
        return numbers.cast(pl.Boolean)
    if kind is LogicalType.DAY:
        return (numbers / 86_400).cast(pl.Int32).cast(pl.Date)
    if kind is LogicalType.INSTANT:
        moments = (numbers * 1e6).round(0).cast(pl.Int64).cast(pl.Datetime("us"))
        return moments.dt.replace_time_zone("UTC") if getattr(was, "time_zone", None) else moments
    if was is not None and was.is_integer():
        whole = numbers.cast(pl.Int64, strict=False)
        if bool((whole.cast(pl.Float64) == numbers).fill_null(value=True).all()):
            return whole
    return numbers


def _texts(values: Sequence[str | None]) -> list[str | None]:
    return list(values)
