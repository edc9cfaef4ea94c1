"""What monitoring checks know before they measure: the contract, the reference, and what was signed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from airworthy.charter.model import Charter
from airworthy.kernel.result import Limit
from airworthy.monitoring.profile import ColumnProfile, Profile
from airworthy.scoring.contract import Contract


@dataclass(frozen=True)
class Expectation:
    """The figure signed before release, for windows of live traffic."""

    metric: str
    low: float
    high: float
    level: float
    value: float | None = None


@dataclass(frozen=True)
class WatchScope:
    """Scope of the monitoring checks."""

    task: str
    contract: Contract
    profile: Profile
    min_rows: int = 200
    expectation: Expectation | None = None
    limits: Mapping[str, Limit] = field(default_factory=dict)
    charter: Charter | None = None  # with it the laboratory's checks run on the window too

    def limit(self, code: str, default: Limit) -> Limit:
        """The charter's limit for `code`, else the shipped default."""
        return self.limits.get(code, default)

    @property
    def numbers(self) -> tuple[ColumnProfile, ...]:
        return tuple(column for column in self.profile.columns if column.numeric)

    @property
    def labelled(self) -> tuple[ColumnProfile, ...]:
        return tuple(column for column in self.profile.columns if not column.numeric)
