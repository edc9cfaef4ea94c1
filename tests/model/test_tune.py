"""Draws of configurations: the same for one seed, dropped when hopeless, and exact in a replay."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from model_worlds import problem
from scipy.stats import qmc

from airworthy.charter.model import LearnerKind, SearchRules, Task
from airworthy.kernel.budget import Budget
from airworthy.kernel.digest import digest_tree
from airworthy.kernel.progress import QuietProgress
from airworthy.model import train
from airworthy.model.tune import MOST, ROOT, SETTINGS, drawn, place


def test_draws_depend_on_seed_and_number_only() -> None:
    assert drawn(3, 7) == drawn(3, 7)
    assert len({drawn(0, number) for number in range(1, MOST + 1)}) == MOST
    assert drawn(0, 1) != drawn(1, 1)


def test_draws_cover_their_ranges_more_evenly_than_chance() -> None:
    def gap(points: np.ndarray) -> float:
        return float(qmc.discrepancy(points))

    even = [gap(np.array([place(seed, number) for number in range(1, 26)])) for seed in range(20)]
    chance = [gap(np.random.default_rng(seed).random((25, SETTINGS))) for seed in range(20)]
    assert max(even) < min(chance)
    assert abs(ROOT**7 - ROOT - 1) < 1e-12
    every = [drawn(0, number) for number in range(1, MOST + 1)]
    assert all(4 <= trees.leaves <= 128 and 5 <= trees.leaf_rows <= 200 for trees in every)
    assert min(trees.leaves for trees in every) < 6
    assert max(trees.leaves for trees in every) > 100


def test_a_schedule_with_draws_replays_to_the_same_artefact(tmp_path: Path) -> None:
    given = problem(Task.REGRESSION, n=300, only=("age", "score", "member"))
    schedule = ("lightgbm-6", "lightgbm-draw-2", "lightgbm-draw-5")
    first = train(given, tmp_path / "a", Budget(600), QuietProgress(), threads=1, replay=schedule)
    second = train(given, tmp_path / "b", Budget(600), QuietProgress(), threads=2, replay=first.schedule)
    assert set(first.schedule) == set(schedule)
    assert digest_tree(first.artefact) == digest_tree(second.artefact)


def test_time_that_is_left_goes_into_draws(tmp_path: Path) -> None:
    given = problem(Task.REGRESSION, n=200, only=("age", "score"))
    rules = SearchRules(learners=(LearnerKind.LIGHTGBM,))
    charter = replace(given.charter, search=rules)
    made = train(
        replace(given, charter=charter), tmp_path, Budget(100), QuietProgress(), limit_seconds=15, threads=1
    )
    names = [candidate.name for candidate in made.candidates]
    assert any(name.startswith("lightgbm-draw") for name in names), names
