"""How many rejected rows find a way, with how many changes and in what time: our own blends on real data.

    python benchmarks/counterfactuals.py [--rows 30] [--seconds 20] [--only adult heart]

Each model is one of `aw.train`. A row counts as found when the saved model, asked once more about the returned row,
decides as wanted and every rule is kept. Rows are drawn among those of the unwanted decision, from rows that the
model did not learn.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

import airworthy as aw
from airworthy.measures.proportion import Wilson

SHARED = Path(os.environ.get("AIRWORTHY_SHARED_DATA", Path(__file__).parents[2] / "shared" / "data"))
ADULT = [
    "age",
    "workclass",
    "fnlwgt",
    "education",
    "education_num",
    "marital_status",
    "occupation",
    "relationship",
    "race",
    "sex",
    "capital_gain",
    "capital_loss",
    "hours_per_week",
    "native_country",
    "income",
]
WHOLE = ("age", "education_num", "capital_gain", "capital_loss", "hours_per_week")
HEART = [
    "age",
    "sex",
    "cp",
    "trestbps",
    "chol",
    "fbs",
    "restecg",
    "thalach",
    "exang",
    "oldpeak",
    "slope",
    "ca",
    "thal",
    "disease",
]
NEVER = "never"


@dataclass(frozen=True)
class World:
    """Rows, outcome, the wanted decision, and what may change."""

    read: Callable[[], pl.DataFrame]
    target: str
    want: str
    protected: tuple[str, ...] = ()
    changes: Mapping[str, str] = field(default_factory=dict)
    relations: tuple[str, ...] = ()


def _adult() -> pl.DataFrame:
    frame = pl.read_csv(
        SHARED / "adult_income" / "adult.data", has_header=False, new_columns=ADULT, null_values=[" ?", "?"]
    )
    frame = frame.with_columns(pl.col(pl.String).str.strip_chars()).drop("fnlwgt").drop_nulls("income")
    return frame.with_columns(pl.col(WHOLE).cast(pl.Int64))


def _credit() -> pl.DataFrame:
    return pl.read_csv(
        SHARED / "credit_default_taiwan" / "UCI_Credit_Card.csv", infer_schema_length=None
    ).drop("ID")


def _heart() -> pl.DataFrame:
    path = SHARED / "heart_disease" / "processed.cleveland.data"
    frame = pl.read_csv(path, has_header=False, new_columns=HEART, null_values=["?"])
    return frame.with_columns((pl.col("disease") > 0).cast(pl.Int64))


def _machines() -> pl.DataFrame:
    frame = pl.read_csv(SHARED / "ai4i2020" / "ai4i2020.csv")
    return frame.drop("UDI", "Product ID", "TWF", "HDF", "PWF", "OSF", "RNF")


WORLDS = {
    "adult": World(
        _adult,
        "income",
        ">50K",
        ("sex", "race"),
        dict.fromkeys(("age", "marital_status", "relationship", "native_country", "education"), NEVER)
        | {"education_num": "up"},
    ),
    "credit": World(
        _credit, "default.payment.next.month", "0", ("SEX", "AGE"), {"EDUCATION": NEVER, "MARRIAGE": NEVER}
    ),
    "heart": World(_heart, "disease", "0", ("sex", "age")),
    "ai4i": World(_machines, "Machine failure", "0", (), {"Type": NEVER}),
}


def measured(world: World, rows: int, seconds: float) -> dict[str, Any]:
    """One model, and counterfactuals of some rows that it did not learn."""
    frame = world.read().sample(fraction=1.0, shuffle=True, seed=0)
    learned = frame.head(int(0.7 * frame.height))
    model = aw.train(learned, world.target, exclude=world.protected, seconds=seconds)
    others = frame.tail(frame.height - learned.height).drop(world.target)
    decided = np.array([str(one) for one in model.decide(others)])
    away = np.flatnonzero(decided != world.want)[:rows]
    rules = aw.changes(world.changes, relations=world.relations)
    found, changes, times, asked = [], [], [], []
    reference = others.head(3_000).drop(world.protected)
    for place in away.tolist():
        began = time.process_time()
        row = others.drop(world.protected)[place : place + 1]
        answer = aw.counterfactual(model, reference, row, changes=rules, want=world.want)
        times.append(time.process_time() - began)
        asked.append(answer.asked)
        found.append(bool(answer.found))
        if answer.found:
            changes.append(answer.found[0].count)
            _require(model, row, answer.found, world)
    low, high = Wilson.of(np.array(found)).interval(0.95)
    return {
        "model": model.chosen.name,
        "rows": len(found),
        "found": f"{100 * np.mean(found):.0f} % ({100 * low:.0f} to {100 * high:.0f})",
        "one": f"{100 * np.mean(np.array(changes) == 1):.0f} %" if changes else "-",
        "changes": f"{np.mean(changes):.2f}" if changes else "-",
        "asked": f"{np.median(asked):,.0f}",
        "seconds": f"{np.median(times):.2f} ({np.max(times):.2f})",
    }


def _require(model: Any, row: pl.DataFrame, found: Any, world: World) -> None:
    """Every returned row is decided as wanted by the model itself, asked with a table as a caller would."""
    for one in found:
        made = row.with_columns(
            **{c.column: pl.Series([c.becomes]).cast(row.schema[c.column]) for c in one.changes}
        )
        decision = str(model.decide(made)[0])
        assert decision == world.want, (one, decision)
        moved = {change.column for change in one.changes}
        assert not moved & {name for name, said in world.changes.items() if said == NEVER}


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rows", type=int, default=30)
    asked.add_argument("--seconds", type=float, default=20.0)
    asked.add_argument("--only", nargs="*", default=list(WORLDS))
    given = asked.parse_args()
    for name in given.only:
        figures = measured(WORLDS[name], given.rows, given.seconds)
        sys.stdout.write(f"{name}: " + ", ".join(f"{key} {value}" for key, value in figures.items()) + "\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
