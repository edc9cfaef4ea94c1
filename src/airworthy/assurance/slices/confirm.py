"""The found slices measured anew on rows that took no part in finding them."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from airworthy.assurance.depth import DEFAULT, Depth
from airworthy.assurance.predictions import Predictions
from airworthy.assurance.slices.confirmed import Against, Confirmed, Measured
from airworthy.assurance.slices.loss import Loss, loss_of
from airworthy.assurance.slices.predicates import Predicate, Readable, predicates_of, readable
from airworthy.assurance.slices.search import Found, Slice, search
from airworthy.charter.model import Costs
from airworthy.kernel.result import Estimate, Limit, NotApplicable
from airworthy.measures.gaps import CalibrationGap
from airworthy.measures.means import Difference, MeanT
from airworthy.measures.proportion import Newcombe, Wilson
from airworthy.scoring.contract import Column

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

MOST_SLICES = 10
LEAST_ROWS = 20
"""Of a slice in the searched half: fewer are found by luck alone, and their other half tells nothing."""
LEAST_SHARE = 0.01
FEWEST = 4 * LEAST_ROWS


def find_and_confirm(
    predictions: Predictions,
    chosen: tuple[Column, ...],
    costs: Costs,
    limit: Limit,
    seed: int,
    against: Against = Against.ELSEWHERE,
    depth: Depth = DEFAULT,
) -> Confirmed | NotApplicable:
    """Search one half of the rows, drawn by entity, and measure what was found on the other.

    Held against what the model expects, half of the slices are those that lose most, and half those that
    lose most beyond what each row's own probability expects.
    """
    loss = loss_of(predictions, costs)
    if isinstance(loss, NotApplicable):
        return loss
    columns = tuple(c for c in chosen if c.name in predictions.columns)
    if not columns:
        return NotApplicable("No column that could tell slices apart came with these rows.")
    if len(predictions) < FEWEST:
        return NotApplicable(
            f"Cannot tell: {len(predictions):,} rows are too few to search one half and confirm on the "
            f"other. {FEWEST} are the least."
        )
    searched = halves(predictions, seed, depth.searched)
    rows, table = np.flatnonzero(searched), readable(predictions.columns, columns)
    least = max(LEAST_ROWS, math.ceil(LEAST_SHARE * len(rows)))
    statements, held = predicates_of({name: v[rows] for name, v in table.items()}, columns, least)
    found = _search(statements, held, loss, rows, least, depth.pairs, against)
    if not found.slices:
        return NotApplicable(
            f"No slice of {least:,} rows or more loses more than the rest: {found.searched:,} searched on "
            f"{len(rows):,} rows."
        )
    rest = {name: v[~searched] for name, v in table.items()}
    entity = None if predictions.entity is None else predictions.entity[~searched]
    gaps = [_measure(one, rest, entity, loss, ~searched) for one in found.slices]
    measured = tuple(m for m in gaps if m is not None)
    if not measured:
        return NotApplicable("None of the slices found has rows on the half that confirms.")
    return Confirmed(measured, len(found.slices), found, loss, len(predictions), limit, against)


def _search(
    statements: tuple[Predicate, ...],
    held: NDArray[np.float32],
    loss: Loss,
    rows: NDArray[np.intp],
    least: int,
    pairs: int,
    against: Against,
) -> Found:
    if against is Against.ELSEWHERE or loss.expected is None:
        return search(statements, held, loss.values[rows], least=least, most=MOST_SLICES, pairs=pairs)
    surprise = np.maximum(loss.values - loss.expected, 0.0)[rows]
    parts = [
        search(statements, held, lost, least=least, most=MOST_SLICES // 2, pairs=pairs)
        for lost in (surprise, loss.values[rows])
    ]
    slices = {one.predicates: one for part in reversed(parts) for one in part.slices}
    counts = (sum(part.searched for part in parts), sum(part.pruned for part in parts))
    return Found(tuple(slices.values()), *counts, len(rows))


def halves(predictions: Predictions, seed: int, most: int) -> Mask:
    """(n,) the rows to search: half of them, at most `most`, whole entities; the others confirm."""
    n, entity, rng = len(predictions), predictions.entity, np.random.default_rng(seed)
    wanted = min(n // 2, most)
    picked = np.zeros(n, bool)
    if entity is None:
        picked[rng.choice(n, wanted, replace=False)] = True
        return picked
    order = rng.permutation(int(entity.max()) + 1)
    sizes = np.bincount(entity, minlength=len(order))[order]
    searched = order[np.cumsum(sizes) <= wanted]
    picked[np.isin(entity, searched)] = True
    return picked


def _measure(
    one: Slice, rest: Readable, entity: NDArray[np.int64] | None, loss: Loss, confirming: Mask
) -> Measured | None:
    """The slice on the confirming rows; None where it, or all that is not in it, has no rows there."""
    inside = np.logical_and.reduce([p.holds(rest) for p in one.predicates])
    if not inside.any() or inside.all():
        return None
    values = loss.values[confirming]
    expected = None if loss.expected is None else loss.expected[confirming][inside]
    return Measured(
        one,
        int(inside.sum()),
        int((~inside).sum()),
        float(values[inside].mean()),
        float(values[~inside].mean()),
        None if expected is None else float(expected.mean()),
        _gap(values, inside, entity, loss),
        None if expected is None else _excess(values[inside], expected, _at(entity, inside), loss),
    )


def _gap(values: Floats, inside: Mask, entity: NDArray[np.int64] | None, loss: Loss) -> Estimate:
    first, second = _at(entity, inside), _at(entity, ~inside)
    if loss.errors:
        return Newcombe.between(Wilson.of(values[inside], first), Wilson.of(values[~inside], second))
    ends = (0.0, float(values.max()))
    return Difference(values[inside], values[~inside], loss.unit, first, second, loss.scale, ends)


def _excess(values: Floats, expected: Floats, entity: NDArray[np.int64] | None, loss: Loss) -> Estimate:
    if loss.errors:
        return CalibrationGap(Wilson.of(values, entity), float(expected.mean()))
    most = float(max(values.max(), expected.max()))
    return MeanT(values - expected, loss.unit, entity, loss.scale, (-most, most))


def _at(entity: NDArray[np.int64] | None, inside: Mask) -> NDArray[np.int64] | None:
    return None if entity is None else entity[inside]
