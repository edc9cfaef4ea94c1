"""What a project may still spend this month, asked before something starts that costs."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from airworthy.kernel.home import HOME
from airworthy.metering.month import MonthLeft
from airworthy.workspace.spending import spent_in


def month_left(place: Path, project: str, now: datetime) -> MonthLeft | None:
    """The month of `now`, or None where the charter gives `project` no monthly budget.

    Commands that still run count with what they cost so far.

    Parameters
    ----------
    place : a charter, or its folder.
    """
    folder = (place.parent if place.is_file() else place).resolve()
    (folder / HOME).mkdir(exist_ok=True)  # its first guard or run has nothing to add up yet
    return next((month for month in spent_in([folder], now).budgets if month.project == project), None)
