"""What the data audit costs beside merely reading the table: CPU seconds, their ratio, and peak memory.

Run `python benchmarks/audit.py [--rows N] [--columns N]`. A table of mixed columns (numbers, counts, words,
flags, dates, gaps) is written as CSV and Parquet; each measurement runs in a process of its own. The floor is
what polars needs to read every cell; the audit runs all checks on every row.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import numpy as np
import polars as pl


def table(rows: int, columns: int, seed: int = 1) -> pl.DataFrame:
    """A binary outcome, a decision time and `columns` - 2 inputs of eight kinds in turn; every fifth has gaps."""
    rng = np.random.default_rng(seed)
    words = np.array([f"w{i:03d}" for i in range(400)])
    hour = np.sort(rng.integers(0, 24 * 730, rows))
    made: dict[str, pl.Series] = {
        "y": pl.Series(np.where(rng.random(rows) < 0.3, "yes", "no")),
        "at": (pl.Series(hour * 3_600_000_000) + int(datetime(2021, 1, 1).timestamp()) * 1_000_000).cast(
            pl.Datetime("us")
        ),
    }
    kinds: tuple[Callable[[], object], ...] = (
        lambda: rng.normal(100, 15, rows).round(3),
        lambda: rng.lognormal(8, 1, rows).round(2),
        lambda: rng.poisson(3, rows),
        lambda: rng.integers(18, 90, rows),
        lambda: words[rng.integers(0, 12, rows)],
        lambda: words[rng.integers(0, 400, rows)],
        lambda: rng.random(rows) < 0.1,
        lambda: rng.beta(2, 5, rows).round(4),
    )
    for index in range(columns - 2):
        column = pl.Series(f"c{index:02d}", kinds[index % len(kinds)]())
        if index % 5 == 0:
            column = pl.select(pl.when(pl.lit(rng.random(rows)) > 0.02).then(pl.lit(column))).to_series()
        made[f"c{index:02d}"] = column
    return pl.DataFrame(made)


def floor(path: Path) -> None:
    frame = pl.read_csv(path, try_parse_dates=True) if path.suffix == ".csv" else pl.read_parquet(path)
    frame.select(pl.all().null_count()).row(0)


def read(path: Path) -> None:
    from airworthy.data import read_file  # the floor must not pay for the import

    read_file(path)


def audit(path: Path) -> None:
    from airworthy.data import read_file  # the floor must not pay for the import
    from airworthy.data.audit import audit_frame

    report = audit_frame(read_file(path), target="y", time="at")
    print(f"{len(report.results)} results, {len(report.failures)} FAIL", file=sys.stderr)


WORK = {"floor": floor, "read": read, "audit": audit}


def child(work: str, path: Path) -> None:
    began = time.perf_counter()
    WORK[work](path)
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = used.ru_utime + used.ru_stime
    print(json.dumps({"cpu": seconds, "wall": time.perf_counter() - began, "mb": used.ru_maxrss / 1024}))


def measured(work: str, path: Path) -> dict[str, float]:
    """CPU seconds, wall seconds and peak MB of one process, with its imports."""
    command = [sys.executable, __file__, "--child", work, str(path)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--columns", type=int, default=30)
    parser.add_argument("--child", nargs=2, metavar=("WORK", "FILE"))
    options = parser.parse_args()
    if options.child:
        child(options.child[0], Path(options.child[1]))
        return
    with tempfile.TemporaryDirectory() as folder:
        made = table(options.rows, options.columns)
        paths = [Path(folder) / "table.csv", Path(folder) / "table.parquet"]
        made.write_csv(paths[0])
        made.write_parquet(paths[1])
        print(f"{made.height:,} rows x {made.width} columns")
        print(f"{'file':<8} {'work':<6} {'CPU s':>7} {'wall s':>7} {'peak MB':>8} {'x floor CPU':>12}")
        for path in paths:
            least = 0.0
            for work in WORK:
                found = measured(work, path)
                least = least or found["cpu"]
                print(
                    f"{path.suffix[1:]:<8} {work:<6} {found['cpu']:>7.2f} {found['wall']:>7.2f} "
                    f"{found['mb']:>8.0f} {found['cpu'] / least:>12.2f}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
