"""The columns that the audit looks at, and their names as subjects."""

from __future__ import annotations

from airworthy.charter.scope import Scope
from airworthy.kernel.result import Subject
from airworthy.scoring.contract import Column, LogicalType, Role

TABLE, OUTCOME, CLOCK = "table", "target", "time"
_PREFIX = "column:"

WORDS = (LogicalType.CATEGORY, LogicalType.TEXT)
DATED = (LogicalType.INSTANT, LogicalType.DAY)


def subject_of(column: Column) -> Subject:
    return _PREFIX + column.name


def column_of(subject: Subject) -> str:
    """The column's name.

    >>> column_of("column:age")
    'age'
    """
    return subject.removeprefix(_PREFIX)


def watched(scope: Scope) -> tuple[Column, ...]:
    """Columns that the model or the record of a decision rests on: all but the outcome, those that a person
    excluded, and those known only after the decision."""
    excluded = scope.charter.data.exclude
    return tuple(
        column
        for column in scope.contract.columns
        if column.role not in (Role.TARGET, Role.AFTER_DECISION) and column.name not in excluded
    )


def inputs(scope: Scope) -> tuple[Column, ...]:
    """Columns that the model may read."""
    return scope.contract.inputs


def has_outcome(scope: Scope) -> bool:
    return bool(scope.charter.target.column)


def has_time(scope: Scope) -> bool:
    return scope.charter.data.decision_time is not None


def sources(scope: Scope) -> tuple[str, ...]:
    """Columns of few words, one of which may name the source of the rows."""
    words = (LogicalType.CATEGORY, LogicalType.FLAG)
    return tuple(column.name for column in watched(scope) if column.type in words)
