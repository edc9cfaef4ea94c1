"""MON003: an input's distribution has moved away from training."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from airworthy.kernel.fact import Facts
from airworthy.kernel.result import Estimate, Limit, NotApplicable, Result, Subject, Verdict
from airworthy.monitoring.checks._column_check import ColumnCheck, column_of

if TYPE_CHECKING:
    from airworthy.monitoring.scope import WatchScope


class InputDrift(ColumnCheck):
    """The distribution of an input has moved away from training.

    ## What it measures
    The population stability index (PSI) of each input against the training rows, in at most 20 bins fixed
    at training, nulls as a bin of their own, less the index that sampling alone would give.

    ## Why it matters
    A model is tested on the world it was trained in. When inputs move, its quality may move with them, often
    long before outcomes arrive.

    ## How it is measured
    PSI * nm/(n+m) is chi-squared without drift and non-central chi-squared with it; the interval inverts
    the latter. A verdict needs the effect *and* its significance; an alarm needs persistence besides.

    ## Limit
    At most 0.25, the customary mark of a large move (0.1 is small). A harmless shift in a million rows is
    significant, but stays far below it.

    ## What to do
    Look at the column's source and season. Drift alone never retrains a model; a loss of quality does.

    ## Known problems
    Columns that follow the calendar drift with every season that training did not cover.

    ## Example
    A category that was 10 % of training and is 50 % of today has a PSI of 0.88.

    ## References
    Yurdakul and Naranjo, Journal of Risk Model Validation 14 (2020) 89.
    """

    code = "MON003"
    name = "input-drift"
    title = "An input drifts away from training"

    def limit(self, scope: WatchScope, subject: Subject) -> Limit:
        return scope.limit(self.code, Limit(high=0.25, source="default: the customary mark of a large move"))

    def estimate(self, facts: Facts, scope: WatchScope) -> Mapping[Subject, Estimate | NotApplicable]:
        from airworthy.measures import PopulationStability
        from airworthy.monitoring.window import ColumnCounts

        answer: dict[Subject, Estimate | NotApplicable] = {}
        for column in self.columns(scope):
            current = facts[ColumnCounts(column.name)]
            answer[f"column:{column.name}"] = (
                PopulationStability(column.counts, current)
                if current.sum()
                else NotApplicable("No row arrived in this window.")
            )
        return answer

    def finding(self, result: Result) -> str:
        assert result.measurement is not None
        m = result.measurement
        word = {Verdict.FAIL: "has drifted", Verdict.PASS: "has not drifted far"}.get(
            result.verdict, "may have drifted"
        )
        return f"{column_of(result)} {word} from training: PSI {m.value:.2f} in {m.n:,} rows."

    def remedy(self, result: Result) -> str:
        if result.verdict is Verdict.PASS:
            return ""
        return f"Look at where {column_of(result)} comes from; watch MON006 and MON007 for a loss of quality."
