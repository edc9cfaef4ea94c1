"""Small planted worlds of every task, and charters over them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from airworthy.charter.model import (
    BudgetRules,
    Charter,
    Costs,
    DataRules,
    Source,
    Split,
    SplitMethod,
    Target,
    Task,
)
from airworthy.model import Problem
from airworthy.scoring.contract import Column, Contract, LogicalType

WORDS = ("late", "rude", "lost", "kind", "quick", "clean", "seat", "plane", "crew", "meal")

COLUMNS = (
    ("income", LogicalType.MONEY),
    ("age", LogicalType.INTEGER),
    ("score", LogicalType.REAL),
    ("member", LogicalType.FLAG),
    ("city", LogicalType.CATEGORY),
    ("seen", LogicalType.INSTANT),
    ("born", LogicalType.DAY),
    ("remark", LogicalType.TEXT),
)


def charter(
    task: Task,
    *,
    costs: Costs | None = None,
    method: SplitMethod = SplitMethod.STRATIFIED,
    memory_bytes: int | None = None,
    entity: tuple[str, ...] = (),
) -> Charter:
    """A charter over one source."""
    return Charter(
        name="planted",
        purpose="test",
        task=task,
        target=Target(column="y"),
        sources=(Source(name="main", path="rows.csv"),),
        path=Path("airworthy.toml"),
        digest="sha256:" + "0" * 64,
        costs=costs or Costs(),
        split=Split(method=method),
        budget=BudgetRules(memory_bytes=memory_bytes),
        data=DataRules(entity=entity),
    )


def frame(n: int, task: Task, seed: int = 0) -> pl.DataFrame:
    """A canonical frame of every logical type; all columns but `born` move the outcome."""
    rng = np.random.default_rng(seed)
    income = rng.lognormal(8, 1, n)
    age = rng.integers(18, 80, n)
    score = rng.normal(size=n)
    member = rng.random(n) < 0.4
    city = rng.choice(["Rome", "Oslo", "Bern", "Kiel"], n, p=[0.5, 0.3, 0.15, 0.05])
    hour = rng.integers(0, 24, n)
    remark = [" ".join(rng.choice(WORDS, 4)) for _ in range(n)]
    bad = np.array([sum(word in ("late", "rude", "lost") for word in text.split()) for text in remark])
    margin = (
        0.8 * score
        - 0.03 * (age - 45)
        + (city == "Oslo")
        - member
        + 0.8 * (bad - 1.2)
        + 0.5 * (hour > 17)
        + 0.3 * (np.log(income) - 8)
    )
    noise = rng.logistic(size=n)
    start = datetime(2024, 1, 1, tzinfo=UTC)
    seen = [start + timedelta(days=int(i) * 200 // n, hours=int(h)) for i, h in enumerate(hour)]
    outcome = {
        Task.BINARY: np.where(margin + noise > 1, "Yes", "No"),
        Task.MULTICLASS: np.array(["low", "middle", "high"])[np.digitize(margin + noise, [-1.0, 1.0])],
        Task.REGRESSION: 100 + 10 * margin + 5 * rng.normal(size=n),
    }[task]
    return pl.DataFrame(
        {
            "income": pl.Series(np.where(rng.random(n) < 0.1, np.nan, income)).fill_nan(None),
            "age": pl.Series(age, dtype=pl.Int64),
            "score": score,
            "member": member,
            "city": pl.Series([None if rng.random() < 0.05 else str(c) for c in city], dtype=pl.String),
            "seen": pl.Series(seen, dtype=pl.Datetime("us", "UTC")),
            "born": pl.Series([(start - timedelta(days=int(a) * 365)).date() for a in age]),
            "remark": remark,
            "__row__": pl.Series(range(n), dtype=pl.Int64),
            "__target__": outcome,
            "__time__": pl.Series(seen, dtype=pl.Datetime("us", "UTC")),
        }
    )


CLASSES = {Task.BINARY: ("No", "Yes"), Task.MULTICLASS: ("low", "middle", "high"), Task.REGRESSION: ()}


def contract(task: Task, *, only: tuple[str, ...] | None = None) -> Contract:
    """The contract of `frame`."""
    nullable = ("income", "city")
    vocabulary = {"city": ("Rome", "Oslo", "Bern", "Kiel"), "member": ("false", "true")}
    return Contract(
        columns=tuple(
            Column(name=name, type=kind, nullable=name in nullable, vocabulary=vocabulary.get(name, ()))
            for name, kind in COLUMNS
            if only is None or name in only
        ),
        classes=CLASSES[task],
    )


def problem(
    task: Task, n: int = 1200, seed: int = 0, only: tuple[str, ...] | None = None, **declared: object
) -> Problem:
    """A problem of `n` and half as many development rows."""
    rows = frame(n + n // 2, task, seed)
    return Problem(
        contract=contract(task, only=only),
        rows=rows,
        task=task,
        charter=charter(task, **declared),  # type: ignore[arg-type]
        seed=seed,
    )
