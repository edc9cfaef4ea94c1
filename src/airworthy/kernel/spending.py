"""What a budget has spent and will have spent, in one line of a progress display."""

from __future__ import annotations

from airworthy.kernel.budget import Budget
from airworthy.kernel.units import format_duration, format_energy


def spending(budget: Budget) -> str:
    """Time left, cost so far and in the end, and energy so far, as far as they are known.

    >>> spending(Budget(3600, 3.06, "EUR", monotonic=lambda: 0.0, spent_before=1800))
    '30 min 0 s left, 1.53 of at most 3.06 EUR'
    """
    said = [f"{format_duration(budget.remaining())} left"]
    money, most = budget.money(), budget.money(budget.forecast_end())
    if money is not None and most is not None:
        digits = 2 if most >= 0.1 else 4
        unit = f" {budget.currency}" if budget.currency else ""
        said.append(f"{money:.{digits}f} of at most {most:.{digits}f}{unit}")
    if budget.kwh:
        said.append(format_energy(budget.kwh))
    return ", ".join(said)
