"""Lists after their release: for a table of users, and what can be said of those that were given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from airworthy.charter.problems import did_you_mean, listed
from airworthy.kernel.errors import InputError
from airworthy.lifecycle.ahead import version_of
from airworthy.lifecycle.context import Context
from airworthy.registry.views import Release
from airworthy.scoring.recommending.recommender import Recommender
from airworthy.serving.prediction_log import FOLDER, read_log

WATCHED = (
    "Live lists are counted, not judged: no check of live traffic applies to them. What users took next is "
    "measured by a new run: add these rows to the table, then airworthy run"
)


@dataclass(frozen=True)
class Lists:
    """One row a user, rank and item; `score` is None where popularity fills a place, or for a new user.

    `new` counts the users without a history.
    """

    version: str
    table: pl.DataFrame
    users: int
    new: int


def recommend_users(
    context: Context, version: str | None = None, users: pl.DataFrame | None = None, k: int | None = None
) -> Lists:
    """Lists of a version, by default the one in production, else the newest.

    Parameters
    ----------
    users : a table with the charter's user column; without it every user of the development rows.

    Raises
    ------
    InputError
        The charter gives no lists, the table lacks the column, there is no version, or the charter changed.
    """
    rules = context.charter.ranking
    if rules is None:
        raise InputError(
            f"{context.charter.path.name} declares no lists.",
            value=str(context.charter.task),
            remedy='Write task = "ranking" and [ranking]; docs/how-to/recommend.md shows one.',
        )
    view = version_of(context, version)
    recommender = Recommender.load(context.home / view.artefact)
    names = recommender.users if users is None else _names(users, rules.user)
    found = [recommender.for_user(name, k) for name in names]
    rows = [
        (name, rank, item.item, item.score if answer.known and item.score != 0 else None, item.reason)
        for name, answer in zip(names, found, strict=True)
        for rank, item in enumerate(answer.items, 1)
    ]
    schema = {
        rules.user: pl.String,
        "rank": pl.Int64,
        rules.item: pl.String,
        "score": pl.Float64,
        "reason": pl.String,
    }
    table = pl.DataFrame(rows, schema=schema, orient="row")
    return Lists(view.version, table, len(names), sum(not answer.known for answer in found))


def _names(users: pl.DataFrame, column: str) -> tuple[str, ...]:
    """Users of a table, each once, in its order."""
    if column not in users.columns:
        raise InputError(
            f'The table of users has no column "{column}".',
            value=column,
            remedy=did_you_mean(column, users.columns, f"It has: {listed(users.columns)}."),
        )
    values = users[column].drop_nulls()
    if values.dtype.is_float() and (values == values.round(0)).all():
        values = values.cast(pl.Int64)  # a gap in the column made its whole numbers 17850.0
    return tuple(values.cast(pl.String).unique(maintain_order=True))


def monitor_lists(context: Context, live: Release) -> dict[str, Any]:
    """How many lists the live version gave; nothing else of live traffic has a meaning for lists yet."""
    given = sum(one.version == live.version for one in read_log(context.home / FOLDER))
    return {
        "version": live.version,
        "rows": given,
        "matured": 0,
        "unknown_outcomes": 0,
        "mode": live.mode,
        "quality": {"realised": None, "estimated": None, "signed": None},
        "alarms": [],
        "new_alarms": 0,
        "next": WATCHED if given else "No list has been logged yet. Serve them: airworthy serve",
        "windows": [],
        "lists": True,
    }
