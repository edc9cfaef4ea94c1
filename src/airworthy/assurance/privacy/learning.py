"""Stand-ins of given rows: boosted trees on the columns that the model reads, as anybody would train them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from airworthy.assurance.predictions import Predictions
from airworthy.assurance.privacy.signals import of_margins
from airworthy.assurance.privacy.stand_ins import Learn
from airworthy.model.crossfit import Fit, margins_of
from airworthy.model.part import Part
from airworthy.model.rows import Rows
from airworthy.model.trials import plain_trees
from airworthy.scoring.contract import Column, Contract

Floats = NDArray[np.float64]


def rows_of_given(predictions: Predictions, inputs: Sequence[Column], seed: int) -> Rows:
    """Predictions as rows to learn from."""
    held = {
        column.name: _cells(predictions.columns[column.name])
        for column in inputs
        if column.name in predictions.columns
    }
    contract = Contract(
        columns=tuple(column for column in inputs if column.name in held),
        classes=predictions.classes,
        rows=len(predictions),
    )
    y = np.ascontiguousarray(predictions.y, dtype=np.float64)
    return Rows(str(predictions.task), contract, held, y, None, ordered=False, zone="UTC", seed=seed)


def boosted(rows: Rows) -> Learn:
    """LightGBM's own defaults, with as many rounds as do best inside a first half of the rows."""
    return learning(rows, plain_trees(1))


def learning(rows: Rows, fit: Fit) -> Learn:
    """`fit` on chosen rows; its setting is found once, inside the first rows that are learned from."""
    setting: list[int] = []

    def learn(places: NDArray[np.intp]) -> Floats:
        part = rows.take(places)
        if not setting:
            setting.append(_setting(fit, part))
        model = fit(Part(part), setting[0]).fitted(setting[0])
        return of_margins(margins_of(model, rows), rows.y, rows.task)

    return learn


def _setting(fit: Fit, rows: Rows) -> int:
    held = rows.fold == rows.fold.max()
    part = Part(rows.take(np.flatnonzero(~held)), rows.take(np.flatnonzero(held)))
    return int(fit(part, None).losses.argmin())


def _cells(values: object) -> Floats | list[str | None]:
    """Numbers as floats, NaN for missing; words as they are."""
    if isinstance(values, np.ndarray) and values.dtype.kind in "fiub":
        return values.astype(float)
    return [None if value is None else str(value) for value in values]  # type: ignore[attr-defined]
