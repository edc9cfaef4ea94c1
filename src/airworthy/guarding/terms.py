"""What was agreed for one command: the command, its limits, and whom to tell."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from airworthy.kernel.units import Money

IDLE_SHARE = 0.05
"""Below this share of one core, and of every GPU, a command counts as idle."""


@dataclass(frozen=True)
class Terms:
    """One agreement. What is None was not agreed.

    Parameters
    ----------
    id : names the journal and the entry in the ledger.
    command : the words as typed.
    project, person : to whom the cost belongs.
    began_at : UTC, a label only: no decision reads the time of day.
    max_seconds, max_cost, max_kwh, max_memory_bytes : the limits; at least one of these, `idle_seconds` or
        `patience_seconds` is there.
    rate_per_hour, currency : what the machine costs; both or neither.
    grace_seconds : between SIGTERM and SIGKILL; both lie before the limit.
    idle_seconds : longest time without work.
    pattern, patience_seconds : a regular expression whose first group is a figure that should fall, and how
        long it may fail to.
    webhook, mail : where warnings go besides the terminal.
    then : a command to run afterwards, so that the machine's bill ends too.
    """

    id: str
    command: tuple[str, ...]
    project: str
    person: str
    began_at: str
    max_seconds: float | None = None
    max_cost: float | None = None
    rate_per_hour: float | None = None
    currency: str | None = None
    max_kwh: float | None = None
    max_memory_bytes: int | None = None
    idle_seconds: float | None = None
    grace_seconds: float = 0.0
    pattern: str | None = None
    patience_seconds: float | None = None
    webhook: str | None = None
    mail: str | None = None
    then: str | None = None
    quiet: bool = False

    @property
    def limit_seconds(self) -> float:
        """Wall time that both the time and the money allow; infinite where neither was agreed.

        >>> Terms("a", ("x",), "p", "me", "", max_cost=50.0, rate_per_hour=3.06).limit_seconds
        58823.5294117647
        """
        limits = [math.inf]
        if self.max_seconds is not None:
            limits.append(self.max_seconds)
        if self.max_cost is not None and self.rate_per_hour is not None:
            limits.append(self.max_cost / self.rate_per_hour * 3600)
        return min(limits)

    def money(self, seconds: float) -> float | None:
        """What `seconds` of the machine cost; None without a rate."""
        return None if self.rate_per_hour is None else seconds / 3600 * self.rate_per_hour

    def price(self, amount: float | None) -> str:
        """An amount in the currency of these terms, for people."""
        return str(Money(amount or 0.0, self.currency or ""))

    def as_json(self) -> dict[str, object]:
        """The JSON object that the door hands to the keeper."""
        return asdict(self)

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Terms:
        """What `as_json` wrote."""
        return cls(**{**document, "command": tuple(document["command"])})
