"""What rows in time order ask of a search: no column that only tells the time, no calibration that misleads."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
from model_worlds import problem

from airworthy.charter.model import SplitMethod, Task
from airworthy.kernel.budget import Budget
from airworthy.kernel.progress import QuietProgress
from airworthy.model import Problem, train
from airworthy.model.calibrate import calibrate
from airworthy.model.crossfit import Field
from airworthy.model.job import LEARN, write_job
from airworthy.model.rows import rows_of
from airworthy.model.timeless import running_along, settle
from airworthy.model.trials import plain_trees
from airworthy.scoring.spec import Identity

READS = ("age", "score", "member", "city")


def world(level: str) -> Problem:
    """`age` runs along with time; the outcome's level wanders up and down, or follows it."""
    given = problem(Task.REGRESSION, n=1000, only=READS, method=SplitMethod.TIME)
    n = given.rows.height
    at = np.arange(n)
    drift = 40 * np.sin(at / n * 25) if level == "wanders" else 0.1 * at
    rows = given.rows.with_columns(
        pl.Series("age", at // 10, dtype=pl.Int64),
        (pl.col("score") * 10 + pl.Series(drift)).alias("__target__"),
    )
    return replace(given, rows=rows)


def field_of(given: Problem, folder: Path) -> Field:
    prepared = write_job(given, folder)
    rows = rows_of(prepared.rows, prepared.job, prepared.job.steps)
    return Field(rows, prepared.rows[LEARN].to_numpy(), prepared.folds)


def test_a_column_that_only_tells_the_time_is_left_out_where_the_past_did_better_without(
    tmp_path: Path,
) -> None:
    field = field_of(world("wanders"), tmp_path)
    assert running_along(field.rows) == ("age",)
    settled = settle(field, plain_trees(1))
    assert [column.name for column in settled.field.contract.inputs] == ["score", "member", "city"]
    assert "without age, which only tells the time" in settled.note


def test_it_stays_where_the_level_follows_it(tmp_path: Path) -> None:
    field = field_of(world("rises"), tmp_path)
    assert settle(field, plain_trees(1)).field is field


def test_rows_without_an_order_keep_all_columns(tmp_path: Path) -> None:
    given = world("wanders")
    rows = replace(given, charter=problem(Task.REGRESSION, n=10).charter)
    field = field_of(rows, tmp_path)
    assert settle(field, plain_trees(1)).field is field


def test_the_model_of_the_charter_reads_no_such_column_and_says_why(tmp_path: Path) -> None:
    made = train(
        world("wanders"), tmp_path, Budget(600), QuietProgress(), threads=1, replay=("linear", "lightgbm-6")
    )
    notes = {candidate.name: candidate.note for candidate in made.candidates}
    assert "only tells the time" in notes["lightgbm-6"]
    assert "only tells the time" not in notes["linear"]


def test_no_calibration_is_learned_from_past_blocks() -> None:
    rng = np.random.default_rng(5)
    margins = rng.normal(size=(2000, 1))
    fold = np.arange(2000) * 5 // 2000
    y = (rng.random(2000) < 1 / (1 + np.exp(-2 * margins[:, 0]))).astype(np.float64)
    assert isinstance(calibrate(margins, y, fold, 2, ordered=True).calibration, Identity)
    assert not isinstance(calibrate(margins, y, fold, 2).calibration, Identity)
