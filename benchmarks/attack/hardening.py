"""Hardening on two public tables: what adversarial training and declared directions change, and what they cost.

    python benchmarks/attack/hardening.py [adult_income credit_default_taiwan] [--rows 8000] [--seconds 240]

What may change is what a person could plausibly write otherwise: of the census work and gains, of credit cards
the bills and payments; who they are never changes.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import assurance_runs as runs

import airworthy as aw

BILLS, PAID = ([f"{name}{month}" for month in range(1, 7)] for name in ("BILL_AMT", "PAY_AMT"))
HELD = {
    "adult_income": ("age", "education", "education_num", "marital_status", "relationship", "native_country"),
    "credit_default_taiwan": (
        *("AGE", "EDUCATION", "MARRIAGE", "LIMIT_BAL", "PAY_0", "PAY_2", "PAY_3", "PAY_4", "PAY_5", "PAY_6"),
    ),
}
FREE: dict[str, dict[str, Any]] = {
    "adult_income": {"capital_gain": "up", "hours_per_week": "up"},
    "credit_default_taiwan": {**dict.fromkeys(BILLS, "any"), **dict.fromkeys(PAID, "up")},
}
WAYS = {
    "adult_income": {"capital_gain": "up", "hours_per_week": "up"},
    "credit_default_taiwan": dict.fromkeys(PAID, "down"),
}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("worlds", nargs="*", choices=[[], *FREE], default=[])
    parser.add_argument("--rows", type=int, default=8_000)
    parser.add_argument("--seconds", type=float, default=240.0)
    given = parser.parse_args()
    for name in given.worlds or FREE:
        world, began = runs.WORLDS[name](), time.perf_counter()
        found = aw.harden(
            world.known.head(given.rows),
            world.target,
            positive=world.positive,
            exclude=world.hidden,
            changes={**dict.fromkeys(HELD[name], "never"), **FREE[name]},
            monotone=WAYS[name],
            seconds=given.seconds,
        )
        print(f"\n# {name}\n{found}\n[{time.perf_counter() - began:.0f} seconds]", flush=True)


if __name__ == "__main__":
    main()
