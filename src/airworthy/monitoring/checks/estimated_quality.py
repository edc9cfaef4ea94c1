"""MON007: quality estimated without outcomes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from airworthy.kernel.check import Check
from airworthy.kernel.fact import Fact, Facts
from airworthy.kernel.result import Estimate, Limit, NotApplicable, Result, Subject, Verdict

if TYPE_CHECKING:
    from airworthy.monitoring.scope import WatchScope


class EstimatedQuality(Check["WatchScope"]):
    """Quality that the calibrated scores themselves imply, while outcomes have not arrived.

    ## What it measures
    The AUC that the window's scores would have if each probability were right (CBPE).

    ## Why it matters
    Outcomes may take weeks. Until then this tells whether the cases have become harder to tell apart.

    ## How it is measured
    Each row counts as positive with weight p and negative with weight 1 - p; the AUC of these weights, with
    a bootstrap interval over rows.

    ## Limit
    The lower end of the interval sealed before release.

    ## What to do
    Wait for outcomes before acting on it alone.

    ## Known problems
    It cannot see that the world changed while the inputs did not: a probability that is now wrong is taken
    as right. Where inputs did not move, "no change" is as good a guess.

    ## Example
    Scores that crowd around the base rate imply an AUC near 0.5.

    ## References
    Garg et al., Leveraging unlabeled data to predict out-of-distribution performance, ICLR 2022.
    """

    code = "MON007"
    name = "estimated-quality"
    title = "Quality estimated without outcomes"

    def subjects(self, scope: WatchScope) -> Sequence[Subject]:
        return ["model"]

    def needs(self, scope: WatchScope) -> Sequence[Fact]:
        return []

    def limit(self, scope: WatchScope, subject: Subject) -> Limit:
        signed = scope.expectation
        low = signed.low if signed is not None and signed.metric == "auc" else None
        return scope.limit(self.code, Limit(low=low, source="expectation sealed before release"))

    def estimate(self, facts: Facts, scope: WatchScope) -> Mapping[Subject, Estimate | NotApplicable]:
        from airworthy.monitoring.quality import implied
        from airworthy.monitoring.window import CurrentTraffic

        return {"model": implied(facts[CurrentTraffic()], scope.task, scope.min_rows)}

    def finding(self, result: Result) -> str:
        assert result.measurement is not None
        m = result.measurement
        return f"The scores imply an AUC of {m.value:.3f} on {m.n:,} rows, if their probabilities still hold."

    def remedy(self, result: Result) -> str:
        return "" if result.verdict is Verdict.PASS else "Collect outcomes for these rows soon."
