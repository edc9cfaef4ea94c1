"""A workspace with released versions, a client in this process, and real servers on loopback."""

from __future__ import annotations

import asyncio
import os
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import httpx
from scoring_worlds import endings, save_world

from airworthy.kernel.clock import FixedClock
from airworthy.kernel.digest import digest_tree
from airworthy.release.manifest import FallbackRule, Manifest, Pointer, write_pointer
from airworthy.serving import App, create_app

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
RULE = FallbackRule(decision="Yes", column="temp °C", at_least=30.0, otherwise="No")
ROW = {"amount": 12.5, "temp °C": 31.0, "city": "Rome", "partner": True, "when": "2026-01-01T08:00:00Z"}


def release(
    workspace: Path,
    version: str = "v1",
    *,
    kind: str = "boosted",
    task: str = "binary",
    fallback: FallbackRule | None = RULE,
    mode: str = "model",
    reason: str = "",
) -> Manifest:
    """Save a model as `version`, unless it is there, and point production at it."""
    folder = workspace / "models" / version
    if not folder.exists():
        save_world(folder, kind, task, *endings(task)[-1])
    manifest = Manifest(
        charter_name="late-flights",
        version=version,
        digest=digest_tree(folder),
        artefact=f"models/{version}",
        latency_seconds=0.05,
        fallback=fallback,
    )
    write_pointer(workspace, Pointer(manifest=manifest, mode=mode, reason=reason))
    return manifest


@dataclass
class InProcess:
    """Calls an application without a network."""

    app: App
    notes: list[str] = field(default_factory=list)

    def request(self, method: str, path: str, **options: object) -> httpx.Response:
        async def call() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
                return await client.request(method, path, **options)  # type: ignore[arg-type]

        return asyncio.run(call())

    def predict(self, body: object, path: str = "/v1/predict", **options: object) -> httpx.Response:
        return self.request("POST", path, json=body, **options)

    def get(self, path: str) -> httpx.Response:
        return self.request("GET", path)


def open_client(workspace: Path, **options: object) -> InProcess:
    notes: list[str] = []
    app = create_app(workspace, clock=FixedClock(NOON), note=notes.append, **options)  # type: ignore[arg-type]
    return InProcess(app, notes)


@dataclass(frozen=True)
class Server:
    """A real server process and its address."""

    process: subprocess.Popen[str]
    url: str

    def kill(self) -> None:
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait(10)


@contextmanager
def running_server(workspace: Path, workers: int = 1, before: str = "") -> Iterator[Server]:
    """Start `serve` in its own process and end it afterwards; `before` is Python that runs in it first."""
    port = 0 if workers == 1 else free_port()
    program = (
        "import sys; from pathlib import Path\nfrom airworthy.serving import serve\n"
        f"if __name__ == '__main__':\n    {before or 'pass'}\n"
        f"    serve(Path(sys.argv[1]), port={port}, workers={workers})\n"
    )
    script = workspace / "run_server.py"
    script.write_text(program)
    process = subprocess.Popen(
        [sys.executable, str(script), str(workspace)],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        url = _address(process)
        _wait_until_ready(url, process)
        yield Server(process, url)
    finally:
        if process.poll() is None:
            process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(5)


def free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _address(process: subprocess.Popen[str]) -> str:
    assert process.stderr is not None
    ready, _, _ = select.select([process.stderr], [], [], 20)
    line = process.stderr.readline() if ready else ""
    found = re.search(r"http://[\d.]+:\d+", line)
    if found is None:
        process.kill()
        raise AssertionError(f"the server did not start: {line}{process.stderr.read()}")
    return found[0]


def _wait_until_ready(url: str, process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(f"{url}/readyz", timeout=2).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    raise AssertionError(f"the server at {url} is not ready")
