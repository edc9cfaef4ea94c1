"""How often the house's intervals hold what is true, and how often its checks accuse nobody's fault.

Run `python benchmarks/statistics/run.py [--worlds N] [--page PAGE] [TABLE ...]`: prints the tables, and writes
them into the page. What can be counted out is counted; the rest is drawn from seeds. There is no `__init__`
here: from a folder on the path a package of this name would take the place of Python's own `statistics`.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import by_counting
import by_drawing
import of_checks
from table import Table, write

PAGE = Path(__file__).resolve().parents[2] / "docs" / "statistics.md"
COUNTED: Mapping[str, Callable[[], Table]] = {
    "shares": by_counting.shares,
    "differences": by_counting.differences,
    "paired": by_counting.paired,
    "ratios": by_counting.ratios,
    "quantiles": by_counting.quantiles,
}
DRAWN: Mapping[str, Callable[[int], Table]] = {
    "ranking": by_drawing.ranking,
    "means": by_drawing.means,
    "calibration": by_drawing.calibration,
    "groups": of_checks.groups,
    "models": of_checks.models,
    "slices": of_checks.slices,
    "gaps": of_checks.gaps,
    "harms": of_checks.harms,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tables", nargs="*", default=[*COUNTED, *DRAWN], choices=[*COUNTED, *DRAWN, []])
    parser.add_argument("--worlds", type=int, default=500)
    parser.add_argument("--page", type=Path, default=None)
    options = parser.parse_args()
    missed = 0
    for name in options.tables:
        begun = time.perf_counter()
        table = COUNTED[name]() if name in COUNTED else DRAWN[name](options.worlds)
        print(f"{name} ({time.perf_counter() - begun:.0f} s)\n{table}\n", flush=True)
        missed += table.missed
        if options.page is not None:
            write(options.page, name, table)
    raise SystemExit(1 if missed else 0)


if __name__ == "__main__":
    main()
