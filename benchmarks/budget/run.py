"""Whether a limit is a limit: six tables x 10, 60 and 240 s x 5 seeds, beside AutoGluon and FLAML.

Run `python benchmarks/budget/run.py`. AutoGluon and FLAML live in environments of their own:
`--python autogluon=/path/bin/python --python flaml=/path/bin/python`; what has none is left out. Wall time is
the process's, from start to exit, its imports and its saving included; memory that of its whole tree. Outcomes
stand in `build/budget` while it runs: the same command goes on from there.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from automl.contest_process import LOOK_SECONDS, PATIENCE, tree_mb
from automl.tables import TABLES, Table, divided

from budget.report import report

ROOT = Path(__file__).resolve().parents[2]
OWN, PEERS = Path(__file__).resolve().parent / "tools", ROOT / "benchmarks" / "automl" / "tools"
CONTESTANTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "airworthy": ("airworthy", (str(OWN / "airworthy_fit.py"),)),
    "airworthy run": ("airworthy", (str(OWN / "airworthy_run.py"),)),
    "autogluon-best": ("autogluon", (str(PEERS / "autogluon_preset.py"), "best_quality")),
    "autogluon-medium": ("autogluon", (str(PEERS / "autogluon_preset.py"), "medium_quality")),
    "flaml": ("flaml", (str(PEERS / "flaml_default.py"),)),
}
SIX = ("telco", "adult", "credit", "housing", "flights", "air")


def parsed(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", nargs="+", choices=tuple(TABLES), default=list(SIX), metavar="TABLE")
    parser.add_argument(
        "--tools", nargs="+", choices=tuple(CONTESTANTS), default=list(CONTESTANTS), metavar="TOOL"
    )
    parser.add_argument("--limits", nargs="+", type=float, default=[10.0, 60.0, 240.0], metavar="SECONDS")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--core", type=int, default=0, help="core to run on")
    parser.add_argument("--python", action="append", default=[], metavar="NAME=PATH")
    parser.add_argument("--results", type=Path, default=ROOT / "build" / "budget")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str]) -> int:
    options = parsed(arguments)
    pythons = {"airworthy": sys.executable} | dict(pair.split("=", 1) for pair in options.python)
    options.results.mkdir(parents=True, exist_ok=True)
    runs = [
        (TABLES[name], seed, limit, tool)
        for seed in range(options.seeds)
        for limit in options.limits
        for name in options.only
        for tool in options.tools
        if CONTESTANTS[tool][0] in pythons
    ]
    try:
        for table, seed, limit, tool in runs:
            place = options.results / f"{table.name}-{limit:g}-{seed}-{tool.replace(' ', '-')}.json"
            if not place.is_file():
                outcome = one(table, seed, limit, tool, pythons, options.core)
                place.write_text(json.dumps(outcome))
                print(f"{place.stem}: {outcome['wall']:.1f} s", file=sys.stderr, flush=True)
    except KeyboardInterrupt:
        print("Stopped; the same command goes on from here.", file=sys.stderr)
    found = [json.loads(path.read_text()) for path in sorted(options.results.glob("*.json"))]
    print(json.dumps(found, indent=1) if options.json else report(found))
    return 0


def one(
    table: Table, seed: int, limit: float, tool: str, pythons: dict[str, str], core: int
) -> dict[str, Any]:
    """The outcome of one run: its wall time, its peak of memory, and whether its model answers."""
    environment, (script, *more) = CONTESTANTS[tool]
    folder = Path(tempfile.mkdtemp(prefix="budget-"))
    try:
        for part, rows in zip(("train", "test"), divided(table, seed), strict=True):
            rows.write_parquet(folder / f"{part}.parquet")
        told = {"task": table.task, "target": table.target, "ordered": table.ordered, "split": seed}
        (folder / "task.json").write_text(json.dumps(told))
        command = [pythons[environment], str(OWN / "fit_only.py"), script, str(folder), str(limit), *more]
        wall, peak, code = _timed(command, folder, limit, core)
        known = {
            "table": table.name,
            "limit": limit,
            "split": seed,
            "tool": tool,
            "wall": wall,
            "peak_mb": peak,
        }
        figures = folder / "figures.json"
        if code == 0 and figures.is_file():
            return known | json.loads(figures.read_text())
        last = (folder / "log.txt").read_text(errors="replace").strip().splitlines()[-1:]
        return known | {"usable": False, "failed": f"ended with {code}: {' '.join(last)[:200]}"}
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _timed(command: Sequence[str], folder: Path, limit: float, core: int) -> tuple[float, float, int]:
    """Wall seconds from start to exit, peak memory of the tree in MB, and the exit code."""
    threads = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "POLARS_MAX_THREADS")
    began, peak = time.monotonic(), 0.0
    with (folder / "log.txt").open("wb") as log:
        process = subprocess.Popen(
            command,
            stdout=log,
            stderr=log,
            env=os.environ | dict.fromkeys(threads, "1"),
            start_new_session=True,
            preexec_fn=lambda: os.sched_setaffinity(0, {core}),
        )
        looked = began
        while (code := process.poll()) is None:
            if time.monotonic() - looked > LOOK_SECONDS:
                peak, looked = max(peak, tree_mb(process.pid)), time.monotonic()
            if time.monotonic() - began > PATIENCE * limit + 60:
                os.killpg(process.pid, signal.SIGKILL)
            time.sleep(0.01)
    return time.monotonic() - began, peak, code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
