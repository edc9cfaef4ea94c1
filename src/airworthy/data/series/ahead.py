"""A table as rows to be forecast: each decided some steps before its time, from what was known then."""

from __future__ import annotations

import numpy as np
import polars as pl
from msgspec.structs import replace

from airworthy.charter.model import Charter, ForecastRules
from airworthy.data.series.inputs import Asked, inputs_of, steps_for
from airworthy.data.series.names import PREFIX
from airworthy.data.series.panel import Panel, panel_of
from airworthy.data.series.past import past_of
from airworthy.data.times import instants
from airworthy.data.types import RESERVED_TIME
from airworthy.kernel.errors import InputError
from airworthy.scoring.contract import Contract


def panel_of_charter(frame: pl.DataFrame, charter: Charter) -> Panel:
    """The main table's outcomes by time and series, as [forecast] declares them."""
    rules, time = charter.forecast, charter.data.decision_time
    assert rules is not None
    assert time is not None  # the charter's own rules demand it
    naive = frame
    if time in frame.columns:
        stamps = frame[time]
        if isinstance(stamps.dtype, pl.Datetime) and stamps.dtype.time_zone:
            naive = frame.with_columns(stamps.dt.replace_time_zone(None))
    return panel_of(naive, charter.target.column, time, rules.series, rules.every)


def with_origins(frame: pl.DataFrame, charter: Charter) -> pl.DataFrame:
    """The rows with the moment at which each is decided, and what was known of its series then.

    A row with an outcome is decided 1 to horizon steps before its time, in turn; one after the last known
    outcome as many steps as it lies beyond. Each row stays one row, in its place.

    Raises `InputError` when a column has a name that the inputs take.
    """
    rules = charter.forecast
    assert rules is not None
    refuse_taken(frame)
    panel = panel_of_charter(frame, charter)
    past = past_of(panel.values, rules.season, rules.steps)
    asked = Asked(panel.place, panel.code, _steps(panel, rules))
    zone, label = charter.sources[0].zone, charter.sources[0].name
    origin = instants(panel.grid.times(asked.origin).alias(str(charter.data.decision_time)), zone, label)
    made = inputs_of(past, panel.grid, asked)
    return pl.concat([frame, made], how="horizontal").with_columns(origin.alias(RESERVED_TIME))


def with_future(frame: pl.DataFrame, charter: Charter) -> pl.DataFrame:
    """The rows, and one without an outcome for each series and each step ahead that has none yet."""
    rules, time = charter.forecast, charter.data.decision_time
    assert rules is not None
    assert time is not None
    panel = panel_of_charter(frame, charter)
    count, last = panel.values.shape[1], len(panel.values) - 1
    code = np.repeat(np.arange(count), rules.steps)
    place = np.tile(np.arange(last + 1, last + 1 + rules.steps), count)
    there = set(zip(panel.place.tolist(), panel.code.tolist(), strict=True))
    new = np.array(
        [pair not in there for pair in zip(place.tolist(), code.tolist(), strict=True)], dtype=bool
    )
    stamps = panel.grid.times(place[new]).cast(pl.Datetime("us"))
    dtype = frame[time].dtype
    if isinstance(dtype, pl.Datetime) and dtype.time_zone:
        stamps = stamps.dt.replace_time_zone(dtype.time_zone)
    more = panel.keys[code[new]] if panel.keys.width else pl.DataFrame()
    more = more.with_columns(stamps.cast(dtype).alias(time))
    return pl.concat([frame, more], how="diagonal")


def is_ahead(frame: pl.DataFrame, charter: Charter) -> pl.Series:
    """Which rows lie after the last known outcome, and no further than the horizon (n,)."""
    rules = charter.forecast
    assert rules is not None
    panel = panel_of_charter(frame, charter)
    last = len(panel.values) - 1
    return pl.Series((panel.place > last) & (panel.place <= last + rules.steps))


def refuse_taken(frame: pl.DataFrame) -> None:
    """Raise `InputError` when a person's own column begins as those do that a forecast adds."""
    taken = [name for name in frame.columns if name.startswith(PREFIX)]
    if taken:
        raise InputError(
            f'The table has a column "{taken[0]}"; names that begin with {PREFIX} are kept for what is known '
            "when a forecast is made.",
            value=taken[0],
            remedy="Rename that column.",
        )


def _steps(panel: Panel, rules: ForecastRules) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    beyond = panel.place - (len(panel.values) - 1)
    inside = steps_for(panel.place, panel.code, rules.steps)
    return np.where(beyond > 0, beyond, inside).astype(np.int64)


def as_told(frame: pl.DataFrame, contract: Contract, charter: Charter) -> tuple[pl.DataFrame, Contract]:
    """Rows and contract as the person's own tables have them, at their own times: what an audit looks at.

    What a forecast adds is computed anew each time; nobody can put it right at a source.
    """
    if charter.forecast is None:
        return frame, contract
    own = tuple(column for column in contract.columns if not column.name.startswith(PREFIX))
    stamps = instants(frame[str(charter.data.decision_time)], charter.sources[0].zone, "The table")
    kept = [name for name in frame.columns if not name.startswith(PREFIX)]
    return frame.select(kept).with_columns(stamps.alias(RESERVED_TIME)), replace(contract, columns=own)
