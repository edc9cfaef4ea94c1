"""The columns that the audit looks at, and their names as subjects."""

from __future__ import annotations

from airworthy.charter.scope import Scope
from airworthy.kernel.result import Subject
from airworthy.scoring.contract import Column, LogicalType

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
    """Columns that the model or the record of a decision rests on."""
    return scope.watched


def inputs(scope: Scope) -> tuple[Column, ...]:
    """Columns that the model may read."""
    return scope.contract.inputs


def has_outcome(scope: Scope) -> bool:
    return bool(scope.charter.target.column)


def has_time(scope: Scope) -> bool:
    return scope.charter.data.decision_time is not None


def sources(scope: Scope) -> tuple[str, ...]:
    """Columns of few words, one of which may name the source of the rows."""
    return scope.sources
