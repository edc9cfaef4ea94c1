"""What comparing two tables takes beside the two anti-joins that only count rows.

Run `python benchmarks/compare_tables.py [--rows 1000000]`: a table of 20 columns beside one in which a factor, a
word and some rows differ, with and without a key, in order and shuffled. CPU-seconds of this process, and its peak
memory so far, in which both tables stand.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Callable

import numpy as np
import polars as pl

from airworthy.data.compare.compare import compare


def table(rows: int) -> pl.DataFrame:
    """A key, eight numbers, five whole numbers and six columns of words."""
    rng = np.random.default_rng(0)
    words = np.array(["alpha", "beta", "gamma", "delta"])
    return pl.DataFrame(
        {"id": np.arange(rows)}
        | {f"number_{i}": rng.normal(size=rows) for i in range(8)}
        | {f"whole_{i}": rng.integers(0, 1000, rows) for i in range(5)}
        | {f"word_{i}": words[rng.integers(0, 4, rows)] for i in range(6)}
    )


def edited(frame: pl.DataFrame) -> pl.DataFrame:
    """Every 1,000th number times 100, every 500th word written otherwise, every 777th row gone, shuffled."""
    some = pl.col("id")
    return (
        frame.with_columns(
            pl.when(some % 1000 == 0).then(pl.col("number_0") * 100).otherwise("number_0").alias("number_0"),
            pl.when(some % 500 == 0).then(pl.lit("ALPHA")).otherwise("word_0").alias("word_0"),
        )
        .filter(some % 777 != 0)
        .sample(fraction=1, shuffle=True, seed=1)
    )


def floor(before: pl.DataFrame, after: pl.DataFrame) -> str:
    """Rows of either table that the other has not, as Polars counts them."""
    gone, new = (a.join(b, on=a.columns, how="anti").height for a, b in ((before, after), (after, before)))
    return f"{gone:,} and {new:,} rows stand in one table only"


def timed(what: str, work: Callable[[], str]) -> None:
    """Run `work` and print what it took and said."""
    began = time.process_time()
    said = work()
    took = time.process_time() - began
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{what:28} {took:6.2f} CPU-s {memory:7,.0f} MB  {said}")


def main() -> None:
    """Time the comparisons, largest differences first."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--rows", type=int, default=1_000_000)
    before = table(arguments.parse_args().rows)
    after = edited(before)
    bare = before.drop("id"), after.drop("id")
    timed("floor: two anti-joins", lambda: floor(before, after))
    timed("shuffled, key found", lambda: compare(before, after).verdict)
    timed("shuffled, no key", lambda: compare(*bare).verdict)
    timed(
        "one column moved, in place",
        lambda: compare(before, before.with_columns(pl.col("number_1") + 1)).verdict,
    )
    timed("the same", lambda: compare(before, before.clone()).verdict)


if __name__ == "__main__":
    main()
