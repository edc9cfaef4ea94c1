"""MON001: a column arrives empty more often than in training."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from airworthy.kernel.fact import Facts
from airworthy.kernel.result import Estimate, Limit, NotApplicable, Result, Subject, Verdict
from airworthy.monitoring.checks._column_check import ColumnCheck, column_of, learned, percent, since_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from airworthy.monitoring.profile import ColumnProfile
    from airworthy.monitoring.scope import WatchScope
    from airworthy.monitoring.window import Traffic


class NullRise(ColumnCheck):
    """A column arrives empty more often than it did in training.

    ## What it measures
    The share of null values in the window minus the share in the training rows, for each input column.

    ## Why it matters
    A feed that stops, a renamed field or a form that changed shows up as nulls first. Tree models accept
    nulls in silence and answer as if nothing had happened.

    ## How it is measured
    Newcombe's interval for the difference of two shares; all columns of a window are one family (Holm).

    ## Limit
    A rise of at most 0.10, or that of the emptiest of training's own windows where it was more. A tenth more
    empty cells is what a careful operator would want to be told.
    Change it with `[checks.limits] MON001 = { high = 0.2 }`.

    ## What to do
    Ask the owner of the source named in the charter; switch to the declared fallback until it is mended.

    ## Known problems
    An outage of a whole window in training hides a later one: leave such rows out of training. It is a data
    break, and the declared fallback decides, when most rows are empty from one hour on and at most a tenth
    were before.

    ## Example
    Training had 2 % nulls, today has 40 %: the rise is 38 points and fails.

    ## References
    Newcombe, Statistics in Medicine 17 (1998) 873.
    """

    code = "MON001"
    name = "null-rise"
    title = "Empty values rise above training"

    def limit(self, scope: WatchScope, subject: Subject) -> Limit:
        column = learned(scope, subject)
        usual = column.usual_null - column.null_share if column and column.usual_null is not None else 0.0
        if usual <= 0.10:
            return scope.limit(self.code, Limit(high=0.10, source="default: a tenth of the rows"))
        return scope.limit(self.code, Limit(high=usual, source="the emptiest window of training"))

    def estimate(self, facts: Facts, scope: WatchScope) -> Mapping[Subject, Estimate | NotApplicable]:
        from airworthy.measures import Newcombe  # numpy: only when measuring
        from airworthy.monitoring.window import ColumnCounts

        answer: dict[Subject, Estimate | NotApplicable] = {}
        for column in self.columns(scope):
            counts = facts[ColumnCounts(column.name)]
            answer[f"column:{column.name}"] = Newcombe(
                int(counts[-1]), int(counts.sum()), column.counts[-1], column.rows
            )
        return answer

    def details(self, facts: Facts, scope: WatchScope, subject: Subject) -> Mapping[str, Any]:
        from airworthy.monitoring.breaks import NO_ONSET, onset
        from airworthy.monitoring.window import CurrentTraffic, PreviousTraffic

        profile = scope.profile[subject.removeprefix("column:")]
        traffic, previous = facts[CurrentTraffic()], facts[PreviousTraffic()]
        changed = _empty(profile, traffic)
        earlier = _empty(profile, previous) if previous is not None else None
        found = onset(changed, traffic.time, traffic.start, earlier, profile.null_share)
        return {"rows": int(changed.sum()), "direction": "up", **(found.as_json() if found else NO_ONSET)}

    def finding(self, result: Result) -> str:
        assert result.measurement is not None
        rise = percent(result.measurement.value)
        if result.verdict is Verdict.FAIL:
            return (
                f"{column_of(result)} is empty more often than in training: a rise of {rise} of all rows"
                f"{since_of(result)}."
            )
        return f"{column_of(result)} is empty about as often as in training: a change of {rise} of all rows."

    def remedy(self, result: Result) -> str:
        if result.verdict is Verdict.PASS:
            return ""
        return f"Ask the owner of the source that delivers {column_of(result)} what changed."


def _empty(profile: ColumnProfile, traffic: Traffic) -> NDArray[np.bool_]:
    import numpy as np  # listing checks must not import numpy

    values = traffic.columns[profile.name]
    if isinstance(values, np.ndarray):
        return np.isnan(values)
    return np.array([value is None for value in values], dtype=bool)
