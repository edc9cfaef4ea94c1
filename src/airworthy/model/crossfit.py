"""Cross-fitting: every measured row is scored by a model that did not see it, and every row teaches.

Drawn at random or by entity, the rows are dealt into folds; the final model is the mean of the folds' models
(Breiman's bagging, over the complements of folds). In time order each block is scored by a model fitted on
what was known before it, and the final model is fitted again on all rows. The setting (rounds of trees, a
penalty) of a fold's model is the one that does best on the *other* folds' held rows: no row chooses how the
model that scores it was set.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from airworthy.data.split import Fold, held_places
from airworthy.kernel.atomic import write_atomic
from airworthy.model.bag import bag, can_be_bagged
from airworthy.model.learners.fitted import Fitted, Grown
from airworthy.model.losses import row_losses, standard_error
from airworthy.model.part import Part, matrix_of
from airworthy.model.rows import Rows
from airworthy.scoring.columns import FloatArray
from airworthy.scoring.contract import Contract
from airworthy.scoring.learners import open_learner

SKETCH_ROWS = 10_000
"""What a first answer learns from."""

Fit = Callable[[Part, int | None], Grown]
Hopeless = Callable[[FloatArray, npt.NDArray[np.intp]], bool]
"""Told the margins of a first fold and their places among the held rows: whether to stop there."""


@dataclass(frozen=True, eq=False)
class Crossed:
    """A cross-fitted learner: `margins` (m, k) of the held rows in their order, and the final model.

    `cut`: the margin from which it decides positive, if not where the declared costs alone would.
    """

    margins: FloatArray
    fitted: Fitted
    cut: float | None = None


class Field:
    """Development rows, their folds, and each fold's rows encoded once for all trials.

    Parameters
    ----------
    rows
        As the repair steps leave them.
    learn
        Shape (n,): whether a model may be fitted on the row; repairs leave copies and errors out.
    """

    def __init__(self, rows: Rows, learn: npt.NDArray[np.bool_], folds: Sequence[Fold]) -> None:
        self.rows, self._learn, self._folds = rows, learn, folds
        self.holds = [fold.hold for fold in folds]
        self.held = held_places(folds)

    @property
    def ordered(self) -> bool:
        return self.rows.ordered

    def with_rows(self, rows: Rows) -> Field:
        """Other outcomes or weights of the same rows, in the same folds."""
        return Field(rows, self._learn, self._folds)

    def with_contract(self, contract: Contract) -> Field:
        """The same rows and folds, read by another contract."""
        return Field(replace(self.rows, contract=contract), self._learn, self._folds)

    @property
    def learned(self) -> int:
        """How many rows a model may be fitted on."""
        return int(self._learn.sum())

    @property
    def contract(self) -> Contract:
        return self.rows.contract

    @property
    def outputs(self) -> int:
        return self.rows.outputs

    @cached_property
    def whole(self) -> Part:
        """All rows that a model may be fitted on."""
        return Part(self.rows.view(np.flatnonzero(self._learn)))

    @cached_property
    def parts(self) -> list[Part]:
        """One a fold."""
        # Later rows must not even tell the names of categories to a model of the past.
        shared = None if self.ordered else self.whole.plains
        # Views: copies of five folds would be five tables.
        return [Part(self._fit_rows(fold), self.rows.view(fold.hold), shared) for fold in self._folds]

    def sketch(self, most: int) -> Part:
        """The last fold with at most `most` rows to learn from: for a first answer."""
        rows = self._fit_rows(self._folds[-1])
        return Part(rows.take(rows.sample(most)), self.rows.take(self._folds[-1].hold))

    def _fit_rows(self, fold: Fold) -> Rows:
        return self.rows.view(fold.fit[self._learn[fold.fit]])

    def places(self, fold: int) -> npt.NDArray[np.intp]:
        """Where the rows of a fold stand among all held rows."""
        return np.searchsorted(self.held, self.holds[fold])


def keep_on(margins: FloatArray, places: npt.NDArray[np.intp]) -> bool:
    """Nothing is hopeless."""
    return False


@dataclass(frozen=True, eq=False)
class Unseen:
    """The models of all folds, and the margins (m, k) that they gave to the rows they did not see."""

    margins: FloatArray
    models: list[Fitted]
    curves: list[FloatArray]


def out_of_fold(fit: Fit, field: Field, hopeless: Hopeless = keep_on) -> Unseen | None:
    """Fit a learner in every fold; None when the first fold shows it hopeless."""
    grown: list[Grown] = []
    for number, part in enumerate(field.parts):
        grown.append(fit(part, _inner_setting(fit, part) if len(field.parts) == 1 else None))
        if number == 0 and len(field.parts) > 1:
            best = grown[0].fitted(int(grown[0].losses.argmin()))
            if hopeless(margins_of(best, _held(part)), field.places(0)):
                return None
    curves = [one.losses for one in grown]
    models = [one.fitted(agreed(_others(curves, at))) for at, one in enumerate(grown)]
    margins = np.empty((len(field.held), field.outputs))
    for number, (model, part) in enumerate(zip(models, field.parts, strict=True)):
        margins[field.places(number)] = margins_of(model, _held(part))
    return Unseen(margins, models, curves)


def finish(fit: Fit, field: Field, unseen: Unseen) -> Crossed:
    """The final model: fitted again in time order, else the folds' bag, or fitted again to stay readable."""
    margins, models, setting = unseen.margins, unseen.models, agreed(unseen.curves)
    if field.ordered:
        return Crossed(margins, _newest(fit, field, models, margins, setting))
    if len(models) > 1 and can_be_bagged(models[0]):
        return Crossed(margins, bag(models, field.learned))
    return Crossed(margins, _again(fit, field, setting))


def cross_fit(fit: Fit, field: Field, hopeless: Hopeless = keep_on) -> Crossed | None:
    """Fit a learner in every fold and finish it on all rows; None when the first fold shows it hopeless."""
    unseen = out_of_fold(fit, field, hopeless)
    return None if unseen is None else finish(fit, field, unseen)


def noted(crossed: Crossed, note: str) -> Crossed:
    """The same with `note` added to what is said of its model."""
    if not note:
        return crossed
    fitted = replace(crossed.fitted, note="; ".join(filter(None, (crossed.fitted.note, note))))
    return replace(crossed, fitted=fitted)


def fit_one_fold(fit: Fit, field: Field) -> Crossed:
    """A model of at most `SKETCH_ROWS` rows, with margins of the rows of the last fold."""
    part = field.sketch(SKETCH_ROWS)
    model = fit(part, 0).fitted(0)
    told = f"learned from {len(part.rows):,} rows"
    return Crossed(margins_of(model, _held(part)), replace(model, note=told))


def agreed(curves: Sequence[FloatArray]) -> int:
    """The setting of least mean loss; a curve that stopped early is taken to stay where it stopped.

    >>> agreed([np.array([3.0, 1.0, 2.0]), np.array([3.0, 2.0, 1.5, 1.0])])
    1
    """
    longest = max(len(curve) for curve in curves)
    level = [np.pad(curve, (0, longest - len(curve)), mode="edge") for curve in curves]
    return int(np.mean(level, axis=0).argmin())


def margins_of(model: Fitted, rows: Rows) -> FloatArray:
    """Margins (n, k) by the scorer's own arithmetic, from the weights as they are written."""
    with tempfile.TemporaryDirectory(prefix="airworthy-") as folder:
        for name, data in model.weights.items():
            write_atomic(Path(folder) / name, data)
        learner = open_learner(model.learner, Path(folder), len(model.features), model.baseline)
        return learner.batch(matrix_of(model.features, rows))


def _held(part: Part) -> Rows:
    assert part.held is not None
    return part.held


def _others(curves: Sequence[FloatArray], at: int) -> Sequence[FloatArray]:
    return [curve for other, curve in enumerate(curves) if other != at] or curves


def _inner_setting(fit: Fit, part: Part) -> int:
    """The setting that a holdout inside the rows to learn from finds: there is no other fold to ask."""
    rows = part.rows
    inside, outside = (
        np.flatnonzero(rows.fold != rows.fold.max()),
        np.flatnonzero(rows.fold == rows.fold.max()),
    )
    return int(fit(Part(rows.take(inside), rows.take(outside)), None).losses.argmin())


def _again(fit: Fit, field: Field, setting: int) -> Fitted:
    return fit(field.whole, setting).fitted(setting)


def _newest(fit: Fit, field: Field, models: Sequence[Fitted], margins: FloatArray, setting: int) -> Fitted:
    """The model fitted again on all rows, unless on past blocks an older model was clearly the better one.

    Each block but the first was also scored by the model that had not learned the block before it.
    """
    gains = [
        row_losses(_held(part).y, margins_of(models[at - 1], _held(part)), field.whole.rows.task)
        - row_losses(_held(part).y, margins[field.places(at)], field.whole.rows.task)
        for at, part in enumerate(field.parts)
        if at > 0
    ]
    if not gains:
        return _again(fit, field, setting)
    gain = np.concatenate(gains)
    if float(gain.mean()) < -standard_error(gain):
        return replace(
            models[-1], note=f"{models[-1].note}; newer rows did not help on {len(gains)} past blocks"
        )
    found = _again(fit, field, setting)
    return replace(found, note=f"{found.note}; fitted again on all rows")
