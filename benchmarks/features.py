"""Named features beside DuckDB and Polars: the same values, and how long each takes; and one row when serving.

Run `python benchmarks/features.py [--events 1e7] [--rows 1e6] [--keys 1e5]`, with OMP_NUM_THREADS=1 and
POLARS_MAX_THREADS=1 for one core each; DuckDB is held to one thread. All compute five features over 90 days:
count, sum, least, greatest and different values. DuckDB joins by range and groups. Polars rolls over the events
and the decisions laid together (without different values, which its rolling windows do not count); its windows
hold events of the moment itself only where they stand before the decision, so its values are not compared.
Serving: six features of one row from a history mapped into memory, beside looking six values up in a dict.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import polars as pl

from airworthy.data.histories.compute import features_of, histories_of
from airworthy.scoring.history.definition import Aggregate, Definition, digest_of
from airworthy.scoring.history.keys import KeyIndex
from airworthy.scoring.history.store import HistoryNote, newest_history, save_history

DAY = 86_400.0
SINCE, YEAR = 1_700_000_000_000_000, 365 * 86_400 * 10**6
PEER = """
select row, count(o.at) n, coalesce(sum(amount), 0) total, min(amount) low, max(amount) high,
    count(distinct item) kinds
from asks left join orders o on who = customer and o.at <= t and o.at > t - interval 90 day
group by row order by row
"""


def definition(name: str, aggregate: str, **said: object) -> Definition:
    return Definition(
        name=name,
        source="orders",
        event_time="at",
        key=(("customer", "who"),),
        aggregate=Aggregate(aggregate),
        **said,  # type: ignore[arg-type]
    )


FIVE = (
    definition("n", "count", window=90 * DAY),
    *(
        definition(name, kind, column="amount", window=90 * DAY)
        for name, kind in (("total", "sum"), ("low", "min"), ("high", "max"))
    ),
    definition("kinds", "distinct", column="item", window=90 * DAY),
)
SIX = (*FIVE, definition("since", "seconds_since_last"))


def tables(events: int, rows: int, keys: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    rng = np.random.default_rng(0)

    def moments(count: int) -> pl.Series:
        return pl.Series(SINCE + rng.integers(0, YEAR, count)).cast(pl.Datetime("us", "UTC"))

    orders = pl.DataFrame(
        {
            "who": rng.integers(0, keys, events),
            "at": moments(events),
            "amount": np.round(rng.lognormal(3, 1, events), 2),
            "item": rng.integers(0, 50, events),
        }
    )
    return orders, pl.DataFrame({"customer": rng.integers(0, keys, rows), "t": moments(rows)})


def timed(name: str, work: Callable[[], pl.DataFrame]) -> tuple[pl.DataFrame, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    found = work()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{name:<10} {wall:7.1f} s wall  {cpu:7.1f} s of a core  peak so far {peak:,} MB")
    return found, cpu


def by_duckdb(orders: pl.DataFrame, asks: pl.DataFrame) -> pl.DataFrame:
    connection = duckdb.connect()
    connection.execute("set threads = 1")
    connection.register("orders", orders.to_arrow())
    connection.register("asks", asks.with_row_index("row").to_arrow())
    return pl.from_arrow(connection.sql(PEER).to_arrow_table())  # type: ignore[return-value]


def by_polars(orders: pl.DataFrame, asks: pl.DataFrame) -> pl.DataFrame:
    asked = asks.with_row_index("row").select(pl.col("row").cast(pl.Int64), who="customer", at="t")
    both = pl.concat([orders.select("who", "at", "amount"), asked], how="diagonal").sort("at")
    amount = pl.col("amount")
    rolled = both.rolling("at", period="90d", group_by="who").agg(
        pl.col("row").last(), n=amount.count(), total=amount.sum(), low=amount.min(), high=amount.max()
    )
    return rolled.drop_nulls("row").sort("row")


def serve_one_row(orders: pl.DataFrame, keys: int, rows: int = 3_000) -> None:
    home = Path(tempfile.mkdtemp())
    found = histories_of(SIX, {"orders": orders})
    note = HistoryNote(definitions=SIX, built_at="2026-01-01T00:00:00Z", until=None, sources={}, parts=())
    save_history(home, note, {a: (KeyIndex.of(h.keys.to_list()), h.events) for a, h in found.items()})
    history = newest_history(home, digest_of(SIX))
    assert history is not None
    rng = np.random.default_rng(1)
    asked = [str(key) for key in rng.integers(0, keys, rows)]
    at = [np.array([moment], np.int64) for moment in (SINCE + rng.integers(YEAR // 2, YEAR, rows)).tolist()]
    took, known = [], {}
    for key, moment in zip(asked, at, strict=True):
        began = time.perf_counter()
        known[key] = [history.values(one, [key], moment) for one in SIX]
        took.append(time.perf_counter() - began)
    plain = []
    for key in asked:
        began = time.perf_counter()
        known[key]
        plain.append(time.perf_counter() - began)
    for name, seconds in (("history", took), ("dict", plain)):
        middle, late = np.quantile(seconds, [0.5, 0.99]) * 1e6
        print(f"one row, six features, {name}: median {middle:,.1f} us, p99 {late:,.1f} us")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name, default in (("events", 1e7), ("rows", 1e6), ("keys", 1e5)):
        parser.add_argument(f"--{name}", type=float, default=default)
    given = parser.parse_args()
    orders, asks = tables(int(given.events), int(given.rows), int(given.keys))
    print(f"{orders.height:,} events, {asks.height:,} decisions, {int(given.keys):,} keys")
    ours, mine = timed(
        "Airworthy",
        lambda: pl.DataFrame(list(features_of(asks, asks["t"], FIVE, {"orders": orders}).columns)),
    )
    peer, theirs = timed("DuckDB", lambda: by_duckdb(orders, asks))
    _, rolled = timed("Polars", lambda: by_polars(orders, asks))
    same = all(ours[name].equals(peer[name].cast(ours[name].dtype)) for name in ("n", "low", "high", "kinds"))
    apart = (ours["total"] - peer["total"]).abs().max()
    print(f"counts, ends and kinds equal DuckDB's: {same}; sums differ by at most {apart:.2g}")
    print(f"time of a core: {mine / theirs:.2f} of DuckDB's, {mine / rolled:.2f} of Polars'")
    serve_one_row(orders.head(1_000_000), int(given.keys))


if __name__ == "__main__":
    main()
