"""Servers of models on loopback for tests: well-behaved ones of several kinds, and ones that fail."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = Callable[["Call"], tuple[int, Any, dict[str, str]]]


@dataclass(frozen=True)
class Call:
    """One request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    document: Any


@dataclass
class ModelServer:
    """Where it answers, and every request that it got."""

    url: str
    calls: list[Call] = field(default_factory=list)

    @property
    def posts(self) -> list[Call]:
        return [call for call in self.calls if call.method == "POST"]


@contextmanager
def model_server(answer: Answer) -> Iterator[ModelServer]:
    """A server that answers every request by `answer`: a status, a document or raw bytes, and headers."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = 1 << 16  # head and body in one packet: in two, each answer waits 40 ms for the system

        def _reply(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            call = Call(self.command, self.path, headers, json.loads(body) if body else None)
            server.calls.append(call)
            status, document, more = answer(call)
            sent = document if isinstance(document, bytes) else json.dumps(document).encode()
            self.send_response(status)
            for name, value in {"Content-Length": str(len(sent)), **more}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(sent)
            self.close_connection = "close" in more.get("Connection", "")

        do_GET = do_POST = _reply

        def log_message(self, *arguments: object) -> None:
            """Tests print nothing."""

    listener = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listener.daemon_threads = True
    server = ModelServer(f"http://127.0.0.1:{listener.server_address[1]}")
    thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        listener.shutdown()
        listener.server_close()
        thread.join()


def posts_only(answer: Answer) -> Answer:
    """Nothing but POST is answered, as by a server that knows only its one address."""

    def reply(call: Call) -> tuple[int, Any, dict[str, str]]:
        return answer(call) if call.method == "POST" else (404, {"detail": "Not Found"}, {})

    return reply


def records_server(score: Callable[[dict[str, Any]], Any]) -> Answer:
    """A list of records to a list of `score` of each."""
    return posts_only(lambda call: (200, [score(row) for row in call.document], {}))


def kserve_server(
    inputs: list[dict[str, Any]], outputs: Callable[[dict[str, Any]], list[dict[str, Any]]]
) -> Answer:
    """A small server of one model, `credit`, by the Open Inference Protocol; `outputs` of named inputs."""

    def reply(call: Call) -> tuple[int, Any, dict[str, str]]:
        if call.path == "/v2/models/credit":
            return 200, {"name": "credit", "platform": "test", "inputs": inputs, "outputs": []}, {}
        if call.path == "/v2/health/ready":
            return 200, {"ready": True}, {}
        if call.path == "/v2/models/credit/infer" and call.method == "POST":
            held = {one["name"]: one for one in call.document["inputs"]}
            return 200, {"model_name": "credit", "outputs": outputs(held)}, {}
        return 404, {"error": "no such model"}, {}

    return reply
