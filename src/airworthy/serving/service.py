"""Answering: predict, log, then acknowledge. The HTTP application and the replay of history both use this."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Sequence
from typing import Protocol

import msgspec

from airworthy.kernel.errors import InputError
from airworthy.kernel.ports import Clock
from airworthy.scoring.columns import Row
from airworthy.scoring.decode import REQUEST_ID, BadRow
from airworthy.scoring.reasons import Reason
from airworthy.serving.asgi import TooLarge
from airworthy.serving.lists import ListPredictor
from airworthy.serving.prediction_log import LoggedPrediction, LogWriter
from airworthy.serving.predictor import Prediction, Predictor

MAX_ID = 200


class Answer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the caller gets for one row.

    `probability` is of the positive class (binary) or by class (multiclass). `note` says why the fallback
    rule decided. `interval` and `possible` are there where the charter declares decision.interval. `caution`
    stands beside reasons that did not pass their tests.
    """

    request_id: str
    decision: str | float
    probability: float | dict[str, float] | None = None
    prediction: float | None = None
    interval: tuple[float, float] | None = None
    possible: tuple[str, ...] | None = None
    version: str
    mode: str
    note: str = ""
    reasons: list[Reason] | None = None
    caution: str = ""


class OtherAnswers(InputError):
    """What was asked for is not what the released version answers with."""

    code = "other-answers"

    def __init__(self, asked: str, version: str, instead: str) -> None:
        super().__init__(
            f"{version} does not answer about {asked}.", value=asked, remedy=f"It answers about {instead}."
        )


class HasPredictor(Protocol):
    """Where the predictor of the moment comes from: `Live`, or anything with the attribute."""

    @property
    def current(self) -> Predictor | ListPredictor: ...


def random_ids() -> Callable[[], str]:
    """A source of request ids: 128 random bits in hexadecimal, seeded by the system, without a call to it."""
    source = random.Random(os.urandom(32))
    return lambda: f"{source.getrandbits(128):032x}"


class PredictionService:
    """Predicts and logs; what it returns is in the log."""

    def __init__(
        self,
        live: HasPredictor,
        log: LogWriter,
        clock: Clock,
        make_id: Callable[[], str] | None = None,
    ) -> None:
        self._live = live
        self._log = log
        self._clock = clock
        self._make_id = make_id or random_ids()

    def answer_body(
        self, body: bytes, header_id: str = "", reasons: int = 0, limit: int = 1000
    ) -> tuple[list[Answer], bool]:
        """Answers for a JSON body of at most `limit` rows, and whether it was one row.

        Raises `BadRow` or `TooLarge` before anything is logged, and `WorkspaceError` when the log refuses.
        """
        began = time.perf_counter()
        predictor = self._rows_only()
        rows, ids, single = predictor.decoder.decode(body)
        if len(rows) > limit:
            raise TooLarge(
                f"The request holds {len(rows):,} rows; the limit is {limit:,}.",
                value=len(rows),
                remedy="Send the rows in several requests.",
            )
        keys = self._identify(ids, header_id, single)
        return self._answer(predictor, rows, keys, reasons, began if single else None), single

    def answer(self, rows: Sequence[Row], ids: Sequence[str], reasons: int = 0) -> list[Answer]:
        """Answers for typed rows with request ids of the caller's choice, one each."""
        return self._answer(self._rows_only(), rows, ids, reasons)

    def _rows_only(self) -> Predictor:
        current = self._live.current
        if isinstance(current, ListPredictor):
            raise OtherAnswers("rows", current.version, "lists: ask /v1/recommend")
        return current

    def _identify(self, ids: list[str | None], header_id: str, single: bool) -> list[str]:
        made = [
            key or (self._from_header(header_id, index, single) if header_id else self._make_id())
            for index, key in enumerate(ids)
        ]
        if len(made) > 1 and len(set(made)) < len(made):
            twice = next(key for key in made if made.count(key) > 1)
            raise _bad_id(twice, "stands twice in this request", "Give each row its own request_id.")
        for key in made:
            if len(key) > MAX_ID:
                raise _bad_id(key[:40] + "…", f"is longer than {MAX_ID} characters", "Send a shorter one.")
        return made

    @staticmethod
    def _from_header(header_id: str, index: int, single: bool) -> str:
        return header_id if single else f"{header_id}/{index}"

    def _answer(
        self,
        predictor: Predictor,
        rows: Sequence[Row],
        ids: Sequence[str],
        reasons: int,
        began: float | None = None,
    ) -> list[Answer]:
        now = self._clock.now()
        filled = predictor.fill(rows, now)
        rows, histories = filled.rows, filled.histories or [""] * len(rows)
        predictions = predictor.predict(rows, filled.notes)
        why = [
            predictor.reasons(row, found, reasons) if reasons else None
            for row, found in zip(rows, predictions, strict=True)
        ]
        seconds = None if began is None else time.perf_counter() - began
        self._log.append(
            predictor.schema,
            [
                LoggedPrediction(
                    request_id=key,
                    time=now,
                    version=predictor.version,
                    mode=found.mode,
                    row=row if isinstance(row, dict) else dict(row),
                    probability=found.probability,
                    prediction=found.prediction,
                    decision=found.decision,
                    seconds=seconds,
                    alone=found.alone,
                    history=history,
                )
                for key, row, found, history in zip(ids, rows, predictions, histories, strict=True)
            ],
        )
        return [
            _answer(key, found, predictor, given)
            for key, found, given in zip(ids, predictions, why, strict=True)
        ]


def _answer(key: str, found: Prediction, predictor: Predictor, reasons: list[Reason] | None) -> Answer:
    classes = predictor.schema.classes
    probability: float | dict[str, float] | None = None
    if found.probability is not None:
        both = len(classes) == 2
        probability = found.probability[1] if both else dict(zip(classes, found.probability, strict=True))
    return Answer(
        request_id=key,
        decision=found.decision,
        probability=probability,
        prediction=found.prediction,
        interval=found.interval,
        possible=found.possible,
        version=predictor.version,
        mode=found.mode,
        note=found.note,
        reasons=reasons,
        caution=predictor.caution if reasons else "",
    )


def _bad_id(value: str, what: str, remedy: str) -> BadRow:
    return BadRow(f"The request id {value!r} {what}.", value=value, remedy=remedy, field=REQUEST_ID)
