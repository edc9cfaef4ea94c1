"""What one piece of work used, as it stands in evidence, in journals and in the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from airworthy.kernel.errors import InputError


@dataclass(frozen=True)
class Spend:
    """What one piece of work used.

    Parameters
    ----------
    seconds : wall time.
    cpu_seconds : processor time of the process and all its descendants.
    money : None where nobody declared a rate.
    currency : of `money`; None with it.
    energy_kwh : None where it was neither measured nor estimated.
    energy_source : such as "measured: RAPL package" or "estimated: 3.5 W a busy core, …"; "" without energy.
    carbon_g : grams of CO2 equivalents; None where no grid intensity is known.
    peak_memory_bytes : the most that was resident at once.
    idle_seconds : wall time in which nothing was computed; None where nobody watched.

    >>> Spend(3600, 7000, 3.06, "USD", None, "", None, 2_000_000).as_json()["money"]
    3.06
    """

    seconds: float
    cpu_seconds: float
    money: float | None
    currency: str | None
    energy_kwh: float | None
    energy_source: str
    carbon_g: float | None
    peak_memory_bytes: int
    idle_seconds: float | None = None

    def as_json(self) -> dict[str, object]:
        """The JSON object; `Spend.from_json` reads it back, figure for figure."""
        return asdict(self)

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Spend:
        """The spend that `as_json` wrote; fields of later releases are passed over.

        Raises `InputError` when a field is missing.
        """
        names = [field.name for field in fields(cls)]
        missing = [name for name in names[:-1] if name not in document]
        if missing:
            raise InputError(
                f"A record of spend has no {', '.join(missing)}.",
                value=", ".join(missing),
                remedy="It was cut short or altered; the command that it is about must be told by hand.",
            )
        return cls(**{name: document[name] for name in names if name in document})
