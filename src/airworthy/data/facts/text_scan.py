"""Finds the date from which texts are shorter or longer, cut, in capitals, or in another language."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from airworthy.data.facts import Sample
from airworthy.data.facts.languages import languages
from airworthy.data.facts.splits import (
    FEWEST,
    Floats,
    Source,
    best_splits,
    read_sources,
    row_times,
)
from airworthy.data.facts.text_changes import TextChange, Turn
from airworthy.kernel.fact import Facts

SIGNIFICANT = 7.0
"""Standard errors of the change. Texts of one day are alike, so more is asked for than of numbers."""

MOVED = 0.1
"""Least change of the mean rank of the lengths (of 1), or of the share of the texts."""

TIMES = 1.5
"""The usual length changes by this factor at least, up or down."""

RARE = 0.25
"""A share is this part of what it was, or less; so a mark that both sides bear shows no change."""

LOCAL = 0.6
"""Next to the date, the change is this part of the whole at least: a fashion comes slowly."""

WIDE = 60
"""Texts next to the date that are compared."""

WORDS, LONG, OFTEN, DIFFERENT = 3, 30, 0.1, 0.1
"""Prose somewhere: one text in ten has three words and thirty letters, and one in ten is different."""

READ = 5_000
"""Most texts of which the language is looked at."""

_SHOWN = 40


def compute(wanted: Sequence[Any], facts: Facts) -> Mapping[Any, object]:
    computed: dict[Any, object] = dict.fromkeys(wanted)
    sample: pl.DataFrame = facts[Sample()]
    times = row_times(sample)
    if times is None:
        return computed
    asked = [fact for fact in wanted if _has_prose(sample[fact.column])]
    if not asked:
        return computed
    everybody, sources = read_sources(sample, asked[0].sources, times)
    for fact in asked:
        others = [source for source in sources if source.name != fact.column]
        computed[fact] = _turn(fact, sample[fact.column], times, [s for s in (everybody, *others) if s])
    return computed


def _has_prose(texts: pl.Series) -> bool:
    if texts.dtype != pl.String:
        return False
    known = texts.drop_nulls()
    if len(known) < 2 * FEWEST or known.n_unique() < DIFFERENT * len(known):
        return False
    long = (known.str.len_chars() >= LONG) & (known.str.count_matches(r"\S+") >= WORDS)
    return int(long.sum()) >= OFTEN * len(known)


def _measures(texts: pl.Series) -> tuple[list[str], Floats, NDArray[np.bool_]]:
    """What is followed in time (rows, measures), centred, and which texts tell it."""
    length = texts.str.len_chars().cast(pl.Float64)
    present = texts.is_not_null().to_numpy()
    rank = ((length.rank() - 0.5) / max(1, int(present.sum())) - 0.5).fill_null(0.0).to_numpy()
    long = (length > float(length.quantile(0.75) or 0)).cast(pl.Float64).fill_null(0.0).to_numpy()
    loud = (texts.str.to_uppercase() == texts) & texts.str.contains(r"[A-Z].*[A-Z]")
    capitals = loud.cast(pl.Float64).fill_null(0.0).to_numpy()
    foreign, told = _foreign(texts)
    columns = np.column_stack([rank, long, capitals, foreign])
    return ["length", "cut", "capitals", "language"], columns, np.column_stack([present] * 3 + [told])


def _foreign(texts: pl.Series) -> tuple[Floats, NDArray[np.bool_]]:
    """1 where a text is in another language than most; and which of the texts looked at tell theirs."""
    step = max(1, math.ceil(len(texts) / READ))
    told = languages(texts.gather_every(step).fill_null(""))
    values, known = np.zeros(len(texts)), np.zeros(len(texts), bool)
    if not told.null_count() < len(told):
        return values, known
    most = told.drop_nulls().value_counts(name="n").sort("n", told.name, descending=[True, False])[0, 0]
    known[::step] = told.is_not_null().to_numpy()
    values[::step] = (told != most).fill_null(value=False).cast(pl.Float64).to_numpy()
    return values, known


def _turn(fact: TextChange, texts: pl.Series, times: Floats, sources: Sequence[Source]) -> Turn | None:
    names, values, present = _measures(texts)
    lengths = texts.str.len_chars().cast(pl.Float64).fill_null(math.nan).to_numpy()
    best: tuple[float, Turn] | None = None
    for source in sources:
        for segment, (start, end) in enumerate(zip(source.starts, source.starts[1:], strict=False)):
            rows = source.order[start:end]
            sizes, places = best_splits(values[rows], present[rows], MOVED)
            for measure in np.flatnonzero(sizes >= SIGNIFICANT):
                place, known = int(places[measure]), present[rows, measure]
                told = values[rows, measure], known, lengths[rows]
                what = _judge(names[measure], *told, place)
                if what is None or (best is not None and best[0] >= sizes[measure]):
                    continue
                label, before, after = what
                after_rows = rows[place:]
                turn = Turn(
                    label,
                    names[measure] == "length",
                    source.name,
                    source.values[segment],
                    float(times[rows[min(place, len(rows) - 1)]]),
                    before,
                    after,
                    int((~np.isnan(lengths[after_rows])).sum()) / max(1, int((~np.isnan(lengths)).sum())),
                    int((~np.isnan(lengths[rows])).sum()),
                    str(texts.gather(after_rows.tolist()).drop_nulls().first())[:_SHOWN],
                )
                best = (float(sizes[measure]), turn)
        if best is not None and not source.name:
            break
    return None if best is None else best[1]


def _judge(
    name: str, values: Floats, known: NDArray[np.bool_], lengths: Floats, place: int
) -> tuple[str, float, float] | None:
    """What changes, from what to what; None where it changes little, or slowly."""
    before, after = values[:place][known[:place]], values[place:][known[place:]]
    if min(len(before), len(after)) < FEWEST:
        return None
    moved = float(after.mean() - before.mean())
    near = float(after[:WIDE].mean() - before[-WIDE:].mean())
    if near * math.copysign(1, moved) < LOCAL * abs(moved):
        return None
    if name == "length":
        old, new = float(np.nanmedian(lengths[:place])), float(np.nanmedian(lengths[place:]))
        if max(old, new) < TIMES * max(1.0, min(old, new)):
            return None
        return ("shorter" if new < old else "longer"), old, new
    old, new = float(before.mean()), float(after.mean())
    if min(old, new) > RARE * max(old, new):
        return None
    words = {
        "cut": ("no longer long", "long more often"),
        "capitals": ("no longer all in capitals", "all in capitals"),
        "language": ("no longer in another language", "in another language"),
    }
    return words[name][new > old], old, new
