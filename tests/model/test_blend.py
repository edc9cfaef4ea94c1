"""Blends: weights that help on rows nobody was fitted on, and one model made of several."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from model_worlds import problem

from airworthy.charter.model import Task
from airworthy.kernel.budget import Budget
from airworthy.kernel.progress import QuietProgress
from airworthy.measures.probability import log_loss
from airworthy.model import train
from airworthy.model.blend import blend_weights, held_out_blend
from airworthy.scoring import Scorer
from airworthy.scoring.spec import Blend


def test_two_halves_of_the_truth_are_both_taken_and_noise_is_not() -> None:
    rng = np.random.default_rng(0)
    first, second, noise = rng.normal(size=(3, 4000))
    y = (rng.random(4000) < 1 / (1 + np.exp(-(first + second)))).astype(np.float64)
    margins = [first[:, None], second[:, None], noise[:, None]]
    weights = blend_weights(margins, y, "binary")
    assert weights.by_candidate[0] == pytest.approx(weights.by_candidate[1], rel=0.35)
    assert abs(weights.by_candidate[2]) < 0.05
    fold = np.arange(4000) % 5
    blended = held_out_blend(margins, y, fold, "binary")[:, 0]
    alone = min(log_loss(y, 1 / (1 + np.exp(-m[:, 0]))) for m in margins)
    assert log_loss(y, 1 / (1 + np.exp(-blended))) < alone - 0.02


@pytest.mark.parametrize("task", [Task.BINARY, Task.REGRESSION], ids=str)
def test_the_blend_is_one_model_with_the_margins_of_its_members(task: Task, tmp_path: Path) -> None:
    given = problem(task, n=3000)
    train(given, tmp_path, Budget(600), QuietProgress(), threads=1, replay=("linear", "lightgbm-6"))
    blend = Scorer.load(tmp_path / "candidates" / "blend" / "artefact")
    assert isinstance(blend.spec.learner, Blend)
    row: dict[str, object] = {"income": 900.0, "age": 40, "city": "Oslo", "remark": "late rude"}
    total = blend.spec.learner.intercepts[0]
    for member, name in zip(blend.spec.learner.members, ("lightgbm-6", "linear"), strict=True):
        single = Scorer.load(tmp_path / "candidates" / name / "artefact")
        total += member.weight * single.score_row(row).raw[0]
    assert blend.score_row(row).raw[0] == pytest.approx(total, abs=1e-12)
    base, parts = blend.contributions(row)
    assert base + sum(parts.values()) == pytest.approx(total, abs=1e-9)


def test_the_same_candidates_give_the_same_blend(tmp_path: Path) -> None:
    given = problem(Task.REGRESSION, n=1500)
    digests = []
    for folder in ("a", "b"):
        made = train(
            given, tmp_path / folder, Budget(600), QuietProgress(), threads=1, replay=("linear", "lightgbm-6")
        )
        digests.append(made.artefact.name)
    assert digests[0] == digests[1]
