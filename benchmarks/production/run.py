"""How often a forecast of the next period's quality held, and how wide it was.

    python benchmarks/production/run.py [--cache build/production] [--held] [--labels 150 [--random]] [--singles] [--out production.json]

Before each block a fixed model (100 trees) learns from the earlier rows; it scores the block, whose outcomes are
not seen. Two 90 % intervals for its figure are made: Airworthy's, from the earlier blocks' figures and what the
scores promise, and the naive one, mean -+ t * s * sqrt(1 + 1/m) of the last 12 figures. `--held` does the same with
tables that nobody looked at before the rule stood. Fits are kept in the cache; a first run takes some minutes.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from airworthy.lifecycle.outlook.expectation import Expectation
from production.held import HELD
from production.judge import Case, Label, Verdict, at_random, cases, in_parts, verdict
from production.realise import realised
from production.singles import Single, messy_tweets, singles
from production.worlds import WORLDS, World

FEWEST_CASES = 20
HEADER = ["set", "cases", "covered", "naive covered", "width", "naive width", "score", "naive score", "ratio"]


def run(worlds: Mapping[str, Callable[[], World]], cache: Path, label: Label | None) -> dict[str, list[Case]]:
    """The cases of each world."""
    found = {}
    for name, load in worlds.items():
        print(f"{name} ...", file=sys.stderr, flush=True)
        world = load()
        found[name] = cases(world, realised(world, cache), label)
    return found


def table(found: Mapping[str, list[Case]]) -> str:
    """A row a world and one of all, as Markdown."""
    judged = {name: verdict(of) for name, of in found.items()}
    pooled = verdict([case for of in found.values() for case in of])
    ratios = [v.ratio for v in judged.values() if v.cases >= FEWEST_CASES]
    mean = math.exp(sum(map(math.log, ratios)) / len(ratios))
    lines = [HEADER, ["---"] * len(HEADER), *(_row(name, v) for name, v in judged.items())]
    total = ["all", str(pooled.cases), f"{pooled.covered[0]:.2f}", f"{pooled.covered[1]:.2f}"]
    lines.append([*total, "", "", "", "", f"{mean:.2f}*"])
    note = f"\\* geometric mean over the {len(ratios)} sets with at least {FEWEST_CASES} cases."
    return "\n".join([*("| " + " | ".join(line) + " |" for line in lines), "", note])


def _row(name: str, v: Verdict) -> list[str]:
    pairs = [f"{side:.3f}" for pair in (v.width, v.score) for side in pair]
    return [name, str(v.cases), *(f"{share:.2f}" for share in v.covered), *pairs, f"{v.ratio:.2f}"]


def singles_table(found: list[Single]) -> str:
    """A row a single case, as Markdown."""
    head = ["case", "metric", "random split says", "said before", "came", "rests on"]
    rows = [[s.name, s.metric, s.home_text, s.said, f"{s.figure:.3f}", s.rests_on] for s in found]
    return "\n".join("| " + " | ".join(line) + " |" for line in [head, ["---"] * len(head), *rows])


def mess_table(found: Expectation) -> str:
    """A row a kind of mess, as Markdown."""
    lines = ["| mess | AUC falls by | 90 % interval |", "| --- | --- | --- |"]
    for one in found.scenarios:
        lines.append(f"| {one.words} | {one.worse_by:.3f} | {one.low:.3f} to {one.high:.3f} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cache", type=Path, default=Path("build/production"))
    parser.add_argument("--held", action="store_true", help="the tables that were not looked at")
    parser.add_argument("--singles", action="store_true", help="the single cases")
    parser.add_argument("--labels", type=int, default=0, help="rows of each block whose outcomes are known")
    parser.add_argument("--random", action="store_true", help="draw them from all rows, not in parts")
    parser.add_argument("--out", type=Path, help="write every case as JSON")
    asked = parser.parse_args()
    if asked.singles:
        single, messy = singles(), messy_tweets()
        print(singles_table(single))
        print(f"\nTweets in order of time: AUC {messy.low:.3f} to {messy.high:.3f} in the next period.\n")
        print(mess_table(messy))
        kept: object = [asdict(item) for item in single]
    else:
        draw = at_random if asked.random else in_parts
        found = run(HELD if asked.held else WORLDS, asked.cache, draw(asked.labels) if asked.labels else None)
        print(table(found))
        kept = {name: [asdict(case) for case in of] for name, of in found.items()}
    if asked.out:
        asked.out.write_text(json.dumps(kept, indent=1))


if __name__ == "__main__":
    main()
