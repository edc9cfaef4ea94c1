"""One contestant's run in its own environment: one core, a hard stop far beyond the limit, memory of its tree."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TOOLS = Path(__file__).resolve().parent / "tools"
PATIENCE = 8.0
"""Times the limit, and a minute, after which a contestant is killed and counts as not finished."""
LOOK_SECONDS, HELD_SECONDS = 0.2, 1.0
WAIT_SECONDS = 0.01
"""By so much at most a run is charged too much."""
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "POLARS_MAX_THREADS")


@dataclass(frozen=True)
class Took:
    """One process from start to exit: wall seconds, memory of its tree as in `Figures`, and its exit code."""

    wall: float
    peak_mb: float
    held_mb: float
    code: int
    killed: bool


@dataclass(frozen=True)
class Figures:
    """What one run took. `seconds` is its own fit, `wall` the process from start to exit.

    `peak_mb` counts a page in each process that has it; `held_mb` counts it once.
    """

    seconds: float
    wall: float
    peak_mb: float
    held_mb: float
    disk_mb: float
    inference_ms: float


def contest(
    python: str, script: str, more: Sequence[str], folder: Path, limit: float, core: int
) -> Figures | str:
    """Run `tools/script`; the reason in words where there are no answers."""
    took = timed([python, str(TOOLS / script), str(folder), str(limit), *more], folder, limit, core)
    if took.killed:
        return f"killed after {took.wall:.0f} s"
    figures = answered(folder, took)
    if isinstance(figures, str):
        return figures
    return Figures(
        figures["seconds"], took.wall, took.peak_mb, took.held_mb, figures["disk_mb"], figures["inference_ms"]
    )


def answered(folder: Path, took: Took) -> dict[str, Any] | str:
    """The figures that a tool's script left, or the last line that it said where it failed."""
    if took.code == 0 and (folder / "figures.json").is_file():
        found: dict[str, Any] = json.loads((folder / "figures.json").read_text())
        return found
    last = (folder / "log.txt").read_text(errors="replace").strip().splitlines()[-1:]
    return f"ended with {took.code}: {' '.join(last)[:200]}"


def timed(command: Sequence[str], folder: Path, limit: float, core: int) -> Took:
    """Run a command on one core and watch its tree; far beyond the limit it is killed."""
    environment = os.environ | dict.fromkeys(THREADS, "1")
    began, killed = time.monotonic(), False
    with (folder / "log.txt").open("wb") as log:
        process = subprocess.Popen(
            command,
            stdout=log,
            stderr=log,
            env=environment,
            start_new_session=True,
            preexec_fn=lambda: os.sched_setaffinity(0, {core}),
        )
        peak, held, next_look, next_held = 0.0, 0.0, began, began
        while process.poll() is None:
            now = time.monotonic()
            if now >= next_look:
                peak, next_look = max(peak, tree_mb(process.pid)), now + LOOK_SECONDS
            if now >= next_held:
                held, next_held = max(held, tree_mb(process.pid, _held)), now + HELD_SECONDS
            if now - began > PATIENCE * limit + 60:
                os.killpg(process.pid, signal.SIGKILL)
                killed = True
            time.sleep(WAIT_SECONDS)
    return Took(time.monotonic() - began, peak, held, process.returncode, killed)


def tree_mb(root: int, of: Callable[[int], int] | None = None) -> float:
    """Memory of a process and all that descend from it, in MB: `of` each, or what is resident.

    Resident pages that processes share count in each of them.
    """
    parents: dict[int, int] = {}
    resident: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            parents[int(entry.name)] = int(fields[1])
            resident[int(entry.name)] = int(fields[21]) * os.sysconf("SC_PAGE_SIZE")
    total = 0
    for process in resident:
        above: int | None = process
        while above and above != root:
            above = parents.get(above)
        if above == root:
            total += resident[process] if of is None else of(process)
    return total / 1e6


def _held(process: int) -> int:
    """Bytes of a process where each page counts by its share (PSS); nothing once it has ended."""
    try:
        text = Path(f"/proc/{process}/smaps_rollup").read_text()
    except OSError:
        return 0
    found = re.search(r"^Pss: +([0-9]+) kB", text, re.MULTILINE)
    return int(found[1]) * 1024 if found else 0
