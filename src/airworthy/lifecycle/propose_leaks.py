"""Columns that look as if they were filled in after the outcome: too good, or missing in step with it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from airworthy.data.canonical import as_text
from airworthy.lifecycle.propose_look import Look, as_numbers
from airworthy.lifecycle.propose_words import extends, is_after_name
from airworthy.scoring.contract import LogicalType

NEAR_PERFECT = 0.98  # rank agreement (AUC) of one column with the outcome
MISSING_GAP = 0.8  # difference in the share of missing values between one class and the rest
SAMPLE = 20_000
CERTAIN = (
    0.99  # share of the outcome among the rows of one value, where the outcome is rarer than one in five
)
EXPLAINED = 0.98  # of a number's ranks, by the values of one column
FEWEST = 30  # rows behind either
CLASSES = 20  # one-against-rest comparisons, the most frequent classes

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Leak:
    """One suspicious column and why, in a phrase."""

    column: str
    why: str


def find_leaks(
    frame: pl.DataFrame, looks: tuple[Look, ...], target: str, skip: frozenset[str]
) -> tuple[Leak, ...]:
    """Columns that were probably filled in after the outcome.

    Parameters
    ----------
    frame : raw table, any dtypes.
    looks : its columns' looks.
    target : the outcome's column.
    skip : columns that are out already.
    """
    sample = frame.filter(pl.col(target).is_not_null())
    # Every k-th row, so that a table in time order is seen from end to end.
    sample = sample.gather_every(max(1, sample.height // SAMPLE))
    outcome = next(look for look in looks if look.name == target)
    events = _events(sample[target], outcome)
    number = as_numbers(sample[target]) if outcome.numeric and outcome.distinct > CLASSES else None
    found = [
        Leak(look.name, why)
        for look in looks
        if look.name != target and look.name not in skip
        if (why := _why(sample[look.name], look, target, events) or _levels(sample[look.name], look, number))
    ]
    return tuple(found) + _family(looks, target, found, skip)


def _family(
    looks: tuple[Look, ...], target: str, found: list[Leak], skip: frozenset[str]
) -> tuple[Leak, ...]:
    """Columns named after a suspicious one: `negativereason_gold` beside `negativereason`."""
    known = {leak.column for leak in found}
    return tuple(
        Leak(look.name, f"it is named after {leak.column}")
        for look in looks
        if look.name not in known and look.name not in skip and look.name != target
        for leak in found
        if extends(look.name, leak.column)
    )


def _events(target: pl.Series, look: Look) -> list[tuple[str, Bools]]:
    """Each class against the rest; a number is cut at its median."""
    numbers = as_numbers(target)
    if numbers is not None and look.distinct > CLASSES:
        median = numbers.median()
        middle = float(median) if isinstance(median, (int, float)) else 0.0
        return [("above its median", (numbers.fill_null(middle) > middle).to_numpy())]
    labels = as_text(target)
    return [(f'"{value}"', (labels == value).fill_null(False).to_numpy()) for value in look.values[:CLASSES]]


def _why(series: pl.Series, look: Look, target: str, events: list[tuple[str, Bools]]) -> str | None:
    if extends(look.name, target):
        return "it is named after the target"
    if is_after_name(look.name):
        return "its name speaks of something known later"
    gaps = series.is_null().to_numpy()
    for label, event in events:
        gap = _difference(gaps, event)
        if abs(gap) >= MISSING_GAP:
            way = "missing" if gap > 0 else "filled in"
            return f"it is {way} almost only when {target} is {label}"
    ranks = _ranked(series, look)
    for label, event in events:
        if ranks is not None and (agreement := _agreement(ranks, event)) >= NEAR_PERFECT:
            return f"alone it tells {target} {label} from the rest with an AUC of {agreement:.3f}"
        if ranks is None and look.type is not LogicalType.TEXT and _purity(series, event) >= NEAR_PERFECT:
            return f"alone it names nearly every row where {target} is {label}"
        if look.distinct <= CLASSES and (value := _certain(series, event)) is not None:
            return f'where it is "{value}", {target} is {label} in nearly every row'
    return None


def _certain(series: pl.Series, event: Bools) -> str | None:
    """A value whose rows nearly all hold a rare event: a cause noted with it, or a code for it."""
    if event.mean() > 0.2:
        return None
    counts = (
        pl.DataFrame({"value": as_text(series), "event": event})
        .drop_nulls()
        .group_by("value")
        .agg(pl.len().alias("rows"), pl.col("event").mean().alias("share"))
        .filter((pl.col("rows") >= FEWEST) & (pl.col("share") >= CERTAIN))
        .sort("rows", "value", descending=[True, False])
    )
    return str(counts["value"][0]) if counts.height else None


def _levels(series: pl.Series, look: Look, number: pl.Series | None) -> str | None:
    """Whether the values of a column are steps of the number that is to be predicted: its grade, its band."""
    if number is None or look.type not in (LogicalType.CATEGORY, LogicalType.FLAG):
        return None
    frame = pl.DataFrame({"value": series.cast(pl.String), "rank": number.rank("average")}).drop_nulls()
    frame = frame.filter(pl.len().over("value") >= FEWEST)
    if frame.height < 0.9 * len(series):
        return None
    total = frame["rank"].var(ddof=0)
    inside = frame.select(((pl.col("rank") - pl.col("rank").mean().over("value")) ** 2).mean()).item()
    if not isinstance(total, float) or total == 0 or 1 - inside / total < EXPLAINED:
        return None
    return f"its values are steps of the target: they explain {1 - inside / total:.1%} of its ranks"


def _difference(values: Bools, event: Bools) -> float:
    """Share of `values` in the event minus that in the rest; 0 where one side has under 20 rows."""
    if min(event.sum(), (~event).sum()) < 20:
        return 0.0
    return float(values[event].mean() - values[~event].mean())


def _ranked(series: pl.Series, look: Look) -> Floats | None:
    """Numbers, with missing below all."""
    numbers = as_numbers(series)
    if numbers is None or look.distinct < 2:
        return None
    values = numbers.to_numpy().astype(np.float64)
    lowest = np.nanmin(values) if np.isfinite(values).any() else 0.0
    return np.where(np.isnan(values), lowest - 1.0, values)


def _agreement(values: Floats, event: Bools) -> float:
    """AUC of `values` for `event`, in the better direction; 0.5 where one side has under 20 rows."""
    positives, negatives = int(event.sum()), int((~event).sum())
    if min(positives, negatives) < 20:
        return 0.5
    ranks = pl.Series(values).rank("average").to_numpy()
    auc = (float(ranks[event].sum()) - positives * (positives + 1) / 2) / (positives * negatives)
    return max(auc, 1 - auc)


def _purity(series: pl.Series, event: Bools) -> float:
    """Goodman and Kruskal's lambda: 0 is guessing the larger side, 1 is certainty from the value alone."""
    base = max(event.mean(), 1 - event.mean())
    if min(event.sum(), (~event).sum()) < 20:
        return 0.0
    counts = (
        pl.DataFrame({"value": series.cast(pl.String), "event": event})
        .group_by("value")
        .agg(pl.len().alias("rows"), pl.col("event").sum().alias("hits"))
    )
    # Values seen once or twice tell nothing: they would make every identifier a perfect column.
    counts = counts.filter(pl.col("rows") >= 5)
    right = counts.select(pl.max_horizontal("hits", pl.col("rows") - pl.col("hits")).sum()).item()
    rows = counts["rows"].sum()
    if rows < 0.9 * len(event):
        return 0.0
    return float((right / rows - base) / (1 - base))
