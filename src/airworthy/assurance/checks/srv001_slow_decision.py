"""SRV001: is one decision fast enough?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from airworthy.assurance.facts import RequestLatency
from airworthy.assurance.given import CLOCK, LATENCY, ONLY_PREDICTIONS, SCORER, LatencySamples
from airworthy.assurance.quality_check import MODEL, AssuranceCheck
from airworthy.assurance.wording import level, measured, number
from airworthy.charter.scope import Scope
from airworthy.kernel.check import Cost
from airworthy.kernel.fact import Fact, Facts
from airworthy.kernel.result import Estimate, Limit, NotApplicable, Result, Subject

QUANTILE = 0.99


class SlowDecision(AssuranceCheck):
    """## What it measures
    The 99th percentile of the time from a request's bytes to its decision.

    ## Why it matters
    A caller waits for every single answer; a mean hides the one in a hundred that times out.

    ## How it is measured
    1,000 single requests, one at a time, after 50 to warm up, unless samples from the place of serving are
    given. The interval runs between two order statistics and assumes nothing about the distribution. Measured
    in process, it holds neither network nor queueing: live windows measure those. A model trained elsewhere
    is asked 200 times for one row, a model behind an address 100 times, network included.

    ## Limit
    `serving.latency` of the charter (50 ms when not declared), in seconds. `airworthy check`, which has no
    charter, only tells.

    ## What to do
    Choose a smaller learner, give the server a faster machine, or declare a longer latency.

    ## Example
    Of 1,000 samples in order, the interval at 95 % runs from the 983rd to the 997th.

    ## References
    David and Nagaraja, Order Statistics (2003) 7.1.
    """

    code: ClassVar[str] = "SRV001"
    name: ClassVar[str] = "slow-decision"
    title: ClassVar[str] = "One decision is fast enough"
    cost: ClassVar[Cost] = Cost.SAMPLED
    advice: ClassVar[str] = (
        "Choose a smaller learner or a faster machine, or declare a longer serving.latency."
    )

    def needs(self, scope: Scope) -> Sequence[Fact]:
        return (LATENCY, SCORER, CLOCK)

    def limit(self, scope: Scope, subject: Subject) -> Limit:
        declared = Limit(high=scope.charter.serving.latency_seconds, source="serving.latency")
        return scope.limit(self.code, declared)

    def estimate(self, facts: Facts, scope: Scope) -> Mapping[Subject, Estimate | NotApplicable]:
        # These import numpy; listing checks must not.
        import numpy as np

        from airworthy.measures.quantile import OrderStatistic

        samples = samples_of(facts, scope)
        if samples is None:
            return {MODEL: NotApplicable(_why_not(facts))}
        if not samples.seconds:
            return {MODEL: NotApplicable("No sampled row was accepted as a request, so none was timed.")}
        return {MODEL: OrderStatistic(np.asarray(samples.seconds, float), QUANTILE, "s")}

    def details(self, facts: Facts, scope: Scope, subject: Subject) -> Mapping[str, Any]:
        samples = samples_of(facts, scope)
        seconds = sorted(samples.seconds) if samples else []
        return {
            "where": samples.where if samples else None,
            "median_seconds": seconds[len(seconds) // 2] if seconds else None,
        }

    def finding(self, result: Result) -> str:
        found, d = measured(result), result.details
        low, high = (number(None if v is None else 1000 * v, 2) for v in (found.low, found.high))
        return (
            f"99 of 100 decisions take at most {number(1000 * found.value, 2)} ms ({level(found)} "
            f"interval {low} to "
            f"{high} ms; median {number(1000 * d['median_seconds'], 2)} ms), {found.n:,} requests "
            f"on {d['where']}."
        )


def _why_not(facts: Facts) -> str:
    if facts[SCORER] is None:
        return f"{ONLY_PREDICTIONS}; single requests need the model."
    return "No scorer that takes requests, or no clock, was given."


def samples_of(facts: Facts, scope: Scope) -> LatencySamples | None:
    """The timed requests, given or measured here; None where the scorer takes none."""
    given: LatencySamples | None = facts[LATENCY]
    if given is not None:
        return given
    if facts[CLOCK] is None or not hasattr(facts[SCORER], "decode"):
        return None
    measured_here: LatencySamples = facts[RequestLatency(scope.contract.inputs)]
    return measured_here
