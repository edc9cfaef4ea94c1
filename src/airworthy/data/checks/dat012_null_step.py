"""DAT012: does a column's null rate step at a date?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from airworthy.charter.scope import Scope
from airworthy.data.checks.audit_check import ColumnAudit
from airworthy.data.checks.charts import line_chart, thinned
from airworthy.data.checks.subjects import column_of, has_time, subject_of, watched
from airworthy.data.checks.words import measured, moment, points, share
from airworthy.data.facts import ColumnCounts, NullsByTime, Timeline
from airworthy.data.facts.dependence import SegmentStep, StepWithin
from airworthy.kernel.fact import Fact, Facts
from airworthy.kernel.result import Chart, Estimate, Limit, NotApplicable, Result, Subject
from airworthy.scoring.contract import Column, LogicalType

MOST_CHANGE = 0.1
CLEARER = 1.5
"""A source's own step is named instead of that of all rows when it is larger by this factor."""


class NullStep(ColumnAudit):
    """## What it finds
    Columns whose share of missing values changes at a date, the date, and the source in which it does.

    ## Why it matters
    A platform migration, a new form or a dropped feed. The overall null rate hides it: half of 40 % is 20 %
    everywhere, and the model learns from years in which the value was there to decide in years in which it
    is not.

    ## How it is found
    Nulls are counted in up to 750 equal periods in the one scan. Every split with enough rows on both sides
    is tried; the strongest gives the date and the change of the null rate, with Newcombe's interval at a
    level shared among all splits. Nulls that come in outages scatter more than single gaps, and widen it.
    The same is done within each value of the four columns with the fewest words (two to twelve): where the
    step of one value is half as large again as that of all rows, it is named and judged.

    ## Limit
    At most 10 points either way.

    ## What to do
    Ask what changed at that date. Learn from the rows after it, or leave the column out; do not fill the
    gaps of one regime with the values of the other.

    ## Known problems
    A slow rise is reported as a step somewhere in it. Of two steps only the stronger is named; one that goes
    up and comes back may cancel out.

    ## Example
    `company_size` is missing in 2.1 % of the rows before 1 March 2023 and in 41.3 % from then on: FAIL.

        >>> import airworthy as aw, polars as pl
        >>> days = pl.datetime_range(pl.datetime(2022, 1, 1), pl.datetime(2023, 12, 31), "1d", eager=True)
        >>> size = [None if n > 450 and n % 5 < 2 else n * 37 % 101 for n in range(len(days))]
        >>> table = pl.DataFrame({"day": days, "company_size": size})
        >>> [result.subject for result in aw.audit(table).failures if result.code == "DAT012"]
        ['column:company_size']

    ## References
    Page, Biometrika 42 (1955) 523, on a change at an unknown point. Newcombe, Statistics in Medicine 17
    (1998) 873.
    """

    code: ClassVar[str] = "DAT012"
    name: ClassVar[str] = "null-rate-step"
    title: ClassVar[str] = "Null rates do not step at a date"
    default: ClassVar[Limit] = Limit(
        low=-MOST_CHANGE, high=MOST_CHANGE, source="default: 10 points either way"
    )
    advice: ClassVar[str] = (
        "Ask what changed at that date; learn from the rows after it, or leave the column out."
    )

    def columns(self, scope: Scope) -> Sequence[Column]:
        return watched(scope) if has_time(scope) else ()

    def fact(self, column: str) -> Fact:
        return NullsByTime(column)

    def needs(self, scope: Scope) -> Sequence[Fact]:
        found: list[Fact] = [self.fact(column.name) for column in self.columns(scope)]
        gaps = [column.name for column in self.columns(scope) if column.null_share > 0]
        found += [fact for name in gaps for fact in (ColumnCounts(name), StepWithin(name, _segments(scope)))]
        return found

    def measure(self, column: Column, facts: Facts, scope: Scope) -> Estimate | NotApplicable:
        # Loads with the measuring code.
        from airworthy.data.facts.estimates import Newcombe, Searched, TooFew
        from airworthy.data.facts.steps import MIN_ROWS, best_step

        line: Timeline | None = facts[NullsByTime(column.name)]
        if line is None:
            return NotApplicable("No row has a time.")
        rows, nulls = sum(line.rows), sum(line.hits)
        if rows < 2 * MIN_ROWS or len(line.rows) < 2:
            return TooFew(0.0, rows, "difference of shares", 2 * MIN_ROWS)
        step = best_step(line)
        if step is None:
            reason = "is missing throughout" if nulls else "has no gaps"
            return NotApplicable(f"{column.name} {reason}, so its null rate has no step.")
        own = _own_step(facts, scope, subject_of(column))
        if own is not None:
            within = Newcombe(*own.after, *own.before, "difference of shares", own.scatter, own.scatter)
            return Searched(within, own.tried)
        change = Newcombe(*step.after, *step.before, "difference of shares", step.scatter, step.scatter)
        return Searched(change, step.tried)

    def finding(self, result: Result) -> str:
        value, n = measured(result)
        name, told = column_of(result.subject), result.details
        if "from" not in told:
            return f"{name}: {n:,} rows are too few to show a step of the null rate."
        where = f" with {told['segment']} = {told['segment_value']}" if "segment" in told else ""
        return (
            f"{name} is missing in {share(told['before'])} of the rows{where} before {told['from']} and in "
            f"{share(told['after'])} from then on: {points(value)} in {n:,} rows."
        )

    def details(self, facts: Facts, scope: Scope, subject: Subject) -> Mapping[str, Any]:
        from airworthy.data.facts.steps import best_step  # loads with the measuring code

        line: Timeline = facts[NullsByTime(column_of(subject))]
        step = best_step(line)
        if step is None:
            return {"rows_touched": 0}
        own = _own_step(facts, scope, subject)
        if own is not None:
            return {
                "rows_touched": own.before[0] + own.after[0],
                "segment": own.by,
                "segment_value": own.value,
                "from": moment(own.at, own.seconds),
                "before": own.before[0] / own.before[1],
                "after": own.after[0] / own.after[1],
            }
        return {
            "rows_touched": sum(line.hits),
            "from": moment(line.start + step.place * line.seconds, line.seconds),
            "before": step.before[0] / step.before[1],
            "after": step.after[0] / step.after[1],
        }

    def chart(self, facts: Facts, scope: Scope, subject: Subject) -> Chart | None:
        from airworthy.data.facts.steps import best_step  # loads with the measuring code

        line: Timeline = facts[NullsByTime(column_of(subject))]
        step = best_step(line)
        own = _own_step(facts, scope, subject)
        if step is None or (own is None and abs(step.change) < MOST_CHANGE / 2):
            return None
        starts, shares = thinned(line.starts(), line.rows, line.hits)
        at = own.at if own is not None else line.start + step.place * line.seconds
        return line_chart(f"Missing {column_of(subject)}", starts, shares, y="share of rows missing", mark=at)


def _segments(scope: Scope) -> tuple[str, ...]:
    """Columns of few words, one of which may be the source."""
    return tuple(column.name for column in watched(scope) if column.type is LogicalType.CATEGORY)


def _own_step(facts: Facts, scope: Scope, subject: Subject) -> SegmentStep | None:
    """The step of one source, where it is clearer than that of all rows."""
    from airworthy.data.facts.steps import best_step  # loads with the measuring code

    name = column_of(subject)
    within: SegmentStep | None = facts[StepWithin(name, _segments(scope))]
    step = best_step(facts[NullsByTime(name)])
    if within is None or step is None or abs(within.change) < CLEARER * abs(step.change):
        return None
    return within
