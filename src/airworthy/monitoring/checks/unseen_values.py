"""MON004: categories arrive that training never saw."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from airworthy.kernel.fact import Facts
from airworthy.kernel.result import Estimate, Limit, NotApplicable, Result, Subject, Verdict
from airworthy.monitoring.checks._column_check import ColumnCheck, column_of, percent, since_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from airworthy.monitoring.profile import ColumnProfile
    from airworthy.monitoring.scope import WatchScope
    from airworthy.monitoring.window import Traffic


class UnseenValues(ColumnCheck):
    """Categories arrive that were rare or unknown in training.

    ## What it measures
    The share of rows whose value is not among the training values of the column (at most the 40 most
    frequent), minus the same share in training.

    ## Why it matters
    A re-coded field, a new product or a spelling change turns every row into "unknown", and the model
    answers for the average of all unknowns.

    ## How it is measured
    Newcombe's interval for the difference of two shares.

    ## Limit
    A rise of at most 0.05 of all rows.

    ## What to do
    Map the new values to the old ones at the source, or retrain with rows that carry them.

    ## Known problems
    A column with thousands of values has many rare ones; only their rise counts.

    ## Example
    "EWR" becomes "Newark": every row is unseen, the rise is 1.00.

    ## References
    Newcombe, Statistics in Medicine 17 (1998) 873.
    """

    code = "MON004"
    name = "unseen-values"
    title = "Values that training never saw"

    def columns(self, scope: WatchScope) -> Sequence[ColumnProfile]:
        return scope.labelled

    def limit(self, scope: WatchScope, subject: Subject) -> Limit:
        return scope.limit(self.code, Limit(high=0.05, source="default: one row in twenty"))

    def estimate(self, facts: Facts, scope: WatchScope) -> Mapping[Subject, Estimate | NotApplicable]:
        from airworthy.measures import Newcombe
        from airworthy.monitoring.window import ColumnCounts

        answer: dict[Subject, Estimate | NotApplicable] = {}
        for column in self.columns(scope):
            counts = facts[ColumnCounts(column.name)]
            answer[f"column:{column.name}"] = Newcombe(
                int(counts[-2]), int(counts.sum()), column.counts[-2], column.rows
            )
        return answer

    def details(self, facts: Facts, scope: WatchScope, subject: Subject) -> Mapping[str, Any]:
        from airworthy.monitoring.breaks import NO_ONSET, onset
        from airworthy.monitoring.window import CurrentTraffic, PreviousTraffic

        profile = scope.profile[subject.removeprefix("column:")]
        traffic, previous = facts[CurrentTraffic()], facts[PreviousTraffic()]
        changed = _unseen(profile, traffic)
        earlier = _unseen(profile, previous) if previous is not None else None
        found = onset(changed, traffic.time, traffic.start, earlier, profile.counts[-2] / profile.rows)
        return {
            "rows": int(changed.sum()),
            "direction": "up",
            **(found.as_json() if found else NO_ONSET),
            "values": _most(profile, traffic),
        }

    def finding(self, result: Result) -> str:
        assert result.measurement is not None
        rise = percent(result.measurement.value)
        if result.verdict is Verdict.FAIL:
            return (
                f"{column_of(result)} brings values that training did not know: {rise} more of all rows"
                f"{since_of(result)}{_such(result)}."
            )
        return f"{column_of(result)} brings the values that training knew: a change of {rise} of all rows."

    def remedy(self, result: Result) -> str:
        if result.verdict is Verdict.PASS:
            return ""
        return f"Ask whether the codes of {column_of(result)} changed, and map them back."


def _unseen(profile: ColumnProfile, traffic: Traffic) -> NDArray[np.bool_]:
    import numpy as np  # listing checks must not import numpy

    seen = set(profile.labels)
    return np.array([v is not None and v not in seen for v in traffic.columns[profile.name]], dtype=bool)


def _most(profile: ColumnProfile, traffic: Traffic) -> list[str]:
    """The three most frequent values that training's frequent ones do not hold."""
    seen = set(profile.labels)
    counted = Counter(v for v in traffic.columns[profile.name] if v is not None and v not in seen)
    return [value for value, _ in counted.most_common(3)]


def _such(result: Result) -> str:
    values = result.details.get("values")
    return f"; most often {', '.join(map(repr, values))}" if values else ""
