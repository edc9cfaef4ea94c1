"""Learners of a forecast: they learn by how much a known forecast is off, as a share of the series' size.

Trees cannot carry a trend on and see no likeness between a small series and a large one; what a forecast is
off by, relative to the series' size, has neither trend nor size.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import replace
from functools import partial

import msgspec
import numpy as np

from airworthy.data.series.names import FORECAST, PREFIX, SIZE, SPREAD
from airworthy.model.learners.fitted import NOTHING_TO_SET, Fitted, Grown
from airworthy.model.part import Part
from airworthy.model.rows import Rows
from airworthy.model.trials import Trial
from airworthy.scoring.columns import FloatArray
from airworthy.scoring.spec import Blend, Feature, Linear, Relative, Scaled

KNOWN = (FORECAST, SIZE)
SMOOTHING = "smoothing"
"""The candidate that corrects nothing: any other has to beat the forecast that is known anyway."""
NAIVE = {"last-value": PREFIX + "latest", "season-before": PREFIX + "same_season"}
"""Candidates that repeat an earlier outcome, and the input that holds it."""


def smoothing_trial() -> Trial:
    """The forecast as it is known at the origin."""
    return Trial(SMOOTHING, "linear", 0, _nothing, 0.2)


def naive_trials(names: Container[str]) -> tuple[Trial, ...]:
    """The latest outcome, and that of the same season before: where they are best, they are taken."""
    return tuple(
        Trial(name, "linear", 0, partial(_repeated, column=column), 0.2)
        for name, column in NAIVE.items()
        if column in names
    )


def _repeated(part: Part, setting: int | None, column: str) -> Grown:
    """An earlier outcome: as an input it is a share of the size, less the forecast."""
    features, usual = _known(part.rows)
    feature = Scaled(column=column, fill=0.0, center=0.0, scale=1.0)
    learner = Relative(learner=Linear(coefficients=((1.0,),), intercepts=(0.0,)))
    note = "an earlier outcome, repeated"
    made = Fitted((*features, feature), learner, (*usual, 0.0), len(part.rows), note=note)
    return Grown(NOTHING_TO_SET, lambda at: made)


def corrects(trial: Trial) -> Trial:
    """The same trial, of what the known forecast is off by."""

    def fit(part: Part, setting: int | None) -> Grown:
        grown = trial.fit(_relative(part), setting)
        known, usual = _known(part.rows)

        def fitted(at: int) -> Fitted:
            inner = grown.fitted(at)
            assert not isinstance(inner.learner, Relative | Blend)  # no fit makes either
            return replace(
                inner,
                features=(*known, *inner.features),
                learner=Relative(learner=inner.learner),
                baseline=(*usual, *inner.baseline),
            )

        return Grown(grown.losses, fitted)

    return replace(trial, fit=fit)


def _nothing(part: Part, setting: int | None) -> Grown:
    features, usual = _known(part.rows)
    bare = Linear(coefficients=((),), intercepts=(0.0,))
    note = "the forecast of exponential smoothing, not corrected"
    made = Fitted(features, Relative(learner=bare), usual, len(part.rows), note=note)
    return Grown(NOTHING_TO_SET, lambda at: made)


def _known(rows: Rows) -> tuple[tuple[Feature, ...], tuple[float, ...]]:
    """The forecast and the size as features, a null filled with the median, and their means."""
    features, means = [], []
    for name in KNOWN:
        values = np.asarray(rows.columns[name], dtype=np.float64)
        known = values[np.isfinite(values)]
        fill = float(np.median(known)) if len(known) else 0.0
        features.append(Scaled(column=name, fill=fill, center=0.0, scale=1.0))
        means.append(float(known.mean()) if len(known) else 0.0)
    return tuple(features), tuple(means)


def _relative(part: Part) -> Part:
    """The rows as shares of their size, kept with the part so that its encoding is made once."""
    if part.relative is None:
        held = None if part.held is None else _shares(part.held)
        part.relative = Part(_shares(part.rows), held)
    return part.relative


def _shares(rows: Rows) -> Rows:
    inputs = tuple(c for c in rows.contract.columns if c.name not in (*KNOWN, SPREAD))
    forecast, size = (np.asarray(rows.columns[name], dtype=np.float64) for name in KNOWN)
    off: FloatArray = (rows.y - forecast) / size
    usable = np.isfinite(off)
    found = replace(rows, contract=msgspec.structs.replace(rows.contract, columns=inputs), y=off)
    return found if usable.all() else found.take(np.flatnonzero(usable))
