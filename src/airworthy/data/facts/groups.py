"""Each row's outcome and bin of time, so that counting by either is one pass over flags."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from airworthy.data.facts import OutcomeCounts, Table
from airworthy.data.facts.scan import Axis, View, look
from airworthy.kernel.fact import Facts

Flags = NDArray[np.bool_]
Codes = NDArray[np.signedinteger[Any]]


@dataclass(frozen=True)
class Groups:
    """Outcomes, most frequent first, and bins of time.

    `outcome` and `bin` are (rows,) places in `outcomes` and on `axis`, -1 where a row has none; None when
    the table has no outcome or no time.
    """

    outcomes: tuple[str, ...]
    outcome_rows: tuple[int, ...]
    outcome: Codes | None
    axis: Axis | None
    bin: Codes | None
    bin_rows: tuple[int, ...]

    def by_outcome(self, flags: Flags) -> tuple[int, ...]:
        """How many of the flagged rows (rows,) have each outcome."""
        return _counted(self.outcome, flags, len(self.outcomes))

    def by_bin(self, flags: Flags) -> tuple[int, ...]:
        """How many of the flagged rows (rows,) lie in each bin of time."""
        return _counted(self.bin, flags, self.axis.bins if self.axis else 0)


def compute(wanted: Sequence[Any], facts: Facts) -> Mapping[Any, object]:
    return dict.fromkeys(wanted, group(facts))


def group(facts: Facts) -> Groups:
    """Number every row's outcome and bin."""
    view = look(facts[Table()].lazy())
    counts = facts[OutcomeCounts()]
    outcomes, sizes = (counts.outcomes, counts.rows) if counts is not None else ((), ())
    outcome = _outcome_codes(view, outcomes) if counts is not None else None
    bins = _bins(view, view.coarse) if view.coarse is not None else None
    filled: tuple[int, ...] = ()
    if bins is not None and view.coarse is not None:
        filled = _counted(bins, np.ones(len(bins), bool), view.coarse.bins)
    return Groups(outcomes, sizes, outcome, view.coarse, bins, filled)


def _outcome_codes(view: View, outcomes: Sequence[str]) -> Codes:
    assert view.outcome is not None
    read = view.frame.select(view.outcome.alias("outcome")).collect().to_series()
    place = {outcome: index for index, outcome in enumerate(outcomes)}
    codes = read.replace_strict(place, default=-1, return_dtype=pl.Int32).fill_null(-1)
    return _narrow(codes.to_numpy(), len(outcomes))


def _bins(view: View, axis: Axis) -> Codes:
    read = view.frame.select(axis.bin.fill_null(-1)).collect().to_series()
    return _narrow(read.to_numpy(), axis.bins)


def _narrow(codes: NDArray[Any], size: int) -> Codes:
    return codes.astype(np.int16 if size < 2**15 else np.int32)


def _counted(codes: Codes | None, flags: Flags, size: int) -> tuple[int, ...]:
    if codes is None:
        return ()
    # One place up, so that the rows without a group fall into the first.
    return tuple(np.bincount(codes[flags] + 1, minlength=size + 1)[1:].tolist())
