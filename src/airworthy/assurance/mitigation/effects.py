"""Measures every remedy's model beside the present one, row by row, where none of them learned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from airworthy.assurance.mitigation.report import Action, Effect, GapEffect, Moved
from airworthy.kernel.result import Estimate, Measurement
from airworthy.kernel.seed import derive_seed
from airworthy.measures.bootstrap import Bootstrap
from airworthy.measures.impact import ImpactRatio
from airworthy.measures.means import Difference, MeanT, PairedDifference
from airworthy.measures.proportion import Newcombe, Wilson
from airworthy.measures.ranking import Auc, AucDifference

ALPHA, LEVEL = 0.05, 0.95
PER = 1000.0

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Decided:
    """What one model makes of the n measured rows.

    Attributes
    ----------
    positive
        Decided positive, (n,).
    event
        Probability of the event, (n,).
    costs
        Of each decision, (n,); None where nobody declared a cost.
    """

    action: Action
    model: str
    positive: Mask
    event: Floats
    costs: Floats | None


@dataclass(frozen=True, eq=False)
class Side:
    """The comparison of one protected column, fixed before these rows are looked at.

    Attributes
    ----------
    inside, beside
        Rows of the group, and those it is held against, (n,).
    sign
        1.0 where the present model selected the group more often in the training rows, else -1.0.
    least, categories
        The category selected least there, and all others, for the impact ratio; each (n,).
    """

    column: str
    group: str
    inside: Mask
    beside: Mask
    sign: float
    least: Mask
    categories: tuple[Mask, ...]


@dataclass(frozen=True, eq=False)
class Bench:
    """The measured rows: outcomes (n,), entities (n,) or None, what is compared, and how money is told."""

    y: Floats
    clusters: Codes | None
    sides: tuple[Side, ...]
    seed: int
    unit: str = ""
    per: float = PER


def effects(models: Sequence[Decided], bench: Bench) -> tuple[Effect, ...]:
    """The figures of every model; the first is the present one, and the others are paired with it.

    Changes of a gap have intervals that hold together: their level is shared among all remedies and columns.
    """
    looks = max(1, (len(models) - 1) * len(bench.sides))
    shared = 1 - ALPHA / looks
    return tuple(_effect(model, models[0], bench, shared) for model in models)


def _effect(model: Decided, present: Decided, bench: Bench, shared: float) -> Effect:
    itself = model is present
    wrong, before = (PER * (one.positive != (bench.y == 1)) for one in (model, present))
    gaps = tuple(_gap(side, model, None if itself else present, bench, shared) for side in bench.sides)
    rank = AucDifference(bench.y, model.event, present.event, bench.clusters)
    return Effect(
        model.action,
        model.model,
        int((model.positive != present.positive).sum()),
        _moved(Auc(bench.y, model.event, bench.clusters), None if itself else rank),
        _moved(
            MeanT(wrong, "wrong per 1,000", bench.clusters, ends=(0.0, PER)),
            None
            if itself
            else PairedDifference(wrong - before, "wrong per 1,000", bench.clusters, ends=(-PER, PER)),
        ),
        _money(model, present, bench),
        gaps,
    )


def _moved(now: Estimate, change: Estimate | None, level: float = LEVEL) -> Moved:
    return Moved(Measurement.of(now, LEVEL), None if change is None else Measurement.of(change, level))


def _money(model: Decided, present: Decided, bench: Bench) -> Moved | None:
    if model.costs is None or present.costs is None:
        return None
    columns = np.column_stack([model.costs, model.costs - present.costs]) * bench.per
    seed = derive_seed(bench.seed, "mitigate", "money")
    now, change = Bootstrap.of_each(columns, unit=bench.unit, seed=seed, clusters=bench.clusters)
    return _moved(now, None if model is present else change)


def _gap(side: Side, model: Decided, present: Decided | None, bench: Bench, shared: float) -> GapEffect:
    event = bench.y == 1
    every = np.ones(len(event), dtype=bool)
    rates = [_rate(side, counted, model, present, bench, shared) for counted in (every, event, ~event)]
    assert rates[0] is not None  # a side has rows
    return GapEffect(
        side.column,
        side.group,
        int(side.inside.sum()),
        rates[0],
        _ratio(side, model, present, bench),
        rates[1],
        rates[2],
    )


def _rate(
    side: Side, counted: Mask, model: Decided, present: Decided | None, bench: Bench, shared: float
) -> Moved | None:
    """The gap of the rate of positive decisions among the `counted` rows; None where a side has none."""
    inside, beside = side.inside & counted, side.beside & counted
    if not inside.any() or not beside.any():
        return None
    hits, others = (_share(model.positive, of, bench) for of in (inside, beside))
    gap = Newcombe.between(hits, others) if side.sign > 0 else Newcombe.between(others, hits)
    if present is None:
        return _moved(gap, None)
    step = model.positive.astype(float) - present.positive
    change = Difference(
        step[inside],
        step[beside],
        "share",
        _of(bench, inside),
        _of(bench, beside),
        side.sign,
        ends=(-1.0, 1.0),
    )
    return _moved(gap, change, shared)


def _share(hits: Mask, of: Mask, bench: Bench) -> Wilson:
    return Wilson.of(hits[of], _of(bench, of))


def _of(bench: Bench, of: Mask) -> Codes | None:
    return None if bench.clusters is None else bench.clusters[of]


def _ratio(side: Side, model: Decided, present: Decided | None, bench: Bench) -> Moved:
    every = (side.least, *side.categories)
    own, *others = (_share(model.positive, of, bench) for of in every)
    ratio = ImpactRatio(own, tuple(others))
    if present is None:
        return _moved(ratio, None)
    # Share of each category, then its positive decisions by the one model and by the other.
    columns = [of & decided for of in every for decided in (True, model.positive, present.positive)]

    def change(means: Floats) -> Floats:
        sizes = np.maximum(means[:, 0::3], 1e-300)
        return _least(means[:, 1::3] / sizes) - _least(means[:, 2::3] / sizes)

    found = Bootstrap.of_means(
        np.column_stack(columns).astype(float),
        change,
        unit="ratio",
        seed=derive_seed(bench.seed, "mitigate", side.column),
        clusters=bench.clusters,
    )
    return _moved(ratio, found)


def _least(rates: Floats) -> Floats:
    """The first category's rate over the highest of each row (m, k); 1 where nobody is selected."""
    top = rates.max(axis=1)
    return np.asarray(np.divide(rates[:, 0], top, out=np.ones_like(top), where=top > 0))
