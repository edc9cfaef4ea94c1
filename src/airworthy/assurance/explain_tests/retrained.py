"""The same kind of model trained again on other rows: does it give the same reasons?"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from airworthy.assurance.explain_tests.explained import Explained
from airworthy.assurance.explain_tests.kept import elsewhere, kept, shown_of
from airworthy.assurance.explain_tests.refit_foreign import foreign_fits
from airworthy.assurance.explain_tests.refit_own import SLOW_TAUGHT, learns_slowly, own_fits, own_kind
from airworthy.assurance.explain_tests.together import Pair, numbers_of, pairs_behind
from airworthy.assurance.facts import RowContributions
from airworthy.assurance.given import DEPTH, PREDICTIONS, SEED
from airworthy.assurance.predictions import Predictions
from airworthy.kernel.fact import Facts
from airworthy.kernel.result import NotApplicable
from airworthy.kernel.seed import derive_seed

Floats = NDArray[np.float64]
Places = NDArray[np.int64]

FITS, SLOW_FITS = 8, 5
TAUGHT, TAUGHT_FOREIGN = 4_000, 1_000
"""Rows that each fit learns from, at most: one of somebody else's models may be slow to learn."""
FEWEST_TAUGHT, FEWEST_OF_A_CLASS = 200, 10
COMPARED = 100


@dataclass(frozen=True, eq=False)
class Retrained:
    """What models of one kind, each trained on other rows, keep of each other's reasons.

    Attributes
    ----------
    pairs : (pairs of fits, n) by row.
    overall : share of the weight of the columns that are largest over all rows, over pairs of fits.
    fits, taught : how many, and on how many rows each.
    kind : what stands in for the model, in words.
    chance : what reasons in columns drawn at random would keep.
    together : columns that go together, of those named by one fit and not by another.
    """

    pairs: Floats
    overall: float
    fits: int
    taught: int
    kind: str
    chance: float
    together: tuple[Pair, ...]
    entity: Places | None


def retrained(known: Facts, fact: RowContributions) -> Retrained | NotApplicable:
    """Train eight times, each on rows drawn with replacement, and compare the reasons of the same rows."""
    found: Explained = known[fact]
    predictions: Predictions = known[PREDICTIONS]
    own = hasattr(found.scorer, "contribution_columns")
    if (hindered := _hindered(found, predictions, own)) is not None:
        return hindered
    n = min(COMPARED * known[DEPTH].probes, len(found.contributions))
    slow = own and learns_slowly(found.scorer)
    most = SLOW_TAUGHT if slow else TAUGHT if own else TAUGHT_FOREIGN
    taught = min(len(predictions), most)
    rng = np.random.default_rng(derive_seed(known[SEED], "assurance", "rows to train again"))
    draws = [
        drawn(predictions.entity, len(predictions), taught, rng) for _ in range(SLOW_FITS if slow else FITS)
    ]
    if _short_of_a_class(predictions, draws):
        return NotApplicable(f"A class has fewer than {FEWEST_OF_A_CLASS} rows to train on.")
    fits = own_fits if own else foreign_fits
    values = fits(found, predictions, draws, n, derive_seed(known[SEED], "assurance", "train again"))
    if isinstance(values, NotApplicable):
        return values
    return _compared(found, values, taught, own_kind(found.scorer) if own else "the same estimator")


def drawn(entity: Places | None, rows: int, taught: int, rng: np.random.Generator) -> Places:
    """`taught` places of `rows`, drawn with replacement; whole entities where rows repeat them."""
    if entity is None:
        return rng.integers(0, rows, taught)
    order = np.argsort(entity, kind="stable")
    bounds = np.searchsorted(entity[order], np.arange(int(entity.max()) + 2))
    some = rng.integers(0, int(entity.max()) + 1, taught)
    places = np.concatenate([order[bounds[code] : bounds[code + 1]] for code in some.tolist()])
    return places[:taught]


def _hindered(found: Explained, predictions: Predictions, own: bool) -> NotApplicable | None:
    if len(predictions) < FEWEST_TAUGHT:
        return NotApplicable(
            f"Training again needs {FEWEST_TAUGHT} rows with outcomes; there are {len(predictions):,}."
        )
    if own:
        return None
    native = getattr(found.scorer, "native", None)
    model = None if native is None else native(found.rows.rows(np.arange(1)).columns).model
    if hasattr(model, "fit") and hasattr(model, "get_params"):
        return None
    return NotApplicable(
        "The model cannot be trained again from here: give an estimator with fit and get_params, as "
        "scikit-learn's have."
    )


def _short_of_a_class(predictions: Predictions, draws: list[Places]) -> bool:
    classes = len(predictions.classes)
    return any(
        np.bincount(predictions.y[places], minlength=classes).min() < FEWEST_OF_A_CLASS
        for places in draws
        if classes
    )


def _compared(found: Explained, values: Floats, taught: int, kind: str) -> Retrained:
    """Of contributions (fits, n, d)."""
    count, n = shown_of(values.shape[2]), values.shape[1]
    pairs = list(combinations(range(len(values)), 2))
    overall = np.abs(values).mean(axis=1)
    told = found.contributions
    rows = found.rows.rows(np.arange(len(told)))
    numbers = numbers_of({name: rows.columns[name] for name in told.names}, told.raw)
    behind: list[Any] = [pairs_behind(values[a], values[b], count, told.names, numbers) for a, b in pairs]
    return Retrained(
        pairs=np.stack([kept(values[a], values[b], count) for a, b in pairs]),
        overall=float(np.mean([kept(overall[a : a + 1], overall[b : b + 1], count)[0] for a, b in pairs])),
        fits=len(values),
        taught=taught,
        kind=kind,
        chance=float(kept(values[0], elsewhere(values[0], 0), count).mean()),
        together=next((pairs for pairs in behind if pairs), ()),
        entity=None if found.entity is None else found.entity[:n],
    )
