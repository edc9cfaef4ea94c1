"""Lists of items in the evidence document: the ways that were tried, and whom the chosen one serves."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from airworthy.registry.dossier.words import bare, interval, number

HEADS = ("Way", "What it does", "NDCG", "Above popular", "Recall", "Items shown", "Places of the top 1 %")


class FigureView(msgspec.Struct, frozen=True, kw_only=True):
    """A mean over `n` users with its 95 % interval."""

    value: float
    low: float | None = None
    high: float | None = None
    n: int = 0


class WayView(msgspec.Struct, frozen=True, kw_only=True):
    """One way of recommending. `gain` is NDCG above the most popular items, for the same users."""

    name: str
    chosen: bool = False
    baseline: bool = False
    ndcg: FigureView | None = None
    recall: FigureView | None = None
    gain: FigureView | None = None
    coverage: float | None = None
    popular: FigureView | None = None
    microseconds: float | None = None
    note: str = ""


class SegmentView(msgspec.Struct, frozen=True, kw_only=True):
    """Users who share one value; `ndcg` is None where fewer than 10 of them were measured."""

    column: str
    value: str
    users: int
    ndcg: FigureView | None = None


class ListsView(msgspec.Struct, frozen=True, kw_only=True):
    """What lists were learned from, and what was tried."""

    user: str
    item: str
    k: int
    repeats: bool
    users: int = 0
    items: int = 0
    interactions: int = 0
    pairs: int = 0
    ways: tuple[WayView, ...] = ()
    segments: tuple[SegmentView, ...] = ()
    notes: tuple[str, ...] = ()


def way_rows(lists: ListsView) -> list[tuple[str, ...]]:
    """A row a way that was measured, under `HEADS`."""
    return [
        (
            f"{way.name} (chosen)" if way.chosen else way.name,
            way.note,
            _figure(way.ndcg),
            _figure(way.gain),
            _figure(way.recall),
            "" if way.coverage is None else number(way.coverage, "share"),
            "" if way.popular is None else number(way.popular.value, "share"),
        )
        for way in lists.ways
        if way.ndcg is not None
    ]


def segment_rows(lists: ListsView) -> list[tuple[str, str, str, str]]:
    """Column, value, measured users and their NDCG, of every segment."""
    return [
        (part.column, part.value, f"{part.users:,}", _figure(part.ndcg) or "too few to judge")
        for part in lists.segments
    ]


def list_lines(lists: ListsView) -> Iterator[str]:
    """What was read, what was decided from it, and what was not tried."""
    yield (
        f"{lists.users:,} {lists.user} took {lists.items:,} {lists.item} in {lists.interactions:,} rows, "
        f"{lists.pairs:,} different pairs."
    )
    yield from lists.notes
    for way in lists.ways:
        if way.ndcg is None and way.note:
            yield f"{way.name} was not measured: {way.note.rstrip('.')}."


def _figure(figure: FigureView | None) -> str:
    if figure is None:
        return ""
    around = interval(figure.low, figure.high)
    return f"{bare(figure.value)} ({around})" if around else bare(figure.value)
