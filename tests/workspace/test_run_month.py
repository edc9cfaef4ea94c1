"""A month's budget holds before a run starts, guarded commands included."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from test_spend import CHARTER, journal

from airworthy.charter import parse_charter
from airworthy.kernel.budget import Budget
from airworthy.kernel.clock import FixedClock
from airworthy.kernel.errors import BudgetStopped
from airworthy.lifecycle.month import keep_within_month

NOW = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "airworthy.toml").write_text(CHARTER)  # 100 USD a month, 3.06 USD an hour
    return tmp_path


@dataclass
class Notes:
    said: list[str] = field(default_factory=list)

    def note(self, text: str) -> None:
        self.said.append(text)


def context(folder: Path) -> Any:
    """What `keep_within_month` reads of a run's context."""
    registry = SimpleNamespace(spends=lambda: ())
    charter = parse_charter(CHARTER, folder / "airworthy.toml")
    home = folder / ".airworthy"
    return SimpleNamespace(
        charter=charter, registry=registry, home=home, clock=FixedClock(NOW), progress=Notes()
    )


def test_a_run_stops_at_what_is_left_and_says_so(folder: Path) -> None:
    journal(folder, "g1", spend={"money": 99.0}, state="running")  # counts before it ends
    budget, run = Budget(7200.0, 3.06, "USD", monotonic=lambda: 0.0), context(folder)
    keep_within_month(run, budget)
    assert (budget.max_money, budget.binding) == (1.0, "budget.monthly (1 USD)")
    assert "leaves 1.00 USD of 100.00 USD" in run.progress.said[0]


def test_a_run_that_fits_keeps_its_own_limit(folder: Path) -> None:
    budget, run = Budget(7200.0, 3.06, "USD", monotonic=lambda: 0.0, max_money=2.0), context(folder)
    keep_within_month(run, budget)
    assert budget.max_money == 2.0
    assert not run.progress.said


def test_a_run_does_not_begin_in_a_spent_month(folder: Path) -> None:
    journal(folder, "g1", spend={"money": 250.0})
    with pytest.raises(BudgetStopped, match="has spent 250"):
        keep_within_month(context(folder), Budget(60.0, 3.06, "USD"))
