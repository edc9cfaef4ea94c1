"""What the data audit costs beside reading the table, DuckDB's SUMMARIZE and other profilers.

    python benchmarks/audit.py [--rows N] [--columns N] [--runs N]
    python benchmarks/audit.py --peer duckdb=PYTHON --peer whylogs=PYTHON ...

A table of numbers, counts, words, flags, dates, keys, prose and gaps is written as Parquet, row group by row
group; each measurement is a process of its own, in alternating runs, and the median counts. `read` is what polars
needs to read every cell; `audit` runs every check that fits no model, on every row; `models` runs the others, on
samples of at most 10,000 rows; `stream` is `audit` one column at a time. A peer is measured by the interpreter
that it is installed for. `--agree` compares every result of `stream` with that of `audit`. `--profile` prints
instead what each fact and check of the works costs. `--memory 4` fails where the resident memory of a work, as
the system counted it, went beyond 4 GiB.

One run at 200,000 x 30 on a busy machine, imports included; what each tells of the kinds in docs/planted.md:

    work                 CPU s   MB   judges
    read                   0.3  211
    DuckDB SUMMARIZE 2.0   1.1  211   nothing: counts, range, quartiles
    skrub 0.11             4.0  416   nothing: a table and a picture of each column
    audit                  6.9  411   every kind of the page that fits no model
    whylogs 1.6            7.3  341   nothing: sketches, which constraints may be declared on
    ydata-profiling 4.18   8.5  975   null-rate, constant, imbalance (`minimal`)
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from audit_profile import profile

if TYPE_CHECKING:
    from airworthy.data.audit import AuditReport

PIECE = 1_000_000


@dataclass(frozen=True)
class Cost:
    """What one process took."""

    cpu: float
    mb: float


def table(rows: int, columns: int, seed: int = 1, first: int = 0) -> pl.DataFrame:
    """A binary outcome, a decision time, a key, a customer, a birthday, prose and `columns` - 6 inputs of eight
    kinds in turn; every fifth has gaps. `first` numbers the keys."""
    rng = np.random.default_rng([seed, first])
    words = np.array([f"w{i:03d}" for i in range(400)])
    hour = np.sort(rng.integers(0, 24 * 730, rows))
    since = int(datetime(2021, 1, 1).timestamp()) * 1_000_000
    prose = pl.Series(
        [
            "the",
            "order",
            "came",
            "late",
            "and",
            "box",
            "was",
            "open",
            "refund",
            "please",
            "blue",
            "size",
            "wrong",
            "again",
            "never",
            "good",
        ]
    )
    told = [prose.gather(rng.integers(0, len(prose), rows)).alias(f"p{i}") for i in range(8)]
    made: dict[str, pl.Series] = {
        "y": pl.Series(np.where(rng.random(rows) < 0.3, "yes", "no")),
        "at": (pl.Series(hour * 3_600_000_000) + since).cast(pl.Datetime("us")),
        "order_id": "o-" + pl.Series(np.arange(first, first + rows)).cast(pl.String).str.zfill(9),
        "customer_id": pl.Series(rng.integers(0, max(rows // 4, 10), rows)),
        "born": pl.Series(rng.integers(-5000, 12000, rows)).cast(pl.Int32).cast(pl.Date),
        "note": pl.DataFrame(told).select(pl.concat_str(pl.all(), separator=" ")).to_series(),
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
    for index in range(columns - len(made)):
        column = pl.Series(f"c{index:02d}", kinds[index % len(kinds)]())
        if index % 5 == 0:
            column = column.set(pl.Series(rng.random(rows) < 0.02), None)
        made[f"c{index:02d}"] = column
    return pl.DataFrame(made)


def write(path: Path, rows: int, columns: int) -> None:
    """The table as Parquet; never more than a million rows of it in memory."""
    with tempfile.TemporaryDirectory() as folder:
        parts = []
        for first in range(0, rows, PIECE):
            parts.append(Path(folder) / f"{first:012d}.parquet")
            table(min(PIECE, rows - first), columns, first=first).write_parquet(parts[-1])
        pl.scan_parquet(parts).sink_parquet(path)


def read(path: Path) -> None:
    pl.read_parquet(path).select(pl.all().null_count()).row(0)


def audit(path: Path, *, models: bool = False) -> AuditReport:
    from airworthy.data import audit as audits  # the other works must not pay for the import
    from airworthy.data.read import read_table

    chosen(models)
    table = read_table(path)
    return whole(audits.audit_frame(table.frame, target="y", time="at", written=table.written))


def stream(path: Path) -> AuditReport:
    from airworthy.data.larger import audit_parquet  # the other works must not pay for the import

    chosen(models=False)
    return whole(audit_parquet(path, target="y", time="at"))


def whole(report: AuditReport) -> AuditReport:
    """The report, unless a check broke: then its cost is not that of an audit."""
    broken = [r.finding for r in report.results if r.verdict.name == "ERROR"]
    if broken:
        raise SystemExit(f"{len(broken)} results are errors: {broken[0]}")
    return report


def chosen(models: bool) -> None:
    """Leave the audit the checks that fit models, or the others."""
    from airworthy.data import audit as audits
    from airworthy.kernel.check import Cost

    kept = tuple(check for check in audits.CHECKS if (check.cost is not Cost.CHEAP) == models)
    audits.CHECKS = kept


def agree(path: Path) -> None:
    """Print how many results of the two ways differ."""
    inside, streamed = audit(path), stream(path)
    pairs = zip(inside.results, streamed.results, strict=True)
    differ = sum(a.as_json() != b.as_json() for a, b in pairs)
    same = "the same" if inside.digest == streamed.digest else "another"
    print(f"{len(inside.results)} results compared, {differ} differ; {same} digest")


WORK: dict[str, Callable[[Path], object]] = {
    "read": read,
    "audit": audit,
    "models": lambda path: audit(path, models=True),
    "stream": stream,
}

PEERS = {
    "duckdb": """import duckdb
c = duckdb.connect(); c.execute("SET threads=2"); c.execute(f"SUMMARIZE SELECT * FROM '{path}'").fetchall()""",
    "whylogs": """import pandas, whylogs
whylogs.log(pandas.read_parquet(path)).view().to_pandas()""",
    "ydata-profiling": """import pandas
from ydata_profiling import ProfileReport
ProfileReport(pandas.read_parquet(path), minimal=True, progress_bar=False).get_description()""",
    "skrub": """import pandas
from skrub import TableReport
TableReport(pandas.read_parquet(path), verbose=0, plot_distributions=False).html()""",
}
"""What each peer does with a table, at its own defaults for a large one."""

METER = """
import resource as _r
_u = _r.getrusage(_r.RUSAGE_SELF); _c = _r.getrusage(_r.RUSAGE_CHILDREN)
print('\\n{"cpu": %f, "mb": %f}' % (_u.ru_utime + _u.ru_stime + _c.ru_utime + _c.ru_stime, _u.ru_maxrss / 1024))
"""


def child(work: str, path: Path) -> None:
    WORK[work](path)
    exec(METER)


def profiled(works: Sequence[str], path: Path) -> None:
    """Print what each step costs, one process a work."""
    for work in works:
        print(f"\n{work}", flush=True)
        subprocess.run([sys.executable, __file__, "--profile-child", work, str(path)], check=True, env=_two())


def _two() -> dict[str, str]:
    return os.environ | {"POLARS_MAX_THREADS": "2", "OMP_NUM_THREADS": "2"}


def measured(work: str, path: Path, peers: Mapping[str, str]) -> Cost:
    """CPU seconds and peak MB of one process, with its imports; two threads."""
    if work in peers:
        command = [peers[work], "-c", f"path = {str(path)!r}\n{PEERS[work]}\n{METER}"]
    else:
        command = [sys.executable, __file__, "--child", work, str(path)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=_two())
    found = json.loads(done.stdout.splitlines()[-1])
    return Cost(found["cpu"], found["mb"])


def compare(path: Path, works: Sequence[str], peers: Mapping[str, str], runs: int) -> float:
    """Alternate the works and print the median of each; the highest peak of any, in MB."""
    seen: dict[str, list[Cost]] = {work: [] for work in works}
    for _ in range(runs):
        for work in works:
            seen[work].append(measured(work, path, peers))
    middle = {work: median(cost.cpu for cost in costs) for work, costs in seen.items()}
    base = middle.get("duckdb", middle.get("read", middle[works[0]]))
    print(f"{'work':<16} {'CPU s':>8} {'least':>8} {'most':>8} {'peak MB':>8} {'x base':>7}")
    for work, costs in seen.items():
        cpu, peak = [cost.cpu for cost in costs], max(cost.mb for cost in costs)
        print(
            f"{work:<16} {middle[work]:>8.2f} {min(cpu):>8.2f} {max(cpu):>8.2f} {peak:>8.0f} "
            f"{middle[work] / base:>7.2f}",
            flush=True,
        )
    return max(cost.mb for costs in seen.values() for cost in costs)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--columns", type=int, default=30)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--works", nargs="*", default=["read", "audit", "models"], choices=sorted(WORK))
    parser.add_argument("--peer", action="append", default=[], metavar="NAME=PYTHON")
    parser.add_argument("--agree", action="store_true")
    parser.add_argument("--file", type=Path, help="a file of an earlier run, instead of a new one")
    parser.add_argument("--memory", type=float, metavar="GIB", help="most resident memory of any work")
    parser.add_argument("--profile", action="store_true", help="print what each fact and check costs")
    parser.add_argument("--child", nargs=2, metavar=("WORK", "FILE"))
    parser.add_argument("--profile-child", nargs=2, metavar=("WORK", "FILE"))
    options = parser.parse_args()
    if options.child:
        child(options.child[0], Path(options.child[1]))
        return
    if options.profile_child:
        work, file = options.profile_child
        print(profile(lambda: WORK[work](Path(file))))
        return
    peers = dict(peer.split("=", 1) for peer in options.peer)
    with tempfile.TemporaryDirectory() as folder:
        path = options.file or Path(folder) / "table.parquet"
        if not options.file:
            write(path, options.rows, options.columns)
        shape = pl.scan_parquet(path)
        rows, columns = shape.select(pl.len()).collect().item(), len(shape.collect_schema())
        print(f"{rows:,} rows x {columns} columns, {options.runs} alternating runs, 2 threads", flush=True)
        if options.agree:
            agree(path)
        if options.profile:
            profiled(options.works, path)
            return
        highest = compare(path, [*options.works, *peers], peers, options.runs)
        if options.memory is not None:
            within = highest <= options.memory * 1024
            print(f"peak {highest / 1024:.2f} GiB, {'within' if within else 'beyond'} {options.memory:g} GiB")
            sys.exit(0 if within else 1)


if __name__ == "__main__":
    main()
