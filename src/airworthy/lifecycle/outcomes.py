"""Taking in outcomes from a table, beside those that arrive over HTTP."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl

from airworthy.kernel.digest import digest_file
from airworthy.kernel.errors import InputError
from airworthy.lifecycle.context import Context
from airworthy.serving.outcome_log import LoggedOutcome, OutcomeWriter
from airworthy.serving.prediction_log import read_log


def take_outcomes(context: Context, frame: pl.DataFrame, file: Path) -> dict[str, Any]:
    """Append the outcomes of `frame` to the outcome log and tell how many belong to a prediction."""
    missing = [name for name in ("request_id", "outcome") if name not in frame.columns]
    if missing:
        raise InputError(
            f"{file.name} has no column {missing[0]!r}; it has {', '.join(frame.columns[:8])}.",
            value=missing[0],
            remedy="Name the columns request_id and outcome (and, if known, time).",
        )
    known = {entry.request_id for entry in read_log(context.home / "predictions")}
    rows = frame.filter(pl.col("outcome").is_not_null())
    ids = rows["request_id"].cast(pl.String).to_list()
    arrival = context.clock.now()
    writer = OutcomeWriter.open(context.home)
    try:
        writer.append(
            [
                LoggedOutcome(
                    request_id=request_id, outcome=_typed(outcome), event_time=when, arrival_time=arrival
                )
                for request_id, outcome, when in zip(ids, rows["outcome"], _times(rows, arrival), strict=True)
            ]
        )
    finally:
        writer.close()
    matched = sum(request_id in known for request_id in ids)
    context.registry.record_outcomes(
        rows=len(ids), matched=matched, source=file.name, digest=digest_file(file), actor=context.actor
    )
    return {"received": len(ids), "matched": matched, "unknown": len(ids) - matched}


def _typed(outcome: object) -> str | float:
    if isinstance(outcome, bool):
        return "true" if outcome else "false"
    return outcome if isinstance(outcome, (str, float)) else str(outcome)


def _times(rows: pl.DataFrame, arrival: datetime) -> list[datetime]:
    if "time" not in rows.columns or not isinstance(rows["time"].dtype, pl.Datetime):
        return [arrival] * rows.height
    return [arrival if t is None else (t if t.tzinfo else t.replace(tzinfo=UTC)) for t in rows["time"]]
