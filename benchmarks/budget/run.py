"""Whether a limit is a limit: six tables x 10, 60 and 240 s x 5 seeds, beside AutoGluon and FLAML.

Run `python benchmarks/budget/run.py`. AutoGluon and FLAML live in environments of their own:
`--python autogluon=/path/bin/python --python flaml=/path/bin/python`; what has none is left out. Wall time is
the process's, from start to exit, its imports and its saving included; memory that of its whole tree. Outcomes
stand in `build/budget` while it runs: the same command goes on from there.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from automl.asked import asked_of_tools, pythons_of, write_task
from automl.contest_process import answered, timed
from automl.tables import TABLES, Table

from budget.report import report

ROOT = Path(__file__).resolve().parents[2]
OWN, PEERS = Path(__file__).resolve().parent / "tools", ROOT / "benchmarks" / "automl" / "tools"
CONTESTANTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "airworthy": ("airworthy", (str(PEERS / "airworthy_search.py"),)),
    "airworthy run": ("airworthy", (str(OWN / "airworthy_run.py"),)),
    "autogluon-best": ("autogluon", (str(PEERS / "autogluon_preset.py"), "best_quality")),
    "autogluon-medium": ("autogluon", (str(PEERS / "autogluon_preset.py"), "medium_quality")),
    "flaml": ("flaml", (str(PEERS / "flaml_default.py"),)),
}
SIX = ("telco", "adult", "credit", "housing", "flights", "air")


def parsed(arguments: Sequence[str]) -> argparse.Namespace:
    results = ROOT / "build" / "budget"
    parser = asked_of_tools(__doc__, CONTESTANTS, SIX, [10.0, 60.0, 240.0], results)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--core", type=int, default=0, help="core to run on")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str]) -> int:
    options = parsed(arguments)
    pythons = pythons_of(options)
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
        write_task(table, seed, folder, seed)
        command = [pythons[environment], str(OWN / "fit_only.py"), script, str(folder), str(limit), *more]
        took = timed(command, folder, limit, core)
        known = {
            "table": table.name,
            "limit": limit,
            "split": seed,
            "tool": tool,
            "wall": took.wall,
            "peak_mb": took.peak_mb,
        }
        figures = answered(folder, took)
        return known | ({"usable": False, "failed": figures} if isinstance(figures, str) else figures)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
