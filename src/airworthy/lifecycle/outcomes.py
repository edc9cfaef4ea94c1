"""Taking in outcomes from a table, beside those that arrive over HTTP."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import polars as pl

from airworthy.kernel.digest import digest_file
from airworthy.kernel.errors import InputError
from airworthy.lifecycle.context import Context
from airworthy.serving.log import OutcomeWriter, read_log


def take_outcomes(context: Context, frame: pl.DataFrame, file: Path) -> dict[str, Any]:
    """Append the outcomes of `frame` to the outcome log and tell how many belong to a prediction."""
    missing = [name for name in ("request_id", "outcome") if name not in frame.columns]
    if missing:
        raise InputError(
            f"{file.name} has no column {missing[0]!r}; it has {', '.join(frame.columns[:8])}.",
            value=missing[0],
            remedy="Name the columns request_id and outcome (and, if known, time).",
        )
    folder = context.home / "predictions"
    known = {entry.request_id for entry in read_log(folder)}
    rows = frame.filter(pl.col("outcome").is_not_null())
    ids = rows["request_id"].cast(pl.String).to_list()
    now = time.time()
    with OutcomeWriter(folder) as writer:
        for request_id, outcome in zip(ids, rows["outcome"].to_list(), strict=True):
            writer.write(request_id, outcome, now)
    matched = sum(request_id in known for request_id in ids)
    context.registry.record_outcomes(
        rows=len(ids), matched=matched, source=file.name, digest=digest_file(file), actor=context.actor
    )
    return {"received": len(ids), "matched": matched, "unknown": len(ids) - matched}
