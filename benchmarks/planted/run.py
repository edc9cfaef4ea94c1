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

from planted import clean, page, real, report, series
from planted.accepted import ACCEPTED
from planted.kinds import KINDS
from planted.store import Store

ROOT = Path(__file__).resolve().parents[2]
QUICK_PLANTS, QUICK_CLEAN = 20, {300: 20, 10_000: 20, 200_000: 4}


def parsed(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kinds", nargs="+", metavar="KIND", help="only these, or those that begin so")
    parser.add_argument("--n", type=int, default=200, help="plants a kind, and clean tables a size (200)")
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
    store = Store(options.results, options.seed)
    plants = QUICK_PLANTS if options.quick else options.n
    found: dict[str, series.Outcomes] = {name: [] for name in chosen(options.kinds)}
    worlds: dict[tuple[str, int], series.Outcomes] = {}
    if not real.at_hand():
        print("No public table is on this machine: all plants go into generated ones.", file=sys.stderr)
    if options.grid:
        return grid(store, list(found), plants, options.seed)
    stopped = False
    try:
        if options.only != "clean":
            for name in found:
                found[name] = series.trials(store, KINDS[name], KINDS[name].must, plants, options.seed)
        if options.only != "plants" and not options.kinds:
            for family in [name for name in clean.FAMILIES if name == "seasonal" or real.at_hand()]:
                for rows in clean.SIZES:
                    count = min(options.n, QUICK_CLEAN[rows]) if options.quick else options.n
                    worlds[family, rows] = series.clean_worlds(store, family, rows, count, options.seed)
    except KeyboardInterrupt:
        stopped = True
        print("Stopped; the same command goes on from here.", file=sys.stderr)
        found = {name: series.kept(store, KINDS[name], KINDS[name].must) for name in found}
        pairs = [] if options.kinds else [(family, rows) for family in clean.FAMILIES for rows in clean.SIZES]
        worlds = {pair: series.kept_clean(store, *pair) for pair in pairs}
    command = " ".join(["python benchmarks/planted/run.py", *page.shown(arguments)])
    if options.json:
        print(json.dumps(report.as_json(found, worlds, command), indent=1))
    else:
        print("\n".join(page.tables(found, worlds)))
    if options.page and not stopped:
        page.write(options.page, command, found, worlds)
    return 130 if stopped else 0


def grid(store: Store, names: Sequence[str], plants: int, seed: int) -> int:
    """Recall at every strength of the grid of each kind that a check looks for."""
    print("| kind | rows touched | effect | plants | recall %, 95 % interval |\n|---|---|---|---|---|")
    try:
        for name in names:
            if ACCEPTED[name] is None:
                continue
            for strength in KINDS[name].grid():
                share = report.recall(series.trials(store, KINDS[name], strength, plants, seed))
                must = " (must find)" if strength == KINDS[name].must else ""
                unit = f" {KINDS[name].unit}" if KINDS[name].unit else ""
                effect = f"{strength.effect:g}{unit}" if unit else ""
                print(
                    f"| {name} | {strength.rows:g}{must} | {effect} | {share.n if share else 0} | {share or ''} |",
                    flush=True,
                )
    except KeyboardInterrupt:
        print("Stopped; the same command goes on from here.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
