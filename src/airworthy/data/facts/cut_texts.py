"""Finds texts whose end is cut off: they pile up at one length, or just below it, with no mark or dots."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

Counts = NDArray[np.int64]

SHORTEST, FEWEST = 30, 10
"""Letters of a text that was cut, and texts that a heap has at least."""

HEAP, AROUND = 3, 10
"""Texts cut at one length are so many times as many as those of any of the ten lengths on either side."""

BAND = 15
"""A cut between words leaves texts that are shorter than the bound by less than a long word."""

OPEN = 0.5
"""Share of the texts of a heap that end as cut texts do."""

TIMES = 2.0
"""...and so many times their share among all others, where the heap is not one exact greatest length."""

GATHERED, ELSEWHERE = 0.8, 0.3
"""Share of the texts with dots at their end within one band of lengths, and of the others at most."""

DIFFERENT = 0.5
"""A heap has as many different texts, by half of what all have: a template has one length too."""

FAR = 70_000
"""Letters beyond which lengths are not told apart: the common bounds of fields lie below."""

LOOKED_AT = 100_000
"""Texts whose ends are read, evenly from all, to tell how others end."""

DOTS = ("...", "…", "...)", "…)", "...]", "…]")

_ENDED = r"[.!?)\x22”»。！？]\s*$"


def cut_off(texts: pl.DataFrame) -> pl.DataFrame:
    """Those of `texts` (value, count, size in letters) that were cut; none where nothing tells it.

    Found are, in this order: a heap at one length, the greatest or one of a source's own; a heap in the last
    band of lengths before the greatest; and dots at the end that stand only in one band of lengths.
    """
    rows = _by_size(texts)
    longest = len(rows) - 1
    if longest < SHORTEST:
        return texts.clear()
    some = texts.gather_every(max(1, texts.height // LOOKED_AT))
    cut = [at for size in _heaps(rows) if (at := _at(texts, size, longest, some)).height]
    if cut:
        return pl.concat(cut)
    band = _last_band(texts, rows, longest, some)
    return band if band.height or not some.filter(_dotted()).height else _gathered(texts)


def _by_size(texts: pl.DataFrame) -> Counts:
    sizes = texts["size"].clip(upper_bound=FAR).to_numpy()
    return np.bincount(sizes, texts["count"].to_numpy()).astype(np.int64)


def _heaps(rows: Counts) -> list[int]:
    """The lengths that stand out, those of most texts first; three at most are looked at."""
    around = np.zeros_like(rows)
    for step in range(1, AROUND + 1):
        around[step:] = np.maximum(around[step:], rows[:-step])
        around[:-step] = np.maximum(around[:-step], rows[step:])
    least = np.maximum(FEWEST, HEAP * around)
    sizes = np.flatnonzero(rows >= least)
    sizes = sizes[sizes >= SHORTEST]
    return [int(size) for size in sizes[np.argsort(-rows[sizes], kind="stable")][:3]]


def _at(texts: pl.DataFrame, size: int, longest: int, some: pl.DataFrame) -> pl.DataFrame:
    """The texts of one length if it is a cut: at another than the greatest, others must end otherwise."""
    at = texts.filter(pl.col("size") == size)
    read = at.head(LOOKED_AT)
    share = _open(read)
    if share <= OPEN or _different(read) < DIFFERENT * _different(some):
        return at.clear()
    return at if size == longest or _stands_out(share, some.filter(pl.col("size") != size)) else at.clear()


def _different(texts: pl.DataFrame) -> float:
    return texts["value"].n_unique() / max(1, int(texts["count"].sum()))


def _last_band(texts: pl.DataFrame, rows: Counts, longest: int, some: pl.DataFrame) -> pl.DataFrame:
    """The open texts of the greatest lengths, if more than just before them, and few end so elsewhere."""
    last, before = rows[-BAND:].sum(), rows[-2 * BAND : -BAND].sum()
    if last < max(FEWEST, HEAP * before):
        return texts.clear()
    inside = pl.col("size") > longest - BAND
    band = texts.filter(inside)
    share = _open(band.head(LOOKED_AT))
    if share <= OPEN or not _stands_out(share, some.filter(~inside)):
        return texts.clear()
    return band.filter(_is_open())


def _stands_out(share: float, others: pl.DataFrame) -> bool:
    return int(others["count"].sum()) >= FEWEST and share >= TIMES * _open(others)


def _gathered(texts: pl.DataFrame) -> pl.DataFrame:
    """The texts that end in dots, if nearly all of them, and few others, lie within one band of lengths."""
    ends = texts.filter(_dotted() & (pl.col("size") >= SHORTEST))
    count = int(ends["count"].sum())
    if count < FEWEST:
        return ends.clear()
    rows = _by_size(ends)
    bands = np.convolve(rows, np.ones(BAND))[: len(rows)]
    end = int(bands.argmax())
    inside = pl.col("size").is_between(end - BAND + 1, end)
    others = int(texts["count"].sum()) - count
    within = int(texts.filter(inside)["count"].sum()) - int(bands[end])
    if bands[end] < GATHERED * count or within > ELSEWHERE * others:
        return ends.clear()
    return ends.filter(inside)


def _dotted() -> pl.Expr:
    return pl.any_horizontal(pl.col("value").str.ends_with(dots) for dots in DOTS)


def _is_open() -> pl.Expr:
    return ~pl.col("value").str.contains(_ENDED) | _dotted()


def _open(texts: pl.DataFrame) -> float:
    """Share of the texts that end in no mark, or in dots."""
    return int(texts.filter(_is_open())["count"].sum()) / max(1, int(texts["count"].sum()))
