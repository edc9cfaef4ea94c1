"""DAT010: are there days or hours without rows?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from airworthy.charter.scope import Scope
from airworthy.data.checks.audit_check import AuditCheck
from airworthy.data.checks.charts import MOST_POINTS, line_chart
from airworthy.data.checks.subjects import CLOCK, has_time
from airworthy.data.checks.words import counted, measured, moment, share
from airworthy.data.facts import RowsByTime, Timeline
from airworthy.kernel.fact import Fact, Facts
from airworthy.kernel.result import Chart, Estimate, Limit, NotApplicable, Result, Subject

MOST_EMPTY = 0.01
MOST_RUNS = 5


class GapsInTime(AuditCheck):
    """## What it finds
    Periods without a row where the rhythm of the table lets one expect some.

    ## Why it matters
    A missing week is a failed export, a moved system or a deleted partition. What happened in it is not
    learned, sums and last-known values jump across it, and it may be the most interesting week.

    ## How it is found
    The finest rhythm that the rows keep is looked for: the usual step of a regular series, then hours of
    the week, days of the week, weeks, and from four years on months of the calendar. A slot (Monday 9
    o'clock, June) is expected when it is rarely empty and usually has eight rows or more, or always the same
    number. Closed nights and Sundays are thus no gaps. Expected periods without a row are counted; up to two
    empty days in a row count as a holiday.

    ## Limit
    At most 1 % of the expected periods.

    ## What to do
    Ask the owner of the source for the rows, or for the reason. If the rows are lost, start the history
    after the gap, or keep the gap out of every window that crosses it.

    ## Known problems
    Rows that come too thinly to have a rhythm cannot show a gap. Long holidays are found, and are then
    true but harmless.

    ## Example
    No rows from 24 December 2010 to 3 January 2011, 9 of 305 working days: FAIL.

        >>> import airworthy as aw, polars as pl
        >>> days = pl.datetime_range(pl.datetime(2022, 1, 1), pl.datetime(2023, 12, 31), "1d", eager=True)
        >>> table = pl.DataFrame({"day": days, "sales": [n * 37 % 101 for n in range(len(days))]})
        >>> table = table.filter(~pl.col("day").is_between(pl.datetime(2022, 5, 1), pl.datetime(2022, 7, 1)))
        >>> [result.subject for result in aw.audit(table).failures if result.code == "DAT010"]
        ['time']

    ## References
    Poisson: a slot with eight rows is empty by chance once in 3,000 times.
    """

    code: ClassVar[str] = "DAT010"
    name: ClassVar[str] = "gaps-in-time"
    title: ClassVar[str] = "Rows come without gaps in time"
    default: ClassVar[Limit] = Limit(high=MOST_EMPTY, source="default: 1 % of the expected periods")
    advice: ClassVar[str] = (
        "Ask the owner of the source for the missing rows, or start the history after the gap."
    )

    def subjects(self, scope: Scope) -> Sequence[Subject]:
        return [CLOCK] if has_time(scope) else []

    def needs(self, scope: Scope) -> Sequence[Fact]:
        return [RowsByTime()]

    def estimate(self, facts: Facts, scope: Scope) -> Mapping[Subject, Estimate | NotApplicable]:
        from airworthy.data.facts.estimates import Census  # loads with the measuring code
        from airworthy.data.facts.rhythm import find_gaps

        line: Timeline | None = facts[RowsByTime()]
        gaps = find_gaps(line) if line else None
        if gaps is None or not gaps.expected:
            return {CLOCK: NotApplicable("The rows come too thinly or too unevenly to have a rhythm.")}
        return {CLOCK: Census(gaps.missing, gaps.expected, f"share of expected {gaps.unit}s")}

    def finding(self, result: Result) -> str:
        value, n = measured(result)
        unit, runs = result.details["unit"], result.details["gaps"]
        if not runs:
            return f"No gap in {counted(n, 'expected ' + unit)}."
        told = counted(result.details["periods_missing"], unit)
        first = runs[0]
        return (
            f"{told} of {n:,} expected ({share(value)}) have no row; the longest gap starts on "
            f"{first['from']} and takes {counted(first['periods'], unit)} of them."
        )

    def details(self, facts: Facts, scope: Scope, subject: Subject) -> Mapping[str, Any]:
        from airworthy.data.facts.rhythm import find_gaps  # loads with the measuring code

        gaps = find_gaps(facts[RowsByTime()])
        if gaps is None:
            return {"rows_touched": 0}
        runs = [{"from": moment(a, gaps.seconds), "periods": n} for a, n in gaps.runs[:MOST_RUNS]]
        return {"rows_touched": 0, "periods_missing": gaps.missing, "unit": gaps.unit, "gaps": runs}

    def chart(self, facts: Facts, scope: Scope, subject: Subject) -> Chart | None:
        line: Timeline = facts[RowsByTime()]
        size = -(-len(line.rows) // MOST_POINTS)
        starts = line.starts()[::size]
        rows = [float(sum(line.rows[i : i + size])) for i in range(0, len(line.rows), size)]
        return line_chart("Rows over time", starts, rows, y="rows")
