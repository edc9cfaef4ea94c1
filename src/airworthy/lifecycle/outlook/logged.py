"""The requests that a version answered, as coming rows: what production sends, before outcomes are known."""

from __future__ import annotations

from collections import deque

import polars as pl

from airworthy.kernel.errors import InputError
from airworthy.lifecycle.context import Context
from airworthy.lifecycle.outlook.of_version import version_asked
from airworthy.serving.prediction_log import FOLDER, read_log

MOST_LOGGED = 100_000
"""The newest requests that are read; a backtest draws from no more."""
REQUEST = "request_id"


def logged_rows(context: Context, version: str | None = None) -> pl.DataFrame:
    """The newest requests that a version answered, one row each, with their ids and as they were received.

    Parameters
    ----------
    version : by default the one in production, else the newest.

    Raises
    ------
    InputError
        Nothing was logged of that version.
    """
    name = version_asked(context, version).version
    entries = (entry for entry in read_log(context.home / FOLDER) if entry.version == name)
    newest = deque(entries, maxlen=MOST_LOGGED)
    if not newest:
        raise InputError(
            f"No request to {name} has been logged.",
            value=name,
            remedy="Serve it first (airworthy serve), or give the rows: airworthy forecast --rows FILE",
        )
    columns = dict.fromkeys(column for entry in newest for column in entry.row)
    rows = {column: [entry.row.get(column) for entry in newest] for column in columns}
    ids = pl.Series(REQUEST, [entry.request_id for entry in newest])
    made = [pl.Series(name, values, strict=False) for name, values in rows.items() if name != REQUEST]
    return pl.DataFrame([ids, *made])
