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
    It is a data break, and the declared fallback decides, when most values lie outside from one hour on, at
    most a tenth did before, and the median moved further than training's own windows ever did (or a common
    change of unit explains it). A slow season does neither and has to persist to raise an alarm.

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
        from airworthy.monitoring.breaks import NO_ONSET, known, leap_onset, leaps, onset, unit_since
        from airworthy.monitoring.profile import outside
        from airworthy.monitoring.window import CurrentTraffic, PreviousTraffic

        profile = scope.profile[subject.removeprefix("column:")]
        traffic, previous = facts[CurrentTraffic()], facts[PreviousTraffic()]
        time, values = known(traffic, profile.name)
        beyond = outside(profile, values)
        earlier = outside(profile, known(previous, profile.name)[1]) if previous is not None else None
        leap = leap_onset(profile, traffic, previous)
        found = onset(beyond, time, traffic.start, earlier) or leap
        # Where the level leaps, some values stay in range: the hour of the leap is the earlier and true one.
        if found is not None and leap is not None and leap.abrupt and leap.since < found.since:
            found = leap
        unit = unit_since(profile, traffic, previous, found.since) if found else None
        sudden = found is not None and (
            unit is not None or leaps(profile, values[time >= found.since], previous)
        )
        return {
            "rows": int(beyond.sum()),
            **(found.as_json() if found else NO_ONSET),
            "break": found is not None and found.abrupt and sudden,
            "direction": "up" if (values > (profile.high or 0.0)).sum() * 2 > beyond.sum() else "down",
            "training_low": profile.low,
            "training_high": profile.high,
            "likely_unit": unit.name if unit else None,
            "formula": unit.formula if unit else None,
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
            text += f". It looks like a change of unit: {details['likely_unit']} ({details['formula']})"
        return text + "."

    def remedy(self, result: Result) -> str:
        if result.verdict is Verdict.PASS:
            return ""
        return f"Ask the owner of the source of {column_of(result)} whether its unit or meaning changed."
