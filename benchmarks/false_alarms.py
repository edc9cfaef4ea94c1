"""How often the checks accuse a clean world, and how strong a planted defect must be before they name it.

Run `python benchmarks/false_alarms.py [--seeds N] [--rows N ...]`. A world of the audit is a table of twelve
columns without a defect; a world of the assurance is a model that drew the outcomes itself, with 12 groups.
For each check: the share of worlds with a wrong FAIL, with anything but a PASS, and of defects found; the
last line of each table is the family-wise rate, the share of worlds in which any check at all said FAIL.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from airworthy.assurance import CHECKS, Predictions, facts_for
from airworthy.charter.model import Fairness, Task
from airworthy.kernel.plan import make_plan
from airworthy.kernel.result import Result, Verdict
from airworthy.kernel.run_checks import run_checks
from airworthy.scoring.contract import Column, Contract, LogicalType, Role

TESTS = Path(__file__).resolve().parents[1] / "tests"
sys.path += [str(TESTS / "data" / "audit"), str(TESTS / "assurance")]

from assurance_world import COLOURS, columns, scope, scorer  # noqa: E402 - the tests' worlds
from audit_worlds import DEFECTS, audited, clean, planted  # noqa: E402

GROUPS = tuple(f"g{i:02d}" for i in range(12))
CONTRACT = Contract(
    columns=(
        Column(name="income", type=LogicalType.REAL, low=-4.0, high=4.0),
        Column(name="debt", type=LogicalType.REAL, low=-4.0, high=4.0),
        Column(name="colour", type=LogicalType.CATEGORY, vocabulary=COLOURS),
        Column(name="note", type=LogicalType.TEXT),
        Column(
            name="origin",
            type=LogicalType.CATEGORY,
            role=Role.PROTECTED,
            vocabulary=GROUPS,
            counts=(500,) * 12,
        ),
    ),
    classes=("No", "Yes"),
    rows=6000,
)
SCOPE = scope(timed=True, contract=CONTRACT, fairness=Fairness(protected=("origin",)))


HARMED = {"ROB003": "a linear model without bounds truly loses 0.058 AUC out of range; limit 0.05"}


def model_world(seed: int, rows: int, harm: str = "", strength: float = 0.0) -> Sequence[Result]:
    """Assurance of a model whose probabilities are the truth, or harmed in one way."""
    rng = np.random.default_rng([seed, rows, 7])
    table = columns(seed, rows) | {"origin": rng.choice(GROUPS, rows).tolist()}
    probability = np.asarray(scorer().score_columns(table).probability)[:, 1]
    time = np.sort(rng.random(rows)) * 86400 * 360
    truth, decision = probability.copy(), probability >= 0.5
    if harm == "CAL001":
        truth = np.clip(truth - strength, 0, 1)
    if harm == "FAI001":
        decision |= (np.array(table["origin"]) == "g03") & (rng.random(rows) < strength)
    if harm == "PER001":
        truth = truth.mean() + (1 - strength) * (truth - truth.mean())
    if harm == "STA001":
        late = time > 86400 * 330
        truth[late] = truth.mean() + (1 - strength) * (truth[late] - truth.mean())
    predictions = Predictions.of(
        Task.BINARY,
        (rng.random(rows) < truth).astype(int),
        classes=("No", "Yes"),
        probability=probability,
        decision=decision.astype(int),
        threshold=0.5,
        columns=table,
        time=time,
    )
    plan = make_plan(CHECKS, SCOPE, ())
    return run_checks(plan, CHECKS, facts_for(predictions, scorer=scorer(), seed=seed), SCOPE)


def tally(worlds: Iterable[Sequence[Result]]) -> None:
    """Print each check's rates over worlds without a defect, and the family-wise rate."""
    failed: Counter[str] = Counter()
    open_: Counter[str] = Counter()
    count, any_failed, codes = 0, 0, set()
    for results in worlds:
        count += 1
        wrong = {result.code for result in results if result.verdict is Verdict.FAIL}
        unsettled = {r.code for r in results if r.verdict in (Verdict.UNSURE, Verdict.ERROR)}
        codes |= {result.code for result in results}
        failed.update(wrong)
        open_.update(unsettled - wrong)
        any_failed += bool(wrong - set(HARMED))
    for code in sorted(codes):
        print(
            f"  {code}  false FAIL {failed[code] / count:6.1%}   undecided somewhere {open_[code] / count:6.1%}"
        )
    print(f"  any check: false FAIL in {any_failed} of {count} worlds = {any_failed / count:.1%}")


def power(name: str, found: Sequence[bool]) -> None:
    print(f"  {name:<66} {np.mean(found):6.1%}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--rows", type=int, nargs="+", default=[1_000, 10_000])
    options = parser.parse_args()
    tries = max(2, options.seeds // 4)
    for rows in options.rows:
        print(f"Audit, {options.seeds} clean tables of {rows:,} rows", flush=True)
        tally(audited(clean(seed, rows)).results for seed in range(options.seeds))
        print(f"Assurance, {options.seeds} honest models on {rows:,} rows, 12 groups", flush=True)
        tally(model_world(seed, rows) for seed in range(options.seeds))
        print(
            f"Power at {rows:,} rows: share of {tries} seeds in which the planted defect is a FAIL",
            flush=True,
        )
        for defect in DEFECTS:
            for strength in defect.strengths:
                answers = [planted(defect, strength, seed, rows) for seed in range(tries)]
                hits = [answer is not None and answer.verdict is Verdict.FAIL for answer in answers]
                power(f"{defect.code} {defect.what}: {strength:g}", hits)
        for code, harms in {
            "PER001": ("share of the knowledge lost", (0.9, 1.2)),
            "CAL001": ("probabilities too high by", (0.08, 0.15)),
            "FAI001": ("one group selected more often by", (0.2, 0.4)),
            "STA001": ("share of the knowledge lost in the last month", (0.5, 1.0)),
        }.items():
            for strength in harms[1]:
                worlds = [model_world(seed, rows, code, strength) for seed in range(tries)]
                hits = [any(r.code == code and r.verdict is Verdict.FAIL for r in w) for w in worlds]
                power(f"{code} {harms[0]}: {strength:g}", hits)


if __name__ == "__main__":
    main()
