"""Development rows that training measured out of fold, kept beside the model that learned from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from airworthy.lifecycle.context import Context
from airworthy.lifecycle.prepare import Prepared
from airworthy.model import HeldOut

PLACE = "__place__"


def table_of(held_out: HeldOut) -> pl.DataFrame:
    """The table that is kept: places among the development rows, and outputs."""
    outputs = {f"output_{i}": column for i, column in enumerate(held_out.outputs.T)}
    return pl.DataFrame({PLACE: held_out.places, **outputs}).sort(PLACE)


@dataclass(frozen=True, eq=False)
class Measured:
    """Development rows that models of the chosen recipe scored unseen, (m,), and what they said (m, k).

    `past`: the other development rows; in time order they are the earlier ones.
    """

    frame: pl.DataFrame
    past: pl.DataFrame
    outputs: NDArray[np.float64]


def measured_rows(context: Context, prepared: Prepared, trained: Mapping[str, Any]) -> Measured:
    """The rows that training measured, in their order among the development rows."""
    table = pl.read_parquet(context.frame_path(trained["held_out"]))
    places = table[PLACE]
    rows = prepared.development.with_row_index(PLACE)
    past = rows.filter(~pl.col(PLACE).is_in(places.implode())).drop(PLACE)
    return Measured(prepared.development[places], past, table.drop(PLACE).to_numpy())
