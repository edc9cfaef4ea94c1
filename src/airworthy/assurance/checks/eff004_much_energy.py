"""EFF004: how much energy do predictions take?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from airworthy.assurance.checks.eff001_slow_batches import NO_OBJECTIVE
from airworthy.assurance.efficiency.facts import RequestEnergy
from airworthy.assurance.given import CLOCK, ONLY_PREDICTIONS, SCORER, sizes_of
from airworthy.assurance.quality_check import MODEL, AssuranceCheck
from airworthy.assurance.wording import level, measured
from airworthy.charter.scope import Scope
from airworthy.kernel.check import Cost
from airworthy.kernel.fact import Fact, Facts
from airworthy.kernel.result import Estimate, Limit, NotApplicable, Result, Subject
from airworthy.kernel.units import format_energy
from airworthy.metering.grid import grid_table

JOULES = 3.6e6
"""Of a kilowatt-hour."""


class MuchEnergy(AssuranceCheck):
    """## What it measures
    Energy of 1,000 predictions, each asked for alone, and the carbon of that energy.

    ## Why it matters
    A model is trained once and asked millions of times: over its life, answers take more than training.

    ## How it is measured
    Ten blocks of 100 requests, from bytes to decision. Where the processor's energy counter (RAPL) or a
    GPU's can be read, the figure is measured, of the whole package with whatever else ran on it. Elsewhere it
    is estimated, and says so: processor time at the power of a busy core, as `airworthy spend` counts what
    serving takes. The figure is the median block, its interval runs between two order statistics. Network,
    logs and the waiting of a server are not in it. Carbon is that energy times the yearly average of the
    grid that `budget.region` names; without a region it stays unknown. A model behind an address uses its
    energy elsewhere, where nobody here can count it.

    ## Limit
    `serving.energy` of the charter, for 1,000 predictions. Without it the check only tells.

    ## What to do
    Choose a smaller learner, score in batches, or declare more.

    ## Example
    1,000 requests that take 0.1 s of a core at 3.5 W need 0.35 J, which is 0.0000972 Wh.

    ## References
    Cloud Carbon Footprint, methodology (power of a busy core). Henderson et al., JMLR 21 (2020) 248.
    """

    code: ClassVar[str] = "EFF004"
    name: ClassVar[str] = "much-energy"
    title: ClassVar[str] = "Predictions stay within their energy"
    cost: ClassVar[Cost] = Cost.EXPENSIVE
    advice: ClassVar[str] = "Choose a smaller learner, or declare a larger serving.energy."

    def needs(self, scope: Scope) -> Sequence[Fact]:
        return (SCORER, CLOCK)

    def limit(self, scope: Scope, subject: Subject) -> Limit:
        most = scope.charter.serving.energy_kwh
        declared = NO_OBJECTIVE if most is None else Limit(high=most * JOULES, source="serving.energy")
        return scope.limit(self.code, declared)

    def estimate(self, facts: Facts, scope: Scope) -> Mapping[Subject, Estimate | NotApplicable]:
        # These import numpy; listing checks must not.
        import numpy as np

        from airworthy.measures.quantile import OrderStatistic

        scorer = facts[SCORER]
        if scorer is None or facts[CLOCK] is None or not hasattr(scorer, "decode"):
            return {MODEL: NotApplicable(f"{ONLY_PREDICTIONS}; energy needs the model.")}
        if not sizes_of(scorer).batched:
            return {
                MODEL: NotApplicable("The model answers elsewhere: its energy cannot be counted from here.")
            }
        found = facts[RequestEnergy(scope.contract.inputs)]
        if not found.joules:
            return {MODEL: NotApplicable("No sampled row was accepted as a request, so none was metered.")}
        each = 1000 * np.asarray(found.joules, float) / found.requests
        return {MODEL: OrderStatistic(each, 0.5, "J")}

    def details(self, facts: Facts, scope: Scope, subject: Subject) -> Mapping[str, Any]:
        if facts[SCORER] is None or not sizes_of(facts[SCORER]).batched:
            return {}
        found = facts[RequestEnergy(scope.contract.inputs)]
        grid = grid_table().get(scope.charter.budget.region)
        return {
            "requests": found.requests * len(found.joules),
            "cpu_seconds": found.cpu_seconds,
            "energy_source": found.source,
            "grams_per_kwh": None if grid is None else grid.grams_per_kwh,
            "grid": None if grid is None else f"{grid.name}, {grid.year}: {grid.source}",
        }

    def finding(self, result: Result) -> str:
        found, d = measured(result), result.details
        low, high = (_energy(value) for value in (found.low, found.high))
        text = (
            f"1,000 predictions take {_energy(found.value)} ({level(found)} interval {low} to {high}; "
            f"{d['energy_source']}; {d['requests']:,} requests)"
        )
        if d["grams_per_kwh"] is None:
            return f"{text}; their carbon is unknown: no budget.region names the grid."
        grams = found.value / JOULES * d["grams_per_kwh"]
        return f"{text}, {1000 * grams:.3g} mg CO2e at {d['grams_per_kwh']:g} g a kWh ({d['grid']})."


def _energy(joules: float | None) -> str:
    return "open" if joules is None else format_energy(joules / JOULES)
