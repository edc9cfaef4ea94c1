"""What the per-column monitoring checks share: subjects are the profiled inputs of the live version."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from airworthy.kernel.check import Check
from airworthy.kernel.fact import Fact
from airworthy.kernel.result import Limit, Result, Subject

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


def learned(scope: WatchScope, subject: Subject) -> ColumnProfile | None:
    """What training taught of the subject; None without a subject, as the check's own page asks."""
    return scope.profile[subject.removeprefix("column:")] if subject else None


def usual_limit(usual: float | None, default: float) -> Limit:
    """The shipped limit, or a quarter above what training's own windows reached, whichever is higher.

    >>> usual_limit(0.4, 0.1).high, usual_limit(None, 0.1).high
    (0.5, 0.1)
    """
    if usual is None or 1.25 * usual <= default:
        return Limit(high=default, source="default: the customary mark of no move")
    return Limit(high=1.25 * usual, source="a quarter above the most unusual window of training")


def column_of(result: Result) -> str:
    """The column's name in a result's subject."""
    return result.subject.removeprefix("column:")


def since_of(result: Result) -> str:
    """The hour from which most values are changed, where there is one."""
    hour = result.details.get("first_hour")
    return f", most of them from {hour} UTC on" if hour else ""


def percent(share: float) -> str:
    """A share for people.

    >>> percent(0.0312)
    '3.1 %'
    """
    return f"{100 * share:.1f} %"
