"""MON008: a number's level leaps from one window to the next, as when a unit changes inside the old range."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from airworthy.kernel.fact import Fact, Facts
from airworthy.kernel.result import Estimate, Limit, NotApplicable, Result, Subject, Verdict
from airworthy.monitoring.checks._column_check import ColumnCheck, column_of

if TYPE_CHECKING:
    from airworthy.monitoring.profile import ColumnProfile
    from airworthy.monitoring.scope import WatchScope


class SuddenStep(ColumnCheck):
    """The median of a number leaps further from one window to the next than it ever did in training.

    ## What it measures
    For each numeric input, the distance of the window's median from that of the window before, in reaches. A
    reach is the largest move between two consecutive windows of training, at least a quarter of the quartile
    range. Where the leap lies inside the window, only the rows since count.

    ## Why it matters
    A feed that changes its unit may stay inside the old range: a summer day of 27 degrees Celsius is a winter
    day in Fahrenheit. No range and no season shows it; the leap between two days does.

    ## How it is measured
    Both medians with intervals between order statistics, over the hours of the day that both windows have; no
    distribution is assumed. The report names the hour, and the change of unit that brings the day back to the
    day before it, if a common one does.

    ## Limit
    At most 1.5 reaches either way.

    ## What to do
    It is a data break, and the declared fallback decides, when a common change of unit explains the leap.
    Otherwise it is raised at once, and a person looks.

    ## Known problems
    The first window has none before it. A column that leaps at every opening hour needs windows of a day.

    ## Example
    Yesterday's median was 80, today's is 27, and training never moved by more than 21 in a day: 2.5 reaches.

    ## References
    David and Nagaraja, Order Statistics (2003) 7.1.
    """

    code = "MON008"
    name = "sudden-step"
    title = "A number's level leaps"

    def columns(self, scope: WatchScope) -> Sequence[ColumnProfile]:
        return scope.numbers

    def needs(self, scope: WatchScope) -> Sequence[Fact]:
        return []

    def limit(self, scope: WatchScope, subject: Subject) -> Limit:
        return scope.limit(
            self.code, Limit(low=-1.5, high=1.5, source="default: half more than any step of training")
        )

    def estimate(self, facts: Facts, scope: WatchScope) -> Mapping[Subject, Estimate | NotApplicable]:
        from airworthy.monitoring.breaks import MedianStep, reach, same_hours, stepped
        from airworthy.monitoring.window import CurrentTraffic, PreviousTraffic

        answer: dict[Subject, Estimate | NotApplicable] = {}
        for column in self.columns(scope):
            now = stepped(column, facts[CurrentTraffic()], facts[PreviousTraffic()])
            before = same_hours(column, facts[CurrentTraffic()], facts[PreviousTraffic()])
            far = reach(column)
            answer[f"column:{column.name}"] = (
                MedianStep(before, now, far)
                if far is not None and len(now) and len(before)
                else NotApplicable(
                    "There is no window before with values of this column, or training had one value."
                )
            )
        return answer

    def details(self, facts: Facts, scope: WatchScope, subject: Subject) -> Mapping[str, Any]:
        from airworthy.monitoring.breaks import step_details
        from airworthy.monitoring.window import CurrentTraffic, PreviousTraffic

        profile = scope.profile[subject.removeprefix("column:")]
        return step_details(profile, facts[CurrentTraffic()], facts[PreviousTraffic()])

    def finding(self, result: Result) -> str:
        d = result.details
        text = f"The median of {column_of(result)} went from {d['median_before']:.4g} to {d['median']:.4g}"
        if result.verdict is not Verdict.FAIL:
            return text + " since the window before."
        text += f", most values from {d['first_hour']} UTC on" if d["first_hour"] else ""
        if d["likely_unit"]:
            return text + f". It looks like a change of unit: {d['likely_unit']} ({d['formula']})."
        return text + ", a leap that training never saw."

    def remedy(self, result: Result) -> str:
        if result.verdict is Verdict.PASS:
            return ""
        return f"Ask the owner of the source of {column_of(result)} whether its unit or meaning changed."
