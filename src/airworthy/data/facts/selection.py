"""Rows against the population that they should stand for: a small model that tells the two apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from airworthy.data.canonical import store
from airworthy.data.facts import Sample
from airworthy.data.facts.foretell import foretell
from airworthy.data.facts.population import PopulationTable, Selected, Selection
from airworthy.data.facts.sample import draw
from airworthy.data.facts.small_trees import out_of_fold
from airworthy.data.types import infer_type
from airworthy.kernel.fact import Facts
from airworthy.measures.ranking import Auc

Floats = NDArray[np.float64]

ROWS = 10_000
"""Rows of either side that are compared."""

FEWEST = 50
UNLIKE = 0.01
"""A row of the population is covered when it looks at least as likely as this quantile of the rows."""

_TOLD, _TRIMMED = 8, 50.0


def compute(wanted: Sequence[Any], facts: Facts) -> Mapping[Any, object]:
    return {fact: _selection(fact, facts) for fact in wanted}


def _selection(fact: Selected, facts: Facts) -> Selection | None:
    population: pl.DataFrame = facts[PopulationTable()]
    sample: pl.DataFrame = facts[Sample()]
    shared = [name for name in fact.columns if name in population.columns]
    if not shared or min(sample.height, population.height) < FEWEST:
        return None
    ours = draw(sample.lazy(), sample.height, ROWS).select(shared)
    theirs = draw(population.lazy(), population.height, ROWS)
    theirs = pl.DataFrame([store(theirs[name], infer_type(ours[name])).values for name in shared])
    theirs = theirs.cast({name: ours.schema[name] for name in shared}, strict=False)
    both = pl.concat([ours, theirs])
    y = np.repeat([1, 0], [ours.height, theirs.height]).astype(np.int64)
    score = out_of_fold(both, y, 2, "selection")[:, 1]
    tellers = _tellers(both, y)
    told = Auc(y, score)
    value, error = told.value, told.error()
    if tellers and tellers[0][1] > value:
        value, error = tellers[0][1:]
    coverage, effective = _weights(score, y)
    return Selection(
        value,
        error,
        ours.height,
        theirs.height,
        coverage,
        effective,
        tuple((name, alone) for name, alone, _ in tellers[:_TOLD]),
        tuple(_shift(ours[name], theirs[name]) for name, *_ in tellers[:_TOLD]),
    )


def _tellers(both: pl.DataFrame, y: NDArray[np.int64]) -> list[tuple[str, float, float]]:
    """Each column with what it alone tells (AUC and its error), the strongest first."""
    half = (pl.int_range(both.height, dtype=pl.UInt64, eager=True).hash(79) % 2 == 0).to_numpy()
    found = []
    for name in both.columns:
        # The rarer side is the event for `foretell`: which it is does not matter here.
        codes = y if y.mean() <= 0.5 else 1 - y
        told = foretell(both[name], codes, ("population", "rows"), half)
        if told is not None:
            found.append((name, told.auc, told.error))
    return sorted(found, key=lambda item: (-item[1], item[0]))


def _weights(score: Floats, y: NDArray[np.int64]) -> tuple[float, float]:
    """Coverage of the population, and the effective rows after weighting by the odds (Kish)."""
    rows, population = score[y == 1], score[y == 0]
    coverage = float((population >= np.quantile(rows, UNLIKE)).mean())
    odds = (1 - rows) / np.clip(rows, 1e-6, None)
    odds = np.minimum(odds, _TRIMMED * float(np.median(odds)))
    return coverage, float(odds.sum() ** 2 / (odds**2).sum())


def _shift(ours: pl.Series, theirs: pl.Series) -> tuple[str, str, str]:
    """One column in words: means of numbers, or the value whose share differs most."""
    if ours.dtype.is_numeric():
        means = [c.cast(pl.Float64).drop_nulls().to_numpy() for c in (ours, theirs)]
        left, right = (f"{m[np.isfinite(m)].mean():.4g}" if np.isfinite(m).any() else "none" for m in means)
        return f"mean of {ours.name}", left, right
    shares = []
    for column in (ours, theirs):
        text = column.cast(pl.String).fill_null("missing")
        counts = text.value_counts(name="rows")
        shares.append(dict(zip(counts[text.name], (counts["rows"] / len(text)).to_list(), strict=True)))
    words = sorted(set(shares[0]) | set(shares[1]))
    most = max(words, key=lambda w: abs(shares[0].get(w, 0.0) - shares[1].get(w, 0.0)))
    left, right = (f"{share.get(most, 0.0):.1%}" for share in shares)
    return f"{ours.name} = {most}", left, right
