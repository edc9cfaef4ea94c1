"""One budget for one run: wall time and money, what each stage spent, and whether more can be afforded."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from airworthy.kernel.errors import BudgetStopped
from airworthy.kernel.units import format_duration


@dataclass
class Budget:
    """A hard limit of seconds (and of money, where a rate is declared), measured on a monotonic clock.

    >>> budget = Budget(limit_seconds=180, monotonic=lambda: 0.0)
    >>> budget.remaining()
    180.0
    """

    limit_seconds: float
    rate_per_hour: float | None = None
    currency: str | None = None
    monotonic: Callable[[], float] = time.monotonic
    spent_before: float = 0.0
    stages: dict[str, float] = field(default_factory=dict)
    _start: float = field(init=False)

    def __post_init__(self) -> None:
        self._start = self.monotonic()

    def spent(self) -> float:
        """Seconds since the run began, including those of an interrupted run that this one continues."""
        return self.spent_before + self.monotonic() - self._start

    def remaining(self) -> float:
        return max(0.0, self.limit_seconds - self.spent())

    def money(self) -> float | None:
        """Money so far; None where nobody declared a rate."""
        return None if self.rate_per_hour is None else self.spent() / 3600 * self.rate_per_hour

    def require(self, seconds: float, what: str) -> None:
        """Raise `BudgetStopped` unless `seconds` more can be afforded."""
        if seconds > self.remaining():
            raise BudgetStopped(
                f"{what} needs about {format_duration(seconds)}, and only "
                f"{format_duration(self.remaining())} of {format_duration(self.limit_seconds)} are left.",
                value=self.limit_seconds,
                remedy="Raise budget.time in airworthy.toml, or use fewer rows.",
            )

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Charge the time inside the block to `name`."""
        began = self.monotonic()
        try:
            yield
        finally:
            self.stages[name] = self.stages.get(name, 0.0) + self.monotonic() - began

    def as_json(self) -> dict[str, object]:
        return {
            "seconds": round(self.spent(), 3),
            "limit_seconds": self.limit_seconds,
            "money": self.money(),
            "currency": self.currency if self.rate_per_hour is not None else None,
            "energy_kwh": None,
            "stages": {name: round(seconds, 3) for name, seconds in self.stages.items()},
        }
