"""The attack behind the check: rows, scorer and rules as the checks are given them."""

from __future__ import annotations

from airworthy.assurance.attack.attacked import attack_rows
from airworthy.assurance.attack.plan import terms_for
from airworthy.assurance.attack.report import Attack
from airworthy.assurance.changes import change_rules
from airworthy.assurance.given import PREDICTIONS, SCORER, SEED, sizes_of
from airworthy.assurance.predictions import Predictions
from airworthy.charter.scope import Scope
from airworthy.kernel.errors import InputError
from airworthy.kernel.fact import Facts
from airworthy.kernel.result import NotApplicable

NOTHING = "No column that the model reads may change: there is nothing to attack."


def attack_facts(facts: Facts, scope: Scope) -> Attack | NotApplicable:
    """What an attack finds on the measured rows."""
    rows: Predictions = facts[PREDICTIONS]
    inputs = {column.name for column in scope.contract.inputs}
    columns = {name: values for name, values in rows.columns.items() if name in inputs}
    try:
        rules = change_rules(scope, columns)
    except InputError as error:
        return NotApplicable(f"What [changes] says does not fit these rows: {error.message}")
    sizes = sizes_of(facts[SCORER])
    if not rules.levers or not sizes.attacked:
        return NotApplicable(NOTHING if sizes.attacked else "The model is not to be asked so often.")
    return attack_rows(
        facts[SCORER],
        rows,
        rules,
        terms_for(sizes.attacked, sizes.attempts, len(rules.levers)),
        declared=bool(scope.charter.changes.columns),
        costs=scope.charter.costs,
        seed=facts[SEED],
    )
