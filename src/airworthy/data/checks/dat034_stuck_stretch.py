"""DAT034: does a number stand still for a long stretch of rows?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from airworthy.charter.scope import Scope
from airworthy.data.checks.audit_check import AuditCheck
from airworthy.data.checks.subjects import column_of, sources, subject_of, watched
from airworthy.data.checks.words import measured, moment, share
from airworthy.data.facts.still import Still, Stretch
from airworthy.kernel.fact import Fact, Facts
from airworthy.kernel.result import Estimate, Limit, NotApplicable, Result, Subject

MOST_STILL = 0.04


class StuckStretch(AuditCheck):
    """## What it finds
    Numbers that hold one and the same value in a long stretch of rows, and vary in the others: a feed that
    had not begun, had stopped for a while or has stopped, and was filled with a constant.

    ## Why it matters
    No value is missing, so no null rate shows it. The model learns from rows in which the column says
    nothing, or decides in them.

    ## How it is found
    In all rows, in order of time (of the file, where there is no time), and in the rows of each value of up
    to four columns of few words, which may be the sources: the longest run of one value. It counts from 30
    rows and 3 % of the rows on, when it is five times as long as any other run of the column, the
    value has no more than 10 % of the other rows, chance as the column otherwise stands still would give it
    less than once in 10⁹ columns, and the other rows hold fifty different values or more, or twenty and half
    of them differ from the row before. Before the first change, or after the last, 100 rows count whatever
    other runs there are, of a column of fifty values. It does not count where the rows
    beside it are sorted by the number, nor where it is a property of one group or outcome, whose rows nearly
    all have the value. Columns that stand still in the same rows are named together.

    ## Limit
    At most 4 % of the rows with a value.

    ## What to do
    Ask what happened to the feed in these rows. Empty the column in them, or learn from the others only.

    ## Known problems
    A stretch with an exception in it counts by its longer part, and of two equally long ones in the middle
    neither is seen. Codes of fewer than twenty values are left to DAT025.

    ## Example
    `vicprice` is 0.003467 in the first 17,424 of 45,312 rows and varies from then on: 38.5 %, FAIL.

        >>> import airworthy as aw, numpy as np, polars as pl
        >>> rng = np.random.default_rng(0)
        >>> days = pl.datetime_range(pl.datetime(2022, 1, 1), pl.datetime(2023, 12, 31), "6h", eager=True)
        >>> price = rng.lognormal(3, 0.4, len(days)).round(3)
        >>> price[:1100] = 0.003
        >>> table = pl.DataFrame({"at": days, "price": price})
        >>> [result.subject for result in aw.audit(table).failures if result.code == "DAT034"]
        ['column:price']

    ## References
    Sharma, Golubchik and Govindan, Sensor faults, ACM TOSN 6 (2010) 23, on constant readings.
    """

    code: ClassVar[str] = "DAT034"
    name: ClassVar[str] = "stuck-stretch"
    title: ClassVar[str] = "Numbers do not stand still for a stretch of rows"
    default: ClassVar[Limit] = Limit(high=MOST_STILL, source="default: 4 % of rows")
    advice: ClassVar[str] = "Ask what happened to the feed; empty it there, or learn from the other rows."

    def subjects(self, scope: Scope) -> Sequence[Subject]:
        return [subject_of(column) for column in watched(scope) if column.type.numeric]

    def needs(self, scope: Scope) -> Sequence[Fact]:
        return [_fact(subject, scope) for subject in self.subjects(scope)]

    def estimate(self, facts: Facts, scope: Scope) -> Mapping[Subject, Estimate | NotApplicable]:
        from airworthy.data.facts.estimates import Census  # loads with the measuring code

        answers: dict[Subject, Estimate | NotApplicable] = {}
        for subject in self.subjects(scope):
            told: Stretch = facts[_fact(subject, scope)]
            empty = NotApplicable(f"{column_of(subject)} holds no value.")
            answers[subject] = Census(told.still, told.rows) if told.rows else empty
        return answers

    def finding(self, result: Result) -> str:
        value, n = measured(result)
        name, told = column_of(result.subject), result.details
        if not told["rows_touched"]:
            return f"{name} does not stand still for long in {n:,} rows."
        whose = f" where {told['source']} is {told['source_value']}" if told["source"] else ""
        also = f"; so do {', '.join(told['together'])}" if told["together"] else ""
        return (
            f"{name} is {told['value']} in all {told['rows_touched']:,} rows{whose} {_where(told)} "
            f"({share(value)} of {n:,}), and in {share(told['elsewhere'])} of the others{also}."
        )

    def details(self, facts: Facts, scope: Scope, subject: Subject) -> Mapping[str, Any]:
        told: Stretch = facts[_fact(subject, scope)]
        if not told.still:
            return {"rows_touched": 0}
        place = {"from": moment(told.start), "to": moment(told.end)}
        if not told.timed:
            place = {"from": f"row {told.start + 1:,.0f}", "to": f"row {told.end + 1:,.0f}"}
        return {
            "rows_touched": told.still,
            "value": told.value,
            "first": told.first,
            "last": told.last,
            "timed": told.timed,
            "elsewhere": told.elsewhere,
            "source": told.source,
            "source_value": told.source_value,
            "together": list(told.together),
            **place,
        }


def _fact(subject: Subject, scope: Scope) -> Still:
    return Still(column_of(subject), sources(scope))


def _where(told: Mapping[str, Any]) -> str:
    """The stretch in words: its two ends, or one where it reaches an end of the table."""
    where = f"from {told['from']} to {told['to']}"
    if told["first"]:
        where = f"up to {told['to']}"
    elif told["last"]:
        where = f"from {told['from']} on"
    return where if told["timed"] else f"of the file {where}"
