"""Outcomes as they become known: append-only; a later record for the same request corrects it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from airworthy.scoring.contract import Column, LogicalType
from airworthy.scoring.decode import BadJson, BadRow, flag_words
from airworthy.serving.segment import SegmentWriter, read_records, segments

FOLDER = "outcomes"
_PREAMBLE = msgspec.msgpack.encode({"outcomes": 1})


class LoggedOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one request. `outcome` None withdraws an earlier record."""

    request_id: str
    outcome: str | float | None
    event_time: datetime
    arrival_time: datetime


class _Record(msgspec.Struct, frozen=True, array_like=True):
    request_id: str
    outcome: str | float | None
    event_time: datetime
    arrival_time: datetime


class _Posted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    request_id: str
    outcome: str | float | bool | None
    event_time: datetime


class OutcomeWriter:
    """Appends outcomes to this process's own segment."""

    def __init__(self, writer: SegmentWriter) -> None:
        self.writer = writer

    @classmethod
    def open(cls, workspace: Path) -> OutcomeWriter:
        """A writer into the outcomes of `workspace`."""
        return cls(SegmentWriter(workspace / FOLDER))

    def sync(self) -> None:
        """Bring everything appended to the disk."""
        self.writer.sync()

    def close(self) -> None:
        """Sync and close this process's segment."""
        self.writer.close()

    def append(self, outcomes: Sequence[LoggedOutcome]) -> None:
        """Store outcomes; on return they survive `kill -9`. `WorkspaceError` when they could not be."""
        records = [_Record(o.request_id, o.outcome, o.event_time, o.arrival_time) for o in outcomes]
        self.writer.append([msgspec.msgpack.encode(record) for record in records], _PREAMBLE)


def read_outcomes(folder: Path) -> Iterator[LoggedOutcome]:
    """Every outcome record in `folder` (`<workspace>/outcomes`), corrections included, by segment."""
    for path in segments(folder):
        for found, _ in read_outcomes_after(path, 0):
            yield found


def read_outcomes_after(path: Path, start: int) -> Iterator[tuple[LoggedOutcome, int]]:
    """Records of one segment from byte `start` on (0, or where an earlier reading ended), and their ends."""
    decoder = msgspec.msgpack.Decoder(_Record)
    for payload, end in read_records(path, start):
        if payload != _PREAMBLE:
            found = decoder.decode(payload)
            yield (
                LoggedOutcome(
                    request_id=found.request_id,
                    outcome=found.outcome,
                    event_time=found.event_time.astimezone(UTC),
                    arrival_time=found.arrival_time.astimezone(UTC),
                ),
                end,
            )


def latest_outcomes(folder: Path, known_at: datetime | None = None) -> dict[str, LoggedOutcome]:
    """The outcome that stands for each request id: the one that arrived last, by `known_at` where given."""
    standing: dict[str, LoggedOutcome] = {}
    for outcome in read_outcomes(folder):
        if known_at is not None and outcome.arrival_time > known_at:
            continue
        before = standing.get(outcome.request_id)
        if before is None or before.arrival_time <= outcome.arrival_time:
            standing[outcome.request_id] = outcome
    return {key: outcome for key, outcome in standing.items() if outcome.outcome is not None}


def parse_outcomes(body: bytes, classes: tuple[str, ...], arrival: datetime) -> list[LoggedOutcome]:
    """Outcomes of a JSON body: one object or a list. `classes` is empty for regression.

    Raises `BadRow` naming the field, its value and what is expected.
    """
    try:
        found = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError) as error:
        raise BadJson(
            f"The request body cannot be read as JSON: {error}.",
            value=body[:80].decode("utf-8", "replace"),
            remedy='Send {"request_id": "…", "outcome": …, "event_time": "2026-01-31T08:30:00Z"} or a list.',
        ) from error
    rows = found if isinstance(found, list) else [found]
    return [_parse_one(row, classes, arrival, index) for index, row in enumerate(rows)]


def _parse_one(row: object, classes: tuple[str, ...], arrival: datetime, at: int) -> LoggedOutcome:
    try:
        posted = msgspec.convert(row, _Posted)
    except msgspec.ValidationError as error:
        raise BadRow(
            f"Outcome {at} (counted from 0) does not fit: {error}.",
            value=repr(row)[:80],
            remedy="Send request_id (text), outcome and event_time (such as 2026-01-31T08:30:00Z).",
            row=at,
        ) from error
    if posted.event_time.tzinfo is None:
        raise _bad("event_time", posted.event_time.isoformat(), "an instant with its offset from UTC", at)
    return LoggedOutcome(
        request_id=posted.request_id,
        outcome=typed_outcome(posted.outcome, classes, at),
        event_time=posted.event_time.astimezone(UTC),
        arrival_time=arrival,
    )


def typed_outcome(value: str | float | bool | None, classes: tuple[str, ...], at: int) -> str | float | None:
    """One outcome as it is stored: a class, or a number where `classes` is empty. Raises `BadRow`.

    >>> typed_outcome(True, ("no", "yes"), 0), typed_outcome(3, (), 0), typed_outcome(None, (), 0)
    ('yes', 3.0, None)
    """
    if value is None:
        return None
    if not classes:
        if isinstance(value, bool | str):
            raise _bad("outcome", value, "a number, or null to withdraw", at)
        return float(value)
    if isinstance(value, bool):
        words = flag_words(Column(name="outcome", type=LogicalType.FLAG, vocabulary=classes))
        value = next((word for word, meaning in words.items() if meaning is value), value)
    if value in classes:
        return value
    raise _bad("outcome", value, "one of " + ", ".join(f'"{name}"' for name in classes) + " or null", at)


def _bad(field: str, value: object, expected: str, at: int) -> BadRow:
    return BadRow(
        f"Outcome {at} (counted from 0) has {value!r} for {field!r}; expected {expected}.",
        value=repr(value),
        remedy=f"Send {expected} for {field!r}.",
        field=field,
        row=at,
    )
