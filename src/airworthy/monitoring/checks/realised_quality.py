"""MON006: quality on matured outcomes, against what was signed before release."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from airworthy.kernel.check import Check
from airworthy.kernel.fact import Fact, Facts
from airworthy.kernel.result import Estimate, Limit, NotApplicable, Result, Subject, Verdict

if TYPE_CHECKING:
    from airworthy.monitoring.scope import WatchScope


class RealisedQuality(Check["WatchScope"]):
    """Quality on the outcomes that have matured, against the figure signed before release.

    ## What it measures
    AUC (binary), log loss (multiclass) or root mean squared error (regression) on the window's
    rows whose outcome is known.

    ## Why it matters
    It is the only measurement that says whether the model still works.

    ## How it is measured
    The same estimates as in the laboratory (DeLong's interval, Student's, a bootstrap), beside the better of
    two guesses that need no model. Rows whose outcome has not arrived are left out and counted; no outcome
    yet is never read as "nothing happened".

    ## Limit
    The lower (for errors: upper) end of the interval that was sealed in the ledger before release.

    ## What to do
    Find the inputs that moved (MON003), decide whether to fall back, and retrain on rows that include now.

    ## Known problems
    Outcomes that arrive early are not a random sample of all outcomes.

    ## Example
    Signed: 0.66 to 0.73. Last week: 0.58 (0.55 to 0.61): fails.

    ## References
    Efron and Tibshirani, An Introduction to the Bootstrap (1993) 13.
    """

    code = "MON006"
    name = "realised-quality"
    title = "Quality on matured outcomes"

    def subjects(self, scope: WatchScope) -> Sequence[Subject]:
        return ["model"]

    def needs(self, scope: WatchScope) -> Sequence[Fact]:
        return []

    def limit(self, scope: WatchScope, subject: Subject) -> Limit:
        signed = scope.expectation
        if signed is None:
            return scope.limit(self.code, Limit(source="nothing was signed before release"))
        source = "expectation sealed before release"
        default = (
            Limit(high=signed.high, source=source)
            if signed.metric in ("rmse", "log_loss")
            else Limit(low=signed.low, source=source)
        )
        return scope.limit(self.code, default)

    def estimate(self, facts: Facts, scope: WatchScope) -> Mapping[Subject, Estimate | NotApplicable]:
        from airworthy.monitoring.quality import realised
        from airworthy.monitoring.window import CurrentTraffic

        return {"model": realised(facts[CurrentTraffic()], scope.task, scope.min_rows)}

    def details(self, facts: Facts, scope: WatchScope, subject: Subject) -> Mapping[str, Any]:
        from airworthy.monitoring.laboratory import matured_rows
        from airworthy.monitoring.quality import guess
        from airworthy.monitoring.window import CurrentTraffic, PreviousTraffic

        if scope.charter is None:
            return {}
        found = guess(matured_rows(facts[CurrentTraffic()], facts[PreviousTraffic()], scope))
        return {"baseline": found.value, "baseline_name": found.name}

    def finding(self, result: Result) -> str:
        assert result.measurement is not None
        assert result.limit is not None
        m, limit = result.measurement, result.limit
        bound = limit.low if limit.low is not None else limit.high
        against = f" against {bound:.3f} signed" if bound is not None else ""
        interval = f" ({m.low:.3f} to {m.high:.3f})" if m.low is not None and m.high is not None else ""
        d = result.details
        naive = f"; without a model ({d['baseline_name']}) {d['baseline']:.3f}" if "baseline" in d else ""
        return f"{m.unit} is {m.value:.3f}{interval} on {m.n:,} matured outcomes{against}{naive}."

    def remedy(self, result: Result) -> str:
        if result.verdict is Verdict.PASS:
            return ""
        return "Read MON003 for the inputs that moved; consider `airworthy rollback` and a new run."
