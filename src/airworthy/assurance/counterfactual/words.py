"""Counterfactuals as a person says them: "If income were 2,900 instead of 2,400 (+500), …"."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from airworthy.assurance.counterfactual.report import Change, Counterfactual

MOST_WORD = 60


def told(value: float | str | bool | None, quoted: bool = False) -> str:
    """One value for people.

    Numbers stand with every digit that counts: rounded, they might be decided otherwise.

    >>> told(2900.0), told(0.12345), told("yes", True), told(None), told(True)
    ('2,900', '0.12345', "'yes'", 'missing', 'true')
    """
    if value is None:
        return "missing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        shown = value if len(value) <= MOST_WORD else value[: MOST_WORD - 1] + "…"
        return repr(shown) if quoted else shown
    if not 1e-6 < abs(value) < 1e15 and value != 0:
        return f"{value:.6g}"
    return f"{Decimal(f'{value:.12g}'):,f}"


def sentence(one: Counterfactual, wanted: str) -> str:
    """What would have to be otherwise, in one sentence; what follows from it stands behind."""
    *others, last = [_clause(change) for change in one.changes if not change.follows]
    clauses = f"{', '.join(others)} and {last}" if others else last
    follows = [f"{c.label} then is {told(c.becomes, True)}" for c in one.changes if c.follows]
    behind = f" ({'; '.join(follows)})" if follows else ""
    is_number = isinstance(one.decision, float)
    end = f"{told(one.decision)} would be predicted" if is_number else f"it would be decided {wanted}"
    return f"If {clauses}{behind}, {end}."


def _clause(change: Change) -> str:
    by = ""
    if change.by is not None:
        by = f" ({'+' if change.by > 0 else '−'}{told(abs(change.by))})"
    unit = f" {change.unit}" if change.unit else ""
    return f"{change.label} were {told(change.becomes, True)} instead of {told(change.was, True)}{unit}{by}"
