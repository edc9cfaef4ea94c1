"""The day on which one way of writing IDs gave way to another."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import polars as pl

from airworthy.data.id_rules.agreement import CERTAIN

UNLIKELY = math.log(20)
"""Nats: days up to 20 times less likely than the likeliest one are in its interval."""

_LEAST_CHANGE, _FEWEST = 0.25, 10
_DAY, _ID, _PATTERN = "day", "id", "pattern"

Counts = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Change:
    """The likeliest first day of the new way; the true one lies from `earliest` to `latest`."""

    day: date
    earliest: date
    latest: date
    nats: float


def change_of(rows: pl.DataFrame, answered: Sequence[pl.Series]) -> Change | None:
    """The day that parts the rows best by which rules answer to their IDs; None where no day does.

    Parameters
    ----------
    rows : columns day (Date) and id (String), each pair once.
    answered : for each rule the IDs that find a partner by it.

    The rules that answer make a pattern for each row. A day is as likely as the shares of patterns before and
    after it make what was seen (two multinomials); it counts where chance would give as clear a one once in a
    million, and the share of some pattern changes by a quarter.
    """
    told = rows.drop_nulls([_DAY, _ID]).with_columns(_pattern(answered))
    counts = told.group_by(_DAY, _PATTERN).len().sort(_DAY, _PATTERN)
    wide = counts.pivot(_PATTERN, index=_DAY, values="len").fill_null(0).sort(_DAY)
    if wide.height < 2 or told.height < 2 * _FEWEST:
        return None
    days = wide[_DAY].to_list()
    table = wide.drop(_DAY).to_numpy().astype(np.int64)
    before = np.cumsum(table, axis=0)[:-1]
    after = table.sum(0) - before
    likely = _likelihood(before) + _likelihood(after)
    whole = float(_likelihood(table.sum(0)[None, :])[0])
    best = int(np.argmax(likely))
    nats = float(likely[best]) - whole - math.log(len(days)) - (table.shape[1] - 1)
    shares = [side[best] / side[best].sum() for side in (before, after)]
    if nats < CERTAIN or float(np.abs(shares[0] - shares[1]).max()) < _LEAST_CHANGE:
        return None
    close = np.flatnonzero(likely >= likely[best] - UNLIKELY)
    # Nothing was seen between the last day before and the first after: the change may lie on any day there.
    earliest = date.fromordinal(days[int(close[0])].toordinal() + 1)
    return Change(days[best + 1], earliest, days[int(close[-1]) + 1], nats)


def _pattern(answered: Sequence[pl.Series]) -> pl.Expr:
    made = pl.lit(0, pl.Int64)
    for at, ids in enumerate(answered):
        made = made + pl.col(_ID).is_in(ids.implode()).cast(pl.Int64) * (1 << at)
    return made.alias(_PATTERN)


def _likelihood(counts: Counts) -> npt.NDArray[np.float64]:
    """Of each row of counts the log-likelihood under its own shares."""
    total = counts.sum(1, keepdims=True)
    shares = np.divide(counts, total, out=np.ones(counts.shape), where=counts > 0)
    found: npt.NDArray[np.float64] = (counts * np.log(shares)).sum(1)
    return found
