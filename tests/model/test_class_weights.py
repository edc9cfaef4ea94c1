"""Class weights for rare events: tried beside a plain twin, and kept only where they lower the loss."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import polars as pl
from model_worlds import charter

from airworthy.charter.model import Task
from airworthy.kernel.budget import Budget
from airworthy.kernel.progress import QuietProgress
from airworthy.model import Problem, train
from airworthy.model.rows import Rows
from airworthy.model.weighed import balanced
from airworthy.scoring.contract import Column, Contract, LogicalType

CONTRACT = Contract(columns=(Column(name="x", type=LogicalType.REAL),), classes=("No", "Yes"))
NAMES = ("lightgbm-31", "lightgbm-31-weighted")


def problem(share: float, n: int = 1500) -> Problem:
    rng = np.random.default_rng(0)
    x = rng.normal(size=n)
    event = rng.random(n) < 1 / (1 + np.exp(-(x + np.log(share))))
    rows = pl.DataFrame(
        {
            "x": x,
            "__target__": np.where(event, "Yes", "No"),
            "__row__": pl.Series(range(n), dtype=pl.Int64),
        }
    )
    return Problem(CONTRACT, rows, Task.BINARY, charter(Task.BINARY), 0)


def test_balanced_weights_are_those_by_hand() -> None:
    rows = Rows("binary", CONTRACT, {}, np.array([1.0, 0.0, 0.0, 0.0]), None, False, "UTC", 0)
    weights = balanced(rows).weights
    assert weights is not None
    # One event weighs 2 and the three others 2/3: two in all on either side.
    assert np.allclose(weights, [2.0, 2 / 3, 2 / 3, 2 / 3])


def test_weights_that_do_not_help_are_not_kept_and_both_figures_are_told(tmp_path: Path) -> None:
    given = problem(0.02)
    assert (given.rows["__target__"] == "Yes").mean() < 0.05
    made = train(given, tmp_path, Budget(600), QuietProgress(), threads=1, replay=NAMES)
    kept = {candidate.name: candidate for candidate in made.candidates}
    note = kept["lightgbm-31-weighted"].note
    found = re.search(r"log loss ([\d.]+) with them, ([\d.]+) without, in 1,500 rows", note)
    assert found is not None
    helped = kept["lightgbm-31-weighted"].quality is not None
    assert note.startswith("not kept: class weights did not help") is not helped
    if helped:
        assert float(found[1]) < float(found[2])


def test_weights_are_not_tried_where_events_are_not_rare(tmp_path: Path) -> None:
    given = problem(0.3, 400)
    made = train(given, tmp_path, Budget(600), QuietProgress(), threads=1, replay=NAMES)
    assert "lightgbm-31-weighted" not in {candidate.name for candidate in made.candidates}
