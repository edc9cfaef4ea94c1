"""Time and memory of fetching two million rows of a real PostgreSQL server, held against its own sums.

    python benchmarks/sources/database.py

Starts a server of its own; it must be installed.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "tests" / "adapters"))
import polars as pl
import psycopg
from postgresql_server import find_programs, running_server
from source_charters import charter_of, fetched, landing

ROWS = 2_000_000
TABLE = f"""create table big as select n::bigint as id, (random() * 1000)::numeric(10, 2) as amount,
    'customer ' || (n % 1000) as name, now() + n * interval '1 s' as at, random() as x, n % 2 = 0 as flag
    from generate_series(1, {ROWS}) n"""
SUMS = "select count(*), sum(id), count(distinct id), sum(amount) from big"


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Fetch once, and print what it took."""
    programs = find_programs()
    if programs is None:
        sys.exit("PostgreSQL's programs are not installed")
    with running_server(programs) as url, tempfile.TemporaryDirectory() as place:
        server = psycopg.connect(url.replace("+psycopg", ""), autocommit=True)
        server.execute(TABLE)
        lines = ("[sources.database]", f'url = "{url}"', 'table = "big"', 'key = ["id"]')
        charter = charter_of(Path(place), *lines)
        before, began, cpu = peak_mb(), time.perf_counter(), time.process_time()
        landed = fetched(charter)
        wall, used = time.perf_counter() - began, time.process_time() - cpu
        rows = pl.scan_parquet(landing(charter).paths(landed)[0])
        found = rows.select(
            pl.len(), pl.col("id").sum(), pl.col("id").n_unique().alias("ids"), pl.col("amount").sum()
        ).collect()
        print(f"{landed.rows:,} rows in {wall:.1f} s ({used:.1f} s of the processor)")
        print(f"peak of memory {peak_mb():.0f} MB, {before:.0f} MB of it before")
        print(f"here:  {found.row(0)}\nthere: {server.execute(SUMS).fetchone()}")
        server.close()


if __name__ == "__main__":
    main()
