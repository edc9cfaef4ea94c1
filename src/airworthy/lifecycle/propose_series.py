"""Whether a table holds series to be forecast: a number, regular times, and columns that name each series."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
import polars as pl

from airworthy.charter.model import Task
from airworthy.data.series.panel import Panel, panel_of
from airworthy.data.series.season import season_of
from airworthy.kernel.errors import InputError
from airworthy.lifecycle.propose_draft import decide, listing, note, quoted
from airworthy.lifecycle.propose_look import Look
from airworthy.lifecycle.propose_options import ProposeOptions
from airworthy.lifecycle.propose_roles import Roles
from airworthy.lifecycle.propose_words import is_identifier_name
from airworthy.scoring.contract import LogicalType

MOST_NAMES, MOST_TRIED = 3, 6
"""Columns that together name a series at most, and columns that are tried for it."""
FEWEST_ROWS = 24
"""Rows of a series, on average: fewer are a panel of cases, of which another model tells more."""
FILLED = 0.5
"""Share of the moments between a series' first and last row that must have one."""


@dataclass(frozen=True)
class Series:
    """What a [forecast] table would say."""

    names: tuple[str, ...]
    count: int
    every: str
    horizon: str
    season: int

    def lines(self) -> Iterator[str]:
        """The table as text."""
        yield "[forecast]"
        yield from note(
            f"{self.count:,} series, one row every {self.every}: each row is decided up to the horizon "
            "earlier, from what was known of its series then."
        )
        yield from decide("how far ahead must the answer be known? A shorter horizon is forecast better.")
        yield f"horizon = {quoted(self.horizon)}"
        yield f"every = {quoted(self.every)}"
        found = "the pattern returns after so many steps" if self.season > 1 else "no season was found"
        yield f"season = {self.season}  # {found}"
        if self.names:
            yield f"series = {listing(self.names)}"
        yield from note(
            "No other column is read. Name those whose values are known before their time, such as prices: "
            'known_ahead = ["price"]'
        )


def guess_series(
    frame: pl.DataFrame, looks: Sequence[Look], roles: Roles, options: ProposeOptions
) -> Series | None:
    """The forecast that this table could be for, or None where rows are cases and no series.

    Several series are needed, or a single one with no further columns: where rows have other columns, a
    regression of those usually tells more.
    """
    if roles.task is not Task.REGRESSION or roles.time is None:
        return None
    for names in _tries(looks, roles, options):
        keyed = frame.select(*names, roles.time)
        if keyed.is_duplicated().any():
            continue
        return _of(frame, looks, roles, names)
    return None


def read_as_series(roles: Roles, series: Series) -> Roles:
    """The roles of a forecast: nothing is read but the past of each series, so nothing comes too late."""
    kept = tuple(item for item in roles.excluded if item.column not in series.names)
    protected = tuple(name for name in roles.protected if name not in series.names)
    return replace(roles, entity=(), leaks=(), excluded=kept, protected=protected)


def _tries(looks: Sequence[Look], roles: Roles, options: ProposeOptions) -> Iterator[tuple[str, ...]]:
    """Sets of columns that could name a series: words before keys, few before many."""
    if options.entity:
        yield options.entity
        return
    kinds = (LogicalType.CATEGORY, LogicalType.IDENTIFIER, LogicalType.FLAG)
    fit = [
        look
        for look in looks
        if look.type in kinds and look.name not in (roles.target.name, roles.time)
        if 2 <= look.distinct <= look.filled / FEWEST_ROWS and not look.nulls
    ]
    words = sorted(
        (look for look in fit if not is_identifier_name(look.name)), key=lambda look: look.distinct
    )
    keys = [look for look in fit if look not in words]
    yield ()
    for size in range(1, MOST_NAMES + 1):
        yield from (tuple(look.name for look in some) for some in combinations(words[:MOST_TRIED], size))
    yield from ((look.name,) for look in keys)


def _of(frame: pl.DataFrame, looks: Sequence[Look], roles: Roles, names: tuple[str, ...]) -> Series | None:
    others = [look for look in looks if look.name not in (*names, roles.target.name, roles.time)]
    if not names and any(look.distinct > 1 and not look.rises for look in others):
        return None
    assert roles.time is not None
    try:
        panel = panel_of(_dated(frame, roles.time), roles.target.name, roles.time, names)
    except InputError:
        return None  # irregular times: no series that could be forecast step by step
    known = np.isfinite(panel.values)
    if known.sum() < FEWEST_ROWS * known.shape[1] or known.sum() < FILLED * (known.sum() + panel.gaps):
        return None
    return _described(panel, names)


def _dated(frame: pl.DataFrame, time: str) -> pl.DataFrame:
    stamps = frame[time]
    if isinstance(stamps.dtype, pl.Datetime) and stamps.dtype.time_zone:
        return frame.with_columns(stamps.dt.replace_time_zone(None))
    return frame


def _described(panel: Panel, names: tuple[str, ...]) -> Series:
    step, moments = panel.grid.step, len(panel.values)
    most = max(1, moments // 5)
    season = season_of(panel.values, step, min(12, most))
    steps = min(season if season > 1 else 12, most)
    if step.months:
        horizon = f"{steps * step.months}mo"
    else:
        text = str(step)
        horizon = f"{steps * int(text[:-1])}{text[-1]}"
    return Series(names, panel.values.shape[1], str(step), horizon, season)
