"""Airworthy's search beside AutoML tools and plain boosting: quality, money, time kept, memory, serving cost.

Run `python benchmarks/automl/run.py --limits 60 --splits 5`. AutoGluon and FLAML live in environments of their
own: `--python autogluon=/path/bin/python --python flaml=/path/bin/python`; what has none is left out. Every
contestant has one core, and sees the same development rows. Outcomes stand in `build/automl` while it runs:
Ctrl-C prints what there is, and the same command goes on from there.

Money is the expected cost of one test row where a miss costs five times a false alarm and everybody decides at
the same Bayes threshold, 1/6. A relative difference is (Airworthy - other) / other of log loss or RMSE.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from queue import Queue

import numpy as np
import polars as pl

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from automl.asked import asked_of_tools, pythons_of, write_task
from automl.contest_process import Figures, contest
from automl.measure import measured
from automl.report import report
from automl.tables import TABLES, Table

ROOT = Path(__file__).resolve().parents[2]
CONTESTANTS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "airworthy": ("airworthy", "airworthy_search.py", ()),
    "autogluon-best": ("autogluon", "autogluon_preset.py", ("best_quality",)),
    "autogluon-good": ("autogluon", "autogluon_preset.py", ("good_quality",)),
    "autogluon-medium": ("autogluon", "autogluon_preset.py", ("medium_quality",)),
    "autogluon-best-latest": ("autogluon", "autogluon_preset.py", ("best_quality", "latest")),
    "autogluon-medium-latest": ("autogluon", "autogluon_preset.py", ("medium_quality", "latest")),
    "flaml": ("flaml", "flaml_default.py", ()),
    "lightgbm": ("airworthy", "lightgbm_default.py", ()),
    "catboost": ("airworthy", "catboost_default.py", ()),
}


def parsed(arguments: Sequence[str]) -> argparse.Namespace:
    parser = asked_of_tools(__doc__, CONTESTANTS, tuple(TABLES), [60.0], ROOT / "build" / "automl")
    parser.add_argument("--splits", type=int, default=5)
    parser.add_argument(
        "--cores", nargs="+", type=int, default=[0], help="cores to run on, one contestant each"
    )
    return parser.parse_args(arguments)


def main(arguments: Sequence[str]) -> int:
    options = parsed(arguments)
    pythons = pythons_of(options)
    cores: Queue[int] = Queue()
    for core in options.cores:
        cores.put(core)
    runs = [
        (TABLES[name], split, limit, tool)
        for split in range(options.splits)
        for limit in options.limits
        for name in options.only
        for tool in options.tools
        if CONTESTANTS[tool][0] in pythons and (TABLES[name].ordered or not tool.endswith("-latest"))
    ]
    with ThreadPoolExecutor(len(options.cores)) as pool:
        try:
            for run in [pool.submit(_kept, *run, pythons, cores, options.results) for run in runs]:
                run.result()
        except KeyboardInterrupt:
            pool.shutdown(cancel_futures=True)
            print("Stopped; the same command goes on from here.", file=sys.stderr)
    found = [json.loads(path.read_text()) for path in sorted(options.results.glob("*.json"))]
    print(json.dumps(found, indent=1) if options.json else report(found))
    return 0


def _kept(
    table: Table,
    split: int,
    limit: float,
    tool: str,
    pythons: dict[str, str],
    cores: Queue[int],
    results: Path,
) -> None:
    """Run one contest unless its outcome is on disk, and write it down."""
    place = results / f"{table.name}-{limit:g}-{split}-{tool}.json"
    if place.is_file():
        return
    core = cores.get()
    try:
        outcome = _contest(table, split, limit, tool, pythons, core)
    finally:
        cores.put(core)
    results.mkdir(parents=True, exist_ok=True)
    place.write_text(json.dumps(outcome))
    said = outcome.get("failed") or f"{outcome['loss']:.5f} in {outcome['seconds']:.1f} s"
    print(f"{place.stem}: {said}", file=sys.stderr, flush=True)


def _contest(
    table: Table, split: int, limit: float, tool: str, pythons: dict[str, str], core: int
) -> dict[str, object]:
    environment, script, more = CONTESTANTS[tool]
    known: dict[str, object] = {
        "table": table.name, "ordered": table.ordered, "task": table.task, "split": split, "limit": limit, "tool": tool
    }  # fmt: skip
    folder = Path(tempfile.mkdtemp(prefix="automl-"))
    try:
        write_task(table, split, folder)
        figures = contest(pythons[environment], script, more, folder, limit, core)
        if not isinstance(figures, Figures):
            return known | {"failed": figures}
        answers = np.load(folder / "answers.npy")
        y = pl.read_parquet(folder / "test.parquet")[table.target].cast(float).to_numpy()
        return known | asdict(figures) | measured(table.task, y, answers)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
