"""What the quality checks share: where their predictions come from, and who must do what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from airworthy.assurance.given import PREDICTIONS, SEED
from airworthy.assurance.wording import more_rows
from airworthy.charter.scope import Scope
from airworthy.kernel.check import Check
from airworthy.kernel.fact import Fact, Facts
from airworthy.kernel.result import Result, Subject, Verdict
from airworthy.kernel.seed import derive_seed

if TYPE_CHECKING:
    from airworthy.assurance.predictions import Predictions

MODEL: Subject = "model"


class AssuranceCheck(Check[Scope]):
    """A check of predictions. `advice` is the next step after a FAIL."""

    advice: ClassVar[str]

    def subjects(self, scope: Scope) -> Sequence[Subject]:
        return (MODEL,)

    def needs(self, scope: Scope) -> Sequence[Fact]:
        return (PREDICTIONS,)

    def remedy(self, result: Result) -> str:
        return self.advice if result.verdict is Verdict.FAIL else more_rows(result)

    def details(self, facts: Facts, scope: Scope, subject: Subject) -> Mapping[str, Any]:
        return {"rows_are": predictions_of(facts).rows_are}


def predictions_of(facts: Facts) -> Predictions:
    found: Predictions = facts[PREDICTIONS]
    return found


def seed_for(facts: Facts, code: str) -> int:
    return derive_seed(facts[SEED], "assurance", code)
