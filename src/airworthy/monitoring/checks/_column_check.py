"""What the per-column monitoring checks share: subjects are the profiled inputs of the live version."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from airworthy.kernel.check import Check
from airworthy.kernel.fact import Fact
from airworthy.kernel.result import Result, Subject

if TYPE_CHECKING:  # listing the checks must not load numpy
    from airworthy.monitoring.profile import ColumnProfile
    from airworthy.monitoring.scope import WatchScope


class ColumnCheck(Check["WatchScope"]):
    """A check with one subject a column."""

    def columns(self, scope: WatchScope) -> Sequence[ColumnProfile]:
        return scope.profile.columns

    def subjects(self, scope: WatchScope) -> Sequence[Subject]:
        return [f"column:{column.name}" for column in self.columns(scope)]

    def needs(self, scope: WatchScope) -> Sequence[Fact]:
        from airworthy.monitoring.window import ColumnCounts  # numpy: only when measuring

        return [ColumnCounts(column.name) for column in self.columns(scope)]


def column_of(result: Result) -> str:
    """The column's name in a result's subject."""
    return result.subject.removeprefix("column:")


def percent(share: float) -> str:
    """A share for people.

    >>> percent(0.0312)
    '3.1 %'
    """
    return f"{100 * share:.1f} %"
