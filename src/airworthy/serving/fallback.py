"""The declared rule that decides when the model may not."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from airworthy.kernel.errors import IntegrityError
from airworthy.release.manifest import FallbackRule
from airworthy.scoring.columns import Row, canonical_reader, is_numeric
from airworthy.scoring.contract import Contract

Rule = Callable[[Row], str | float]


def compile_fallback(rule: FallbackRule, contract: Contract) -> Rule:
    """The rule as a function of a typed row; a null value counts as below `at_least`.

    With a column and no `otherwise`, a binary task gives the other class. Raises `IntegrityError` when the
    rule cannot be executed under this contract.

    >>> from airworthy.scoring.contract import Column, LogicalType
    >>> contract = Contract(columns=(Column(name="delay", type=LogicalType.REAL),), classes=("No", "Yes"))
    >>> decide = compile_fallback(FallbackRule(decision="Yes", column="delay", at_least=30.0), contract)
    >>> decide({"delay": 45.0}), decide({"delay": None})
    ('Yes', 'No')
    """
    decision = _checked(rule.decision, contract)
    if rule.column is None:
        return lambda row: decision
    otherwise = _checked(_otherwise(rule, contract), contract)
    column, bound = rule.column, rule.at_least
    if column not in contract or not is_numeric(contract[column]) or bound is None:
        raise _impossible(f"it needs a numeric column and `at_least`, and has {column!r} and {bound}", column)
    read = canonical_reader(contract[column])
    return lambda row: decision if cast(float, read(row.get(column))) >= bound else otherwise


def _otherwise(rule: FallbackRule, contract: Contract) -> str | float:
    if rule.otherwise is not None:
        return rule.otherwise
    others = [name for name in contract.classes if name != rule.decision]
    if len(others) == 1:
        return others[0]
    raise _impossible("it needs `otherwise`, what to decide below `at_least`", rule.column)


def _checked(decision: str | float, contract: Contract) -> str | float:
    if not contract.classes and not isinstance(decision, str):
        return float(decision)
    if decision in contract.classes:
        return decision
    raise _impossible(f"it decides {decision!r}, which the model never does", decision)


def _impossible(why: str, value: object) -> IntegrityError:
    return IntegrityError(
        f"The fallback rule cannot be executed: {why}.",
        value=value,
        remedy="Correct serving.fallback in airworthy.toml and release the version again.",
    )
