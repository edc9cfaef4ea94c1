"""One contestant's run in its own environment: one core, a hard stop far beyond the limit, memory of its tree."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

TOOLS = Path(__file__).resolve().parent / "tools"
PATIENCE = 8.0
"""Times the limit, and a minute, after which a contestant is killed and counts as not finished."""
LOOK_SECONDS = 0.2


@dataclass(frozen=True)
class Figures:
    """What one run took. `seconds` is its own fit, `wall` the process from start to exit."""

    seconds: float
    wall: float
    peak_mb: float
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
        peak = 0.0
        while process.poll() is None:
            peak = max(peak, tree_mb(process.pid))
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
    return Figures(figures["seconds"], wall, peak, figures["disk_mb"], figures["inference_ms"])


def tree_mb(root: int) -> float:
    """Resident memory of a process and all that descend from it, in MB; shared pages count in each."""
    parents: dict[int, int] = {}
    resident: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            parents[int(entry.name)], resident[int(entry.name)] = int(fields[1]), int(fields[21])
    total = 0
    for process in resident:
        above: int | None = process
        while above and above != root:
            above = parents.get(above)
        if above == root:
            total += resident[process]
    return total * os.sysconf("SC_PAGE_SIZE") / 1e6
