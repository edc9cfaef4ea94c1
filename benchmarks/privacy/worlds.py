"""Worlds without a leak and with one, counted: how often PRI001 and PRI002 fail.

    python benchmarks/privacy/worlds.py [clean|planted] [WORLDS]

Prints one line a check and kind of world: how many worlds, how many results failed.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

import airworthy as aw
from airworthy.kernel.result import Result, Verdict

ROWS, COLUMNS = 1_000, 5


def rows_of(seed: int, rows: int, kind: str = "binary") -> tuple[Any, Any]:
    """A table of one draw with noisy outcomes: two classes, three, or a number."""
    rng = np.random.default_rng(seed)
    table = rng.normal(size=(rows, COLUMNS))
    if seed % 2:
        table[:, -1] = rng.integers(0, 6, rows)
    score = table[:, 0] + 0.5 * table[:, 1] * table[:, 2]
    if kind == "number":
        return table, score + rng.normal(size=rows)
    noisy = score + rng.logistic(size=rows)
    return table, (np.digitize(noisy, [-0.7, 0.7]) if kind == "three" else (noisy > 0).astype(int))


def clean(seed: int) -> list[Result]:
    """A model whose "learned" rows are as new to it as the others."""
    kind = ("binary", "three", "number")[seed % 3]
    table, outcome = rows_of(seed, 5 * ROWS, kind)
    own, learned, others = slice(0, 3 * ROWS), slice(3 * ROWS, 4 * ROWS), slice(4 * ROWS, None)
    makers: tuple[Callable[[], Any], ...] = (
        (LinearRegression, DecisionTreeRegressor)
        if kind == "number"
        else (LogisticRegression, HistGradientBoostingClassifier, DecisionTreeClassifier)
    )
    model = makers[seed % len(makers)]().fit(table[own], outcome[own])
    return _asked(model, table, outcome, learned, others)


def planted(seed: int, model: Any) -> list[Result]:
    """A model that knows its rows by heart."""
    table, outcome = rows_of(seed, 2 * ROWS)
    learned, others = slice(0, ROWS), slice(ROWS, None)
    return _asked(model.fit(table[learned], outcome[learned]), table, outcome, learned, others)


def _asked(model: Any, table: Any, outcome: Any, learned: slice, others: slice) -> list[Result]:
    given = (table[learned], outcome[learned])
    report = aw.privacy(model, given, (table[others], outcome[others]))
    return [result for result in report.results if result.code == "PRI001"]


def people(seed: int, reads: bool) -> list[Result]:
    """A protected column beside the others, which a model reads and follows, or does not read."""
    rng = np.random.default_rng(seed)
    table = rng.normal(size=(3 * ROWS, COLUMNS))
    sex = (rng.random(len(table)) < 1 / (1 + np.exp(-0.5 * table[:, 0]))).astype(float)
    raised = 1.5 * sex if reads else 0.0
    outcome = (table[:, 1] + raised + rng.logistic(size=len(table)) > 0.5).astype(int)
    seen = np.column_stack([table, sex]) if reads else table
    maker = (LogisticRegression, HistGradientBoostingClassifier)[seed % 2]
    model = maker().fit(seen[: 2 * ROWS], outcome[: 2 * ROWS])
    rows = seen[2 * ROWS :]
    told = ["x5"] if reads else {"sex": sex[2 * ROWS :]}
    few = (seen[:10], outcome[:10])  # too few for an attack on membership, which is not asked here
    report = aw.privacy(model, few, (rows, outcome[2 * ROWS :]), protected=told)
    return [result for result in report.results if result.code == "PRI002"]


def count(made: Iterator[list[Result]]) -> Counter[str]:
    """Verdicts by subject; `worlds` with any FAIL."""
    found: Counter[str] = Counter()
    for results in made:
        found["worlds"] += 1
        found["failed"] += any(result.verdict is Verdict.FAIL for result in results)
        found.update(f"{result.subject} {result.verdict}" for result in results)
    return found


def main() -> None:
    """Count and print."""
    kind, worlds = (sys.argv[1] if len(sys.argv) > 1 else "clean"), int((sys.argv[2:] or ["30"])[0])
    if kind == "clean":
        print("PRI001 clean", dict(count(clean(seed) for seed in range(worlds))), flush=True)
        print("PRI002 not read", dict(count(people(seed, reads=False) for seed in range(worlds))), flush=True)
        return
    for model in (DecisionTreeClassifier(), KNeighborsClassifier(1), RandomForestClassifier(50)):
        name = type(model).__name__
        print(f"PRI001 {name}", dict(count(planted(seed, model) for seed in range(worlds))), flush=True)
    print("PRI002 read", dict(count(people(seed, reads=True) for seed in range(worlds))), flush=True)


if __name__ == "__main__":
    main()
