"""What the tests of the reasons share: which rows are explained, and when there is nothing to test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from airworthy.assurance.facts import PermutationImportance, RowContributions
from airworthy.assurance.given import ONLY_PREDICTIONS, SCORER, ModelRefused
from airworthy.assurance.quality_check import MODEL, AssuranceCheck, predictions_of
from airworthy.assurance.wording import number
from airworthy.charter.scope import Scope
from airworthy.data.series.names import FORECAST, SIZE
from airworthy.kernel.check import Cost
from airworthy.kernel.fact import Fact, Facts
from airworthy.kernel.result import Estimate, NotApplicable, Result, Subject, Verdict

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

FEWEST = 30
"""Explained rows below which a test of them says nothing."""
DEEPER = "The explained rows cannot tell. Explain four times as many: airworthy check --deep."


class ReasonsCheck(AssuranceCheck):
    """A test of the reasons that a model's scores are given."""

    cost: ClassVar[Cost] = Cost.EXPENSIVE

    def needs(self, scope: Scope) -> Sequence[Fact]:
        return (*super().needs(scope), SCORER)

    def estimate(self, facts: Facts, scope: Scope) -> Mapping[Subject, Estimate | NotApplicable]:
        planned = self.subjects(scope)
        if facts[SCORER] is None:
            return dict.fromkeys(planned, NotApplicable(f"{ONLY_PREDICTIONS}; reasons need the model."))
        try:
            told = facts[explained(scope)].contributions
            if len(told.names) < 2:
                return dict.fromkeys(planned, NotApplicable("The model has a single input."))
            if len(told) < FEWEST:
                few = f"Only {len(told):,} rows were explained; a test of the reasons needs {FEWEST}."
                return dict.fromkeys(planned, NotApplicable(few))
            if not told.values.any():
                return dict.fromkeys(planned, NotApplicable("No column moves the score of any row."))
            return self.test(facts, scope)
        except ModelRefused as refusal:
            why = NotApplicable(f"The model refuses rows that are mixed of others: {refusal.value}")
            return dict.fromkeys(planned, why)

    def test(self, facts: Facts, scope: Scope) -> Mapping[Subject, Estimate | NotApplicable]:
        """Measure, where there are reasons to test."""
        raise NotImplementedError(f"{type(self).__name__} tests nothing")

    def remedy(self, result: Result) -> str:
        return DEEPER if result.verdict is Verdict.UNSURE else super().remedy(result)

    def details(self, facts: Facts, scope: Scope, subject: Subject) -> Mapping[str, Any]:
        told = facts[explained(scope)].contributions
        return {
            "rows_are": predictions_of(facts).rows_are,
            "method": told.method,
            "exact": told.exact,
            "unit": told.unit,
            "columns": len(told.names),
            "explained": len(told),
        }


def mean_kept(kept: Floats, entity: NDArray[np.int64] | None, seed: int) -> Estimate:
    """The mean (of n rows) of what each row keeps, with a bootstrap interval that stays within 0 and 1."""
    import numpy as np  # listing checks must not import it

    from airworthy.assurance.explain_tests.across import AcrossRows

    ends = (np.zeros(1), np.ones(1))
    column = kept[:, None]
    return AcrossRows.of_means(column, _only, unit="share", seed=seed, clusters=entity, ends=ends)


def _only(means: Floats) -> Floats:
    return means[:, 0]


def go_together(result: Result) -> str:
    """The columns that go together and stand behind what did not pass, as a last sentence."""
    pairs = result.details["go_together"]
    if result.verdict is Verdict.PASS or not pairs:
        return ""
    told = [f"{p['first']} and {p['second']} (rank correlation {number(p['correlation'], 2)})" for p in pairs]
    return f" Columns that go together stand behind it: {', '.join(told)}."


def explained(scope: Scope) -> RowContributions:
    """The rows that all tests share. A forecast that a model corrects is no reason of its own."""
    return RowContributions((FORECAST, SIZE) if scope.charter.forecast else ())


def shuffled(scope: Scope) -> PermutationImportance:
    """The importance that EXP001 measures: the same fact, so it is measured once."""
    left_out = explained(scope).left_out
    return PermutationImportance(tuple(c for c in scope.contract.inputs if c.name not in left_out))


__all__ = ["MODEL", "ReasonsCheck", "explained", "go_together", "mean_kept", "shuffled"]
