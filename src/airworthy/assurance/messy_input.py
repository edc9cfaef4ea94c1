"""What the messy-input checks share: the noise, the paired loss of quality, the wording."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from airworthy.assurance.facts import NoisyScores
from airworthy.assurance.given import ONLY_PREDICTIONS, SCORER, ModelRefused
from airworthy.assurance.noise import NOISE_SHARE, Noise, affected
from airworthy.assurance.quality_check import MODEL, AssuranceCheck, predictions_of, seed_for
from airworthy.assurance.wording import interval, measured, number, percent, rows
from airworthy.charter.model import Task
from airworthy.charter.scope import Scope
from airworthy.kernel.check import Cost
from airworthy.kernel.fact import Fact, Facts
from airworthy.kernel.result import Estimate, Limit, NotApplicable, Result, Subject
from airworthy.scoring.contract import LogicalType

if TYPE_CHECKING:
    from airworthy.assurance.predictions import Predictions

MOST_LOST = {Task.BINARY: 0.05, Task.MULTICLASS: 0.05, Task.REGRESSION: 0.1}
FIGURE = {Task.BINARY: "AUC", Task.MULTICLASS: "accuracy", Task.REGRESSION: "RMSE"}


class MessyInputCheck(AssuranceCheck):
    """Quality on sampled rows as they are, minus quality on the same rows with noise."""

    noise: ClassVar[Noise]
    cells: ClassVar[str]  # what is spoiled, in words
    cost: ClassVar[Cost] = Cost.SAMPLED

    def subjects(self, scope: Scope) -> Sequence[Subject]:
        return (MODEL,) if affected(self.noise, scope.contract.inputs) else ()

    def needs(self, scope: Scope) -> Sequence[Fact]:
        return (*super().needs(scope), SCORER)

    def limit(self, scope: Scope, subject: Subject) -> Limit:
        most = MOST_LOST[scope.charter.task]
        return scope.limit(self.code, Limit(high=most, source="default: a bad day may cost this much"))

    def estimate(self, facts: Facts, scope: Scope) -> Mapping[Subject, Estimate | NotApplicable]:
        from airworthy.assurance.quality import one_class  # imports numpy

        if facts[SCORER] is None:
            return {MODEL: NotApplicable(f"{ONLY_PREDICTIONS}; messy input needs the model.")}
        try:
            clean, noisy = facts[self._fact(scope)]
        except ModelRefused as refusal:
            return {MODEL: NotApplicable(f"The model refuses rows with such cells: {refusal.value}")}
        hindered = one_class(clean)
        return {MODEL: hindered or _lost(clean, noisy, seed_for(facts, self.code))}

    def details(self, facts: Facts, scope: Scope, subject: Subject) -> Mapping[str, Any]:
        return {
            **super().details(facts, scope, subject),
            "figure": "accuracy" if _decides_only(predictions_of(facts)) else FIGURE[scope.charter.task],
            "share_of_cells": NOISE_SHARE,
            "columns": [column.name for column in affected(self.noise, scope.contract.inputs)],
        }

    def finding(self, result: Result) -> str:
        found, d = measured(result), result.details
        relative = d["figure"] == "RMSE"
        lost = percent(found.value) if relative else number(found.value)
        verb = "rises by" if relative else "falls by"
        columns = len(d["columns"])
        where = f"{columns} {'column' if columns == 1 else 'columns'}"
        return (
            f"With {percent(d['share_of_cells'], 0)} of the {self.cells} in {where}, "
            f"{d['figure']} {verb} {lost}, "
            f"{interval(found)}, {rows(found.n, 'sampled ' + d['rows_are'])}."
        )

    def _fact(self, scope: Scope) -> NoisyScores:
        return NoisyScores(self.noise, scope.contract.inputs)


def _decides_only(predictions: Predictions) -> bool:
    """Whether there are labels alone, which can only be right or wrong."""
    return predictions.probability is None and predictions.prediction is None


def _right(predictions: Predictions) -> Any:
    """1 for each row whose most likely class, or whose label, came true (n,)."""
    import numpy as np  # listing checks must not import it

    likely = predictions.probability
    decided = predictions.decision if likely is None else likely.argmax(axis=1)
    return np.asarray(decided == predictions.y, float)


class MessyTextCheck(MessyInputCheck):
    """One that is asked only where a column holds running text; in categories it is an unseen value."""

    def subjects(self, scope: Scope) -> Sequence[Subject]:
        texts = any(column.type is LogicalType.TEXT for column in affected(self.noise, scope.contract.inputs))
        return super().subjects(scope) if texts else ()


def _lost(clean: Predictions, noisy: Predictions, seed: int) -> Estimate:
    """Quality lost: AUC, accuracy, or the share by which RMSE rises."""
    # These import numpy; listing checks must not.
    import numpy as np

    from airworthy.measures.bootstrap import Bootstrap
    from airworthy.measures.paired import PairedShares
    from airworthy.measures.ranking import AucDifference

    if _decides_only(clean) or clean.task is Task.MULTICLASS:
        return PairedShares.of(_right(clean), _right(noisy), clean.entity)
    if clean.task is Task.BINARY:
        return AucDifference(clean.y, clean.score, noisy.score, clean.entity)
    squares = [(p.require_prediction() - p.y) ** 2 for p in (noisy, clean)]

    def rise(means: Any) -> Any:
        ratio = np.divide(means[:, 0], means[:, 1], out=np.ones(len(means)), where=means[:, 1] > 0)
        return np.sqrt(ratio) - 1

    return Bootstrap.of_means(np.column_stack(squares), rise, unit="share", seed=seed, clusters=clean.entity)
