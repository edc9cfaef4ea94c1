"""What an audit that was stopped by Ctrl-C has found: all results whose facts were complete."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from msgspec import structs

from airworthy.charter.scope import Scope
from airworthy.data.facts import per_column
from airworthy.kernel.check import Check
from airworthy.kernel.fact import Facts
from airworthy.kernel.plan import Plan, make_plan
from airworthy.kernel.result import Result, Verdict
from airworthy.kernel.run_checks import run_checks

NOT_REACHED = "Not run: the audit was interrupted before this check was complete."
REMEDY = "Run the same command again and let it finish."


def finished_results(
    plan: Plan, checks: Sequence[Check[Any]], facts: Facts, scope: Scope, required: Iterable[str]
) -> tuple[list[Result], int]:
    """One result for every planned item, NOT_RUN where a fact is missing; and how many columns were visited.

    The checks of a column are judged together with those of the columns that were visited. What compares all
    columns is judged only where nothing is missing.
    """
    seen = _visited(checks, facts, scope)
    names = {column.name for column in seen.contract.columns}
    complete = [check for check in checks if all(fact in facts for fact in check.needs(seen))]
    results = run_checks(make_plan(complete, seen, _among(required, complete)), complete, facts, seen)
    judged = {(result.code, result.subject): result for result in results}
    named = {check.code: check.name for check in checks}
    marked = {(item.code, item.subject): item.required for item in plan.items}
    whole = [
        replace(judged[key], required=needed) if key in judged else _not_run(key, named[key[0]], needed)
        for key, needed in marked.items()
    ]
    return whole, len(names)


def swallow_the_echo() -> None:
    """Polars raises at a key press, and then Python does once more: the second is that same key press."""
    try:
        time.sleep(0.05)
    except KeyboardInterrupt:
        return


def _visited(checks: Sequence[Check[Any]], facts: Facts, scope: Scope) -> Scope:
    """The scope of the columns all of whose questions were answered."""
    asked: list[Any] = [
        fact for check in checks for fact in check.needs(scope) if type(fact).batch is per_column
    ]
    missing = {fact.column for fact in asked if fact not in facts}
    looked = {fact.column for fact in asked} - missing
    columns = tuple(column for column in scope.contract.columns if column.name in looked)
    return replace(scope, contract=structs.replace(scope.contract, columns=columns))


def _among(required: Iterable[str], checks: Sequence[Check[Any]]) -> list[str]:
    codes = {check.code for check in checks}
    return [code for code in required if code in codes]


def _not_run(key: tuple[str, str], name: str, required: bool) -> Result:
    code, subject = key
    return Result(code, name, subject, Verdict.NOT_RUN, NOT_REACHED, REMEDY, required=required)
