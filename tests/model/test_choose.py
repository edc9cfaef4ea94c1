"""Which candidate is taken: the most valuable, or the simplest that cannot be told apart from it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from model_worlds import problem

from airworthy.charter.model import LearnerKind, Preference, SearchRules, Task
from airworthy.kernel.budget import Budget
from airworthy.kernel.errors import MissingExtra
from airworthy.kernel.progress import QuietProgress
from airworthy.model import permitted, train
from airworthy.model.choose import Rival, choose
from airworthy.model.job import Record
from airworthy.scoring.columns import FloatArray


def rival(name: str, rank: int, losses: FloatArray, costs: FloatArray | None = None) -> Rival:
    record = Record(
        name=name,
        learner=name,
        rank=rank,
        rows=1,
        loss=float(losses.mean()),
        measure="log loss",
        seconds=1,
        latency_us=1,
        latency_p99_us=1,
        size_bytes=1,
        note="",
    )
    return Rival(record, losses, costs)


NOISE = np.tile([1.0, -1.0], 200)


def test_value_takes_the_least_loss_and_simple_the_simplest_that_is_level_with_it() -> None:
    linear = rival("linear", 0, 1.02 + 0.5 * NOISE)
    trees = rival("trees", 3, 1.00 - 0.5 * NOISE)
    assert choose([linear, trees]).record.name == "trees"
    assert choose([linear, trees], Preference.SIMPLE).record.name == "linear"


def test_value_takes_the_simpler_of_two_with_the_same_loss() -> None:
    linear, trees = rival("linear", 0, 1.00005 + 0.5 * NOISE), rival("trees", 3, 1.0 + 0.5 * NOISE)
    assert choose([linear, trees]).record.name == "linear"


def test_declared_costs_come_before_the_loss() -> None:
    cheap = rival("cheap", 0, np.full(400, 1.1), np.full(400, 2.0))
    dear = rival("dear", 0, np.full(400, 1.0), np.full(400, 2.5))
    assert choose([cheap, dear]).record.name == "cheap"


def test_readable_trains_only_what_can_be_read_and_adds_nothing_up(tmp_path: Path) -> None:
    given = problem(Task.BINARY, n=300)
    charter = replace(given.charter, search=SearchRules(readable=True))
    made = train(
        replace(given, charter=charter),
        tmp_path,
        Budget(600),
        QuietProgress(),
        threads=1,
        replay=("linear", "additive", "lightgbm-6"),
    )
    assert {candidate.name for candidate in made.candidates} == {"linear", "additive"}


def test_candidates_of_an_earlier_run_that_the_charter_no_longer_names_are_left_alone(tmp_path: Path) -> None:
    given = problem(Task.REGRESSION, n=300)
    both = ("linear", "lightgbm-6")
    train(given, tmp_path, Budget(600), QuietProgress(), threads=1, replay=both)
    charter = replace(given.charter, search=SearchRules(learners=(LearnerKind.LINEAR,)))
    made = train(
        replace(given, charter=charter), tmp_path, Budget(600), QuietProgress(), threads=1, replay=both
    )
    assert made.schedule == ("linear",)


def test_a_charter_that_names_only_what_is_not_installed_is_told_which_extra_to_add(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(permitted, "find_spec", lambda name: None)
    charter = replace(
        problem(Task.BINARY, n=100).charter, search=SearchRules(learners=(LearnerKind.CATBOOST,))
    )
    with pytest.raises(MissingExtra, match="catboost"):
        permitted.learners_of(charter)
