"""A rule brought into a join: the rows get the IDs that the source writes, under a name of its own."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from airworthy.charter.model import Join, Source
from airworthy.data.canonical import as_text
from airworthy.data.id_rules.advice import OtherWriting, advice_of
from airworthy.data.id_rules.apply import RuleUse, ruled
from airworthy.data.id_rules.find import GAIN, find_rule
from airworthy.data.id_rules.rewritten import find_rule_of_rewritten
from airworthy.data.join import JoinReport, check_join_columns, join_source
from airworthy.data.times import instants
from airworthy.data.types import RESERVED_TIME
from airworthy.kernel.errors import InputError

LEAST_UNMATCHED = 0.01
"""Share of the rows that must have found nothing for a rule to be looked for."""

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
    left = frame.filter(done.keys.is_null() & frame[mine].is_not_null())
    beside = _beside(other_writing(left, right, join, report, source, main), done.use)
    return joined.drop(RULED), replace(report, rule=done.use, other_writing=beside)


def _beside(found: OtherWriting | None, use: RuleUse) -> OtherWriting | None:
    """What was found for the IDs that a rule leaves, told beside that rule and of all IDs."""
    if found is None or found.gained < GAIN * use.ids:
        return None
    return replace(
        found,
        ids=use.ids,
        as_written=use.after,
        matched=use.after + found.gained,
        sure=False,
        why=f"the join has a rule, and {found.gained:,} of the IDs that it leaves meet by this one",
        settle="Both can stand as parts of a rule with dates, if a day parts them.",
    )


def other_writing(
    frame: pl.DataFrame, right: pl.DataFrame, join: Join, report: JoinReport, source: Source, main: Source
) -> OtherWriting | None:
    """A rule for IDs that found nothing; asked of joins on one key of text or whole numbers.

    Not asked where fewer than 1 % of the rows found nothing. The decision time, where there is one, dates a
    migration; so does the event time of a source that was rewritten at a day.
    """
    if len(join.on) != 1 or report.unmatched < LEAST_UNMATCHED * frame.height:
        return None
    mine, theirs = join.on[0]
    if not {frame[mine].dtype, right[theirs].dtype} <= {pl.String(), pl.Int64()}:
        return None
    if RESERVED_TIME not in frame.columns:
        return advice_of(find_rule(frame, right, (mine, theirs)))
    days = frame[RESERVED_TIME].dt.convert_time_zone(main.zone).dt.date()
    if source.event_time is None:
        return advice_of(find_rule(frame, right, (mine, theirs), days=days))
    event = instants(right[source.event_time], source.zone, source.name)
    their_days = event.dt.convert_time_zone(main.zone).dt.date()
    return advice_of(find_rule_of_rewritten(frame, right, (mine, theirs), days=days, their_days=their_days))


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
