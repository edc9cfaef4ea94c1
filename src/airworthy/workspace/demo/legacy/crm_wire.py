"""How an answer reaches the caller, or does not: whole, cut, dripping, refused or never."""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler

_PAGE = b"<!DOCTYPE html><html><body><h1>We will be back soon</h1><p>Error 0x80004005</p></body></html>"
_DRIPS = 20


@dataclass(frozen=True)
class Reply:
    """A status, a JSON document and further headers."""

    status: int
    document: object
    headers: Mapping[str, str] = field(default_factory=dict)


def busy(fault: str, path: str) -> Reply | None:
    """The answer of a server that has not looked at the request, for the faults that are such an answer."""
    waits = {
        "429-seconds": {"Retry-After": "1"},
        "429-date": {"Retry-After": formatdate(time.time() + 2, usegmt=True)},
        "429-zero": {"Retry-After": "0"},
        "429-absent": {},
        "429-absurd": {"Retry-After": "315360000"},
    }
    if fault in waits:
        return Reply(429, {"error": "slow down"}, waits[fault])
    if fault == "redirect":
        return Reply(307, {}, {"Location": path + ("&" if "?" in path else "?") + "moved=1"})
    plain = {
        "500": (500, "internal error"),
        "outage": (503, "down for maintenance"),
        "token-expiry": (401, "token expired"),
    }
    if fault in plain:
        status, said = plain[fault]
        return Reply(status, {"error": said})
    return None


def answer(to: BaseHTTPRequestHandler, reply: Reply, fault: str | None, *, drip: float) -> None:
    """Send a reply, spoiled on the wire by `fault`; a drip takes `drip` seconds."""
    body = json.dumps(reply.document).encode()
    if fault == "html":
        _send(to, 200, _PAGE, len(_PAGE), {"Content-Type": "text/html"})
    elif fault == "cut-json":
        _send(to, reply.status, body[: len(body) // 2], len(body) // 2, reply.headers)
    elif fault in ("cut", "accepted-cut"):
        _send(to, reply.status, body[: len(body) // 2], len(body), reply.headers)
        to.close_connection = True
    elif fault == "drip":
        _head(to, reply.status, len(body), reply.headers)
        for part in range(_DRIPS):
            to.wfile.write(body[part * len(body) // _DRIPS : (part + 1) * len(body) // _DRIPS])
            to.wfile.flush()
            time.sleep(drip / _DRIPS)
    else:
        _send(to, reply.status, body, len(body), reply.headers)


def hang(to: BaseHTTPRequestHandler, closing: threading.Event) -> None:
    """Say nothing until the caller has gone or the server closes."""
    to.close_connection = True
    to.connection.settimeout(0.1)
    while not closing.is_set():
        try:
            if not to.connection.recv(1):
                return
        except TimeoutError:
            continue
        except OSError:
            return


def reset(to: BaseHTTPRequestHandler) -> None:
    """Close the connection without a goodbye, so that the caller sees it reset."""
    to.close_connection = True
    to.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    to.connection.close()


def _send(
    to: BaseHTTPRequestHandler, status: int, body: bytes, length: int, headers: Mapping[str, str]
) -> None:
    _head(to, status, length, headers)
    to.wfile.write(body)


def _head(to: BaseHTTPRequestHandler, status: int, length: int, headers: Mapping[str, str]) -> None:
    to.send_response(status)
    for name, value in {"Content-Type": "application/json", **headers, "Content-Length": str(length)}.items():
        to.send_header(name, value)
    to.end_headers()
