"""The account that one guardian hands to the next: what was used and said, how far it came."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from airworthy.guarding.terms import Terms
from airworthy.metering.spend import Spend


class Phase(StrEnum):
    """How far the work came; a guardian that takes over goes on from here."""

    STARTING = "starting"
    RUNNING = "running"
    STOPPING = "stopping"  # SIGTERM was sent
    GONE = "gone"  # no process is left
    KEPT = "kept"  # the cost stands in the journal, or it was said that it cannot
    DONE = "done"  # the command of --then ended, everything was told


@dataclass
class Account:
    """Figures since the command began; times are those of `boottime`."""

    began: float
    phase: Phase = Phase.STARTING
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    peak_memory_bytes: int = 0
    joules: float = 0.0
    energy_source: str = ""
    idle_seconds: float = 0.0
    idle_since: float | None = None
    root: int | None = None
    status: int | None = None  # exit code of the command: 128 + signal where a signal ended it
    reason: str | None = None  # which limit stopped it
    stop_at: float | None = None  # when SIGTERM was sent
    kill_at: float | None = None
    all_told: bool = False  # SIGTERM went to the whole tree, not only to the command itself
    killed: bool = False
    error: str | None = None  # why the command never started
    kept: bool = False  # the journal holds the cost
    then_code: int | None = None
    left: list[int] = field(default_factory=list)  # what SIGKILL did not end
    warned: dict[str, int] = field(default_factory=dict)

    @property
    def exit_code(self) -> int:
        """3 when the budget stopped it, else the command's own."""
        if self.reason is not None and self.reason != ASKED:
            return 3
        return self.status if self.status is not None else 128 + 9

    @property
    def outcome(self) -> str:
        """One word and its figure, as it stands in the ledger."""
        if self.error is not None:
            return f"not started: {self.error}"
        if self.reason is None and self.status is None:  # nobody who could wait for it was left
            return "lost: its guard was killed"
        return f"stopped: {self.reason}" if self.reason else f"exit {self.exit_code}"

    def spend(self, terms: Terms) -> Spend:
        """The frozen record of what was used so far."""
        return Spend(
            seconds=round(self.seconds, 3),
            cpu_seconds=round(self.cpu_seconds, 3),
            money=terms.money(self.seconds),
            currency=terms.currency if terms.rate_per_hour is not None else None,
            energy_kwh=self.joules / 3.6e6 if self.energy_source else None,
            energy_source=self.energy_source,
            carbon_g=None,
            peak_memory_bytes=self.peak_memory_bytes,
            idle_seconds=round(self.idle_seconds, 3),
        )

    def as_json(self) -> dict[str, object]:
        """The JSON object on the board."""
        return dict(vars(self))

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Account:
        """What `as_json` wrote."""
        return cls(**{**document, "phase": Phase(document["phase"])})


ASKED = "asked"
"""The reason when a person ended it, not a limit."""
