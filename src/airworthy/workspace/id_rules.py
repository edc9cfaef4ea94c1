"""`aw.id_rule`: how the IDs of one table become those of another."""

from __future__ import annotations

import polars as pl

from airworthy.charter.problems import did_you_mean, listed
from airworthy.data.id_rules.find import find_rule
from airworthy.data.id_rules.found import FoundRule
from airworthy.data.id_rules.rewritten import find_rule_of_rewritten
from airworthy.data.times import instants
from airworthy.kernel.errors import InputError
from airworthy.kernel.ports import Progress
from airworthy.kernel.progress import QuietProgress
from airworthy.workspace.linking import table_of


def id_rule(
    left: object,
    right: object,
    left_key: str,
    right_key: str | None = None,
    *,
    left_time: str | None = None,
    right_time: str | None = None,
    zone: str = "UTC",
    seed: int = 0,
    progress: Progress | None = None,
) -> FoundRule:
    """Find the rule that turns IDs of `left` into IDs of `right`: prefixes, zeros, check digits, offsets.

    Columns that both tables hold under one name (a name, a phone) bear a rule out, or speak against it.

    Parameters
    ----------
    left, right : pandas, Polars or Arrow tables, or paths of files that hold one.
    left_key, right_key : their columns of IDs; `right_key` is called as `left_key` when absent.
    left_time : column of `left` that says when each row happened: the day of a migration is then looked for.
    right_time : column of `right` that says when each row was written, with `left_time`: where that table was
        re-keyed at a day, either side has a rule of its own.
    zone : on whose clocks the day begins.

    Returns
    -------
    FoundRule : `.toml()` is what a join of the charter needs, `.sentences()` tells the numbers.

    Raises
    ------
    InputError : a table that cannot be read, or a column that is not there or is no time.

    >>> import polars as pl
    >>> shop = pl.DataFrame({"id": [f"C-{7919 * n % 100003}" for n in range(1, 60)]})
    >>> crm = pl.DataFrame({"id": [7919 * n % 100003 for n in range(1, 50)]})
    >>> id_rule(shop, crm, "id").toml()
    'rule = ["remove prefix \\'C-\\'"]'
    """
    watch = progress or QuietProgress()
    with watch.stage("Read"):
        mine, theirs = table_of(left), table_of(right)
    keys = (left_key, right_key or left_key)
    for table, name, which in ((mine, keys[0], "left"), (theirs, keys[1], "right")):
        _require(table, name, which)
    days, their_days = (
        _days(table, name, which, zone)
        for table, name, which in ((mine, left_time, "left"), (theirs, right_time, "right"))
    )
    with watch.stage(f"Try rules on {mine.height:,} and {theirs.height:,} rows"):
        if their_days is not None:
            return find_rule_of_rewritten(mine, theirs, keys, days=days, their_days=their_days, seed=seed)
        return find_rule(mine, theirs, keys, days=days, seed=seed)


def _days(table: pl.DataFrame, name: str | None, which: str, zone: str) -> pl.Series | None:
    if name is None:
        return None
    _require(table, name, which)
    return days_of(table[name], zone)


def days_of(column: pl.Series, zone: str) -> pl.Series:
    """The day of each time, on the clocks of `zone`."""
    if column.dtype == pl.Date:
        return column
    return instants(column, zone, "The left table").dt.convert_time_zone(zone).dt.date()


def _require(table: pl.DataFrame, name: str, which: str) -> None:
    if name not in table.columns:
        raise InputError(
            f'The {which} table has no column "{name}".',
            value=name,
            remedy=did_you_mean(name, table.columns, f"There are: {listed(table.columns)}."),
        )
