"""DAT011: will the model decide in months that its history never saw?"""

from __future__ import annotations

from calendar import month_name
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from airworthy.charter.scope import Scope
from airworthy.data.checks.audit_check import AuditCheck
from airworthy.data.checks.charts import bar_chart
from airworthy.data.checks.subjects import CLOCK, has_time
from airworthy.data.checks.words import counted, measured
from airworthy.data.facts import RowsByMonth
from airworthy.kernel.fact import Fact, Facts
from airworthy.kernel.result import Chart, Estimate, Limit, NotApplicable, Result, Subject

FEWEST = 100
MONTHS = 12


class UnseenSeason(AuditCheck):
    """## What it finds
    Months of the year without a single row in the history that the model learns from.

    ## Why it matters
    A model trained from January to September has never seen Christmas, winter storms or the end of the
    year. Nothing in its measured quality says so, because the rows it is measured on are from the same
    months.

    ## How it is found
    The rows of each calendar month are counted, whatever the year. A live model decides in all twelve.

    ## Limit
    No unseen month. With fewer than 100 rows the answer stays open.

    ## What to do
    Add history that covers a whole year. Until then, watch the unseen months closely, or let the declared
    rule decide in them; say in the dossier that they were never seen.

    ## Known problems
    One year shows each season once, which does not tell a season from a coincidence. A month with a single
    row counts as seen. Seasons of the day or week are not asked about.

    ## Example
    Flights from January to October: November and December were never seen. FAIL.

        >>> import airworthy as aw, polars as pl
        >>> days = pl.datetime_range(pl.datetime(2022, 1, 1), pl.datetime(2023, 12, 31), "1d", eager=True)
        >>> table = pl.DataFrame({"day": days, "late": [n * 37 % 101 for n in range(len(days))]})
        >>> report = aw.audit(table.filter(pl.col("day") < pl.datetime(2022, 11, 1)))
        >>> [result.subject for result in report.failures if result.code == "DAT011"]
        ['time']

    ## References
    Hyndman and Athanasopoulos, Forecasting: Principles and Practice (3rd ed.) 2.3, on seasonal patterns.
    """

    code: ClassVar[str] = "DAT011"
    name: ClassVar[str] = "unseen-season"
    title: ClassVar[str] = "The history covers the whole year"
    default: ClassVar[Limit] = Limit(high=0, source="default: every month was seen")
    advice: ClassVar[str] = (
        "Add history that covers these months, or let the fallback rule decide in them until it does."
    )

    def subjects(self, scope: Scope) -> Sequence[Subject]:
        return [CLOCK] if has_time(scope) else []

    def needs(self, scope: Scope) -> Sequence[Fact]:
        return [RowsByMonth()]

    def estimate(self, facts: Facts, scope: Scope) -> Mapping[Subject, Estimate | NotApplicable]:
        # Loads with the measuring code.
        from airworthy.data.facts.estimates import TooFew
        from airworthy.measures.proportion import Exact

        months: dict[tuple[int, int], int] | None = facts[RowsByMonth()]
        if not months:
            return {CLOCK: NotApplicable("No row has a time.")}
        unseen, rows = float(len(_unseen(months))), sum(months.values())
        if rows < FEWEST:
            return {CLOCK: TooFew(unseen, rows, "months", FEWEST)}
        return {CLOCK: Exact(unseen, "months", rows)}

    def finding(self, result: Result) -> str:
        value, n = measured(result)
        span = f"{result.details['first']} to {result.details['last']}"
        if not value:
            return f"All 12 months of the year occur in {n:,} rows from {span}."
        names = ", ".join(result.details["unseen"])
        return f"{counted(int(value), 'month')} of 12 never seen in {n:,} rows from {span}: {names}."

    def details(self, facts: Facts, scope: Scope, subject: Subject) -> Mapping[str, Any]:
        months: dict[tuple[int, int], int] = facts[RowsByMonth()]
        (first_year, first), (last_year, last) = min(months), max(months)
        return {
            "rows_touched": 0,
            "unseen": [month_name[month] for month in _unseen(months)],
            "first": f"{month_name[first]} {first_year}",
            "last": f"{month_name[last]} {last_year}",
        }

    def chart(self, facts: Facts, scope: Scope, subject: Subject) -> Chart | None:
        months: dict[tuple[int, int], int] = facts[RowsByMonth()]
        rows = [float(sum(n for (_, m), n in months.items() if m == month)) for month in range(1, MONTHS + 1)]
        bars = [(month_name[i + 1][:3], count) for i, count in enumerate(rows)]
        return bar_chart("Rows of each month, all years", bars, x="month", y="rows")


def _unseen(months: Mapping[tuple[int, int], int]) -> list[int]:
    seen = {month for _, month in months}
    return [month for month in range(1, MONTHS + 1) if month not in seen]
