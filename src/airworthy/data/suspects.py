"""Inputs that the audit says give the outcome away: no model may win through them unless a person vouches."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

import msgspec
import polars as pl

from airworthy.charter.scope import Scope
from airworthy.data.checks import LEAK_CHECKS
from airworthy.data.facts import Table
from airworthy.kernel.errors import InputError
from airworthy.kernel.fact import Facts
from airworthy.kernel.plan import make_plan
from airworthy.kernel.result import Verdict
from airworthy.kernel.run_checks import run_checks
from airworthy.scoring.contract import Contract, Role

CODES = tuple(check.code for check in LEAK_CHECKS)
"""Checks whose failure on a column means that it may tell the outcome: by value, gaps, presence or number."""
_COLUMN = "column:"

Failure = tuple[str, str]
"""(check code, subject)."""


def suspects(failures: Iterable[Failure], contract: Contract, vouched: Collection[str]) -> dict[str, str]:
    """Inputs of `contract` that failed a check on leakage, with the codes; those `vouched` for are none.

    >>> from airworthy.scoring.contract import Column, LogicalType
    >>> contract = Contract(columns=(Column(name="fee", type=LogicalType.REAL),))
    >>> suspects([("DAT006", "column:fee"), ("DAT001", "column:fee"), ("DAT028", "table")], contract, ())
    {'fee': 'DAT006'}
    """
    names = {column.name for column in contract.inputs} - set(vouched)
    found: dict[str, list[str]] = {}
    for code, subject in failures:
        name = subject.removeprefix(_COLUMN)
        if code in CODES and subject.startswith(_COLUMN) and name in names:
            found.setdefault(name, []).append(code)
    return {name: ", ".join(sorted(codes)) for name, codes in sorted(found.items())}


def find_suspects(scope: Scope, table: pl.DataFrame) -> dict[str, str]:
    """As `suspects`, by the checks on leakage alone, of a canonical table with its outcome."""
    plan = make_plan(LEAK_CHECKS, scope, ())
    results = run_checks(plan, LEAK_CHECKS, Facts({Table(): table}), scope)
    failures = [(result.code, result.subject) for result in results if result.verdict is Verdict.FAIL]
    return suspects(failures, scope.contract, scope.charter.data.at_decision)


def without(contract: Contract, names: Mapping[str, str]) -> Contract:
    """`contract` where the suspects are no inputs.

    Raises `InputError` where nothing else is left to learn from.
    """
    if names and all(column.name in names for column in contract.inputs):
        shown = ", ".join(f"{name} ({codes})" for name, codes in list(names.items())[:5])
        raise InputError(
            f"Every column that a model may read looks as if it gave the outcome away: {shown}.",
            value=next(iter(names)),
            remedy="Name those that are known when a row is decided: at_decision = [...] under [data] in "
            "airworthy.toml, or aw.train(..., at_decision=[...]).",
        )
    return _with_role(contract, names, Role.EXCLUDED)


def trusting(contract: Contract, names: Collection[str]) -> Contract:
    """`contract` where the suspects are inputs again."""
    return _with_role(contract, names, Role.INPUT)


def named(names: Mapping[str, str]) -> str:
    """Such as `fee (DAT006) and reason (DAT007, DAT008)`.

    >>> named({"fee": "DAT006", "reason": "DAT007, DAT008"})
    'fee (DAT006) and reason (DAT007, DAT008)'
    """
    shown = [f"{name} ({codes})" for name, codes in names.items()]
    return " and ".join(filter(None, (", ".join(shown[:-1]), shown[-1])))


def told(names: Mapping[str, str]) -> str:
    """What a run says of its suspects; empty without any."""
    if not names:
        return ""
    return (
        f"Trained without {named(names)}, which may give the outcome away: what is known when a row is "
        "decided, name in data.at_decision."
    )


def _with_role(contract: Contract, names: Collection[str], role: Role) -> Contract:
    columns = tuple(
        msgspec.structs.replace(column, role=role) if column.name in names else column
        for column in contract.columns
    )
    return msgspec.structs.replace(contract, columns=columns)
