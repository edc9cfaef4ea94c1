"""A rule brought into a join: the rows get the IDs that the source writes, under a name of its own."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from airworthy.charter.model import Join, Source
from airworthy.data.canonical import as_text
from airworthy.data.id_rules.apply import ruled
from airworthy.data.join import JoinReport, check_join_columns, join_source
from airworthy.data.times import instants
from airworthy.data.types import RESERVED_TIME
from airworthy.kernel.errors import InputError

RULED = "__ruled__"
"""The column of the rows that stands in for the one that the rule rewrites."""


def join_ruled(
    frame: pl.DataFrame, right: pl.DataFrame, join: Join, source: Source, main: Source
) -> tuple[pl.DataFrame, JoinReport]:
    """`join_source` on the IDs that the join's rule makes of those of the rows.

    Parameters
    ----------
    main : the source of the rows: a rule with dates goes by the days of its clocks.

    Raises `InputError` where `join_source` does, where the rule makes one of two IDs, and where a rule with
    dates meets rows without a time.
    """
    assert join.rule is not None
    check_join_columns(frame, right, join)
    ((mine, theirs),) = join.on
    right = right.with_columns(as_text(right[theirs]).alias(theirs))
    days = _days(frame, join, main) if join.rule.dated else None
    done = ruled(as_text(frame[mine]), right[theirs], join.rule, days, join.source)
    on_ruled = replace(join, on=((RULED, theirs),), rule=None, rule_time=None)
    joined, report = join_source(frame.with_columns(done.keys.alias(RULED)), right, on_ruled, source)
    return joined.drop(RULED), replace(report, other_form=None, rule=done.use)


def _days(frame: pl.DataFrame, join: Join, main: Source) -> pl.Series:
    """The day of each row on the clocks of the main source."""
    name = join.rule_time or RESERVED_TIME
    if name not in frame.columns:
        raise InputError(
            f"The rule of the join with {join.source} has dates, and the rows have no time.",
            value=join.source,
            remedy="Name the rows' column in the join: rule_time = …; or declare data.decision_time.",
        )
    column = frame[name]
    if column.dtype == pl.Date:
        return column
    return instants(column, main.zone, main.name).dt.convert_time_zone(main.zone).dt.date()
