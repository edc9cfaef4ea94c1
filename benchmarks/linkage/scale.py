"""Linking of ever larger registers of people: CPU seconds, memory, and quality, beside Splink as its guide sets it up.

Run `python benchmarks/linkage/scale.py 10000 100000 300000`. Each size runs in a process of its own, so that its peak memory is
its own; CPU seconds of all threads are counted, which a busy machine changes less than the clock. Splink alone gets the same columns in lower case, blocks on five rules of two columns or one, and estimates its shares
itself; a pair of probability 1/2 or more counts as linked, for Splink each row's likeliest only.
"""

from __future__ import annotations

import argparse
import json
import logging
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import polars as pl

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from airworthy.data.linkage.link import link_frames
from linkage.people import registers
from linkage.run import score

Found = tuple[set[tuple[int, int]], int]
RULES = (("last", "born"), ("first", "born"), ("street",), ("postcode", "last"), ("first", "last"))


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", type=int, nargs="+")
    parser.add_argument("--only", choices=["airworthy", "splink"], action="append")
    parser.add_argument("--one", action="store_true", help="measure here, and print one line of JSON")
    options = parser.parse_args(arguments)
    names = options.only or ["airworthy", "splink"]
    if options.one:
        print(json.dumps(measured(names[0], options.rows[0])))
        return 0
    print(
        "| rows of each | how | pairs looked at | CPU seconds | CPU seconds a million pairs | memory | precision | recall | F1 |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    for rows in options.rows:
        for name in names:
            command = [sys.executable, __file__, str(rows), "--only", name, "--one"]
            done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
            print(
                line(json.loads(done.stdout))
                if done.returncode == 0
                else f"| {rows:,} | {name} | did not finish |"
            )
    return 0


def measured(name: str, rows: int) -> dict[str, float | str]:
    ours, theirs, true = registers(rows)
    began = time.process_time()
    found, looked_at = (linked if name == "airworthy" else by_splink)(ours, theirs)
    seconds = time.process_time() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "rows": rows,
        "name": name,
        "looked_at": looked_at,
        "seconds": seconds,
        "mb": peak,
        **score(found, true),
    }


def line(made: dict[str, float]) -> str:
    pace = 1e6 * made["seconds"] / made["looked_at"]
    return (
        f"| {made['rows']:,} | {made['name']} | {made['looked_at']:,} | {made['seconds']:,.0f} | {pace:,.0f} "
        f"| {made['mb']:,.0f} MB | {made['precision']:.3f} | {made['recall']:.3f} | {made['f1']:.3f} |"
    )


def linked(ours: pl.DataFrame, theirs: pl.DataFrame) -> Found:
    found = link_frames(ours, theirs)
    return set(zip(*(side.tolist() for side in found.places()), strict=True)), len(found.pairs)


def by_splink(ours: pl.DataFrame, theirs: pl.DataFrame) -> Found:
    import duckdb
    import splink.comparison_library as compare
    from splink import Linker, SettingsCreator, block_on
    from splink.internals.duckdb.database_api import DuckDBAPI

    api = DuckDBAPI(duckdb.connect())
    tables = [
        api.register(_plain(frame).to_arrow(), table_name=name)
        for name, frame in (("a", ours), ("b", theirs))
    ]
    settings = SettingsCreator(
        link_type="link_only",
        comparisons=[
            compare.JaroWinklerAtThresholds("first", [0.9, 0.7]),
            compare.JaroWinklerAtThresholds("last", [0.9, 0.7]),
            compare.LevenshteinAtThresholds("street", [2, 5]),
            compare.ExactMatch("postcode"),
            compare.ExactMatch("town"),
            compare.LevenshteinAtThresholds("born", [1, 2]),
        ],
        blocking_rules_to_generate_predictions=[block_on(*rule) for rule in RULES],
    )
    linker = Linker(tables, settings, log_level=logging.ERROR)
    linker.training.estimate_probability_two_random_records_match([block_on("last", "born")], recall=0.7)
    linker.training.estimate_u_using_random_sampling(max_pairs=1_000_000, seed=0)
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("born"))
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("last", "postcode"))
    scored = linker.inference.predict(warning_mode="never").as_duckdbpyrelation().pl()
    best = scored.filter(pl.col("match_probability") >= 0.5).sort("match_probability", descending=True)
    best = best.unique("unique_id_l", keep="first", maintain_order=True)
    best = best.unique("unique_id_r", keep="first", maintain_order=True)
    return set(best.select("unique_id_l", "unique_id_r").iter_rows()), scored.height


def _plain(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(pl.all().cast(pl.String).str.to_lowercase()).with_row_index("unique_id")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
