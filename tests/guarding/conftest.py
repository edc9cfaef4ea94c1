"""Real servers on loopback that hear what a guard tells."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest


@pytest.fixture
def webhook() -> Iterator[tuple[str, list[dict[str, object]]]]:
    """A web server on loopback and what it was sent."""
    heard: list[dict[str, object]] = []

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Hook)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/hook", heard
    server.shutdown()
    server.server_close()


@pytest.fixture
def mail_server() -> Iterator[tuple[int, list[str]]]:
    """A mail server that speaks just enough SMTP, and the messages it took."""
    taken: list[str] = []
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                with connection, connection.makefile("rwb", 0) as wire:
                    talk(wire)

    def talk(wire: object) -> None:
        wire.write(b"220 here\r\n")
        while line := wire.readline():
            word = line[:4].upper()
            if word == b"DATA":
                wire.write(b"354 go on\r\n")
                taken.append(b"".join(iter(wire.readline, b".\r\n")).decode())
            wire.write(b"221 bye\r\n" if word == b"QUIT" else b"250 ok\r\n")

    threading.Thread(target=serve, daemon=True).start()
    yield listener.getsockname()[1], taken
    listener.close()
