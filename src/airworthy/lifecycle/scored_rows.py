"""Rows that somebody holds, scored by the live version for a place where people work with the answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import msgspec
import numpy as np
import polars as pl

from airworthy.assurance.request import request_bodies
from airworthy.charter.delivering import Sink
from airworthy.charter.model import Charter
from airworthy.charter.problems import did_you_mean, listed
from airworthy.data import columns_for_scoring
from airworthy.data.assembly import assemble
from airworthy.data.lexical import refuse_mixed
from airworthy.data.read import read_table
from airworthy.data.source import open_source
from airworthy.data.times import instants, times_to_utc
from airworthy.data.types import RESERVED_TIME
from airworthy.kernel.clock import rfc3339
from airworthy.kernel.errors import InputError
from airworthy.kernel.progress import QuietProgress
from airworthy.lifecycle.context import Context
from airworthy.lifecycle.outlook.coming import canonical_rows
from airworthy.lifecycle.predict import score_of
from airworthy.registry.views import VersionView
from airworthy.scoring.columns import Columns
from airworthy.scoring.contract import Contract
from airworthy.scoring.scorer import Scorer, Scores

REASONS = 3
"""Columns that a reason names."""

Cell = str | float | None


@dataclass(frozen=True)
class RowsAsked:
    """Which rows: of a file, or of a declared source."""

    file: Path | None = None
    source: str | None = None
    sheet: str | None = None


@dataclass(frozen=True)
class ScoredRow:
    """One scored row: `values` under the names of `charter.delivering.GIVEN`.

    `dated`: when it was decided stands in the row; otherwise it is decided now.
    """

    key: tuple[str, ...]
    values: Mapping[str, Cell]
    decided_at: str
    expires: str | None
    dated: bool


@dataclass(frozen=True)
class SetAside:
    """A row that cannot be delivered: its place in the table, from 1, and why."""

    row: int
    key: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class ScoredRows:
    """Every row of a table, either scored or set aside."""

    version: str
    stage: str
    rows: tuple[ScoredRow, ...]
    set_aside: tuple[SetAside, ...]


def version_to_deliver(context: Context, name: str | None) -> VersionView:
    """The named version, else the live one.

    Raises `WorkspaceError` where nothing is live, and `InputError` where the declared rule decides instead of
    the model, or the charter gives lists or forecasts.
    """
    charter = context.charter
    if charter.ranking is not None or charter.forecast is not None:
        way = "airworthy recommend --output" if charter.ranking else "airworthy ahead --output"
        raise InputError(
            f"{charter.path.name} decides no single rows, and only those are delivered.",
            value=charter.name,
            remedy=f"Write its answers to a file: {way} answers.csv",
        )
    if name is not None:
        return context.registry.version(name)
    live = context.registry.live()
    if live.mode != "model":
        raise InputError(
            f"The declared rule decides instead of {live.version} ({live.reason}).",
            value=live.mode,
            remedy="Let the model decide again (airworthy switch model), or name the version to deliver.",
        )
    return context.registry.version(live.version)


def score_rows(context: Context, view: VersionView, asked: RowsAsked, sink: Sink) -> ScoredRows:
    """The rows, scored by a version for a sink.

    Raises `InputError` where the table cannot be read, or lacks a column of the model or of the sink's key.
    """
    charter, now = context.charter, context.clock.now()
    scorer = Scorer.load(context.home / view.artefact)
    contract = msgspec.convert(context.registry.evidence(view.version)["contract"], Contract)
    frame = rows_asked(charter, asked, tuple(ours for ours, _ in sink.key))
    known = canonical_rows(frame, scorer.reads, contract, "given")
    columns = columns_for_scoring(known, contract, names=scorer.reads)
    scores = scorer.score_columns(columns)
    keys = keys_of(frame, sink)
    aside = tuple(_set_aside(keys, scores))
    left = {one.row for one in aside}
    values = _Answers(scores, scorer, columns, charter, sink, view.version)
    times = _times(frame, charter)
    rows = tuple(
        _row(keys[place], values(place), times[place] if times is not None else None, now, sink)
        for place in range(frame.height)
        if place + 1 not in left
    )
    return ScoredRows(view.version, str(view.stage), rows, aside)


def rows_asked(charter: Charter, asked: RowsAsked, keys: Sequence[str]) -> pl.DataFrame:
    """The rows with the columns of the key. Raises `InputError` where there are none, or no such columns."""
    main = charter.sources[0]
    if asked.file is not None:
        read = read_table(asked.file, sheet=asked.sheet, keep=keys)
        refuse_mixed(read.written, asked.file.name)
        frame = times_to_utc(read.frame, main.zone)[0]
    else:
        source = next((one for one in charter.sources if one.name == asked.source), None)
        if source is None:
            names = [one.name for one in charter.sources]
            raise InputError(
                f"There is no source {asked.source}.",
                value=asked.source,
                remedy=did_you_mean(str(asked.source), names, f"There are: {listed(names)}."),
            )
        joined = source is main and charter.joins
        frame = assemble(charter, QuietProgress()).frame if joined else open_source(source, charter).frame
    if absent := [name for name in keys if name not in frame.columns]:
        raise InputError(
            f"The rows have no column {absent[0]}, which names them at the target.",
            value=absent[0],
            remedy=did_you_mean(absent[0], frame.columns, "Add it, or correct key in [[sinks]]."),
        )
    if frame.is_empty():
        raise InputError("There are no rows to deliver.", value=0, remedy="Give some.")
    return frame


def keys_of(frame: pl.DataFrame, sink: Sink) -> list[tuple[str, ...]]:
    """The texts that name each row; an empty one where the row has none."""
    texts = [[key_text(value) for value in frame[ours].to_list()] for ours, _ in sink.key]
    return list(zip(*texts, strict=True))


def key_text(value: object) -> str:
    """One part of a key as text: a gap in a column makes no `7.0` of its 7.

    >>> key_text(7.0), key_text("007"), key_text(None)
    ('7', '007', '')
    """
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return rfc3339(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def _set_aside(keys: Sequence[tuple[str, ...]], scores: Scores) -> Iterator[SetAside]:
    """Rows that nobody could find again, or that have no score."""
    places: dict[tuple[str, ...], list[int]] = {}
    for place, key in enumerate(keys):
        places.setdefault(key, []).append(place)
    finite = np.isfinite(scores.raw).reshape(len(keys), -1).min(axis=1)
    for place, key in enumerate(keys):
        if not all(key):
            yield SetAside(place + 1, key, "the row has no key")
        elif len(places[key]) > 1:
            others = ", ".join(f"{one + 1:,}" for one in places[key][:5])
            yield SetAside(place + 1, key, f"the key names {len(places[key]):,} rows: {others}")
        elif not finite[place]:
            yield SetAside(place + 1, key, "the model gave the row no finite score")


class _Answers:
    """What is said of each row, looked up by its place."""

    def __init__(
        self, scores: Scores, scorer: Scorer, columns: Columns, charter: Charter, sink: Sink, version: str
    ) -> None:
        self._scores, self._scorer, self._sink, self._version = scores, scorer, sink, version
        self._score = score_of(scores, charter.task).tolist()
        if "reason" in sink.columns:
            sent = (*scorer.contract.inputs, *scorer.besides)
            bodies = request_bodies(tuple(dict.fromkeys(sent)), columns, len(self._score))
            self._reasons = [self._reason(scorer.decode(body)[0]) for body in bodies]

    def __call__(self, place: int) -> dict[str, Cell]:
        told: dict[str, Cell] = {"score": self._number(self._score[place]), "version": self._version}
        decided = self._scores.decision[place]
        told["decision"] = self._number(decided) if isinstance(decided, float) else str(decided)
        if self._scores.prediction is not None:
            told["prediction"] = self._number(float(self._scores.prediction[place]))
        if self._scores.probability is not None:
            told["probability"] = self._number(self._probability(place, str(decided)))
        if "reason" in self._sink.columns:
            told["reason"] = self._reasons[place]
        return {name: told.get(name) for name in self._sink.columns}

    def _probability(self, place: int, decided: str) -> float:
        """Of the event; among more than two classes, of the decided one."""
        assert self._scores.probability is not None
        row, classes = self._scores.probability[place], self._scorer.classes
        at = 1 if len(classes) == 2 else classes.index(decided) if decided in classes else int(row.argmax())
        return float(row[at])

    def _number(self, value: float) -> float:
        return value if self._sink.digits is None else round(value, self._sink.digits)

    def _reason(self, row: Mapping[str, object]) -> str | None:
        found = self._scorer.reasons(row, REASONS)
        told = (f"{one.label or one.column} {'+' if one.contribution > 0 else '−'}" for one in found)
        return ", ".join(told) or None


def _times(frame: pl.DataFrame, charter: Charter) -> list[datetime] | None:
    """When each row was decided, where the rows say so."""
    name = RESERVED_TIME if RESERVED_TIME in frame.columns else charter.data.decision_time
    if name is None or name not in frame.columns:
        return None
    column = instants(frame[name], charter.sources[0].zone, "The rows")
    if gaps := column.null_count():
        first = int(column.is_null().arg_max() or 0) + 1
        raise InputError(
            f'{gaps:,} of {len(column):,} rows have no decision time "{name}" (the first is row {first:,}).',
            value=first,
            remedy="Fill these times in: nobody could tell whether such a score is stale.",
        )
    return column.to_list()


def _row(
    key: tuple[str, ...], values: dict[str, Cell], decided: datetime | None, now: datetime, sink: Sink
) -> ScoredRow:
    at = now if decided is None else decided
    expires = None if sink.expires is None else rfc3339(at + timedelta(seconds=sink.expires))
    stamps: dict[str, Cell] = {"decided_at": rfc3339(at), "expires": expires}
    told = {name: stamps.get(name, cell) for name, cell in values.items()}
    return ScoredRow(key, told, rfc3339(at), expires, decided is not None)
