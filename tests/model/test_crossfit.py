"""Cross-fitting: no row is scored by a model that saw it, and the final model learned from all."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from model_worlds import frame, problem

from airworthy.charter.model import SplitMethod, Task
from airworthy.data.split import Fold, cross_folds
from airworthy.kernel.budget import Budget
from airworthy.kernel.progress import QuietProgress
from airworthy.measures import log_loss
from airworthy.model import train
from airworthy.model.bag import bag
from airworthy.model.crossfit import Field, agreed, cross_fit, margins_of
from airworthy.model.job import LEARN, write_job
from airworthy.model.learners.lightgbm import fit_lightgbm
from airworthy.model.learners.linear import fit_linear
from airworthy.model.learners.settings import Trees
from airworthy.model.part import Part
from airworthy.model.rows import rows_of

SMALL = Trees(leaves=6, learning_rate=0.1)


def field_of(task: Task, tmp_path: Path, method: SplitMethod = SplitMethod.STRATIFIED, n: int = 400) -> Field:
    prepared = write_job(problem(task, n=n, method=method), tmp_path)
    rows = rows_of(prepared.rows, prepared.job, prepared.job.steps)
    return Field(rows, prepared.rows[LEARN].to_numpy(), prepared.folds)


def test_every_row_is_held_out_once_and_never_taught_to_the_model_that_scores_it(tmp_path: Path) -> None:
    seen: list[tuple[set[int], set[int]]] = []
    given = problem(Task.BINARY, n=400)
    prepared = write_job(given, tmp_path)
    for fold in prepared.folds:
        seen.append((set(fold.fit.tolist()), set(fold.hold.tolist())))
        assert not seen[-1][0] & seen[-1][1]
    counts = Counter(row for _, hold in seen for row in hold)
    assert set(counts.values()) == {1}
    assert len(counts) == given.rows.height


def test_outcomes_that_are_noise_are_not_predicted_out_of_fold(tmp_path: Path) -> None:
    given = problem(Task.BINARY, n=500)
    rng = np.random.default_rng(1)
    noise = pl.Series("__target__", rng.choice(["No", "Yes"], given.rows.height))
    from dataclasses import replace

    made = train(
        replace(given, rows=given.rows.with_columns(noise)),
        tmp_path,
        Budget(600),
        QuietProgress(),
        threads=1,
        replay=("lightgbm-31", "extra-trees"),
    )
    y = (noise == "Yes").to_numpy()[made.held_out.places].astype(np.int64)
    assert log_loss(y, made.held_out.outputs) > 0.68
    assert made.learned_rows == given.rows.height


def test_a_bag_scores_as_the_mean_of_its_models(tmp_path: Path) -> None:
    for task in (Task.BINARY, Task.MULTICLASS, Task.REGRESSION):
        field = field_of(task, tmp_path / str(task))
        models = [fit_lightgbm(part, None, SMALL, 1).fitted(7) for part in field.parts]
        whole = bag(models, 600)
        rows = field.whole.rows
        mean = np.mean([margins_of(model, rows) for model in models], axis=0)
        assert np.allclose(margins_of(whole, rows), mean, rtol=1e-9)
        assert len(whole.features) < sum(len(model.features) for model in models)


def test_a_fold_does_not_choose_the_setting_of_the_model_that_scores_it(tmp_path: Path) -> None:
    field = field_of(Task.BINARY, tmp_path)
    asked: list[int] = []

    def fit(part: Part, setting: int | None):  # type: ignore[no-untyped-def]
        grown = fit_linear(part, setting)
        own = [np.array([9.0, 0, 9, 9, 9]), np.array([9.0, 9, 0, 9, 9])][min(len(asked), 1)]
        asked.append(0)
        noted: list[int] = []

        def fitted(at: int):  # type: ignore[no-untyped-def]
            noted.append(at)
            chosen.append(at)
            return grown.fitted(at)

        from airworthy.model.learners.fitted import Grown

        return Grown(own if setting is None else grown.losses, fitted)

    chosen: list[int] = []
    cross_fit(fit, field)
    assert chosen[1] == 2  # the first fold likes 1, the others 2 (chosen[0] only asks whether to go on)


def test_in_time_order_each_block_is_scored_from_the_past_and_the_end_learns_all(tmp_path: Path) -> None:
    field = field_of(Task.REGRESSION, tmp_path, SplitMethod.TIME)
    for part, places in zip(field.parts, field.holds, strict=True):
        assert len(part.rows) <= places.min()
    crossed = cross_fit(lambda part, setting: fit_linear(part, setting), field)
    assert crossed is not None
    assert crossed.fitted.rows == len(field.whole.rows)
    assert "fitted again on all rows" in crossed.fitted.note
    assert len(crossed.margins) == len(field.held) == pytest.approx(0.5 * len(field.whole.rows), abs=20)


def test_a_world_that_turned_round_keeps_the_older_model_only_when_the_past_says_so(tmp_path: Path) -> None:
    field = field_of(Task.REGRESSION, tmp_path, SplitMethod.TIME)
    crossed = cross_fit(lambda part, setting: fit_linear(part, setting), field)
    assert crossed is not None
    assert "newer rows did not help" not in crossed.fitted.note


def test_an_agreed_setting_has_the_least_mean_loss() -> None:
    assert agreed([np.array([3.0, 1.0, 1.2]), np.array([2.0, 1.9, 0.5])]) == 2


def test_folds_get_fewer_until_each_can_teach_every_class() -> None:
    given = problem(Task.MULTICLASS, n=200)
    rows = frame(60, Task.MULTICLASS)
    rare = pl.Series("__target__", ["low"] * 2 + ["middle"] * 29 + ["high"] * 29)
    rows = rows.with_columns(rare)
    made = cross_folds(rows, np.ones(60, bool), given.charter, given.contract)
    assert all(isinstance(fold, Fold) for fold in made.folds)
    for fold in made.folds:
        assert rows["__target__"][fold.fit].n_unique() == 3


def test_a_first_answer_alone_is_a_model_measured_on_one_fold(tmp_path: Path) -> None:
    given = problem(Task.BINARY, n=15_000, only=("income", "age", "score", "city"))
    made = train(given, tmp_path, Budget(600), QuietProgress(), threads=1, replay=("linear-quick",))
    assert made.schedule == ("linear-quick",)
    assert len(made.held_out.places) == pytest.approx(given.rows.height / 5, abs=100)
    assert made.learned_rows == 10_000
    assert "last fold" in made.note
