"""What `[outlook]` demands of the rest of a charter, and what follows from it."""

from __future__ import annotations

import dataclasses
from typing import Any

from airworthy.charter.model import Charter
from airworthy.charter.problems import Problems


def fill_outlook(values: dict[str, Any]) -> None:
    """A label's cost is in the currency of [costs] where none is written beside it."""
    rules, costs = values.get("outlook"), values.get("costs")
    if rules is None or rules.label_cost is None or rules.label_cost.currency or costs is None:
        return
    cost = dataclasses.replace(rules.label_cost, currency=costs.currency or "")
    values["outlook"] = dataclasses.replace(rules, label_cost=cost)


def check_outlook(charter: Charter, problems: Problems) -> None:
    """File contradictions between [outlook] and the rest."""
    rules, data = charter.outlook, charter.data
    for index, name in enumerate(rules.sites):
        if name in (charter.target.column, data.decision_time):
            message = f'"{name}" is the target or its time, and names no site.'
            problems.add(("outlook", "sites", index), message, name, "Take it out here.")
    if rules.regimes and data.decision_time is None:
        message = "outlook.regimes has dates, and no column dates the rows."
        problems.add(("outlook", "regimes"), message, "", "Name it: decision_time = … under [data].")
    if rules.label_cost is not None and not rules.label_cost.currency:
        message = "outlook.label_cost has no currency."
        remedy = f'Write label_cost = "{rules.label_cost.amount:g} EUR", or currency = "EUR" under [costs].'
        problems.add(("outlook", "label_cost"), message, rules.label_cost.amount, remedy)
