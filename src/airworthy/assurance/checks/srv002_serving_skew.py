"""SRV002: does the server give the very score that was tested?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from airworthy.assurance.facts import RequestSkew
from airworthy.assurance.given import ONLY_PREDICTIONS, PREDICTIONS, SCORER, SKEW, SkewCount
from airworthy.assurance.quality_check import MODEL, AssuranceCheck
from airworthy.assurance.wording import measured
from airworthy.charter.scope import Scope
from airworthy.kernel.check import Cost
from airworthy.kernel.fact import Fact, Facts
from airworthy.kernel.result import Estimate, Limit, NotApplicable, Result, Subject

SHOWN = 10


class ServingSkew(AssuranceCheck):
    """## What it measures
    How many rows get another score, by any bit, when they are sent as JSON through the serving path than
    in the batch that all other figures come from.

    ## Why it matters
    Every figure in the dossier is about the batch score. If the server computes another one, it is about
    another model.

    ## How it is measured
    Every measured row is written as the JSON that a caller would send, decoded by the contract, scored
    alone, and compared: margins, probabilities and decision. The count is of the rows that were sent, so
    there is no interval: all sealed rows before a release; of more than 20,000 out-of-fold rows, 20,000
    drawn with the charter's seed. Rows that the contract refuses are named; serving answers those with an
    error or the fallback rule. Of a model trained elsewhere 100 rows are scored alone and in the batch, and
    scores that agree to one millionth count as the same.

    ## Limit
    0 rows.

    ## What to do
    Do not release. Send one of the named rows both ways and compare the decoded columns first.

    ## Example
    A sum in another order turns 0.1 + 0.2 + 0.3 into 0.6 or 0.6000000000000001: that is one row.

    ## References
    Breck et al., The ML Test Score, IEEE Big Data 2017 (Infra 3, Monitor 3).
    """

    code: ClassVar[str] = "SRV002"
    name: ClassVar[str] = "serving-skew"
    title: ClassVar[str] = "The server gives the tested score"
    cost: ClassVar[Cost] = Cost.SAMPLED
    advice: ClassVar[str] = (
        "Do not release. Send one of the named rows both ways and compare the decoded columns first."
    )

    def needs(self, scope: Scope) -> Sequence[Fact]:
        return (SKEW, SCORER, PREDICTIONS)

    def limit(self, scope: Scope, subject: Subject) -> Limit:
        return scope.limit(self.code, Limit(high=0.0, source="always: bit for bit"))

    def estimate(self, facts: Facts, scope: Scope) -> Mapping[Subject, Estimate | NotApplicable]:
        from airworthy.measures.proportion import Exact

        count = _count(facts, scope)
        if count is None:
            given = facts[SCORER] is not None
            why = (
                "No scorer that takes requests was given."
                if given
                else f"{ONLY_PREDICTIONS}; single requests need the model."
            )
            return {MODEL: NotApplicable(why)}
        if len(count.refused) == count.rows:
            return {
                MODEL: NotApplicable(f"Every row was refused as a request. The first: {count.first_refusal}")
            }
        return {MODEL: Exact(len(count.differing), "rows", count.rows)}

    def details(self, facts: Facts, scope: Scope, subject: Subject) -> Mapping[str, Any]:
        count = _count(facts, scope)
        if count is None:
            return {}
        return {
            "differing": list(count.differing[:SHOWN]),
            "refused": len(count.refused),
            "first_refused": list(count.refused[:SHOWN]),
            "first_refusal": count.first_refusal,
        }

    def finding(self, result: Result) -> str:
        found, d = measured(result), result.details
        rows = ", ".join(str(index) for index in d["differing"])
        which = f" The first positions: {rows}." if rows else ""
        refused = (
            f" {d['refused']:,} rows were refused as requests; the first: {d['first_refusal']}"
            if d["refused"]
            else ""
        )
        return (
            f"{int(found.value):,} of {found.n:,} rows sent as JSON differ from their batch score."
            f"{which}{refused}"
        )


def _count(facts: Facts, scope: Scope) -> SkewCount | None:
    given: SkewCount | None = facts[SKEW]
    if given is not None:
        return given
    if not hasattr(facts[SCORER], "decode"):
        return None
    counted: SkewCount = facts[RequestSkew(scope.contract.inputs)]
    return counted
