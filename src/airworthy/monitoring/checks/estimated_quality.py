"""MON007: quality estimated without outcomes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from airworthy.kernel.check import Check
from airworthy.kernel.fact import Fact, Facts
from airworthy.kernel.result import Estimate, Limit, NotApplicable, Result, Subject, Verdict

if TYPE_CHECKING:
    from airworthy.monitoring.scope import WatchScope


class EstimatedQuality(Check["WatchScope"]):
    """Quality that the calibrated scores themselves imply, while outcomes have not arrived.

    ## What it measures
    The AUC (binary) or log loss (multiclass) that the window's scores would have if each probability were
    right (CBPE), and the share of decisions that would then be right. A predicted number carries no
    probability, so regression has none.

    ## Why it matters
    Outcomes may take weeks. Until then this tells whether the cases have become harder to tell apart.

    ## How it is measured
    Each row counts as positive with weight p and negative with weight 1 - p; the AUC of these weights, with
    a bootstrap interval over rows. Of several classes, the mean entropy of the probabilities.

    ## Limit
    The lower end of the interval sealed before release.

    ## What to do
    Wait for outcomes before acting on it alone.

    ## Known problems
    It cannot see that the world changed while the inputs did not: a probability that is now wrong is taken
    as right. Where inputs did not move, "no change" is as good a guess.

    ## Example
    Half of the scores are 0.9 and half 0.1: 0.9 * 0.9 of the pairs are in order and 0.18 are ties, an AUC of
    0.81 + 0.09 = 0.90. Scores that crowd around the base rate imply an AUC near 0.5.

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
        source = "expectation sealed before release"
        if signed is None or signed.metric == "rmse":
            return scope.limit(self.code, Limit(source="nothing was signed before release"))
        default = (
            Limit(low=signed.low, source=source)
            if signed.metric == "auc"
            else Limit(high=signed.high, source=source)
        )
        return scope.limit(self.code, default)

    def estimate(self, facts: Facts, scope: WatchScope) -> Mapping[Subject, Estimate | NotApplicable]:
        from airworthy.monitoring.quality import implied
        from airworthy.monitoring.window import CurrentTraffic

        return {"model": implied(facts[CurrentTraffic()], scope.task, scope.min_rows)}

    def details(self, facts: Facts, scope: WatchScope, subject: Subject) -> Mapping[str, Any]:
        from airworthy.monitoring.quality import implied_accuracy
        from airworthy.monitoring.window import CurrentTraffic

        right = implied_accuracy(facts[CurrentTraffic()], scope.task)
        low, high = right.interval(0.95) if right else (None, None)
        signed = scope.expectation
        return {
            "accuracy": None
            if right is None
            else {"value": right.value, "low": low, "high": high, "n": right.n},
            "no_change": None if signed is None else signed.value,
        }

    def finding(self, result: Result) -> str:
        assert result.measurement is not None
        m, d = result.measurement, result.details
        interval = f" ({m.low:.3f} to {m.high:.3f})" if m.low is not None and m.high is not None else ""
        text = f"The probabilities imply {m.unit} {m.value:.3f}{interval} on {m.n:,} rows, if they still hold"
        if d["no_change"] is not None:
            text += f"; assuming no change says {d['no_change']:.3f}"
        return text + "."

    def remedy(self, result: Result) -> str:
        return "" if result.verdict is Verdict.PASS else "Collect outcomes for these rows soon."
