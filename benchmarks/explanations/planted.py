"""Reasons that are known: how often are bad ones found, and true ones accused?

    python benchmarks/explanations/planted.py [WORLD …] [--seeds 100] [--from 0]

Every world is a weighted sum of eight columns, 600 rows. `told` are reasons that the model tells itself, `sampled`
those of a model that can only be asked; `trees` and `logistic` are estimators of 500 rows that are trained again. A
clean world FAILs by mistake; a planted one is found where it FAILs, and is not passed over where it is UNSURE. The
worlds are those of the tests.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2] / "tests" / "assurance"))

from explain_tests_worlds import (
    Asked,
    Picks,
    copied_credit,
    knife_edge,
    outcomes,
    results_of,
    shuffled,
    table,
    truthful,
)

from airworthy.kernel.result import Result

WITHOUT_FITS = ("EXP002", "EXP003", "EXP005")
PEOPLE = 600


def told(seed: int) -> list[Result]:
    """Clean."""
    return results_of(WITHOUT_FITS, truthful(), table(seed, PEOPLE), seed)


def sampled(seed: int) -> list[Result]:
    """Clean."""
    return results_of(WITHOUT_FITS, Asked(truthful()), table(seed, PEOPLE), seed)


def together(seed: int) -> list[Result]:
    """Clean: x0 and x1 go together (rank correlation .95), and the reasons are true."""
    return results_of(WITHOUT_FITS, truthful(), table(seed, PEOPLE, copy=0.3), seed)


def trees(seed: int) -> list[Result]:
    """Clean: boosted trees."""
    import lightgbm

    return _trained(lightgbm.LGBMClassifier(n_estimators=40, num_leaves=8, verbosity=-1, n_jobs=1), seed)


def logistic(seed: int) -> list[Result]:
    """Clean: a logistic regression."""
    from sklearn.linear_model import LogisticRegression

    return _trained(LogisticRegression(), seed)


def _trained(estimator: object, seed: int) -> list[Result]:
    rows = table(seed, 500)
    y = outcomes(truthful(), rows, seed)
    frame = rows.to_pandas()
    model = estimator.fit(frame, y)  # type: ignore[attr-defined]
    return results_of((*WITHOUT_FITS, "EXP004"), model, frame, seed, y=y)


def nobody(seed: int) -> list[Result]:
    """Clean: no column tells the group."""
    sex = np.random.default_rng([seed, 3]).choice(["m", "f"], PEOPLE).tolist()
    return results_of(["EXP006"], truthful(), table(seed, PEOPLE), seed, protected={"sex": sex})


def misplaced(seed: int) -> list[Result]:
    """Planted: each row's reasons stand beside columns drawn at random."""
    return results_of(["EXP002", "EXP005"], shuffled(seed), table(seed, PEOPLE), seed)


def jumping(seed: int) -> list[Result]:
    """Planted: the credit goes from a column to its copy every thousandth."""
    return results_of(["EXP003"], knife_edge(), table(seed, PEOPLE, copy=0.05), seed)


def copied(seed: int) -> list[Result]:
    """Planted: the credit stands beside an unread copy."""
    return results_of(["EXP005"], copied_credit(), table(seed, PEOPLE, copy=0.1), seed)


def chosen(seed: int) -> list[Result]:
    """Planted: each fit reads one of two copies, at random."""
    return results_of(["EXP004"], Picks(), table(seed, PEOPLE, copy=0.01), seed)


def stand_in(seed: int) -> list[Result]:
    """Planted: the second heaviest column tells the group."""
    rows = table(seed, PEOPLE)
    chance = 1 / (1 + np.exp(-3 * rows["x1"].to_numpy()))
    woman = np.random.default_rng([seed, 3]).random(PEOPLE) < chance
    return results_of(
        ["EXP006"], truthful(), rows, seed, protected={"sex": np.where(woman, "f", "m").tolist()}
    )


WORLDS: dict[str, Callable[[int], list[Result]]] = {
    world.__name__: world
    for world in (
        *(told, sampled, together, trees, logistic, nobody),
        *(misplaced, jumping, copied, chosen, stand_in),
    )
}


def count(name: str, seeds: Sequence[int]) -> None:
    """One line a check: verdicts, and the least, mean and greatest figure."""
    verdicts: dict[str, Counter[str]] = defaultdict(Counter)
    figures: dict[str, list[float]] = defaultdict(list)
    began = time.process_time()
    for seed in seeds:
        for result in WORLDS[name](seed):
            verdicts[result.code][str(result.verdict)] += 1
            if result.measurement is not None:
                figures[result.code].append(result.measurement.value)
    spent = (time.process_time() - began) / len(seeds)
    for code, found in verdicts.items():
        low, mean, high = min(figures[code]), float(np.mean(figures[code])), max(figures[code])
        counts = ", ".join(
            f"{verdict} {found[verdict]}" for verdict in ("PASS", "UNSURE", "FAIL") if found[verdict]
        )
        print(
            f"{name:10} {code}  {counts:32} {low:.2f} {mean:.2f} {high:.2f}  {spent:.2f} CPU s a world",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("worlds", nargs="*", choices=[[], *WORLDS], default=[])
    parser.add_argument("--seeds", type=int, default=100)
    parser.add_argument("--from", type=int, default=0, dest="first")
    given = parser.parse_args()
    for name in given.worlds or WORLDS:
        count(name, range(given.first, given.first + given.seeds))


if __name__ == "__main__":
    main()
