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

TOOLS = Path(__file__).resolve().parent / "tools"
PATIENCE = 8.0
"""Times the limit, and a minute, after which a contestant is killed and counts as not finished."""
LOOK_SECONDS, HELD_SECONDS = 0.2, 1.0


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
    environment = os.environ | dict.fromkeys(
        ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "POLARS_MAX_THREADS"), "1"
    )
    began = time.monotonic()
    with (folder / "log.txt").open("wb") as log:
        process = subprocess.Popen(
            [python, str(TOOLS / script), str(folder), str(limit), *more],
            stdout=log,
            stderr=log,
            env=environment,
            start_new_session=True,
            preexec_fn=lambda: os.sched_setaffinity(0, {core}),
        )
        peak, held, next_held = 0.0, 0.0, began
        while process.poll() is None:
            peak = max(peak, tree_mb(process.pid))
            if time.monotonic() >= next_held:
                held, next_held = max(held, tree_mb(process.pid, _held)), time.monotonic() + HELD_SECONDS
            if time.monotonic() - began > PATIENCE * limit + 60:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
                return f"killed after {time.monotonic() - began:.0f} s"
            time.sleep(LOOK_SECONDS)
    wall = time.monotonic() - began
    if process.returncode or not (folder / "figures.json").is_file():
        last = (folder / "log.txt").read_text(errors="replace").strip().splitlines()[-1:]
        return f"ended with {process.returncode}: {' '.join(last)[:200]}"
    figures = json.loads((folder / "figures.json").read_text())
    return Figures(figures["seconds"], wall, peak, held, figures["disk_mb"], figures["inference_ms"])


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
