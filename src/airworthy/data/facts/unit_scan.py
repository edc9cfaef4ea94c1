"""Where a number's unit may have changed: everybody's or one source's at a date, or one source's always."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from airworthy.data.facts import Sample
from airworthy.data.facts.same_season import moved_in_season
from airworthy.data.facts.splits import (
    FEWEST,
    FEWEST_OF_SOURCE,
    Floats,
    Places,
    Source,
    best_splits,
    read_sources,
    row_times,
)
from airworthy.data.facts.unit_beside import changed_beside
from airworthy.data.facts.unit_changes import OtherUnit, UnitFound
from airworthy.data.facts.unit_fit import NEAR, SLACK, Fit, apart, fit_unit, shift
from airworthy.data.facts.unit_values import fit_values
from airworthy.kernel.fact import Facts

SIGNIFICANT = 6.0
"""Standard errors of a change of the mean rank. 50 sources in 16 columns with 2,000 dates each make 1.6
million places, of which chance passes this in one table of 300."""

MOVED, MOVED_ALWAYS = 0.12, 0.25
"""Least change of the mean rank, of 1: at a date, and of a source against the others."""

DATED_ALLOWED, SOURCE_ALLOWED, MOST_ALLOWED = 0.06, 0.05, 0.2
"""How far distributions before and after, and of sources, may differ by nature: the last at most, where the
other sources differ as far from one another."""

LOCAL, STEADY = 0.6, 0.4
"""Next to the date the level must move by this part of the factor at least; within a side, by the second at
most."""

WIDE, STRETCHED, LEAST_KNOWN = 60, 0.5, 0.5
"""Rows next to the date whose spread is compared: it changes by the factor (of Kelvin: not), up to this part
of its logarithm or of the last. A season moves the level and leaves the spread."""

EXACT = 0.15
"""Standard error of the levels next to the date, as a part of the change."""

ALIKE = 0.3
"""Medians of the other sources may differ by this part of the factor, in logarithms."""

FEWEST_ALWAYS, LARGE, NEAR_OF_TWO = 2.0, 50.0, 0.3
"""Least factor of a source that always differs, against several others that are alike. From the second on it
is too large for nature: the levels of the sources may then differ besides as the others' do, or, where there
is a single other, by the third, in logarithms."""

SMALL_ALLOWED, SMALL_APART = 0.02, 0.8
"""What `SOURCE_ALLOWED` is for factors that are not large, and how far apart the distributions must then be:
owners of houses have four times the credit of others, in a distribution of nearly the same shape, but
most of it lies where that of the others lies too."""

_CELLS = 2_000_000


@dataclass(frozen=True)
class Suspect:
    """A mean rank that moves by `size` standard errors after `place` rows of a source (None: always)."""

    source: Source
    segment: int
    size: float
    place: int | None

    def rows(self) -> Places:
        return self.source.order[self.source.starts[self.segment] : self.source.starts[self.segment + 1]]


def compute(wanted: Sequence[Any], facts: Facts) -> Mapping[Any, object]:
    computed: dict[Any, object] = dict.fromkeys(wanted)
    sample: pl.DataFrame = facts[Sample()]
    times = row_times(sample)
    everybody, sources = read_sources(sample, wanted[0].sources, times)
    at_once = max(1, _CELLS // max(1, sample.height))
    for start in range(0, len(wanted), at_once):
        asked: list[OtherUnit] = list(wanted[start : start + at_once])
        values = [_numbers(sample[fact.column]) for fact in asked]
        suspects = _suspects(values, everybody, sources, dated=times is not None)
        for fact, numbers, suspected in zip(asked, values, suspects, strict=True):
            computed[fact] = _judge(numbers, times, suspected)
    return computed


def _numbers(column: pl.Series) -> Floats:
    """Finite values as they are; zeros too become NaN, as no unit moves them."""
    values = column.cast(pl.Float64).fill_null(math.nan).to_numpy().copy()
    values[~np.isfinite(values) | (values == 0)] = np.nan
    return values


def _suspects(
    values: Sequence[Floats], everybody: Source | None, sources: Sequence[Source], *, dated: bool
) -> list[list[Suspect]]:
    """For each column the places where its mean rank moves, those of all rows first."""
    sizes = pl.DataFrame([pl.Series(str(i), np.abs(v)) for i, v in enumerate(values)]).fill_nan(None)
    ranked = sizes.select((pl.all().rank() - 0.5) / pl.all().count() - 0.5).fill_null(0.0)
    ranks, present = ranked.to_numpy(), sizes.select(pl.all().is_not_null()).to_numpy()
    found: list[list[Suspect]] = [[] for _ in values]
    for source in ([everybody] if everybody is not None else []) + list(sources):
        r, p = ranks[source.order], present[source.order]
        for segment, (start, end) in enumerate(zip(source.starts, source.starts[1:], strict=False)):
            if dated:
                _note(found, source, segment, *best_splits(r[start:end], p[start:end], MOVED))
        if source is not everybody:
            _note_always(found, source, r, p)
    return found


def _note(found: list[list[Suspect]], source: Source, segment: int, sizes: Floats, places: Places) -> None:
    for column in np.flatnonzero(sizes >= SIGNIFICANT):
        found[column].append(Suspect(source, segment, float(sizes[column]), int(places[column])))


def _note_always(
    found: list[list[Suspect]], source: Source, ranks: Floats, present: NDArray[np.bool_]
) -> None:
    known = slice(source.starts[0], source.starts[-1])
    starts = np.array(source.starts[:-1]) - source.starts[0]
    total = np.add.reduceat(ranks[known], starts, axis=0)
    count = np.add.reduceat(present[known].astype(float), starts, axis=0)
    whole, n = total.sum(axis=0), count.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        variance = (ranks[known] ** 2).sum(axis=0) / n - (whole / n) ** 2
        moved = np.abs(total / count - (whole - total) / (n - count))
        size = moved * np.sqrt(count * (n - count) / n / variance)
    # Of two halves the smaller one is the odd one.
    odd = (moved >= MOVED_ALWAYS) & (size >= SIGNIFICANT) & (count >= FEWEST_OF_SOURCE) & (count * 2 <= n)
    for segment, column in zip(*np.nonzero(odd), strict=True):
        found[column].append(Suspect(source, int(segment), float(size[segment, column]), None))


def _judge(values: Floats, times: Floats | None, suspects: Sequence[Suspect]) -> UnitFound | None:
    """The clearest change of unit: everybody's before a source's at a date before a source's always."""
    total = int((~np.isnan(values)).sum())
    for chosen in (
        [s for s in suspects if not s.source.name],
        [s for s in suspects if s.source.name and s.place is not None],
        [s for s in suspects if s.place is None],
    ):
        found = [
            unit
            for suspect in chosen
            for unit in (
                _always(values, suspect, total)
                if suspect.place is None or times is None
                else _dated(values, times, suspect, total)
            )
        ]
        if found:
            return min(found, key=lambda unit: unit.left / unit.apart)
    return None


def _dated(values: Floats, times: Floats, suspect: Suspect, total: int) -> Iterator[UnitFound]:
    rows, place = suspect.rows(), suspect.place or 0
    at = float(times[rows[place]])
    sides = [part[~np.isnan(values[part])] for part in (rows[:place], rows[place:])]
    before, after = (values[part] for part in sides)
    fit = fit_unit(before, after, DATED_ALLOWED)
    kept = fit is not None and _sudden(before, after, fit) and _in_season(values, times, sides, fit)
    if kept and fit is not None and (not suspect.source.name or _alone(values, times, suspect, at, fit)):
        at = float(times[rows[_refined(values[rows], place, fit)]])
        yield _found(before, after, suspect, at, total, fit)
    elif suspect.source.name:
        yield from _beside(values, times, suspect, total)


def _in_season(values: Floats, times: Floats, sides: Sequence[Places], fit: Fit) -> bool:
    """Whether the level moved between the same months of the year too, where both sides have some."""
    before, after = (values[rows] if fit.offset else np.log(np.abs(values[rows])) for rows in sides)
    moved = moved_in_season(before, times[sides[0]], after, times[sides[1]])
    far = shift(before, after)
    return moved is None or moved * np.sign(far) >= LOCAL * abs(far)


def _beside(values: Floats, times: Floats, suspect: Suspect, total: int) -> Iterator[UnitFound]:
    """What holding the source against the others at the same time shows: a season moves all of them."""
    source, own = suspect.source, suspect.rows()
    bounds = source.starts[suspect.segment : suspect.segment + 2]
    others = np.concatenate([source.order[source.starts[0] : bounds[0]], source.order[bounds[1] :]])
    own, others = (rows[~np.isnan(values[rows])] for rows in (own, others))
    others = others[np.argsort(times[others], kind="stable")]
    changed = changed_beside(values[own], times[own], values[others], times[others])
    if changed is not None:
        before, after = values[own[: changed.place]], values[own[changed.place :]]
        yield _found(before, after, suspect, float(times[own[changed.place]]), total, changed.fit)


def _found(before: Floats, after: Floats, suspect: Suspect, at: float, total: int, fit: Fit) -> UnitFound:
    return UnitFound(
        share=len(after) / total,
        factor=fit.factor,
        offset=fit.offset,
        name=fit.name,
        source=suspect.source.name,
        value=suspect.source.values[suspect.segment],
        at=at,
        before=float(np.median(before)),
        after=float(np.median(after)),
        apart=fit.apart,
        left=fit.left,
        compared=len(before) + len(after),
    )


def _refined(values: Floats, place: int, fit: Fit) -> int:
    """The row near `place` from which the values lie nearer to the level after than to that before."""
    start, end = max(0, place - len(values) // 20), min(len(values), place + len(values) // 20)
    scaled = values if fit.offset else np.log(np.abs(values))
    before, after = np.nanmedian(scaled[:place]), np.nanmedian(scaled[place:])
    cost = np.nan_to_num(np.abs(scaled[start:end] - before) - np.abs(scaled[start:end] - after))
    return min(start + int(np.append(0.0, np.cumsum(cost)).argmin()), len(values) - 1)


def _sudden(before: Floats, after: Floats, fit: Fit) -> bool:
    """Whether the level moves next to the date as far as in the whole, and not much within either side."""
    put_right = (after - fit.offset) / fit.factor
    far = _moved(before, after, fit)
    window = _window(before, far, fit)
    near = _moved(before[-window:], put_right[:window], fit)
    halves = [_moved(side[: len(side) // 2], side[len(side) // 2 :], fit) for side in (before, put_right)]
    if near > (1 - LOCAL) * far or max(halves) > STEADY * far:
        return False
    wide = max(window, WIDE)
    known = math.log(fit.factor)
    return abs(_stretched(before[-wide:], after[:wide]) - known) <= STRETCHED * max(abs(known), LEAST_KNOWN)


def _stretched(before: Floats, after: Floats) -> float:
    """The logarithm of how many times wider the quartiles lie apart after; infinite where that is unknown."""
    widths = [float(np.diff(np.quantile(side, [0.25, 0.75]))[0]) for side in (before, after)]
    return math.log(widths[1] / widths[0]) if min(widths) > 0 else math.inf


def _alone(values: Floats, times: Floats, suspect: Suspect, at: float, fit: Fit) -> bool:
    """Whether the other sources stay as they are at the date: a season moves them too."""
    source, own = suspect.source, suspect.segment
    other = np.concatenate([source.order[: source.starts[own]], source.order[source.starts[own + 1] :]])
    other = other[~np.isnan(values[other])]
    other = other[np.argsort(times[other], kind="stable")]
    place = int(np.searchsorted(times[other], at))
    sides = values[other[max(0, place - len(other) // 5) : place]], values[other[place:][: len(other) // 5]]
    if min(map(len, sides)) < FEWEST:
        return True
    own_values = values[suspect.rows()]
    known = own_values[~np.isnan(own_values)]
    return _moved(*sides, fit) <= STEADY * _moved(known, known * fit.factor + fit.offset, fit)


def _moved(first: Floats, second: Floats, fit: Fit) -> float:
    """Distance of the two levels: in logarithms, where the unit changes by a factor alone."""
    if fit.offset:
        return abs(shift(first, second))
    return abs(shift(_logs(first), _logs(second)))


def _window(side: Floats, far: float, fit: Fit) -> int:
    """Rows next to the date: as few as tell the level to `EXACT` of the change, as a season moves it soon."""
    low, high = np.quantile(side if fit.offset else _logs(side), [0.25, 0.75])
    error = 1.2533 * float(high - low) / 1.349
    return max(FEWEST, min(len(side) // 5, math.ceil(2 * (error / (EXACT * far)) ** 2)))


def _logs(values: Floats) -> Floats:
    sizes = np.abs(values)
    return np.log(sizes[sizes > 0])


def _always(values: Floats, suspect: Suspect, total: int) -> Iterator[UnitFound]:
    source = suspect.source
    parts = [
        part[~np.isnan(part)]
        for part in (
            values[source.order[a:b]] for a, b in zip(source.starts, source.starts[1:], strict=False)
        )
    ]
    own = parts[suspect.segment]
    others = [p for i, p in enumerate(parts) if i != suspect.segment and len(p) >= FEWEST]
    if not others:
        return
    rest = np.concatenate(others)
    moves, shapes = _among(others, rest)
    fit = fit_unit(rest, own, SOURCE_ALLOWED + shapes, NEAR + moves, LARGE)
    if fit is None and len(others) > 1:
        fit = fit_unit(rest, own, SMALL_ALLOWED, NEAR, FEWEST_ALWAYS)
        fit = fit if fit is not None and fit.apart >= SMALL_APART else None
    if fit is not None and len(others) > 1 and moves > ALIKE * abs(math.log(fit.factor)):
        fit = None
    by_values = fit_values(rest, own) if fit is None else None
    fit = fit or by_values
    if fit is None:
        return
    yield UnitFound(
        share=len(own) / total,
        factor=fit.factor,
        offset=0.0,
        name=fit.name,
        source=source.name,
        value=source.values[suspect.segment],
        at=None,
        before=float(np.median(rest)),
        after=float(np.median(own)),
        apart=fit.apart,
        left=fit.left,
        compared=len(own) + len(rest),
        by_values=by_values is not None,
    )


def _among(others: Sequence[Floats], rest: Floats) -> tuple[float, float]:
    """How far the other sources lie apart by nature: in level (logarithms), and in distribution."""
    if len(others) == 1:
        return NEAR_OF_TWO, MOST_ALLOWED - SOURCE_ALLOWED
    whole, parts = np.sort(_logs(rest)), [np.sort(_logs(part)) for part in others]
    moves = [abs(shift(whole, part)) for part in parts]
    shapes = [apart(whole, part, SLACK) for part in parts]
    return max(moves), min(max(shapes), MOST_ALLOWED - SOURCE_ALLOWED)
