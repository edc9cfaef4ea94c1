"""DAT034: does a number stand still up to a date, or from one on?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from airworthy.charter.scope import Scope
from airworthy.data.checks.audit_check import ColumnAudit
from airworthy.data.checks.subjects import column_of, watched
from airworthy.data.checks.words import measured, moment, share
from airworthy.data.facts.still import Still, Stretch
from airworthy.kernel.fact import Fact, Facts
from airworthy.kernel.result import Estimate, Limit, NotApplicable, Result, Subject
from airworthy.scoring.contract import Column

MOST_STILL = 0.1


class StuckStretch(ColumnAudit):
    """## What it finds
    Numbers that hold one and the same value in all rows up to a date, or from one on, and vary in the
    others: a feed that had not begun, or has stopped, and was filled with a constant.

    ## Why it matters
    No value is missing, so no null rate shows it. The model learns from rows in which the column says
    nothing, or decides in them.

    ## How it is found
    In all rows, in order of time (of the file, where there is no time): how many rows stand before the first
    value that differs from the first one, and after the last that differs from the last. A stretch counts
    when coincidence would give it less than once in 10⁹, the other rows hold fifty different values or more,
    and the file is not sorted by the column itself.

    ## Limit
    At most 10 % of the rows with a value, as for a step of the null rate.

    ## What to do
    Ask when the column began to be measured. Empty it in the stretch, or learn from the other rows only.

    ## Known problems
    A stretch in the middle of the rows, or with a single exception in it, is not seen. Codes of fewer than
    fifty values are left to DAT025.

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
    title: ClassVar[str] = "Numbers do not stand still up to a date"
    default: ClassVar[Limit] = Limit(high=MOST_STILL, source="default: 10 % of rows")
    advice: ClassVar[str] = "Ask when it began to be measured; empty it there, or learn from the other rows."

    def columns(self, scope: Scope) -> Sequence[Column]:
        return [column for column in watched(scope) if column.type.numeric]

    def fact(self, column: str) -> Fact:
        return Still(column)

    def measure(self, column: Column, facts: Facts, scope: Scope) -> Estimate | NotApplicable:
        from airworthy.data.facts.estimates import Census  # loads with the measuring code

        told: Stretch = facts[Still(column.name)]
        if not told.rows:
            return NotApplicable(f"{column.name} holds no value.")
        return Census(told.still, told.rows)

    def finding(self, result: Result) -> str:
        value, n = measured(result)
        name, told = column_of(result.subject), result.details
        if not told["rows_touched"]:
            return f"{name} does not stand still at either end of {n:,} rows."
        rows, side = told["rows_touched"], "up to" if told["before"] else "from"
        where = f"{side} {told['from']}" if told["timed"] else f"of the file {side} row {told['row']:,}"
        return (
            f"{name} is {told['value']} in all {rows:,} rows {where} ({share(value)} of {n:,}), and in "
            f"{share(told['elsewhere'])} of the others."
        )

    def details(self, facts: Facts, scope: Scope, subject: Subject) -> Mapping[str, Any]:
        told: Stretch = facts[Still(column_of(subject))]
        place = {"from": moment(told.at)} if told.timed else {"row": int(told.at)}
        return {
            "rows_touched": told.still,
            "value": told.value,
            "before": told.before,
            "timed": told.timed,
            "elsewhere": told.elsewhere,
            **(place if told.still else {}),
        }
