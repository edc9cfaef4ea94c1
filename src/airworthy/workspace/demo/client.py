"""A small client for the demo: rows as a caller would send them, outcomes as they arrive days later."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl

from airworthy.kernel.errors import AirworthyError
from airworthy.scoring.contract import Contract, Role

BATCH = 200


def request_rows(frame: pl.DataFrame, contract: Contract) -> list[dict[str, Any]]:
    """The joined rows of `frame` as JSON requests: what serving reads or logs, nulls left out."""
    roles = (Role.INPUT, Role.TIME, Role.ENTITY, Role.PROTECTED)
    names = [column.name for column in contract.with_role(*roles) if column.name in frame.columns]
    return [
        {name: _plain(value) for name, value in row.items() if value is not None}
        for row in frame.select(names).iter_rows(named=True)
    ]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, (datetime, date)) else value


class Client:
    """One connection to a server on loopback."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def post(self, path: str, body: object) -> Any:
        """POST JSON. Raises `AirworthyError` with the server's own message on an error answer."""
        text, headers = json.dumps(body).encode(), {"Content-Type": "application/json"}
        try:
            self._connection.request("POST", path, text, headers)
            answer = self._connection.getresponse()
            document = json.loads(answer.read())
        except OSError as gone:
            self._connection.close()
            raise AirworthyError(
                f"The demo's server did not answer: {gone}.", remedy="Run `airworthy demo` again."
            ) from gone
        if answer.status >= 400:
            error = document["error"]
            raise AirworthyError(error["message"], value=error.get("value"), remedy=error.get("remedy", ""))
        return document

    def rest(self) -> None:
        """Hang up before a pause: the server closes idle connections, the next call opens a new one."""
        self._connection.close()

    def predict(self, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """Predictions for many rows, in batches."""
        answers: list[dict[str, Any]] = []
        for start in range(0, len(rows), BATCH):
            answers += self.post("/v1/predict", list(rows[start : start + BATCH]))
        return answers

    def healthy(self) -> bool:
        try:
            self._connection.request("GET", "/readyz")
            answer = self._connection.getresponse()
            answer.read()
        except OSError:
            self._connection.close()
            return False
        return answer.status == 200


@contextmanager
def running_server(charter: Path, port: int) -> Iterator[Client]:
    """`airworthy serve` as a process of its own, stopped at the end."""
    command = [
        sys.executable,
        "-m",
        "airworthy.cli.main",
        "serve",
        "--charter",
        str(charter),
        "--port",
        str(port),
    ]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        client = Client(port)
        deadline = time.monotonic() + 30
        while not client.healthy():
            if process.poll() is not None or time.monotonic() > deadline:
                process.kill()
                text = (process.stderr.read() if process.stderr else b"").decode(errors="replace")
                raise AirworthyError(f"The server did not start: {text[-500:]}", remedy="Is the port free?")
            time.sleep(0.1)
        yield client
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
