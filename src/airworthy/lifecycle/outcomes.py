"""Taking in outcomes from a table, beside those that arrive over HTTP."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import polars as pl

from airworthy.charter.model import Task
from airworthy.kernel.digest import digest_file
from airworthy.kernel.errors import InputError
from airworthy.lifecycle.context import Context
from airworthy.lifecycle.live import store_of
from airworthy.scoring.contract import Contract
from airworthy.scoring.decode import BadRow
from airworthy.serving.outcome_log import LoggedOutcome, OutcomeWriter, typed_outcome
from airworthy.serving.prediction_log import read_log

EXAMPLES = 5
TIMES = ("event_time", "time")


def take_outcomes(context: Context, frame: pl.DataFrame, file: Path) -> dict[str, Any]:
    """Append the outcomes of `frame` to the outcome log and tell how many belong to a prediction.

    Of a request id that stands twice the row with the later event time counts, then the later row; a null
    outcome withdraws what was said before. Nothing is stored when one row cannot be read. Taking in the same
    file twice changes nothing.

    Raises
    ------
    InputError : a column is missing, or a row has no request id, an outcome that is no class, or a time that
        cannot be read.
    """
    if context.charter.ranking is not None:
        raise InputError(
            "Lists take in no table of outcomes: what users take next is their outcome.",
            value=file.name,
            remedy="Add the new rows to the charter's own table, then airworthy run.",
        )
    version = context.registry.live().version
    contract = msgspec.convert(context.registry.evidence(version)["contract"], Contract)
    ids = _ids(frame, file)
    classes = () if context.charter.task is Task.REGRESSION else contract.classes
    outcomes = _outcomes(frame["outcome"], classes, file)
    arrival = context.clock.now()
    times = _times(frame, arrival, file)
    order = sorted(range(len(ids)), key=times.__getitem__)
    logged = [
        LoggedOutcome(request_id=ids[i], outcome=outcomes[i], event_time=times[i], arrival_time=arrival)
        for i in order
    ]
    writer = OutcomeWriter.open(context.home)
    try:
        if logged:
            writer.append(logged)
    finally:
        writer.close()
    unknown = _unknown(context, version, contract, ids)
    matched = len(ids) - sum(key in unknown for key in ids)
    context.registry.record_outcomes(
        rows=len(ids), matched=matched, source=file.name, digest=digest_file(file), actor=context.actor
    )
    return {
        "received": len(ids),
        "matched": matched,
        "unknown": len(ids) - matched,
        "unknown_examples": sorted(unknown)[:EXAMPLES],
        "repeated": len(ids) - len(set(ids)),
        "withdrawn": sum(outcome is None for outcome in outcomes),
    }


def _ids(frame: pl.DataFrame, file: Path) -> list[str]:
    for name in ("request_id", "outcome"):
        if name not in frame.columns:
            raise InputError(
                f"{file.name} has no column {name!r}; it has {', '.join(frame.columns[:8])}.",
                value=name,
                remedy="Name the columns request_id, outcome and, if known, event_time.",
            )
    ids = frame["request_id"].cast(pl.String)
    empty = ids.is_null() | (ids.str.strip_chars() == "")
    if empty.any():
        row = int(empty.arg_true()[0])
        raise InputError(
            f"Row {row} of {file.name} (counted from 0) has no request_id, as {int(empty.sum()):,} rows do.",
            value=row,
            remedy="Give each row the request_id that the prediction was answered with, or leave it out.",
        )
    return ids.to_list()


def _outcomes(values: pl.Series, classes: tuple[str, ...], file: Path) -> list[str | float | None]:
    made: list[str | float | None] = []
    wrong: dict[str, int] = {}
    for at, value in enumerate(values.to_list()):
        try:
            made.append(typed_outcome(_plain(value, classes), classes, at))
        except BadRow:
            wrong[str(value)] = wrong.get(str(value), 0) + 1
    if wrong:
        shown = ", ".join(f"{value!r} in {rows:,}" for value, rows in list(wrong.items())[:EXAMPLES])
        expected = "one of " + ", ".join(map(repr, classes)) if classes else "a number"
        raise InputError(
            f"{file.name} has outcomes that are not {expected}: {shown} of {len(values):,} rows. "
            "Nothing was taken in.",
            value=next(iter(wrong)),
            remedy=f"Write {expected}, or leave the cell empty to withdraw an outcome.",
        )
    return made


def _plain(value: Any, classes: tuple[str, ...]) -> str | float | bool | None:
    """A cell as HTTP would bring it: whole numbers stand for classes of that name, text for numbers."""
    if isinstance(value, str):
        value = value.strip() or None
    if value is None or isinstance(value, bool):
        return value
    if classes:
        return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
    try:
        return float(value)
    except (TypeError, ValueError):
        return str(value)


def _times(frame: pl.DataFrame, arrival: datetime, file: Path) -> list[datetime]:
    name = next((name for name in TIMES if name in frame.columns), None)
    if name is None:
        return [arrival] * frame.height
    return [_instant(value, arrival, at, name, file) for at, value in enumerate(frame[name].to_list())]


def _instant(value: Any, arrival: datetime, at: int, name: str, file: Path) -> datetime:
    if value is None or value == "":
        return arrival
    try:
        found = value if isinstance(value, datetime) else datetime.fromisoformat(str(value).strip())
    except ValueError as error:
        raise InputError(
            f"Row {at} of {file.name} (counted from 0) has the {name} {value!r}. Nothing was taken in.",
            value=str(value),
            remedy="Write instants as 2026-01-31T08:30:00Z; without an offset they are read as UTC.",
        ) from error
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def _unknown(context: Context, version: str, contract: Contract, ids: Sequence[str]) -> set[str]:
    """Ids that no prediction has: the live version's are known by the store, others by reading the log."""
    store = store_of(context, version, contract)
    with store.locked():
        store.update()
        left = store.unknown(sorted(set(ids)))
    if not left:
        return left
    return left - {entry.request_id for entry in read_log(context.home / "predictions")}
