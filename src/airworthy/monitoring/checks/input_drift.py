"""MON003: an input's distribution has moved away from training."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from airworthy.kernel.fact import Facts
from airworthy.kernel.result import Estimate, Limit, NotApplicable, Result, Subject, Verdict
from airworthy.monitoring.checks._column_check import ColumnCheck, column_of, learned, usual_limit

if TYPE_CHECKING:
    from airworthy.monitoring.scope import WatchScope


DEFAULT = 0.1


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
    At most 0.1, the customary mark between no move and a small one, or a quarter more than the largest index
    that one of training's own windows had, whichever is more: one day in July is never spread like a year. A
    harmless shift in a million rows is significant, but stays far below. Set by `[checks.limits]`, it is what
    was set.

    ## What to do
    Look at the column's source and season. Drift alone never retrains a model; a loss of quality does.

    ## Known problems
    Columns that follow the calendar drift with every season that training did not cover. Where training has
    no time, or fewer than five windows of it, nothing usual can be learned.

    ## Example
    A category that was 10 % of training and is 50 % of today has a PSI of 0.88.

    ## References
    Yurdakul and Naranjo, Journal of Risk Model Validation 14 (2020) 89.
    """

    code = "MON003"
    name = "input-drift"
    title = "An input drifts away from training"

    def limit(self, scope: WatchScope, subject: Subject) -> Limit:
        column = learned(scope, subject)
        return scope.limit(self.code, usual_limit(column.usual_psi if column else None, DEFAULT))

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

    def details(self, facts: Facts, scope: WatchScope, subject: Subject) -> Mapping[str, Any]:
        import numpy as np  # listing checks must not import numpy

        from airworthy.monitoring.breaks import known
        from airworthy.monitoring.window import ColumnCounts, CurrentTraffic

        profile = scope.profile[subject.removeprefix("column:")]
        found: dict[str, Any] = {"usual": profile.usual_psi}
        if profile.numeric:
            _, values = known(facts[CurrentTraffic()], profile.name)
            if len(values) and profile.quartiles:
                now, then = float(np.median(values)), profile.quartiles[1]
                found |= {"median": now, "training_median": then, "direction": "up" if now > then else "down"}
            return found
        counts, before = facts[ColumnCounts(profile.name)], np.asarray(profile.counts)
        moved = counts / max(1, counts.sum()) - before / max(1, before.sum())
        names = [*profile.labels, "(other)", "(null)"]
        most = int(np.argmax(np.abs(moved)))
        return found | {
            "value": names[most],
            "moved": float(moved[most]),
            "direction": "up" if moved[most] > 0 else "down",
        }

    def finding(self, result: Result) -> str:
        assert result.measurement is not None
        m, d = result.measurement, result.details
        word = {Verdict.FAIL: "has drifted", Verdict.PASS: "has not drifted far"}.get(
            result.verdict, "may have drifted"
        )
        text = f"{column_of(result)} {word} from training: PSI {m.value:.2f} in {m.n:,} rows"
        if result.verdict is Verdict.FAIL and "median" in d:
            text += f"; its median is {d['median']:.4g}, {d['training_median']:.4g} in training"
        elif result.verdict is Verdict.FAIL and "moved" in d:
            text += f"; {d['value']!r} moved most, by {100 * d['moved']:+.1f} points"
        return text + "."

    def remedy(self, result: Result) -> str:
        if result.verdict is Verdict.PASS:
            return ""
        return f"Look at where {column_of(result)} comes from; watch MON006 and MON007 for a loss of quality."
