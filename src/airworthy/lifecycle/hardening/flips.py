"""Rows that teach: observed rows changed just so far that the model decides them wrongly."""

from __future__ import annotations

import numpy as np
import polars as pl

from airworthy.assurance.attack.search import joined, search
from airworthy.assurance.attack.target import Target
from airworthy.assurance.changes import ChangeRules, Space
from airworthy.assurance.changes.space import Floats, Places
from airworthy.assurance.predictions import Predictions
from airworthy.charter.model import Charter
from airworthy.data.columns import columns_for_scoring
from airworthy.kernel.seed import derive_seed
from airworthy.lifecycle.hardening.asked import TAUGHT_EFFORT
from airworthy.model.problem import TARGET
from airworthy.scoring.contract import Contract
from airworthy.scoring.scorer import Scorer

ORIGIN = "__origin__"
"""Names the observed row that a row came from: both stand in one fold."""


def flipped_rows(
    scorer: Scorer, rows: pl.DataFrame, rules: ChangeRules, charter: Charter, contract: Contract, most: int
) -> pl.DataFrame:
    """Rows that the model decides rightly, each with its smallest change that makes it wrong.

    Parameters
    ----------
    rows : (n,) observed canonical rows with an outcome; `most` of them are attacked.

    The outcome stays: who changed what stands in the row changed nothing about what comes.
    """
    rng = np.random.default_rng(derive_seed(charter.seed, "hardening", "taught"))
    places = np.sort(rng.permutation(rows.height)[:most])
    some = rows[places.tolist()]
    predictions = predictions_of_rows(scorer, some, contract)
    target = Target(scorer, predictions)
    decided, _ = target.decide(predictions.columns, len(predictions))
    right = np.flatnonzero(decided == predictions.y)
    space = Space(rules, predictions.rows(right).columns)
    flips = joined([part for _, part in search(space, target, predictions.y[right], TAUGHT_EFFORT)])
    hit = np.flatnonzero(flips.changes)
    return changed_rows(some[right[hit].tolist()], space, hit, flips.points[hit])


def predictions_of_rows(scorer: Scorer, rows: pl.DataFrame, contract: Contract) -> Predictions:
    """Canonical rows with their outcomes, as an attack reads them."""
    columns = columns_for_scoring(rows, contract, names=scorer.reads)
    return Predictions.of("binary", rows[TARGET].to_list(), classes=contract.classes, columns=columns)


def changed_rows(rows: pl.DataFrame, space: Space, places: Places, points: Floats) -> pl.DataFrame:
    """Canonical `rows` (m,) with what `points` (m, d) of the space's rows `places` (m,) change in them."""
    made = space.columns(places, points)
    touched = {rule.name for rule in space.rules.columns if not rule.fixed} & set(rows.columns)
    series = []
    for name in sorted(touched):
        values = pl.Series(name, made[name], nan_to_null=True)
        series.append(values.cast(rows.schema[name]))
    return rows.with_columns(series)
