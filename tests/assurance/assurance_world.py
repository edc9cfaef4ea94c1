"""A planted world with a known truth, scored by our own scorer from a hand-written specification."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from airworthy.assurance import CHECKS, Predictions, facts_for
from airworthy.charter.model import Charter, Costs, DataRules, Fairness, Target, Task
from airworthy.charter.scope import Scope
from airworthy.kernel.plan import make_plan
from airworthy.kernel.result import Result
from airworthy.kernel.run_checks import run_checks
from airworthy.scoring.contract import Column, Contract, LogicalType, Role
from airworthy.scoring.scorer import Scorer
from airworthy.scoring.spec import (
    Linear,
    Number,
    OneHot,
    Platt,
    Scaled,
    ScorerSpec,
    Shift,
    TextScore,
    Threshold,
)

COLOURS = ("blue", "red", "green")
CONTRACT = Contract(
    columns=(
        Column(name="income", type=LogicalType.REAL, low=-4.0, high=4.0),
        Column(name="debt", type=LogicalType.REAL, low=-4.0, high=4.0),
        Column(name="colour", type=LogicalType.CATEGORY, vocabulary=COLOURS),
        Column(name="note", type=LogicalType.TEXT),
        Column(
            name="sex",
            type=LogicalType.CATEGORY,
            role=Role.PROTECTED,
            vocabulary=("M", "F"),
            counts=(3600, 2400),
        ),
        Column(name="age", type=LogicalType.INTEGER, role=Role.EXCLUDED, low=18.0, high=80.0),
    ),
    classes=("No", "Yes"),
    rows=6000,
)
WORDS = {"late": (1.0, 2.0), "fine": (1.0, -2.0)}


def scope(
    task: Task = Task.BINARY, *, contract: Contract = CONTRACT, timed: bool = False, **settings: Any
) -> Scope:
    charter = Charter(
        name="world",
        purpose="A test.",
        task=task,
        target=Target(column="y"),
        sources=(),
        path=Path("airworthy.toml"),
        digest="0" * 64,
        data=DataRules(decision_time="time" if timed else None),
        fairness=settings.pop("fairness", Fairness(protected=("sex",))),
        costs=settings.pop("costs", Costs()),
    )
    return Scope(replace(charter, **settings), contract)


def scorer(task: Task = Task.BINARY, threshold: float = 0.5) -> Scorer:
    """income 1.2, debt -0.6, red 0.5, the word of the note."""
    binary = task is Task.BINARY
    spec = ScorerSpec(
        task=str(task),
        contract=CONTRACT if binary else replace_classes(()),
        features=(
            Scaled(column="income", fill=0.0, center=0.0, scale=1.0),
            Scaled(column="debt", fill=0.0, center=0.0, scale=1.0),
            OneHot(column="colour", value="red"),
            TextScore(column="note", intercept=0.0, tokens=WORDS, pairs=False),
        ),
        learner=Linear(coefficients=((1.2, -0.6, 0.5, 0.5),), intercepts=(-0.2,)),
        **({"calibration": Platt()} if binary else {}),
        decision=Threshold(threshold=threshold) if binary else Shift(),
        baseline=(0.0, 0.0, 0.3, 0.0),
    )
    return Scorer(spec, Path())


def replace_classes(classes: tuple[str, ...]) -> Contract:
    return Contract(columns=CONTRACT.columns, classes=classes, rows=CONTRACT.rows)


def columns(seed: int, n: int) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    notes = np.array(["it was late", "all is fine", "nothing to say"])
    return {
        "income": rng.normal(size=n),
        "debt": rng.normal(size=n),
        "colour": rng.choice(COLOURS, n).tolist(),
        "note": notes[rng.integers(0, 3, n)].tolist(),
        "sex": rng.choice(["M", "F"], n, p=[0.6, 0.4]).tolist(),
        "age": rng.integers(18, 80, n).astype(float),
    }


def binary(
    seed: int, n: int, *, days: float | None = None, threshold: float = 0.5, **given: Any
) -> Predictions:
    """Outcomes drawn from the model's own probabilities: it is right and calibrated."""
    table = columns(seed, n)
    found = scorer(threshold=threshold).score_columns(table)
    assert found.probability is not None
    rng = np.random.default_rng([seed, 1])
    y = (rng.random(n) < found.probability[:, 1]).astype(int)
    return Predictions.of(
        Task.BINARY,
        y,
        classes=("No", "Yes"),
        probability=found.probability,
        decision=found.decision,
        threshold=threshold,
        columns=table,
        time=None if days is None else np.sort(rng.random(n)) * 86400 * days,
        rows_are="out-of-fold",
        **given,
    )


def regression(seed: int, n: int, noise: float = 1.0, *, days: float | None = None) -> Predictions:
    table = columns(seed, n)
    found = scorer(Task.REGRESSION).score_columns(table)
    rng = np.random.default_rng([seed, 1])
    assert found.prediction is not None
    return Predictions.of(
        Task.REGRESSION,
        found.prediction + noise * rng.normal(size=n),
        prediction=found.prediction,
        decision=found.prediction,
        columns=table,
        time=None if days is None else np.sort(rng.random(n)) * 86400 * days,
        rows_are="out-of-fold",
    )


def multiclass(seed: int, n: int, k: int = 3, *, days: float | None = None) -> Predictions:
    rng = np.random.default_rng(seed)
    p = rng.dirichlet(np.full(k, 0.7), n)
    y = (p.cumsum(axis=1) < rng.random(n)[:, None]).sum(axis=1)
    return Predictions.of(
        Task.MULTICLASS,
        y,
        classes=tuple("abcdefgh"[:k]),
        probability=p,
        decision=p.argmax(axis=1),
        time=None if days is None else np.sort(rng.random(n)) * 86400 * days,
    )


def run(code: str, predictions: Predictions, within: Scope, **given: Any) -> list[Result]:
    """All results of one check."""
    chosen = [check for check in CHECKS if check.code == code]
    return run_checks(make_plan(chosen, within, ()), chosen, facts_for(predictions, **given), within)


def one(code: str, predictions: Predictions, within: Scope, **given: Any) -> Result:
    (result,) = run(code, predictions, within, **given)
    return result


def say_rate(name: str, hits: int, runs: int) -> float:
    """Print a measured rate (pytest -s) and return it."""
    print(f"{name}: {hits} of {runs} seeds = {100 * hits / runs:.1f} %")
    return hits / runs


__all__ = [
    "Number",
    "binary",
    "columns",
    "multiclass",
    "one",
    "regression",
    "run",
    "say_rate",
    "scope",
    "scorer",
]
