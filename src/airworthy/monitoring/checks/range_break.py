"""MON002: numbers leave the range seen in training, as when a unit changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from airworthy.kernel.fact import Fact, Facts
from airworthy.kernel.result import Estimate, Limit, NotApplicable, Result, Subject, Verdict
from airworthy.monitoring.checks._column_check import ColumnCheck, column_of, percent

if TYPE_CHECKING:
    from airworthy.monitoring.profile import ColumnProfile
    from airworthy.monitoring.scope import WatchScope


class RangeBreak(ColumnCheck):
    """Numbers arrive that lie outside everything seen in training.

    ## What it measures
    For each numeric input, the share of known values below the least or above the greatest training value.

    ## Why it matters
    A unit that changes (degrees Fahrenheit to Celsius, dollars to cents) keeps its column name and its type.
    No schema finds it, and a tree model answers with full confidence.

    ## How it is measured
    Wilson's interval for a share. The report names the first hour of the window from which most values of
    the column lie outside, and a unit conversion that would bring them back, if one of the common ones does.

    ## Limit
    At most 0.05 of the values. Training covers its own range, so clean traffic stays near zero.

    ## What to do
    Ask the owner of the source; convert the values back; until then let the declared fallback decide.

    ## Known problems
    A new unit whose values all fall inside the old range is seen by MON003, not here.

    ## Example
    Temperatures were 10 to 100 °F; from 06:00 they are -5 to 4 (°C): most lie below 10.

    ## References
    Wilson, JASA 22 (1927) 209.
    """

    code = "MON002"
    name = "range-break"
    title = "Numbers outside the training range"

    def columns(self, scope: WatchScope) -> Sequence[ColumnProfile]:
        return scope.numbers

    def needs(self, scope: WatchScope) -> Sequence[Fact]:
        from airworthy.monitoring.window import OutsideHours  # numpy: only when measuring

        return [OutsideHours(column.name) for column in self.columns(scope)]

    def limit(self, scope: WatchScope, subject: Subject) -> Limit:
        return scope.limit(self.code, Limit(high=0.05, source="default: one value in twenty"))

    def estimate(self, facts: Facts, scope: WatchScope) -> Mapping[Subject, Estimate | NotApplicable]:
        from airworthy.measures import Wilson
        from airworthy.monitoring.window import OutsideHours

        answer: dict[Subject, Estimate | NotApplicable] = {}
        for column in self.columns(scope):
            beyond, known = (int(total) for total in facts[OutsideHours(column.name)].sum(axis=1))
            answer[f"column:{column.name}"] = (
                Wilson(beyond, known) if known else NotApplicable("No value of this column arrived.")
            )
        return answer

    def details(self, facts: Facts, scope: WatchScope, subject: Subject) -> Mapping[str, Any]:
        from airworthy.monitoring.units import likely_unit
        from airworthy.monitoring.window import CurrentTraffic, OutsideHours, label

        column = subject.removeprefix("column:")
        traffic, profile = facts[CurrentTraffic()], scope.profile[column]
        beyond, known = facts[OutsideHours(column)]
        broken = [h for h in range(len(known)) if known[h] and 2 * beyond[h] > known[h]]
        hour = label(traffic.start + 3600 * broken[0]) if broken else None
        return {
            "rows": int(beyond.sum()),
            "first_hour": hour,
            "training_low": profile.low,
            "training_high": profile.high,
            "likely_unit": likely_unit(profile, traffic, traffic.start + 3600 * broken[0])
            if broken
            else None,
        }

    def finding(self, result: Result) -> str:
        assert result.measurement is not None
        share, details = percent(result.measurement.value), result.details
        text = (
            f"{share} of {result.measurement.n:,} values of {column_of(result)} lie outside "
            f"{details['training_low']:g} to {details['training_high']:g}, all that training saw"
        )
        if result.verdict is Verdict.FAIL and details["first_hour"]:
            text += f"; most do from {details['first_hour']} UTC on"
        if result.verdict is Verdict.FAIL and details["likely_unit"]:
            text += f". It looks like a change of unit: {details['likely_unit']}"
        return text + "."

    def remedy(self, result: Result) -> str:
        if result.verdict is Verdict.PASS:
            return ""
        return f"Ask the owner of the source of {column_of(result)} whether its unit or meaning changed."
