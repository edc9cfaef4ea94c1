"""Contradictions in how groups are to be compared: bands, references and prices that nothing answers to."""

from __future__ import annotations

from airworthy.charter.model import Charter
from airworthy.charter.problems import Problems, did_you_mean, listed


def check_groups(charter: Charter, problems: Problems) -> None:
    """File what `[fairness]` says of columns that are not protected, and a price that nobody declared."""
    rules = charter.fairness
    for key, named in (("reference", rules.reference), ("bands", rules.bands)):
        for column in named:
            if column not in rules.protected:
                message = f'{key} names "{column}", which is not in fairness.protected.'
                known = f"Add it to fairness.protected: {listed(rules.protected) or 'it names no column'}."
                at = ("fairness", key, column)
                problems.add(at, message, column, did_you_mean(column, rules.protected, known))
    if rules.max_cost_gap is not None and charter.costs.currency is None:
        message = "max_cost_gap is in the currency of [costs], and no currency is declared."
        remedy = "Declare what errors cost in [costs], or take the line out."
        problems.add(("fairness", "max_cost_gap"), message, rules.max_cost_gap, remedy)
