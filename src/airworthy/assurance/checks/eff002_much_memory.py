"""EFF002: how much memory does the model take where it serves?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from airworthy.assurance.checks.eff001_slow_batches import NO_OBJECTIVE
from airworthy.assurance.efficiency.facts import ServingMemory
from airworthy.assurance.given import SCORER
from airworthy.assurance.quality_check import MODEL, AssuranceCheck
from airworthy.assurance.wording import measured
from airworthy.charter.scope import Scope
from airworthy.kernel.check import Cost
from airworthy.kernel.fact import Fact, Facts
from airworthy.kernel.result import Estimate, Limit, NotApplicable, Result, Subject
from airworthy.kernel.units import format_size


class MuchMemory(AssuranceCheck):
    """## What it measures
    The memory that a process holds at the most while it serves the model: loaded, and while 1,000 rows are
    scored.

    ## Why it matters
    A container that reaches its memory is ended by the system, in the middle of an answer.

    ## How it is measured
    A fresh process loads what serving loads and this model, and nothing of the laboratory; it scores one
    request of 1,000 rows. What the system counts as resident is read before, after loading, and at its
    peak. One process of one worker is measured, so there is no interval; libraries that several workers
    share count in each. A model file from elsewhere is measured in the process that holds it, at the end of
    the probes. A model object lives among everything else that was loaded, so its share cannot be told.

    ## Limit
    `serving.memory` of the charter, in bytes. Without it the check only tells.

    ## What to do
    Choose a smaller learner or fewer words of a text column, or declare more memory.

    ## Example
    39 MB before, 44 MB with the model, 46 MB at the peak: the model itself takes 5 MB.

    ## References
    proc(5), Linux manual: VmRSS and VmHWM in /proc/PID/status.
    """

    code: ClassVar[str] = "EFF002"
    name: ClassVar[str] = "much-memory"
    title: ClassVar[str] = "Serving stays within its memory"
    cost: ClassVar[Cost] = Cost.EXPENSIVE
    advice: ClassVar[str] = "Choose a smaller learner, or declare a larger serving.memory."

    def needs(self, scope: Scope) -> Sequence[Fact]:
        return (SCORER,)

    def limit(self, scope: Scope, subject: Subject) -> Limit:
        most = scope.charter.serving.memory_bytes
        declared = NO_OBJECTIVE if most is None else Limit(high=most, source="serving.memory")
        return scope.limit(self.code, declared)

    def estimate(self, facts: Facts, scope: Scope) -> Mapping[Subject, Estimate | NotApplicable]:
        from airworthy.measures.proportion import Exact  # imports numpy; listing checks must not

        found = facts[ServingMemory(scope.contract.inputs)]
        if isinstance(found, NotApplicable):
            return {MODEL: found}
        return {MODEL: Exact(found.peak, "bytes", 1)}

    def details(self, facts: Facts, scope: Scope, subject: Subject) -> Mapping[str, Any]:
        found = facts[ServingMemory(scope.contract.inputs)]
        if isinstance(found, NotApplicable):
            return {}
        return {
            "empty_bytes": found.empty,
            "loaded_bytes": found.loaded,
            "peak_bytes": found.peak,
            "rows": found.rows,
            "where": found.where,
        }

    def finding(self, result: Result) -> str:
        found, d = measured(result), result.details
        if d["empty_bytes"] is None:
            now = format_size(d["loaded_bytes"])
            return f"{format_size(found.value)} at the most in {d['where']}; {now} now."
        own = max(0, d["loaded_bytes"] - d["empty_bytes"])
        return (
            f"{format_size(found.value)} at the most while {d['rows']:,} rows are scored, "
            f"{format_size(d['loaded_bytes'])} when loaded, of which the model takes {format_size(own)}; "
            f"{d['where']}."
        )
