"""Runs the application under uvicorn: one process, or several workers that die with their supervisor."""

from __future__ import annotations

import os
import socket
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec
import uvicorn

from airworthy.kernel.errors import InputError
from airworthy.serving.app import App, create_app, note_on_stderr
from airworthy.serving.live import Live

LOOPBACK = "127.0.0.1"
SETTINGS = "AIRWORTHY_SERVE"  # how spawned workers learn what to serve


class WorkerSettings(msgspec.Struct, frozen=True):
    """What a spawned worker must know."""

    workspace: str
    stage: str
    metrics: str
    parent: int


def serve(
    workspace: Path,
    host: str = LOOPBACK,
    port: int = 8080,
    workers: int = 1,
    stage: str = "production",
    note: Callable[[str], None] = note_on_stderr,
    ready: Callable[[Mapping[str, object]], None] = lambda document: None,
) -> None:
    """Serve until interrupted (SIGINT, SIGTERM). Port 0 takes a free one; `note` tells the address.

    `ready` is called once, with the document of `airworthy serve --json`, before the first request is taken.

    Raises `WorkspaceError` or `IntegrityError` when there is nothing fit to serve, and `InputError` when the
    address is taken, before anything listens.
    """
    if workers < 1:
        raise InputError(
            f"{workers} workers cannot serve.", value=workers, remedy="Give --workers 1 or more."
        )
    if workers == 1:
        app = create_app(workspace, stage, note=note)
        listening = _listen(host, port)
        note(f"{_what(app.live)} on {_url(listening)}")
        ready(_document(app.live, _url(listening), workers))
        uvicorn.Server(uvicorn.Config(app, **_settings())).run(sockets=[listening])
    else:
        _serve_many(workspace, host, port, workers, stage, note, ready)


def _serve_many(
    workspace: Path,
    host: str,
    port: int,
    workers: int,
    stage: str,
    note: Callable[[str], None],
    ready: Callable[[Mapping[str, object]], None],
) -> None:
    live = Live.open(workspace, stage, note)  # fails here, once, and not in each worker
    with _listen(host, port) as probe:
        url, port = _url(probe), int(probe.getsockname()[1])
    note(f"{_what(live)} on {url} with {workers} workers")
    ready(_document(live, url, workers))
    with tempfile.TemporaryDirectory(prefix="airworthy-metrics-") as metrics:
        settings = WorkerSettings(str(workspace.resolve()), stage, metrics, os.getpid())
        os.environ[SETTINGS] = msgspec.json.encode(settings).decode()
        uvicorn.run(
            "airworthy.serving.serve:make_worker",
            factory=True,
            host=host,
            port=port,
            workers=workers,
            **_settings(),
        )


def make_worker() -> App:
    """The application of one spawned worker, from the settings that its supervisor left for it."""
    settings = msgspec.json.decode(os.environ[SETTINGS], type=WorkerSettings)
    return create_app(
        Path(settings.workspace),
        settings.stage,
        shared_metrics=Path(settings.metrics),
        parent=settings.parent,
    )


def _settings() -> dict[str, Any]:
    return {
        "loop": "auto",  # uvloop where it is installed
        "http": "httptools",
        "ws": "none",
        "lifespan": "on",
        "access_log": False,
        "log_level": "warning",
        "server_header": False,
        "timeout_graceful_shutdown": 10,
    }


def _listen(host: str, port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise InputError(
            f"Cannot listen on {host}:{port}: {error.strerror}.",
            value=f"{host}:{port}",
            remedy="Choose another with --port, or stop the server that uses it.",
        ) from error
    return listening


def _url(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _document(live: Live, url: str, workers: int) -> dict[str, object]:
    current = live.current
    return {"url": url, "version": current.version, "mode": current.mode, "workers": workers}


def _what(live: Live) -> str:
    current = live.current
    return f"serving {current.manifest.charter_name} {current.version} in mode {current.mode}"
