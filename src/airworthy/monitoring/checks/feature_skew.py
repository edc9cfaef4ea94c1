"""SRV003: did the model, when it decided, see the features that training would have computed?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from airworthy.kernel.check import Check
from airworthy.kernel.fact import Fact, Facts
from airworthy.kernel.result import Estimate, Limit, NotApplicable, Result, Subject, Verdict

if TYPE_CHECKING:
    from airworthy.monitoring.feature_skew import Skew

SKEWS = "feature skews"
"""Given fact: skew by name of the feature."""


@dataclass(frozen=True)
class FeatureScope:
    """Scope of the check: names of the features, and the charter's own limits."""

    names: tuple[str, ...]
    limits: Mapping[str, Limit] = field(default_factory=dict)

    def limit(self, code: str, default: Limit) -> Limit:
        """The charter's limit for `code`, else the shipped default."""
        return self.limits.get(code, default)


class FeatureSkew(Check[FeatureScope]):
    """Live rows carry other feature values than training would have computed for them.

    ## What it measures
    For each named feature the share of logged rows whose value differs from the one that the sources give
    today for the same key and the same moment of decision.

    ## Why it matters
    A model that learned "orders in 90 days" and is served "orders in 30 days", or yesterday's number, decides
    about customers that it never saw. No error is raised, and quality falls slowly.

    ## How it is measured
    Each logged row keeps the features that the model saw, sent by the client or filled in from a history.
    They are computed again from the charter's sources as of the row's decision. Values that agree to one
    millionth are the same. Wilson's interval; all features are one family (Holm). Of rows that differ the
    finding says by how much, how many were filled in and how many sent, and which other definition would give
    them: another unit, an earlier moment, events that came later than known_after says, another window.

    ## Limit
    One row in a hundred. Change it with `[checks.limits] SRV003 = { high = 0.001 }`.

    ## What to do
    Send no features and let the server fill them in, or correct the client. Where events arrive late, raise
    known_after of their source and train again. Where the history is old, build it more often.

    ## Known problems
    Events that were corrected or deleted in the source since the decision count as a difference: training
    would see them corrected too.

    ## Example
    Of 2,000 rows 400 carry the value of the day before: 20.0 % (18.3 to 21.8 %) fails.

    ## References
    Breck et al., The ML Test Score, IEEE Big Data 2017 (Monitor 3). Sculley et al., Hidden Technical Debt in
    Machine Learning Systems, NIPS 2015.
    """

    code = "SRV003"
    name = "feature-skew"
    title = "Features are served as they were trained"

    def subjects(self, scope: FeatureScope) -> Sequence[Subject]:
        return [f"feature:{name}" for name in scope.names]

    def needs(self, scope: FeatureScope) -> Sequence[Fact]:
        return []

    def limit(self, scope: FeatureScope, subject: Subject) -> Limit:
        return scope.limit(self.code, Limit(high=0.01, source="default: one row in a hundred"))

    def estimate(self, facts: Facts, scope: FeatureScope) -> Mapping[Subject, Estimate | NotApplicable]:
        from airworthy.measures import Wilson  # listing checks must not import numpy

        found: dict[Subject, Estimate | NotApplicable] = {}
        for subject in self.subjects(scope):
            skew = _skew(facts, subject)
            found[subject] = (
                Wilson.of(skew.differs) if len(skew.differs) else NotApplicable("No logged row carries it.")
            )
        return found

    def details(self, facts: Facts, scope: FeatureScope, subject: Subject) -> Mapping[str, Any]:
        return _skew(facts, subject).as_json()

    def finding(self, result: Result) -> str:
        assert result.measurement is not None
        m, d = result.measurement, result.details
        name = result.subject.removeprefix("feature:")
        if not d["rows"]:
            return f"{name} has the value of its definition in all of {m.n:,} logged rows."
        low, high = (f"{100 * bound:.1f}" for bound in (m.low or 0.0, m.high or 0.0))
        size = f"; the middle difference is {d['median_difference']:.4g}" if d["median_difference"] else ""
        return (
            f"{name} differs from its definition in {d['rows']:,} of {m.n:,} logged rows "
            f"({100 * m.value:.1f} %, {low} to {high} %), {d['filled']:,} filled in and {d['sent']:,} sent"
            f"{size}.{' ' + d['explanation'] if d['explanation'] else ''}"
        )

    def remedy(self, result: Result) -> str:
        if result.verdict is Verdict.PASS:
            return ""
        if result.details.get("remedy"):
            return str(result.details["remedy"])
        return "Leave the features out of requests: the server then fills them in. Or correct the client."


def _skew(facts: Facts, subject: Subject) -> Skew:
    found: Mapping[str, Skew] = facts[SKEWS]
    return found[subject.removeprefix("feature:")]
