"""CPU time a request and requests a second: Airworthy, a no-op ASGI application, and `mlflow models serve`.

    python benchmarks/serving.py                        the floor and Airworthy
    python benchmarks/serving.py --mlflow VENV          also MLflow, from (or into, if it is absent) that venv

One LightGBM model (200 trees, 30 features), one row a request, one worker each, 16 connections, the same
client, all in one run on loopback, in alternating rounds. CPU time is the server's whole process tree.
Airworthy decodes a typed request, scores, decides, logs durably against kill -9 and answers; the floor reads
the body and answers a constant; MLflow decodes into a data frame and scores.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import lightgbm
import numpy as np
import psutil

from airworthy.kernel.digest import digest_tree
from airworthy.release.manifest import Manifest, Pointer, write_pointer
from airworthy.scoring import save_spec, write_manifest
from airworthy.scoring.contract import Column, Contract, LogicalType
from airworthy.scoring.spec import Boosted, Number, ScorerSpec, Threshold

FEATURES, TREES, CONNECTIONS, ROUNDS = 30, 200, 16, 3
NAMES = [f"x{i}" for i in range(FEATURES)]

FLOOR = """
import sys, uvicorn
async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        for kind in ("startup", "shutdown"):
            await receive(); await send({"type": f"lifespan.{kind}.complete"})
        return
    await receive()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"17")]})
    await send({"type": "http.response.body", "body": b'{"decision":"No"}'})
uvicorn.run(app, port=int(sys.argv[1]), access_log=False, log_level="warning", http="httptools")
"""
AIRWORTHY = """
import sys; from pathlib import Path
from airworthy.serving import serve
serve(Path(sys.argv[2]), port=int(sys.argv[1]))
"""
SAVE_MLFLOW = """
import json, sys, lightgbm, mlflow.lightgbm, pandas
from mlflow.models import infer_signature
booster = lightgbm.Booster(model_file=sys.argv[1])
frame = pandas.DataFrame([json.loads(sys.argv[3])])
signature = infer_signature(frame, booster.predict(frame)) if sys.argv[4] == "signature" else None
mlflow.lightgbm.save_model(booster, sys.argv[2], signature=signature, pip_requirements=["lightgbm"])
"""


@dataclass
class Contestant:
    """A running server, the request it gets, and what was measured."""

    name: str
    process: subprocess.Popen[bytes]
    port: int
    path: str
    body: bytes
    requests: int
    cpu_us: list[float] = field(default_factory=list)
    per_second: list[float] = field(default_factory=list)
    answer: bytes = b""

    def request(self) -> bytes:
        head = (
            f"POST {self.path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n"
            f"content-length: {len(self.body)}\r\n\r\n"
        )
        return head.encode() + self.body

    def cpu_seconds(self) -> float:
        parent = psutil.Process(self.process.pid)
        family = [parent, *parent.children(recursive=True)]
        return sum(sum(one.cpu_times()[:2]) for one in family)


def make_workspace(folder: Path) -> dict[str, float]:
    """Train the model, release it, and return one row."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(20_000, FEATURES))
    y = (x[:, :5].sum(axis=1) + rng.normal(size=len(x)) > 0).astype(int)
    settings = {"objective": "binary", "verbosity": -1, "num_threads": 1, "seed": 0}
    artefact = folder / "models/v1"
    artefact.mkdir(parents=True)
    data = lightgbm.Dataset(x, y, feature_name=NAMES)
    lightgbm.train(settings, data, TREES).save_model(str(artefact / "model.txt"))
    columns = tuple(Column(name=name, type=LogicalType.REAL) for name in NAMES)
    spec = ScorerSpec(
        task="binary",
        contract=Contract(columns=columns, classes=("No", "Yes")),
        features=tuple(Number(column=name) for name in NAMES),
        learner=Boosted(weights="model.txt"),
        decision=Threshold(threshold=0.5),
    )
    save_spec(spec, artefact)
    write_manifest(artefact)
    manifest = Manifest(
        charter_name="bench",
        version="v1",
        digest=digest_tree(artefact),
        artefact="models/v1",
        latency_seconds=0.05,
    )
    write_pointer(folder, Pointer(manifest=manifest))
    return dict(zip(NAMES, x[0].round(6).tolist(), strict=True))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def started(
    command: list[str], port: int, log: Path, patience: float, path: Path | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """A server process that listens on `port`; it and its children end with the block."""
    environment = dict(os.environ)
    if path is not None:  # MLflow starts its own uvicorn by name
        environment["PATH"] = f"{path}{os.pathsep}{environment['PATH']}"
    with log.open("wb") as stream:
        process = subprocess.Popen(command, stdout=stream, stderr=stream, env=environment)
    try:
        deadline = time.monotonic() + patience
        while not _listens(port):
            if process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(f"{command[0]} did not start; its last words:\n{log.read_text()[-2000:]}")
            time.sleep(0.2)
        yield process
    finally:
        if process.poll() is None:
            family = psutil.Process(process.pid).children(recursive=True)
            process.terminate()
            _, alive = psutil.wait_procs(family, timeout=10)
            for one in alive:
                one.kill()
            process.wait(10)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


async def load(contestant: Contestant, count: int, seconds: float) -> int:
    """Send up to `count` requests over 16 connections within `seconds`; returns how many were answered."""
    message, deadline, left = contestant.request(), time.monotonic() + seconds, count

    async def connection() -> int:
        nonlocal left
        reader, writer = await asyncio.open_connection("127.0.0.1", contestant.port)
        done = 0
        while left > 0 and time.monotonic() < deadline:
            left -= 1
            writer.write(message)
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
            contestant.answer = await reader.readexactly(length)
            if not head.startswith(b"HTTP/1.1 200"):
                raise SystemExit(f"{contestant.name} answered {head!r} {contestant.answer[:500]!r}")
            done += 1
        writer.close()
        return done

    return sum(await asyncio.gather(*(connection() for _ in range(CONNECTIONS))))


def measure(contestant: Contestant, count: int, seconds: float) -> None:
    """One round."""
    cpu, began = contestant.cpu_seconds(), time.perf_counter()
    done = asyncio.run(load(contestant, count, seconds))
    contestant.per_second.append(done / (time.perf_counter() - began))
    contestant.cpu_us.append((contestant.cpu_seconds() - cpu) / done * 1e6)


def prepare_mlflow(venv: Path) -> None:
    """Create the virtual environment with MLflow when it is absent. Heavy: about 850 MB."""
    if (venv / "bin/mlflow").exists():
        return
    print(f"creating {venv} with MLflow; this downloads about 850 MB", file=sys.stderr, flush=True)
    subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
    subprocess.run([str(venv / "bin/pip"), "install", "-q", "mlflow", "lightgbm", "pandas"], check=True)


def mlflow_servers(venv: Path, folder: Path, row: dict[str, float], stack: ExitStack) -> Iterator[Contestant]:
    """`mlflow models serve` on the same weights, with and without a signature."""
    body = json.dumps({"dataframe_split": {"columns": list(row), "data": [list(row.values())]}}).encode()
    for kind in ("signature", "plain"):
        model, port = folder / f"mlflow-{kind}", free_port()
        weights = str(folder / "models/v1/model.txt")
        save = [str(venv / "bin/python"), "-c", SAVE_MLFLOW, weights, str(model), json.dumps(row), kind]
        subprocess.run(save, check=True, capture_output=True)
        command = [str(venv / "bin/mlflow"), "models", "serve", "-m", str(model), "-p", str(port)]
        command += ["--env-manager", "local", "--workers", "1", "-h", "127.0.0.1"]
        process = stack.enter_context(started(command, port, folder / f"{kind}.log", 120, venv / "bin"))
        name = "mlflow models serve" + (", with a signature" if kind == "signature" else ", no signature")
        yield Contestant(name, process, port, "/invocations", body, 600)


def compare(folder: Path, mlflow: Path | None, seconds: float, requests: int) -> list[Contestant]:
    """Start everything, warm it up, measure in alternating rounds."""
    row = make_workspace(folder)
    body = json.dumps(row).encode()
    with ExitStack() as stack:
        contestants = []
        for name, program in (("no-op ASGI (the floor)", FLOOR), ("airworthy", AIRWORTHY)):
            port = free_port()
            command = [sys.executable, "-c", program, str(port), str(folder)]
            process = stack.enter_context(started(command, port, folder / f"{name[:5]}.log", 30))
            contestants.append(Contestant(name, process, port, "/v1/predict", body, requests))
        if mlflow is not None:
            contestants += mlflow_servers(mlflow, folder, row, stack)
        for contestant in contestants:
            asyncio.run(load(contestant, max(50, contestant.requests // 10), seconds))
        for _ in range(ROUNDS):
            for contestant in contestants:
                measure(contestant, contestant.requests, seconds)
    check_same_answers(contestants)
    return contestants


def check_same_answers(contestants: list[Contestant]) -> None:
    """All must have scored the same model."""
    probability = json.loads(contestants[1].answer)["probability"]
    for contestant in contestants[2:]:
        other = json.loads(contestant.answer)["predictions"][0]
        if abs(other - probability) > 1e-12:
            raise SystemExit(f"{contestant.name} answers {other}, airworthy {probability}")


def report(contestants: list[Contestant], as_json: bool) -> None:
    """Medians of the rounds, with their range."""
    floor = statistics.median(contestants[0].cpu_us)
    rows = [
        {
            "server": one.name,
            "cpu_us_per_request": round(statistics.median(one.cpu_us), 1),
            "cpu_us_range": [round(min(one.cpu_us), 1), round(max(one.cpu_us), 1)],
            "times_the_floor": round(statistics.median(one.cpu_us) / floor, 2),
            "requests_per_second": round(statistics.median(one.per_second)),
        }
        for one in contestants
    ]
    if as_json:
        print(json.dumps({"rounds": ROUNDS, "connections": CONNECTIONS, "servers": rows}, indent=1))
        return
    print(f"{'server':38}{'CPU us/request':>16}{'(range)':>20}{'x floor':>9}{'requests/s':>12}")
    for row in rows:
        low, high = row["cpu_us_range"]
        print(
            f"{row['server']:38}{row['cpu_us_per_request']:16,.1f}{f'{low:,.0f} to {high:,.0f}':>20}"
            f"{row['times_the_floor']:9,.1f}{row['requests_per_second']:12,}"
        )


def main() -> None:
    """Parse the arguments and run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--mlflow", type=Path, metavar="VENV", help="virtual environment with MLflow")
    parser.add_argument("--requests", type=int, default=10_000, help="a round, of the floor and Airworthy")
    parser.add_argument("--seconds", type=float, default=15.0, help="at most, for one round of one server")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    given = parser.parse_args()
    if given.mlflow is None:
        print("mlflow: skipped, because no --mlflow VENV was given", file=sys.stderr)
    else:
        prepare_mlflow(given.mlflow)
    with tempfile.TemporaryDirectory(prefix="airworthy-bench-") as folder:
        report(compare(Path(folder), given.mlflow, given.seconds, given.requests), given.json)


if __name__ == "__main__":
    main()
