"""The tests of the reasons, each on the rows that were explained once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from airworthy.assurance.explain.contributions import contributions_of
from airworthy.assurance.explain_tests.deletion import SETS, Deleted, delete
from airworthy.assurance.explain_tests.explained import Explained
from airworthy.assurance.explain_tests.kept import confirmed, elsewhere, kept, leading, shown_of
from airworthy.assurance.explain_tests.local_fit import local_weights
from airworthy.assurance.explain_tests.nearby import nudged
from airworthy.assurance.explain_tests.together import Pair, closest_pair, numbers_of, pairs_behind
from airworthy.assurance.facts import PermutationImportance, RowContributions
from airworthy.assurance.given import DEPTH, SEED, sizes_of
from airworthy.kernel.fact import Facts
from airworthy.kernel.seed import derive_seed
from airworthy.measures.ranking import midranks
from airworthy.scoring.contract import Column

Floats = NDArray[np.float64]
Places = NDArray[np.int64]

DELETED, DRAWS, FEW_DRAWS, FEW = 300, 8, 6, 50
"""Rows of which columns are deleted, and other rows that each is mixed with; fewer where that many
would leave fewer than `FEW` rows."""
NUDGED = 200
HARDLY = 0.1
"""Of the standard deviation of scores: a score that moved less hardly moved."""
FITTED, MIXES, PER_COLUMN = 60, 512, 8
"""Rows around which a line is fitted, at most, and mixed rows for each, at least so many for a column."""


def deleted(known: Facts, fact: RowContributions) -> tuple[Deleted, Places | None, Pair | None]:
    """How far deleting columns moves the score, whose rows they are, and which columns go together most."""
    found: Explained = known[fact]
    values = found.contributions.values[: DELETED * known[DEPTH].probes]
    sets = values.shape[1] + SETS
    most = sizes_of(found.scorer).tested
    draws = DRAWS if most // (DRAWS * sets) >= FEW else FEW_DRAWS
    rows = max(1, min(len(values), most // (draws * sets)))
    rng = _rng(known, "deleted columns")
    entity = None if found.entity is None else found.entity[:rows]
    pair = closest_pair(found.contributions.names, _numbers(found))
    return delete(found.mixer(), values[:rows], draws, rng), entity, pair


@dataclass(frozen=True, eq=False)
class Nudged:
    """How much of its reasons each row keeps when its numbers move a little.

    Attributes
    ----------
    kept : (m,) of the rows whose score hardly moved.
    first : share of them whose first reason is still among those shown.
    moved : rows whose score moved further.
    columns : in which numbers moved.
    chance : what reasons in columns drawn at random would keep.
    """

    kept: Floats
    first: float
    moved: int
    columns: tuple[str, ...]
    chance: float
    entity: Places | None


def nudged_reasons(known: Facts, fact: RowContributions, inputs: tuple[Column, ...]) -> Nudged:
    """The reasons of the explained rows, and of the same rows a hair's breadth away."""
    found: Explained = known[fact]
    before = found.contributions
    n = min(NUDGED * known[DEPTH].probes, len(before)) if before.exact else len(before)
    rows = found.rows.rows(np.arange(n))
    near, columns = nudged(rows.columns, found.rows.columns, inputs, _rng(known, "nudged numbers"))
    after = contributions_of(found.scorer, near, background=found.rows.columns, seed=known[SEED])
    at = [after.names.index(name) for name in before.names]
    still = (after.outputs == before.outputs[:n]) & (
        np.abs(after.raw - before.raw[:n]) <= HARDLY * float(before.raw.std())
    )
    first, second = before.values[:n][still], after.values[:, at][still]
    count = shown_of(len(before.names))
    still_first = (leading(first, 1) & leading(second, count)).any(axis=1)
    entity = None if found.entity is None else found.entity[:n][still]
    return Nudged(
        kept=kept(first, second, count),
        first=float(still_first.mean()) if still.any() else 0.0,
        moved=int((~still).sum()),
        columns=columns,
        chance=float(kept(first, _at_random(known, first), count).mean()) if still.any() else 0.0,
        entity=entity,
    )


@dataclass(frozen=True, eq=False)
class SecondOpinion:
    """How much of each row's reasons a straight line fitted around the row does not deny.

    Attributes
    ----------
    confirmed : (m,) by row.
    chance : of reasons in columns drawn at random.
    rank : correlation of the mean size of the reasons with the importance of shuffling, over columns.
    shuffled : columns that cost most when shuffled, most first, of as many as reasons are shown.
    overall : columns whose reasons are largest on average, likewise.
    pairs : columns that go together, of those named by one and not by the other.
    """

    confirmed: Floats
    chance: float
    rank: float | None
    shuffled: tuple[str, ...]
    overall: tuple[str, ...]
    pairs: tuple[Pair, ...]
    entity: Places | None


def second_opinion(known: Facts, fact: RowContributions, shuffled: PermutationImportance) -> SecondOpinion:
    """Hold the reasons against a local fit, row by row, and against shuffled columns over all rows."""
    found: Explained = known[fact]
    told, mixer = found.contributions, found.mixer()
    most, count = sizes_of(found.scorer).tested, shown_of(len(told.names))
    mixes = max(MIXES, PER_COLUMN * len(told.names))
    n = max(1, min(FITTED * known[DEPTH].probes, len(told), most // mixes))
    lines = local_weights(mixer, n, mixes, _rng(known, "local lines"))
    values = told.values[:n]
    rises = known[shuffled]
    both = [name for name in told.names if name in rises.names]
    sizes = np.abs(told.values).mean(axis=0)[[told.names.index(name) for name in both]]
    costs = rises.rises.mean(axis=0)[[rises.names.index(name) for name in both]]
    return SecondOpinion(
        confirmed=confirmed(values, lines.slopes, lines.error, count),
        chance=float(confirmed(_at_random(known, values), lines.slopes, lines.error, count).mean()),
        rank=_rank_correlation(sizes, costs),
        shuffled=_most(costs, both, count),
        overall=_most(sizes, both, count),
        pairs=pairs_behind(values, lines.slopes, count, told.names, _numbers(found)),
        entity=None if found.entity is None else found.entity[:n],
    )


def _at_random(known: Facts, values: Floats) -> Floats:
    return elsewhere(values, derive_seed(known[SEED], "assurance", "reasons at random"))


def _numbers(found: Explained) -> Floats:
    """The explained columns as numbers, of the explained rows (n, d): how columns go together."""
    told = found.contributions
    rows = found.rows.rows(np.arange(len(told)))
    return numbers_of({name: rows.columns[name] for name in told.names}, told.raw)


def _most(values: Floats, names: list[str], count: int) -> tuple[str, ...]:
    return tuple(names[index] for index in np.argsort(-values, kind="stable")[:count])


def _rank_correlation(first: Floats, second: Floats) -> float | None:
    """Spearman's, None where either is the same for all columns."""
    one, other = midranks(first), midranks(second)
    if len(one) < 2 or np.ptp(one) == 0 or np.ptp(other) == 0:
        return None
    return float(np.corrcoef(one, other)[0, 1])


def _rng(known: Facts, what: str) -> np.random.Generator:
    return np.random.default_rng(derive_seed(known[SEED], "assurance", what))
