"""A released version that answers with lists: `POST /v1/recommend`, in the log before it is sent."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from airworthy.kernel.ports import Clock
from airworthy.release.manifest import Manifest, Pointer
from airworthy.scoring.contract import LogicalType
from airworthy.scoring.decode import REQUEST_ID, BadRow
from airworthy.scoring.recommending.recommender import Item, Recommended, Recommender
from airworthy.scoring.recommending.request import ListRequest, answer_request, decode_request
from airworthy.serving.prediction_log import LoggedPrediction, LogSchema, LogWriter
from airworthy.serving.predictor import FALLBACK, MODEL, mode_of, verify_released

MAX_ID = 200
SWITCHED_OFF = "The model is switched off: these are the most popular items."
COLUMNS = (
    ("user", LogicalType.IDENTIFIER),
    ("basket", LogicalType.TEXT),
    ("k", LogicalType.INTEGER),
    ("exclude", LogicalType.TEXT),
)
"""What the log keeps of a request; lists as JSON."""


class ListAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What the caller gets. `known` is false where no history told anything; then `note` says so."""

    request_id: str
    items: tuple[Item, ...]
    known: bool
    note: str
    version: str
    mode: str


@dataclass(frozen=True)
class ListPredictor:
    """Gives the lists of one version. Make it with `open`; it holds no state and works without HTTP."""

    manifest: Manifest
    recommender: Recommender
    schema: LogSchema
    mode: str = MODEL
    reason: str = ""

    @classmethod
    def open(cls, workspace: Path, pointer: Pointer) -> ListPredictor:
        """Load what `pointer` names. Raises `IntegrityError` when the artefact is not what was released."""
        manifest = pointer.manifest
        folder = workspace / manifest.artefact
        verify_released(folder, manifest)
        schema = LogSchema(manifest.version, COLUMNS, ())
        return cls(manifest, Recommender.load(folder), schema, *mode_of(pointer))

    def switched(self, pointer: Pointer) -> ListPredictor:
        """The same version in the mode that `pointer` asks for."""
        mode, reason = mode_of(pointer)
        return replace(self, manifest=pointer.manifest, mode=mode, reason=reason)

    @property
    def version(self) -> str:
        return self.manifest.version

    def recommend(self, request: ListRequest) -> Recommended:
        """The list that is asked for; with the model switched off, the most popular items for everybody."""
        if self.mode == FALLBACK:
            return self.recommender.popular(request.k, request.exclude, SWITCHED_OFF)
        return answer_request(self.recommender, request)


class ListService:
    """Answers and logs; what it returns is in the log."""

    def __init__(self, log: LogWriter, clock: Clock, make_id: Callable[[], str]) -> None:
        self._log, self._clock, self._make_id = log, clock, make_id

    def answer_body(self, predictor: ListPredictor, body: bytes, header_id: str = "") -> ListAnswer:
        """The answer to a JSON body.

        Raises `BadRow` before anything is logged, and `WorkspaceError` when the log refuses.
        """
        began = time.perf_counter()
        request = decode_request(body)
        found = predictor.recommend(request)
        key = request.request_id or header_id or self._make_id()
        if len(key) > MAX_ID:
            raise BadRow(
                f"The request id is longer than {MAX_ID} characters.",
                value=f"{key[:40]}…",
                field=REQUEST_ID,
                remedy="Send a shorter one.",
            )
        self._log.append(predictor.schema, [self._entry(key, request, found, predictor, began)])
        return ListAnswer(
            request_id=key,
            items=found.items,
            known=found.known,
            note=found.note,
            version=predictor.version,
            mode=predictor.mode,
        )

    def _entry(
        self, key: str, request: ListRequest, found: Recommended, predictor: ListPredictor, began: float
    ) -> LoggedPrediction:
        user = None if request.user is None else str(request.user)
        return LoggedPrediction(
            request_id=key,
            time=self._clock.now(),
            version=predictor.version,
            mode=predictor.mode,
            row={
                "user": user,
                "basket": None if request.basket is None else _text(request.basket),
                "k": request.k,
                "exclude": _text(request.exclude),
            },
            decision=_text(list(found.names)),
            seconds=time.perf_counter() - began,
        )


def _text(items: list[str | int] | list[str]) -> str:
    return msgspec.json.encode(items).decode()


def list_openapi(predictor: ListPredictor) -> dict[str, object]:
    """OpenAPI 3.1 of the endpoints of a version that gives lists."""
    (request, answer), parts = msgspec.json.schema_components(
        (ListRequest, ListAnswer), ref_template="#/components/schemas/{name}"
    )
    body = {"application/json": {"schema": request, "example": {"user": example_user(predictor), "k": 5}}}
    done = {"description": "Done", "content": {"application/json": {"schema": answer}}}
    wrong = {
        "400": {"description": "The body is not JSON"},
        "422": {"description": "A value does not fit; nothing was recommended"},
        "503": {"description": "Not acknowledged; try again"},
    }
    asked = {
        "summary": "A list of items for one user, or for a basket",
        "requestBody": {"required": True, "content": body},
        "responses": {"200": done, **wrong},
    }
    probes = {
        path: {"get": {"summary": text, "responses": {"200": {"description": "Yes"}}}}
        for path, text in (("/healthz", "Is the process alive?"), ("/readyz", "Can it answer?"))
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": predictor.manifest.charter_name, "version": predictor.version},
        "paths": {"/v1/recommend": {"post": asked}, **probes},
        "components": {"schemas": parts},
    }


def example_user(predictor: ListPredictor) -> str:
    """A name that shows the shape of a request: nobody's, as the page is open to whoever reaches it."""
    return f"a {predictor.recommender.spec.user}"
