"""Measures a curve of severity: the same rows spoilt more and more, each time scored as live ones are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from airworthy.assurance.given import ModelRefused, ScoresColumns
from airworthy.assurance.predictions import Predictions
from airworthy.assurance.probes import rescored
from airworthy.assurance.severity.curve import Alone, Curve, Point
from airworthy.assurance.severity.kinds import DOSES, Kind, touched
from airworthy.assurance.severity.lost import decides_only, lost_draws, quality, quality_lost
from airworthy.assurance.severity.slips import spoilt_by
from airworthy.charter.model import Task
from airworthy.kernel.seed import derive_seed
from airworthy.measures.crossing import Crossing, crossing
from airworthy.scoring.contract import Column

FIGURE = {Task.BINARY: "AUC", Task.MULTICLASS: "accuracy", Task.REGRESSION: "RMSE"}
LEVEL = 0.95
DRAWS = 200
"""Resamples behind the interval of the dose; five lie beyond each bound."""
RESAMPLES = 300
"""Behind the interval of an RMSE at each dose: a curve has six of them."""
SHOWN = 5
FEWEST = 300
"""Rows below which what a single column costs is mostly chance."""


@dataclass(frozen=True, eq=False)
class Sampled:
    """The rows that are spoilt, as the scorer scores them now, and what hides or shows their columns."""

    clean: Predictions
    scorer: ScoresColumns
    inputs: tuple[Column, ...]
    seed: int
    glossary: Mapping[str, str]

    @classmethod
    def of(
        cls,
        rows: Predictions,
        scorer: ScoresColumns,
        inputs: tuple[Column, ...],
        seed: int,
        glossary: Mapping[str, str] | None = None,
    ) -> Sampled:
        """Score the rows as they are."""
        return cls(rescored(rows, scorer, dict(rows.columns)), scorer, inputs, seed, glossary or {})

    @property
    def figure(self) -> str:
        return "accuracy" if decides_only(self.clean) else FIGURE[self.clean.task]

    def spoilt(self, kind: Kind, share: float, inputs: tuple[Column, ...] | None = None) -> Predictions:
        """The rows with `kind` in `share` of the cells of `inputs`. Raises `ModelRefused`."""
        seed = derive_seed(self.seed, "assurance", f"severity {kind}")
        columns = spoilt_by(kind, self.clean.columns, inputs or self.inputs, seed, share)
        return rescored(self.clean, self.scorer, columns)


def curve_of(
    sampled: Sampled,
    kind: Kind,
    most: float | None,
    *,
    alone: float | None = None,
    scored: int = 60_000,
    on_dose: Callable[[], None] = lambda: None,
) -> Curve:
    """Quality of the sampled rows at each dose of `kind`.

    Parameters
    ----------
    most : the loss that is too much, whose dose is looked for.
    alone : also spoil each column alone, in this share of its cells; None: do not.
    scored : rows that may be scored for that, over all columns.
    on_dose : is called after each scoring.

    Raises
    ------
    ModelRefused : already the smallest dose is refused.
    """
    spoilt, refusal = [sampled.clean], ""
    for dose in DOSES[1:]:
        try:
            spoilt.append(sampled.spoilt(kind, dose))
        except ModelRefused as error:
            if len(spoilt) == 1:
                raise
            refusal = str(error.value)
            break
        on_dose()
    passed = None if most is None else _passed(sampled, spoilt, most)
    columns = touched(kind, sampled.inputs)
    ranked = () if alone is None else _alone(sampled, kind, columns, alone, scored)
    return Curve(
        kind=kind,
        figure=sampled.figure,
        rows=len(sampled.clean),
        columns=tuple(column.name for column in columns),
        points=tuple(_point(sampled, dose, one) for dose, one in zip(DOSES, spoilt, strict=False)),
        most=most,
        passed=passed,
        alone=ranked[:SHOWN],
        tried=len(ranked),
        refusal=refusal,
    )


def _point(sampled: Sampled, dose: float, found: Predictions) -> Point:
    figure = quality(found, sampled.seed, RESAMPLES)
    low, high = figure.interval(LEVEL)
    if dose == 0.0:
        return Point(dose, float(figure.value), low, high, 0.0, 0.0, 0.0)
    lost = quality_lost(sampled.clean, found, sampled.seed, RESAMPLES)
    return Point(dose, float(figure.value), low, high, float(lost.value), *lost.interval(LEVEL))


def _passed(sampled: Sampled, spoilt: list[Predictions], most: float) -> Crossing:
    clean, doses = sampled.clean, DOSES[: len(spoilt)]
    lost = [float(quality_lost(clean, one, sampled.seed, 2).value) for one in spoilt]
    draws = lost_draws(clean, spoilt, derive_seed(sampled.seed, "assurance", "severity draws"), DRAWS)
    return crossing(doses, np.array(lost), draws, most, LEVEL)


def _alone(
    sampled: Sampled, kind: Kind, columns: tuple[Column, ...], share: float, scored: int
) -> tuple[Alone, ...]:
    """The columns one by one, the costliest first; fewer rows of each where there are many."""
    most = max(FEWEST, scored // max(1, len(columns)))
    part = sampled
    if len(sampled.clean) > most:
        kept = sampled.clean.rows(np.arange(most))  # the sampled rows are in no order of their own
        part = Sampled(kept, sampled.scorer, sampled.inputs, sampled.seed, sampled.glossary)
    found = []
    for column in columns[: max(1, scored // FEWEST)]:
        if not touched(kind, (column,)):
            continue  # it needs another column to be mixed up with
        try:
            spoilt = part.spoilt(kind, share, (column,))
        except ModelRefused:
            continue
        lost = quality_lost(part.clean, spoilt, sampled.seed, RESAMPLES)
        label = sampled.glossary.get(column.name, column.name)
        found.append(Alone(column.name, label, share, float(lost.value), *lost.interval(LEVEL)))
    return tuple(sorted(found, key=lambda one: -one.lost))
