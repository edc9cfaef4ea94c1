"""MON009: a number repeats one value, as a sensor does that is stuck."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from airworthy.kernel.fact import Fact, Facts
from airworthy.kernel.result import Estimate, Limit, NotApplicable, Result, Subject, Verdict
from airworthy.monitoring.checks._column_check import ColumnCheck, column_of, learned, percent, since_of

if TYPE_CHECKING:
    from airworthy.monitoring.profile import ColumnProfile
    from airworthy.monitoring.scope import WatchScope


class StuckValue(ColumnCheck):
    """A number repeats one value that training knew as one among many.

    ## What it measures
    For each numeric input, the largest share of known values in the window that are one and the same number.
    Numbers that each made up at least one row in a hundred of training do not count: they are its habits.

    ## Why it matters
    A stuck sensor, a cached reply or a default filled in after an error stays inside every range.

    ## How it is measured
    Wilson's interval of the share, for the one number that repeats most.

    ## Limit
    At most 0.5, or the largest share that one number had in any of training's own windows.

    ## What to do
    It is a data break, and the declared fallback decides, when the number fills most rows from one hour on.

    ## Known problems
    A column that is the same for all rows of a window in training too (a day's exchange rate) is never called
    stuck.

    ## Example
    Wind speed reads 11.5 in each of the last 800 rows; training had it in 3 of 1,000.

    ## References
    Wilson, JASA 22 (1927) 209.
    """

    code = "MON009"
    name = "stuck-value"
    title = "A number is stuck"

    def columns(self, scope: WatchScope) -> Sequence[ColumnProfile]:
        return scope.numbers

    def needs(self, scope: WatchScope) -> Sequence[Fact]:
        return []

    def limit(self, scope: WatchScope, subject: Subject) -> Limit:
        column = learned(scope, subject)
        usual = column.usual_top if column else None
        if usual is not None and usual > 0.5:
            default = Limit(high=usual, source="the most repeated value in a window of training")
        else:
            default = Limit(high=0.5, source="default: half of the values")
        return scope.limit(self.code, default)

    def estimate(self, facts: Facts, scope: WatchScope) -> Mapping[Subject, Estimate | NotApplicable]:
        from airworthy.measures import Wilson
        from airworthy.monitoring.breaks import known, most_repeated
        from airworthy.monitoring.window import CurrentTraffic

        answer: dict[Subject, Estimate | NotApplicable] = {}
        for column in self.columns(scope):
            values = known(facts[CurrentTraffic()], column.name)[1]
            answer[f"column:{column.name}"] = (
                Wilson(most_repeated(column, values)[1], len(values))
                if len(values) and column.usual_top is not None
                else NotApplicable("No value arrived, or training had no time to learn its habits from.")
            )
        return answer

    def details(self, facts: Facts, scope: WatchScope, subject: Subject) -> Mapping[str, Any]:
        from airworthy.monitoring.breaks import NO_ONSET, known, most_repeated, onset
        from airworthy.monitoring.window import CurrentTraffic, PreviousTraffic

        profile = scope.profile[subject.removeprefix("column:")]
        traffic, previous = facts[CurrentTraffic()], facts[PreviousTraffic()]
        time, values = known(traffic, profile.name)
        value, rows = most_repeated(profile, values)
        earlier = known(previous, profile.name)[1] == value if previous is not None else None
        found = onset(values == value, time, traffic.start, earlier) if rows else None
        return {"value": value, "rows": rows, **(found.as_json() if found else NO_ONSET)}

    def finding(self, result: Result) -> str:
        assert result.measurement is not None
        m = result.measurement
        if not result.details["rows"]:
            return f"{column_of(result)} repeats no unusual number in {m.n:,} values."
        text = f"{percent(m.value)} of {m.n:,} values of {column_of(result)} are {result.details['value']:g}"
        return text + (f"{since_of(result)}: it looks stuck." if result.verdict is Verdict.FAIL else ".")

    def remedy(self, result: Result) -> str:
        if result.verdict is Verdict.PASS:
            return ""
        return f"Ask the owner of the source of {column_of(result)} whether it still measures."
