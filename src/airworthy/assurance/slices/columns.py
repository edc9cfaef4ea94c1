"""Which columns slices are made of: known before anything is measured, without a numeric library."""

from __future__ import annotations

from airworthy.charter.scope import Scope
from airworthy.scoring.contract import Column, LogicalType, Role

_TOLD_BY = (LogicalType.CATEGORY, LogicalType.FLAG, LogicalType.INTEGER, LogicalType.REAL, LogicalType.MONEY)


def sliceable(scope: Scope) -> tuple[Column, ...]:
    """Inputs and protected columns that hold categories or numbers, in the contract's order.

    Text and identifiers tell rows apart and no groups; times are the matter of the STA checks.
    """
    protected = set(scope.charter.fairness.protected)
    return tuple(
        column
        for column in scope.contract.columns
        if column.type in _TOLD_BY
        and (column.role in (Role.INPUT, Role.PROTECTED) or column.name in protected)
    )
