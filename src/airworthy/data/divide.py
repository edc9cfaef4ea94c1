"""Setting a share of rows aside: the latest, or whole units by chance, always the same for one seed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import numpy.typing as npt
import polars as pl

from airworthy.charter.called import called
from airworthy.charter.model import Charter, SplitMethod
from airworthy.data.types import RESERVED_TARGET, RESERVED_TIME
from airworthy.data.units import IntArray, entity_codes, look_alikes, row_units, strata
from airworthy.kernel.errors import InputError
from airworthy.kernel.seed import derive_seed
from airworthy.kernel.units import format_duration

BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Division:
    """`aside` marks the rows set aside and `purged` those that may be on neither side; `note` says how."""

    aside: BoolArray
    purged: BoolArray
    note: str


def divide(
    frame: pl.DataFrame, charter: Charter, inputs: Sequence[str], share: float, stage: str
) -> Division:
    """Set about `share` of the rows aside, as `charter.split.method` says.

    Parameters
    ----------
    frame
        Canonical rows, all with an outcome.
    inputs
        Columns that make two rows identical (with the target).
    stage
        Names the random draw: `seal` or `validation`.

    Raises `InputError` when there is no time to divide by, or one side would be empty.
    """
    if charter.split.method is SplitMethod.TIME:
        division = _by_time(frame, charter, inputs, share)
    else:
        division = _by_unit(frame, charter, inputs, share, stage)
    staying = int((~division.aside & ~division.purged).sum())
    if not division.aside.any() or staying == 0:
        _require_entities(frame, charter)
        raise InputError(
            f"{frame.height:,} rows cannot be divided: {int(division.aside.sum()):,} would be set aside, "
            f"{int(division.purged.sum()):,} purged and {staying:,} would stay.",
            value=frame.height,
            remedy=called(
                charter,
                "Add rows, or change split.method, the shares under [split] or target.matures_after in "
                "airworthy.toml.",
                "Add rows, or rows that differ: identical ones stay together.",
            ),
        )
    return division


def _require_entities(frame: pl.DataFrame, charter: Charter) -> None:
    """Rows of one entity stay together, so one entity leaves nothing to divide."""
    entity = charter.data.entity
    if charter.split.method is SplitMethod.TIME or not entity:
        return
    if np.unique(entity_codes(frame, entity)).size == 1:
        names = ", ".join(entity)
        raise InputError(
            f"All {frame.height:,} rows belong to one entity: {names} holds one value, "
            f"{', '.join(str(value) for value in frame.select(entity).row(0))}. Rows of one entity are never "
            "fitted and measured at once, so there is nothing to measure on.",
            value=names,
            remedy=f"Name a column that tells whom a row is about as "
            f"{called(charter, 'data.entity in airworthy.toml', 'entity')}, or none.",
        )


def time_keys(frame: pl.DataFrame, charter: Charter) -> pl.Series:
    """What orders the rows in time: the decision time, or the rank of `data.order_by`."""
    if RESERVED_TIME in frame.columns:
        return frame[RESERVED_TIME]
    order = charter.data.order_by
    if not order:
        raise InputError(
            'split.method is "time", and the charter names no time.',
            value="time",
            remedy="Declare data.decision_time or data.order_by, or another split.method.",
        )
    gaps = frame.select(pl.any_horizontal(pl.col(order).is_null())).to_series()
    if gaps.any():
        raise InputError(
            f"{int(gaps.sum()):,} rows lack a value in {', '.join(order)} (data.order_by).",
            value=", ".join(order),
            remedy="Fill these values in or take the rows out.",
        )
    return frame.select(
        pl.struct(_as_numbers(frame[name]) for name in order).rank("dense").cast(pl.Int64).alias("order")
    ).to_series()


def _as_numbers(values: pl.Series) -> pl.Series:
    """Running numbers are read as identifiers, which are texts: "10" must not come before "9"."""
    if values.dtype != pl.String:
        return values
    numbers = values.cast(pl.Float64, strict=False)
    return numbers if numbers.null_count() == values.null_count() else values


def _by_time(frame: pl.DataFrame, charter: Charter, inputs: Sequence[str], share: float) -> Division:
    keys = time_keys(frame, charter)
    cut = _cut(keys, share, charter)
    aside = (keys >= cut).to_numpy()
    purged = not_matured(keys, cut, charter) & ~aside
    rows = int(aside.sum())
    since = f", from {cut:%Y-%m-%d %H:%M} UTC on" if keys.dtype.is_temporal() else ""
    parts = [f"the latest {rows:,} of {frame.height:,} rows ({rows / frame.height:.1%}){since}"]
    if purged.any():
        parts.append(
            f"{int(purged.sum()):,} earlier rows are left out: their outcome takes "
            f"{format_duration(charter.target.matures_after)} and was not known by then"
        )
    entity = charter.data.entity
    if entity:
        codes = entity_codes(frame, entity)
        both = np.intersect1d(codes[aside], codes[~aside & ~purged]).size
        parts.append(f"{both:,} entities stand on both sides, as they will when the model is used")
    lists = charter.ranking is not None  # there, what is taken twice is the pattern
    alike = 0 if lists else look_alikes(frame.filter(~pl.Series(purged)), inputs, aside[~purged])
    if alike:
        parts.append(f"{alike:,} of the rows set aside look exactly like an earlier one")
    return Division(aside, purged, "; ".join(parts))


def _cut(keys: pl.Series, share: float, charter: Charter) -> object:
    """The time from which rows are set aside: equal times stay together, as near to `share` as they allow."""
    counts = keys.value_counts(name="rows").sort(keys.name)
    later = counts["rows"].reverse().cum_sum().reverse() / len(keys)
    if len(counts) < 2:
        raise InputError(
            f"All {len(keys):,} rows have one time, so none is later than the others.",
            value=str(keys[0]) if len(keys) else None,
            remedy=called(
                charter,
                "Use another split.method in airworthy.toml, or a decision time that differs between rows.",
                "Leave time and order out, or name a column that differs between rows.",
            ),
        )
    best = int((later[1:] - share).abs().arg_min() or 0) + 1
    return counts[keys.name][best]


def not_matured(keys: pl.Series, cut: object, charter: Charter) -> BoolArray:
    """Rows before `cut` whose outcome was not known at `cut`."""
    if not keys.dtype.is_temporal() or not charter.target.matures_after:
        return np.zeros(len(keys), bool)
    known = keys + timedelta(seconds=charter.target.matures_after)
    return ((known > cut) & (keys < cut)).to_numpy()


def _by_unit(
    frame: pl.DataFrame, charter: Charter, inputs: Sequence[str], share: float, stage: str
) -> Division:
    units = row_units(frame, inputs, charter.data.entity)
    by_entity = charter.split.method is SplitMethod.ENTITY
    groups = np.zeros(frame.height, np.int64) if by_entity else strata(frame[RESERVED_TARGET])
    generator = np.random.default_rng(derive_seed(charter.seed, stage, "units"))
    aside = _draw(units.codes, groups, share, generator)
    rows = int(aside.sum())
    how = "by entity" if by_entity else "at random, in equal shares of each outcome"
    parts = [f"{rows:,} of {frame.height:,} rows ({rows / frame.height:.1%}), {how}"]
    if charter.data.entity:
        parts.append(f"no {'/'.join(charter.data.entity)} stands on both sides")
    if units.identical_together:
        parts.append("identical rows stay together")
    else:
        alike = look_alikes(frame, inputs, aside)
        parts.append(f"the columns are so coarse that {alike:,} of these rows also occur on the other side")
    return Division(aside, np.zeros(frame.height, bool), "; ".join(parts))


def _draw(units: IntArray, groups: IntArray, share: float, generator: np.random.Generator) -> BoolArray:
    """Whole units, in random order, until each group has given its share of rows."""
    sizes = np.bincount(units)
    first = np.unique(units, return_index=True)[1]
    group_of_unit = groups[first]
    taken = np.zeros(sizes.size, bool)
    for group in np.unique(group_of_unit):
        members = generator.permutation(np.flatnonzero(group_of_unit == group))
        want = round(share * int(sizes[members].sum()))
        room = want
        for unit in members:
            if sizes[unit] <= room:
                taken[unit] = True
                room -= int(sizes[unit])
                if room == 0:
                    break
    return taken[units]
