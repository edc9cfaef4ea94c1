"""How many planted defects the audit names, and how often it accuses clean tables.

Run `python benchmarks/planted/run.py`. Results are kept while it runs: Ctrl-C prints what there is, and the
same command goes on from there. A changed audit or planter starts anew.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from planted import clean, page, report, series
from planted.accepted import ACCEPTED
from planted.jobs import Job, run_all
from planted.kinds import KINDS
from planted.pools import POOLS, Pool
from planted.store import Store

ROOT = Path(__file__).resolve().parents[2]
QUICK_PLANTS, QUICK_CLEAN = 20, {300: 20, 10_000: 20, 200_000: 4}


def parsed(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kinds", nargs="+", metavar="KIND", help="only these, or those that begin so")
    parser.add_argument(
        "--pool", choices=tuple(POOLS), default="known", help="whose tables and planters (known)"
    )
    parser.add_argument(
        "--jobs", type=int, default=1, metavar="N", help="processes (1); the results are the same"
    )
    parser.add_argument("--n", type=int, default=200, help="plants a kind, and clean tables a size (200)")
    parser.add_argument("--large", type=int, metavar="N", help="clean tables of 200,000 rows (as --n)")
    parser.add_argument("--quick", action="store_true", help="20 plants a kind, fewer clean tables: minutes")
    parser.add_argument(
        "--grid", action="store_true", help="every strength of the grid, not the one that must be found"
    )
    parser.add_argument("--only", choices=("plants", "clean"), help="one half of the measurement")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="one JSON document instead of the tables")
    parser.add_argument("--page", type=Path, metavar="FILE", help="also write the tables into this page")
    parser.add_argument(
        "--results", type=Path, default=ROOT / "build" / "planted", help="where results are kept"
    )
    return parser.parse_args(arguments)


def chosen(wanted: Sequence[str] | None) -> list[str]:
    """The names of the kinds that begin as one of `wanted`; all without it."""
    for start in wanted or ():
        if not any(name.startswith(start) for name in KINDS):
            sys.exit(f'No kind begins with "{start}". There are: {", ".join(KINDS)}.')
    return [name for name in KINDS if not wanted or name.startswith(tuple(wanted))]


def main(arguments: Sequence[str]) -> int:
    options = parsed(arguments)
    pool = POOLS[options.pool]
    if not pool.public.at_hand():
        print("No public table is on this machine: all plants go into generated ones.", file=sys.stderr)
    if options.grid:
        return grid(options, pool)
    plants, tables = planned(options, pool)
    found: dict[str, series.Outcomes] = {job.name: [] for job in plants}
    worlds: dict[tuple[str, int], series.Outcomes] = {(job.name, job.rows): [] for job in tables}

    def done(job: Job, outcomes: series.Outcomes) -> None:
        if job.strength is None:
            worlds[job.name, job.rows] = outcomes
        else:
            found[job.name] = outcomes

    stopped = False
    try:
        run_all([*plants, *tables], options.results, options.seed, options.jobs, done)
    except KeyboardInterrupt:
        stopped = True
        print("Stopped; the same command goes on from here.", file=sys.stderr)
        store = Store(options.results, options.seed)
        for job in [*plants, *tables]:
            done(job, job.kept(store))
    command = " ".join(["python benchmarks/planted/run.py", *page.shown(arguments)])
    if options.json:
        print(json.dumps(report.as_json(found, worlds, command, pool), indent=1))
    else:
        print("\n".join(page.tables(pool, found, worlds)))
    if options.page and not stopped:
        page.write(options.page, command, pool, found, worlds)
    return 130 if stopped else 0


def planned(options: argparse.Namespace, pool: Pool) -> tuple[list[Job], list[Job]]:
    """The series of plants and of clean tables that were asked for."""
    count = QUICK_PLANTS if options.quick else options.n
    plants = [Job(pool.name, name, count, pool.kinds[name].must) for name in chosen(options.kinds)]
    counts = {rows: min(options.n, QUICK_CLEAN[rows]) if options.quick else options.n for rows in clean.SIZES}
    if options.large is not None:
        counts[max(clean.SIZES)] = options.large
    families = list(clean.FAMILIES[pool.name])[: 2 if pool.public.at_hand() else 1]
    tables = [
        Job(pool.name, name, count, rows=rows) for name in families for rows, count in counts.items() if count
    ]
    return (
        [] if options.only == "clean" else plants,
        [] if options.only == "plants" or options.kinds else tables,
    )


def grid(options: argparse.Namespace, pool: Pool) -> int:
    """Recall at every strength of the grid of each kind that a check looks for."""
    print("| kind | rows touched | effect | plants | recall %, 95 % interval |\n|---|---|---|---|---|")
    plants = QUICK_PLANTS if options.quick else options.n
    jobs = [
        Job(pool.name, name, plants, strength)
        for name in chosen(options.kinds)
        if ACCEPTED[name] is not None
        for strength in pool.kinds[name].grid()
    ]

    def done(job: Job, outcomes: series.Outcomes) -> None:
        kind, strength, share = pool.kinds[job.name], job.strength, report.recall(outcomes)
        if strength is None:
            return
        must = " (must find)" if strength == kind.must else ""
        effect = f"{strength.effect:g} {kind.unit}" if kind.unit else ""
        count = share.n if share else 0
        print(f"| {job.name} | {strength.rows:g}{must} | {effect} | {count} | {share or ''} |", flush=True)

    try:
        run_all(jobs, options.results, options.seed, options.jobs, done)
    except KeyboardInterrupt:
        print("Stopped; the same command goes on from here.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
