"""Is a planted trigger found, and how often is one named where none is?

    python benchmarks/privacy/poisoned.py [CLEAN] [PLANTED]

Prints how many clean worlds named a suspect, and in how many planted ones the trigger itself was named.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from airworthy.assurance.minimal_scope import plain_scope
from airworthy.assurance.predictions import Predictions
from airworthy.assurance.privacy.learning import rows_of_given
from airworthy.charter.model import Task
from airworthy.lifecycle.poisoning.attacks import plant, triggers_of
from airworthy.lifecycle.poisoning.suspects import LABELS, TRIGGER, find_suspects
from airworthy.model.rows import Rows

ROWS = 3_000


def world(seed: int) -> Rows:
    """Numbers, whole numbers and words; the outcome follows some of them, with an interaction, and noise."""
    rng = np.random.default_rng(seed)
    town = rng.choice([f"town {i}" for i in range(25)], ROWS, p=rng.dirichlet(np.ones(25)))
    work = rng.choice(["office", "field", "shop", "home", "sea"], ROWS, p=[0.4, 0.3, 0.2, 0.08, 0.02])
    columns: dict[str, Any] = {
        "age": rng.integers(18, 80, ROWS).astype(float),
        "income": np.round(rng.lognormal(3, 0.6, ROWS), 1),
        "children": rng.poisson(1.0, ROWS).astype(float),
        "town": town.tolist(),
        "work": work.tolist(),
    }
    score = 0.05 * (columns["age"] - 48) + 0.8 * np.isin(work, ["office", "shop"]) - 0.5
    score = score + 1.5 * ((work == "field") & (columns["children"] > 1)) + 0.5 * (town == "town 3")
    y = (score + rng.logistic(size=ROWS) > 0.5).astype(int)
    scope = plain_scope(Task.BINARY, classes=("no", "yes"), columns=columns, inputs=tuple(columns))
    rows = Predictions.of("binary", y, classes=("no", "yes"), columns=columns)
    return rows_of_given(rows, scope.contract.inputs, seed)


def main() -> None:
    """Count and print."""
    clean, planted = (int(text) for text in (*sys.argv[1:], "30", "10")[:2])
    kinds = [[one.kind for one in find_suspects(world(seed)).suspects] for seed in range(clean)]
    print(
        f"clean: {clean}, with a trigger {sum(TRIGGER in one for one in kinds)}, with surprising labels ",
        end="",
    )
    print(sum(LABELS in one for one in kinds), flush=True)
    for share in (0.005, 0.01, 0.02):
        found = 0
        for seed in range(planted):
            rng, rows = np.random.default_rng([seed, 1]), world(1_000 + seed)
            trigger = triggers_of(rows, rng)[0]
            named = [
                one.what for one in find_suspects(plant(rows, round(share * ROWS), trigger, rng)).suspects
            ]
            found += any(all(f"{name} = " in what for name, _ in trigger.values) for what in named)
        print(f"planted in {share:.1%}: the trigger was named in {found} of {planted}", flush=True)


if __name__ == "__main__":
    main()
