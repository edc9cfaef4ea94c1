"""Paints the picture of a whole model from rows: sizes, shapes and pairs of its columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from airworthy.assurance.explain.asked_rows import AskedRows
from airworthy.assurance.explain.contributions import Contributions, contributions_of, explainable_rows
from airworthy.assurance.explain.interactions import LEADING, pairs_of
from airworthy.assurance.explain.one_output import OneOutput
from airworthy.assurance.explain.picture import InputPart, Picture, Shape
from airworthy.assurance.explain.shapes import Seen, shape_of
from airworthy.assurance.given import sizes_of
from airworthy.kernel.seed import derive_seed
from airworthy.measures.means import MeanT

Floats = NDArray[np.float64]
LEVEL = 0.95
SHAPES, MOST_ROWS = 6, 1_000
BACKGROUND = 200
"""Rows that stand for "not known" where values are sampled."""
ROWS_A_PAIR, ROWS_A_SHAPE = 2, 2
"""Rows scored for one row: in each of two contexts for a pair, at each end of a bin for a shape."""


class Rises(Protocol):
    """Rise of each row's loss when one input is shuffled; see `probes.Importance`."""

    @property
    def names(self) -> tuple[str, ...]: ...
    @property
    def rises(self) -> Floats: ...
    @property
    def clusters(self) -> NDArray[np.int64] | None: ...


Explain = Callable[[AskedRows, int | None], Contributions]
"""(rows, class) to contributions: the way that was asked for."""


def by_the_model(asked: AskedRows, output: int | None) -> Contributions:
    """Exactly where the model tells, else sampled."""
    return contributions_of(
        asked.scorer, asked.columns, background=asked.background, seed=asked.seed, output=output
    )


@dataclass(frozen=True)
class Wanted:
    """What the picture shows: `shapes` shapes, pairs among the `leading` columns.

    At most `rows` rows are explained, and at most `measured` are changed for shapes and pairs.
    """

    rows: int = MOST_ROWS
    shapes: int = SHAPES
    leading: int = LEADING
    measured: int = MOST_ROWS


def picture_of(
    asked: AskedRows,
    *,
    output: int | None = None,
    rises: Rises | None = None,
    protected: Sequence[str] = (),
    apart: Sequence[str] = (),
    explain: Explain = by_the_model,
    wanted: Wanted = Wanted(),
    cautions: Sequence[str] = (),
) -> Picture:
    """The picture over a sample of the rows.

    Parameters
    ----------
    output : position of the class to explain; by default the event, of several classes the one that is
        decided most often.
    rises : permutation importance, where outcomes are known.
    protected : columns to be marked.
    apart : columns whose values make sense in their own row alone: they have no shape and no pair.
    explain : how contributions come about.
    """
    one = OneOutput.of(asked.scorer, asked.at(_some(asked, MOST_ROWS)).columns, output)
    rows = asked.at(_some(asked, min(wanted.rows, explainable_rows(asked.scorer, asked.columns))))
    found = explain(rows, one.output if one.classes else None)
    parts = _parts(asked, found, rows.clusters, rises, protected)
    leading = [part.name for part in parts if part.size > 0 and part.name not in apart]
    shapes = _shapes(asked, one, leading, wanted)
    measurable = [name for name in leading if name in asked.columns][: wanted.leading]
    few = asked.at(
        _some(asked, _rows_for(asked, wanted.measured, ROWS_A_PAIR * _pair_scores(len(measurable))))
    )
    labels = {name: asked.words.label(name) for name in measurable}
    pairs = pairs_of(one, few.columns, measurable, labels, asked.seed, few.clusters)
    return Picture(
        explained=one.name,
        unit=found.unit,
        method=found.method,
        rows=len(found),
        parts=parts,
        shapes=shapes,
        shape_unit=one.unit,
        pairs=pairs if len(measurable) > 1 else None,
        notes=_notes(asked, leading),
        cautions=tuple(cautions),
    )


def _notes(asked: AskedRows, leading: Sequence[str]) -> tuple[str, ...]:
    """That free text has no shape: its words are told row by row."""
    texts = [asked.words.label(name) for name in leading if name in asked.columns and asked.is_text(name)]
    return tuple(f"{label} is free text: one row's reasons tell its words." for label in texts)


def _some(asked: AskedRows, most: int) -> NDArray[np.int64]:
    """At most so many rows, drawn without replacement, in their order."""
    if len(asked) <= most:
        return np.arange(len(asked))
    rng = np.random.default_rng(derive_seed(asked.seed, "explain", "rows"))
    return np.sort(rng.choice(len(asked), most, replace=False))


def background_of(rows: int, seed: int) -> NDArray[np.int64]:
    """Positions of rows that stand for "not known", drawn without replacement."""
    rng = np.random.default_rng(derive_seed(seed, "explain", "background"))
    return np.sort(rng.choice(rows, min(rows, BACKGROUND), replace=False))


def _rows_for(asked: AskedRows, most: int, scored_each: int) -> int:
    """Rows, at most `most`, that the scorer's sizes allow where each is scored so many times."""
    return max(1, min(most, sizes_of(asked.scorer).scored // max(1, scored_each)))


def _pair_scores(columns: int) -> int:
    return 1 + columns + columns * (columns - 1) // 2


def _shapes(asked: AskedRows, one: OneOutput, leading: Sequence[str], wanted: Wanted) -> tuple[Shape, ...]:
    few = asked.at(_some(asked, _rows_for(asked, wanted.measured, ROWS_A_SHAPE * wanted.shapes)))
    seen = Seen(few.columns, few.clusters, asked.types)
    drawn: list[Shape] = []
    for name in leading:
        if len(drawn) == wanted.shapes:
            break
        if name in asked.columns and not asked.is_text(name):
            shape = shape_of(one, seen, name, asked.words.label(name))
            drawn += [shape] if shape is not None else []
    return tuple(drawn)


def _parts(
    asked: AskedRows,
    found: Contributions,
    clusters: NDArray[np.int64] | None,
    rises: Rises | None,
    protected: Sequence[str],
) -> tuple[InputPart, ...]:
    parts = [
        _part(asked, name, found.values[:, at], clusters, rises, name in protected)
        for at, name in enumerate(found.names)
    ]
    return tuple(sorted(parts, key=lambda part: (-part.size, part.name)))


def _part(
    asked: AskedRows,
    name: str,
    values: Floats,
    clusters: NDArray[np.int64] | None,
    rises: Rises | None,
    protected: bool,
) -> InputPart:
    size = MeanT(np.abs(values), "", clusters, ends=(0.0, None))
    low, high = size.interval(LEVEL)
    rise = None
    if rises is not None and name in rises.names:
        rise = MeanT(rises.rises[:, rises.names.index(name)], "", rises.clusters)
    return InputPart(
        name,
        asked.words.label(name),
        size.value,
        None if low is None else max(0.0, low),
        high,
        None if rise is None else rise.value,
        *((None, None) if rise is None else rise.interval(LEVEL)),
        protected=protected,
    )
