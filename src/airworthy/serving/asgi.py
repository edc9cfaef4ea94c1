"""The few lines of ASGI that this server needs; a framework would cost more than a prediction."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any

import msgspec

from airworthy.kernel.errors import AirworthyError, InputError
from airworthy.scoring.decode import BadJson, BadRow

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

JSON = b"application/json"
HTML = b"text/html; charset=utf-8"
PROMETHEUS = b"text/plain; version=0.0.4; charset=utf-8"
encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Response:
    """Status, body and its type."""

    status: int
    body: bytes
    content_type: bytes = JSON
    headers: tuple[tuple[bytes, bytes], ...] = ()


class TooLarge(InputError):
    """More bytes or rows than one request may hold."""

    code = "too-large"


class Disconnected(Exception):
    """The caller went away before the request was complete."""


def header(scope: Scope, name: bytes) -> str:
    """The first header of that lower-case name, or an empty text."""
    for key, value in scope["headers"]:
        if key == name:
            return str(value, "latin-1")
    return ""


async def read_body(scope: Scope, receive: Receive, limit: int) -> bytes:
    """The whole request body. Raises `TooLarge` past `limit` bytes, before reading them where announced."""
    announced = header(scope, b"content-length")
    if announced.isdigit() and int(announced) > limit:
        raise _too_large(int(announced), limit)
    message = await receive()
    body: bytes = message.get("body", b"")
    while message.get("more_body"):
        message = await receive()
        body += message.get("body", b"")
        if len(body) > limit:
            raise _too_large(len(body), limit)
    if message["type"] == "http.disconnect":
        raise Disconnected
    return body


def _too_large(size: int, limit: int) -> TooLarge:
    return TooLarge(
        f"The request holds {size:,} bytes; the limit is {limit:,}.",
        value=size,
        remedy="Send fewer rows in one request.",
    )


async def send_response(send: Send, response: Response) -> None:
    """Send it in one piece."""
    headers = [
        (b"content-type", response.content_type),
        (b"content-length", b"%d" % len(response.body)),
        *response.headers,
    ]
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": response.body})


def error_response(error: AirworthyError) -> Response:
    """The error document: `{"error": {code, message, value, remedy}}`, with field and row where known."""
    document = error.as_json()
    if isinstance(error, BadRow) and error.field:
        detail = document["error"]
        assert isinstance(detail, dict)
        document = {"error": {**detail, "field": error.field, "row": error.row}}
    status = _status(error)
    headers = ((b"retry-after", b"1"),) if status == 503 else ()
    return Response(status, encode(document), headers=headers)


def _status(error: AirworthyError) -> int:
    if isinstance(error, BadJson):
        return 400
    if isinstance(error, TooLarge):
        return 413
    return 422 if isinstance(error, InputError) else 503
