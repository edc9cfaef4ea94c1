"""What a search of models used, in all and by candidate, beside what it might have used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from airworthy.kernel.budget import JOULES_PER_KWH, Budget
from airworthy.kernel.units import Money, format_duration, format_energy, format_size
from airworthy.metering.spend import Spend


@dataclass(frozen=True)
class SearchSpend:
    """What a search used, in all and by candidate, beside what it might have used.

    Parameters
    ----------
    total : of the whole call.
    candidates : by name; of those that were stopped or dropped too.
    limit_seconds, max_cost, max_energy_kwh, max_memory_bytes : the limits; None where there was none.
    grid : whose carbon is counted; "" without a region.
    """

    total: Spend
    candidates: Mapping[str, Spend]
    limit_seconds: float
    max_cost: float | None = None
    max_energy_kwh: float | None = None
    max_memory_bytes: int | None = None
    grid: str = ""

    def __str__(self) -> str:
        """One line, each figure beside its limit.

        >>> used = Spend(12.4, 11, 0.0124, "EUR", None, "", None, 300_000_000)
        >>> print(SearchSpend(used, {}, 60, max_cost=0.05))
        12.4 s of at most 1 min 0 s, 0.012 EUR of at most 0.05 EUR, peak memory 300 MB
        """
        used = self.total
        said = [_against(format_duration(used.seconds), format_duration(self.limit_seconds))]
        if used.money is not None:
            most = None if self.max_cost is None else str(Money(self.max_cost, used.currency or ""))
            said.append(_against(str(Money(used.money, used.currency or "")), most))
        if used.energy_kwh is not None:
            most = None if self.max_energy_kwh is None else format_energy(self.max_energy_kwh)
            how = used.energy_source.partition(":")[0]
            said.append(f"{_against(format_energy(used.energy_kwh), most)} ({how})")
        if used.carbon_g is not None:
            said.append(f"{used.carbon_g:.2g} g CO2e")
        most = None if self.max_memory_bytes is None else format_size(self.max_memory_bytes)
        said.append(f"peak memory {_against(format_size(used.peak_memory_bytes), most)}")
        return ", ".join(said)

    def as_json(self) -> dict[str, object]:
        """The JSON object."""
        return asdict(self)


def _against(used: str, most: str | None) -> str:
    return used if most is None else f"{used} of at most {most}"


def spent_of(budget: Budget) -> SearchSpend:
    """What `budget` has counted until now."""
    reading = budget.observe()
    source = reading.energy_source
    total = _spend(
        budget, budget.spent(), reading.cpu_seconds, reading.joules, source, budget.peak_memory_bytes
    )
    candidates = {
        piece.name: _spend(
            budget, piece.seconds, piece.cpu_seconds, piece.joules, source, piece.peak_memory_bytes
        )
        for piece in budget.pieces
        if piece.kind == "candidate"
    }
    return SearchSpend(
        total,
        candidates,
        budget.limit_seconds,
        budget.max_money,
        budget.max_kwh,
        budget.memory_bytes,
        budget.grid if budget.grams_per_kwh is not None else "",
    )


def _spend(
    budget: Budget, seconds: float, cpu_seconds: float, joules: float | None, source: str, peak: int
) -> Spend:
    kwh = None if joules is None else joules / JOULES_PER_KWH
    return Spend(
        seconds=round(seconds, 3),
        cpu_seconds=round(cpu_seconds, 3),
        money=budget.money(seconds),
        currency=budget.currency if budget.rate_per_hour is not None else None,
        energy_kwh=kwh,
        energy_source="" if kwh is None else source,
        carbon_g=budget.carbon(joules),
        peak_memory_bytes=peak,
    )
