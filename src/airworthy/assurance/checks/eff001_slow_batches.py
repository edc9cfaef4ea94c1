"""EFF001: how long do answers take, one by one and in batches?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from airworthy.assurance.checks.srv001_slow_decision import samples_of
from airworthy.assurance.efficiency.facts import BatchTimes
from airworthy.assurance.given import CLOCK, LATENCY, ONLY_PREDICTIONS, SCORER, sizes_of
from airworthy.assurance.quality_check import MODEL, AssuranceCheck
from airworthy.assurance.wording import level, measured, number
from airworthy.charter.scope import Scope
from airworthy.kernel.check import Cost
from airworthy.kernel.fact import Fact, Facts
from airworthy.kernel.result import Estimate, Limit, NotApplicable, Result, Subject
from airworthy.kernel.units import format_duration

QUANTILES = (0.5, 0.95, 0.99, 0.999)


class SlowBatches(AssuranceCheck):
    """## What it measures
    Rows a second in batches, and the time of single requests at the median, the 95th, the 99th and the
    99.9th percentile.

    ## Why it matters
    Who waits for one answer feels the slowest of many, and who scores a table every night pays for the whole
    of it. A single mean tells neither.

    ## How it is measured
    21 batches of 1,000 rows, drawn anew from the measured rows, the first to warm up; the figure is the
    median batch. The percentiles are those of the single requests that SRV001 times. All intervals run
    between two order statistics and assume nothing about the distribution; of 1,000 requests the 99.9th
    percentile has no upper bound, which is said and not filled in. Of a model trained elsewhere batches have
    100 rows; behind an address no batch is sent, for each row is somebody's bill.

    ## Limit
    `serving.throughput` of the charter, in rows a second. Without it the check only tells. SRV001 judges the
    99th percentile of single requests.

    ## What to do
    Choose a smaller learner, give the work a faster machine, or declare what the work really needs.

    ## Example
    Batches of 1,000 rows that take 2 ms at the median make 500,000 rows a second.

    ## References
    David and Nagaraja, Order Statistics (2003) 7.1.
    """

    code: ClassVar[str] = "EFF001"
    name: ClassVar[str] = "slow-batches"
    title: ClassVar[str] = "Batches are scored fast enough"
    cost: ClassVar[Cost] = Cost.SAMPLED
    advice: ClassVar[str] = (
        "Choose a smaller learner or a faster machine, or declare a lower serving.throughput."
    )

    def needs(self, scope: Scope) -> Sequence[Fact]:
        return (LATENCY, SCORER, CLOCK)

    def limit(self, scope: Scope, subject: Subject) -> Limit:
        least = scope.charter.serving.throughput
        declared = NO_OBJECTIVE if least is None else Limit(low=least, source="serving.throughput")
        return scope.limit(self.code, declared)

    def estimate(self, facts: Facts, scope: Scope) -> Mapping[Subject, Estimate | NotApplicable]:
        # These import numpy; listing checks must not.
        import numpy as np

        from airworthy.measures.quantile import OrderStatistic

        if facts[SCORER] is None or facts[CLOCK] is None:
            return {MODEL: NotApplicable(f"{ONLY_PREDICTIONS}; speed needs the model.")}
        if not sizes_of(facts[SCORER]).batched:
            return {
                MODEL: NotApplicable("No batch is sent to a model behind an address; SRV001 tells latency.")
            }
        found = facts[BatchTimes()]
        rates = found.rows / np.asarray(found.seconds, float)
        return {MODEL: OrderStatistic(rates, 0.5, "rows/s")}

    def details(self, facts: Facts, scope: Scope, subject: Subject) -> Mapping[str, Any]:
        import numpy as np  # as above

        from airworthy.measures.quantile import OrderStatistic

        if facts[SCORER] is None or not sizes_of(facts[SCORER]).batched:
            return {}
        samples = samples_of(facts, scope)
        seconds = np.asarray(samples.seconds if samples else (), float)
        percentiles = []
        for q in QUANTILES if len(seconds) else ():
            found = OrderStatistic(seconds, q, "s")
            low, high = found.interval(0.95)
            percentiles.append({"percentile": 100 * q, "seconds": found.value, "low": low, "high": high})
        return {
            "percentiles": percentiles,
            "requests": len(seconds),
            "where": samples.where if samples else None,
            "batch_rows": facts[BatchTimes()].rows,
        }

    def finding(self, result: Result) -> str:
        found, d = measured(result), result.details
        text = (
            f"{number(found.value, 0)} rows a second in batches of {d['batch_rows']:,} ({level(found)} "
            f"interval {number(found.low, 0)} to {number(found.high, 0)}, {found.n} batches)."
        )
        if not d["percentiles"]:
            return text
        times = ", ".join(f"{_name(row)} {_spread(row)}" for row in d["percentiles"])
        return f"{text} One request takes, with 95 % intervals: {times}; {d['requests']:,} on {d['where']}."


NO_OBJECTIVE = Limit(source="informs only: no objective declared")


def _name(row: Mapping[str, float]) -> str:
    return "median" if row["percentile"] == 50 else f"p{row['percentile']:g}"


def _spread(row: Mapping[str, float | None]) -> str:
    low, high = (
        None if row[end] is None else format_duration(float(row[end] or 0)) for end in ("low", "high")
    )
    return f"{format_duration(float(row['seconds'] or 0))} ({low or 'open'} to {high or 'open'})"
