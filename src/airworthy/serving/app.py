"""The HTTP application: routes, limits, background work. Every answer is in the log before it is sent."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from urllib.parse import parse_qs

from airworthy.kernel.clock import SystemClock, parse_rfc3339
from airworthy.kernel.errors import AirworthyError, WorkspaceError
from airworthy.kernel.ports import Clock
from airworthy.serving.asgi import (
    HTML,
    PROMETHEUS,
    Disconnected,
    Receive,
    Response,
    Scope,
    Send,
    TooLarge,
    encode,
    error_response,
    header,
    read_body,
    send_response,
)
from airworthy.serving.lists import ListPredictor, ListService, list_openapi
from airworthy.serving.live import Live
from airworthy.serving.metrics import Metrics
from airworthy.serving.openapi import openapi
from airworthy.serving.outcome_log import OutcomeWriter, parse_outcomes
from airworthy.serving.page import home_page
from airworthy.serving.prediction_log import LogWriter
from airworthy.serving.predictor import FALLBACK, Predictor
from airworthy.serving.service import Answer, OtherAnswers, PredictionService, random_ids
from airworthy.serving.usage import UsageBook

TOP_REASONS = 5
RECOMMEND = "/v1/recommend"
ANSWERS = ("/v1/predict", RECOMMEND)


@dataclass(frozen=True)
class Limits:
    """What one request may ask for, and how often the background work runs (seconds)."""

    body_bytes: int = 10 << 20
    rows: int = 1000
    rows_with_reasons: int = 100
    poll_seconds: float = 0.5
    sync_seconds: float = 0.2


@dataclass(frozen=True)
class Request:
    """What a route gets."""

    scope: Scope
    body: bytes


Route = Callable[[Request], Response]


def note_on_stderr(text: str) -> None:
    """One line for whoever watches the process."""
    sys.stderr.write(f"airworthy serve: {text}\n")
    sys.stderr.flush()


class App:
    """A raw ASGI application. Make it with `create_app`."""

    def __init__(
        self,
        live: Live,
        log: LogWriter,
        outcomes: OutcomeWriter,
        *,
        clock: Clock,
        limits: Limits,
        metrics: Metrics,
        note: Callable[[str], None],
        parent: int | None = None,
        usage: UsageBook | None = None,
    ) -> None:
        self.live = live
        self._service = PredictionService(live, log, clock)
        self._lists = ListService(log, clock, random_ids())
        self._log, self._outcomes = log, outcomes
        self._clock, self._limits, self._metrics, self._note = clock, limits, metrics, note
        self._parent, self._usage = parent, usage
        self._routes: dict[str, tuple[str, Route]] = {
            "/v1/predict": ("POST", self._predict),
            RECOMMEND: ("POST", self._recommend),
            "/v1/outcomes": ("POST", self._report),
            "/healthz": ("GET", self._healthz),
            "/readyz": ("GET", self._readyz),
            "/metrics": ("GET", self._metrics_page),
            "/openapi.json": ("GET", self._openapi),
            "/": ("GET", self._home),
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._http(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        else:
            await send({"type": "websocket.close", "code": 1003})

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        try:
            body = await read_body(scope, receive, self._limits.body_bytes)
            began = perf_counter()
            response = self._dispatch(scope, path, body)
            if path in ANSWERS:
                self._metrics.observe(perf_counter() - began)
        except Disconnected:
            return
        except TooLarge as error:
            self._metrics.count("airworthy_errors_total", (("code", error.code),))
            response = error_response(error)
        route = path if path in self._routes else "other"
        labels = (("route", route), ("status", str(response.status)))
        self._metrics.count("airworthy_requests_total", labels)
        await send_response(send, response)

    def _dispatch(self, scope: Scope, path: str, body: bytes) -> Response:
        try:
            method, route = self._routes.get(path, ("", _nothing_here))
            if method and scope["method"] != method and (method, scope["method"]) != ("GET", "HEAD"):
                return _wrong_method(path, method)
            return route(Request(scope, body))
        except AirworthyError as error:
            self._metrics.count("airworthy_errors_total", (("code", error.code),))
            if isinstance(error, WorkspaceError):
                self._note(str(error))
            return error_response(error)
        except Exception as error:  # noqa: BLE001 - the process edge: a caller never sees a traceback
            self._metrics.count("airworthy_errors_total", (("code", "internal"),))
            self._note(f"{path} broke: {type(error).__name__}: {error}")
            return _failure(
                500, "internal", "The server broke on this request.", "Tell its owner; see its log."
            )

    def _predict(self, request: Request) -> Response:
        reasons = TOP_REASONS if _flag(request.scope, "reasons") else 0
        header_id = header(request.scope, b"x-request-id")
        limit = self._limits.rows_with_reasons if reasons else self._limits.rows
        answers, single = self._service.answer_body(request.body, header_id, reasons, limit)
        self._count(answers)
        return Response(200, encode(answers[0] if single else answers))

    def _recommend(self, request: Request) -> Response:
        current = self.live.current
        if not isinstance(current, ListPredictor):
            raise OtherAnswers("lists", current.version, "rows: ask /v1/predict")
        answer = self._lists.answer_body(current, request.body, header(request.scope, b"x-request-id"))
        labels = (("version", answer.version), ("mode", answer.mode), ("decision", "list"))
        self._metrics.count("airworthy_decisions_total", labels)
        return Response(200, encode(answer))

    def _count(self, answers: list[Answer]) -> None:
        for answer in answers:
            decision = answer.decision if isinstance(answer.decision, str) else "number"
            labels = (("version", answer.version), ("mode", answer.mode), ("decision", decision))
            self._metrics.count("airworthy_decisions_total", labels)
            if answer.mode == FALLBACK:
                self._metrics.count("airworthy_fallback_total", (("version", answer.version),))

    def _report(self, request: Request) -> Response:
        if isinstance(self.live.current, ListPredictor):
            raise OtherAnswers(
                "outcomes",
                self.live.current.version,
                "lists: what users take next is their outcome. Add these rows to the table, and run again",
            )
        classes = self.live.current.schema.classes
        found = parse_outcomes(request.body, classes, self._clock.now())
        self._outcomes.append(found)
        self._metrics.count("airworthy_outcomes_total", amount=len(found))
        return Response(200, encode({"accepted": len(found)}))

    def _healthz(self, request: Request) -> Response:
        return Response(200, encode({"status": "ok", **self._state()}))

    def _readyz(self, request: Request) -> Response:
        if self.live.problem is None:
            return Response(200, encode({"status": "ready", **self._state()}))
        return error_response(self.live.problem)

    def _state(self) -> dict[str, str]:
        current = self.live.current
        return {"version": current.version, "mode": current.mode, "digest": current.manifest.digest}

    def _metrics_page(self, request: Request) -> Response:
        current = self.live.current
        serving = {"version": current.version, "mode": current.mode}
        gauges = [
            ("airworthy_serving", "What is live: always 1.", serving, 1.0),
            (
                "airworthy_pointer_followed",
                "0 when the release pointer cannot be followed.",
                {},
                float(self.live.problem is None),
            ),
        ]
        if isinstance(current, Predictor) and current.filling is not None and current.filling.history:
            age = self._clock.now() - parse_rfc3339(current.filling.history.note.built_at)
            text = "Seconds since the history of the features was built."
            gauges.append(("airworthy_features_age_seconds", text, {}, age.total_seconds()))
        return Response(200, self._metrics.render(gauges), PROMETHEUS)

    def _openapi(self, request: Request) -> Response:
        current = self.live.current
        if isinstance(current, ListPredictor):
            return Response(200, encode(list_openapi(current)))
        return Response(200, encode(openapi(current, current.manifest.charter_name)))

    def _home(self, request: Request) -> Response:
        host = header(request.scope, b"host") or "127.0.0.1"
        scheme = request.scope.get("scheme", "http")
        return Response(200, home_page(self.live.current, f"{scheme}://{host}"), HTML)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        await receive()
        tasks = [
            asyncio.create_task(self._repeat(self._limits.poll_seconds, self._follow)),
            asyncio.create_task(self._repeat(self._limits.sync_seconds, self._sync)),
        ]
        await send({"type": "lifespan.startup.complete"})
        await receive()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self.close()
        await send({"type": "lifespan.shutdown.complete"})

    async def _repeat(self, seconds: float, work: Callable[[], None]) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(seconds)
            try:
                await loop.run_in_executor(None, work)
            except Exception as error:  # noqa: BLE001 - the process edge: the next round must come
                self._note(f"background work broke: {type(error).__name__}: {error}")

    def _follow(self) -> None:
        self.live.poll()
        if self._parent is not None and os.getppid() != self._parent:
            os.kill(os.getpid(), signal.SIGTERM)  # the supervisor is gone: no worker outlives it

    def _sync(self) -> None:
        for log in (self._log, self._outcomes):
            try:
                if log.writer.pending:
                    log.sync()
            except WorkspaceError as error:
                self._metrics.count("airworthy_log_sync_failures_total")
                self._note(str(error))
        self._account()
        self._metrics.publish()

    def _account(self, *, last: bool = False) -> None:
        if self._usage is None:
            return
        try:
            seconds = self._usage.tick(self._metrics.decided(), self.live.current.version)
            self._metrics.count("airworthy_cpu_seconds_total", amount=seconds)
            if last:
                self._usage.write()
        except WorkspaceError as error:
            self._note(str(error))

    def close(self) -> None:
        """Make the logs durable and close them; write down what answering cost."""
        self._log.close()
        self._outcomes.close()
        self._account(last=True)


def create_app(
    workspace: Path,
    stage: str = "production",
    *,
    clock: Clock | None = None,
    limits: Limits | None = None,
    note: Callable[[str], None] = note_on_stderr,
    shared_metrics: Path | None = None,
    parent: int | None = None,
) -> App:
    """The application that serves what `stage` of `workspace` points at.

    Parameters
    ----------
    shared_metrics
        A folder in which several workers share their counters.
    parent
        Process id of the supervisor; the worker ends when it is gone.

    Raises
    ------
    WorkspaceError
        Nothing is released to the stage.
    IntegrityError
        The artefact or the pointer is not what was released.
    """
    return App(
        Live.open(workspace, stage, note),
        LogWriter.open(workspace),
        OutcomeWriter.open(workspace),
        clock=clock or SystemClock(),
        limits=limits or Limits(),
        metrics=Metrics(shared_metrics),
        note=note,
        parent=parent,
        usage=UsageBook(workspace),
    )


def _flag(scope: Scope, name: str) -> bool:
    query = scope["query_string"]
    if not query:
        return False
    values = parse_qs(str(query, "latin-1"), keep_blank_values=True).get(name, ["false"])
    return values[-1].casefold() in ("true", "1", "yes", "")


def _nothing_here(request: Request) -> Response:
    remedy = "Ask /v1/predict or /v1/recommend, /v1/outcomes, /healthz, /readyz, /metrics or /openapi.json."
    return _failure(404, "not-found", f"There is nothing at {request.scope['path']}.", remedy)


def _wrong_method(path: str, method: str) -> Response:
    response = _failure(405, "wrong-method", f"{path} takes {method}.", f"Send a {method} request.")
    return Response(405, response.body, headers=((b"allow", method.encode()),))


def _failure(status: int, code: str, message: str, remedy: str) -> Response:
    return Response(
        status, encode({"error": {"code": code, "message": message, "value": None, "remedy": remedy}})
    )
