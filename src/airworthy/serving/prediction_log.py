"""The prediction log: every acknowledged prediction, with the row it was made from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec

from airworthy.scoring.columns import epoch_seconds, instant_of
from airworthy.scoring.contract import LogicalType
from airworthy.scoring.decode import RowDecoder
from airworthy.serving.segment import SegmentWriter, read_records, read_segment, segments

FOLDER = "predictions"


class LoggedPrediction(msgspec.Struct, frozen=True, kw_only=True):
    """One acknowledged prediction.

    `row` holds typed values by column (float, int, bool, str, datetime, date or None) as they were received,
    before any repair. `probability` has one number a class in the order of `classes`; it and `prediction`
    are None under the fallback rule. `seconds` is the time from the request's bytes to this entry; None
    where several rows shared a request. `alone` is the model's own decision where a person's was asked for.
    `history` names the build from which features were filled in; empty where the row came with its own.
    """

    request_id: str
    time: datetime
    version: str
    mode: str
    row: dict[str, object]
    probability: tuple[float, ...] | None = None
    prediction: float | None = None
    decision: str | float
    classes: tuple[str, ...] = ()
    seconds: float | None = None
    alone: str | float | None = None
    history: str = ""

    @property
    def positive(self) -> float | None:
        """Binary: probability of the positive class."""
        return self.probability[1] if self.probability is not None and len(self.probability) == 2 else None


class LogSchema(msgspec.Struct, frozen=True, array_like=True, tag="schema"):
    """How to read the entries that follow: the version, its columns and its classes."""

    version: str
    columns: tuple[tuple[str, LogicalType], ...]
    classes: tuple[str, ...]

    @classmethod
    def of(cls, version: str, decoder: RowDecoder, classes: tuple[str, ...]) -> LogSchema:
        """The schema of what a decoder's rows hold."""
        return cls(version, tuple((column.name, column.type) for column in decoder.columns), classes)


class LogEntry(msgspec.Struct, frozen=True, array_like=True, tag="entry", gc=False):
    """One prediction as the file holds it; `values` in the order of the schema's columns."""

    request_id: str
    time_us: int
    mode: str
    values: list[object]
    probability: tuple[float, ...] | None
    prediction: float | None
    decision: str | float
    seconds: float | None = None
    alone: str | float | None = None
    history: str = ""


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(LogSchema | LogEntry)


class LogWriter:
    """Appends predictions to this process's own segment (see `airworthy.serving.segment`)."""

    def __init__(self, writer: SegmentWriter) -> None:
        self.writer = writer
        self._schema: LogSchema | None = None
        self._preamble = b""
        self._names: tuple[str, ...] = ()

    @classmethod
    def open(cls, workspace: Path) -> LogWriter:
        """A writer into the log of `workspace`."""
        return cls(SegmentWriter(workspace / FOLDER))

    def sync(self) -> None:
        """Bring everything appended to the disk."""
        self.writer.sync()

    def close(self) -> None:
        """Sync and close this process's segment."""
        self.writer.close()

    def append(self, schema: LogSchema, predictions: Sequence[LoggedPrediction]) -> None:
        """Store predictions that were all made under `schema`; on return they survive `kill -9`.

        Raises `WorkspaceError` when they could not be stored; then none of them may be acknowledged.
        """
        if schema is not self._schema:
            self._schema, self._preamble = schema, _encoder.encode(schema)
            self._names = tuple(name for name, _ in schema.columns)
        self.writer.append([_encoder.encode(self._entry(one)) for one in predictions], self._preamble)

    def _entry(self, one: LoggedPrediction) -> LogEntry:
        row, names = one.row, self._names
        # A decoded row has its columns in the schema's order already.
        values = list(row.values()) if tuple(row) == names else [row.get(name) for name in names]
        return LogEntry(
            one.request_id,
            round(epoch_seconds(one.time) * 1e6),
            one.mode,
            values,
            one.probability,
            one.prediction,
            one.decision,
            one.seconds,
            one.alone,
            one.history,
        )


def read_log(folder: Path) -> Iterator[LoggedPrediction]:
    """Predictions in the log `folder` (`<workspace>/predictions`), each request id once: the first stands.

    Segments come oldest first; with several workers sort by `time` where order matters. A torn tail is left
    out. Raises `IntegrityError` naming file and byte when a record was changed.
    """
    seen: set[str] = set()
    for path in segments(folder):
        schema: LogSchema | None = None
        for payload in read_segment(path):
            found = _decoder.decode(payload)
            if isinstance(found, LogSchema):
                schema = found
            elif schema is not None and found.request_id not in seen:
                seen.add(found.request_id)
                yield _read(found, schema)


class Place(msgspec.Struct, frozen=True, array_like=True):
    """How far a segment was read: the byte where the schema in force begins, and the byte after the last."""

    schema: int = 0
    end: int = 0


def read_after(
    path: Path, place: Place, most: int = 50_000
) -> Iterator[tuple[LogSchema, list[LogEntry], Place]]:
    """Entries of one segment after `place`, at most `most` at once, each lot with its schema and new place.

    Repeated request ids are not left out. Raises as `read_segment`.
    """
    schema: LogSchema | None = None
    if place.end:
        found = _decoder.decode(next(read_records(path, place.schema))[0])
        assert isinstance(found, LogSchema)
        schema = found
    lot: list[LogEntry] = []
    schema_at, end = place.schema, place.end
    for payload, after in read_records(path, place.end):
        found = _decoder.decode(payload)
        if isinstance(found, LogEntry):
            lot.append(found)
        if lot and schema is not None and (len(lot) >= most or isinstance(found, LogSchema)):
            yield schema, lot, Place(schema_at, after if isinstance(found, LogEntry) else end)
            lot = []
        if isinstance(found, LogSchema):
            schema, schema_at = found, end
        end = after
    if lot and schema is not None:
        yield schema, lot, Place(schema_at, end)


def _read(entry: LogEntry, schema: LogSchema) -> LoggedPrediction:
    row = {
        name: _typed(value, kind) for (name, kind), value in zip(schema.columns, entry.values, strict=True)
    }
    return LoggedPrediction(
        request_id=entry.request_id,
        time=instant_of(entry.time_us / 1e6),
        version=schema.version,
        mode=entry.mode,
        row=row,
        probability=entry.probability,
        prediction=entry.prediction,
        decision=entry.decision,
        classes=schema.classes,
        seconds=entry.seconds,
        alone=entry.alone,
        history=entry.history,
    )


def _typed(value: object, kind: LogicalType) -> object:
    if kind is LogicalType.DAY and isinstance(value, str):
        return date.fromisoformat(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    return value
