"""Small nets: their slope, what is written of them, their bag, and an exact replay."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from model_worlds import problem

from airworthy.charter.model import Task
from airworthy.data.columns import columns_for_scoring
from airworthy.kernel.budget import Budget
from airworthy.kernel.digest import digest_tree
from airworthy.kernel.progress import QuietProgress
from airworthy.model import train
from airworthy.model.bag import bag
from airworthy.model.crossfit import Field, margins_of
from airworthy.model.job import CANDIDATES, LEARN, prepare_job
from airworthy.model.learners.descent import Net, epochs, started
from airworthy.model.learners.network import fit_network
from airworthy.model.losses import row_losses
from airworthy.model.rows import rows_of
from airworthy.model.shape import Shape, why_left_out
from airworthy.scoring import Scorer
from airworthy.scoring.columns import row_at
from airworthy.scoring.spec import Blend, Network

TASKS = [Task.BINARY, Task.MULTICLASS, Task.REGRESSION]


def field_of(task: Task) -> Field:
    prepared = prepare_job(problem(task, 400))
    rows = rows_of(prepared.rows, prepared.job, prepared.job.steps)
    return Field(rows, prepared.rows[LEARN].to_numpy(), prepared.folds)


def test_the_slope_is_that_of_small_steps() -> None:
    random = np.random.default_rng(5)
    net = started((4, 5, 3, 2), random)
    numbers = net.numbers.astype(np.float64) + random.normal(0, 0.3, len(net.numbers))
    net = Net(net.sizes, numbers)  # type: ignore[arg-type]  # 64 bits, so that small steps show
    rows, goals = random.normal(size=(6, 4)), random.normal(size=(6, 2))
    masks = [np.ones((6, 5)), np.ones((6, 3))]
    values = net.values(rows, masks)  # type: ignore[arg-type]
    slope = net.slope(values, values[-1] - goals, masks)  # type: ignore[arg-type]

    def loss(at: int, step: float) -> float:
        moved = numbers.copy()
        moved[at] += step
        return float(((Net(net.sizes, moved).margins(rows) - goals) ** 2).sum() / 2)  # type: ignore[arg-type]

    steps = [(loss(at, 1e-6) - loss(at, -1e-6)) / 2e-6 for at in range(len(numbers))]
    assert np.allclose(slope, steps, rtol=1e-4, atol=1e-4)


def test_a_net_learns_what_no_sum_of_curves_can_tell() -> None:
    random = np.random.default_rng(1)
    rows = random.uniform(-1, 1, (600, 2)).astype(np.float32)
    goals = (rows[:, :1] * rows[:, 1:] > 0).astype(np.float32)
    running = epochs(rows, goals, (16, 8), "binary", 3)
    for _ in range(60):
        net = next(running)
    assert float(((net.margins(rows) > 0) == (goals > 0)).mean()) > 0.9


@pytest.mark.parametrize("task", TASKS)
def test_the_written_net_says_what_the_fitted_one_says(task: Task) -> None:
    part = field_of(task).parts[0]
    assert part.held is not None
    grown = fit_network(part, None)
    at = int(grown.losses.argmin())
    again = fit_network(part, at).fitted(at)
    assert again.weights == grown.fitted(at).weights
    margins = margins_of(again, part.held)
    # The curve comes from 32-bit products, the margins from 64-bit sums.
    assert float(row_losses(part.held.y, margins, task.value).mean()) == pytest.approx(
        grown.losses[at], rel=1e-4
    )


@pytest.mark.parametrize("task", [Task.MULTICLASS, Task.REGRESSION])
def test_a_bag_of_nets_is_their_mean_though_each_reads_features_of_its_own(task: Task) -> None:
    field = field_of(task)
    models = [fit_network(part, 1).fitted(1) for part in field.parts[:3]]
    assert models[0].features != models[1].features  # the text score is each fold's own
    joined = bag(models, 300)
    assert isinstance(joined.learner, Network)
    assert len(joined.learner.reads) == 3
    mean = np.mean([margins_of(model, field.rows) for model in models], axis=0)
    assert np.allclose(margins_of(joined, field.rows), mean, rtol=1e-12)


@pytest.mark.parametrize("shape", [Shape(monotone={"age": 1}), Shape(together=())])
def test_declared_shapes_leave_a_net_out_and_say_why(shape: Shape) -> None:
    assert "network cannot keep search." in why_left_out("network", "network", shape, {})


def test_a_schedule_with_a_net_replays_to_the_same_artefact_and_bits(tmp_path: Path) -> None:
    given = problem(Task.MULTICLASS, n=300)
    names = ("linear", "network")
    made = [
        train(given, tmp_path / str(threads), Budget(600), QuietProgress(), threads=threads, replay=names)
        for threads in (1, 2)
    ]
    assert digest_tree(made[0].artefact) == digest_tree(made[1].artefact)
    columns = columns_for_scoring(given.rows.head(40), given.contract)
    for home in sorted((tmp_path / "1" / CANDIDATES).glob("*/artefact")):
        scorer = Scorer.load(home)
        batch = scorer.score_columns(columns).raw
        alone = [scorer.score_row(row_at(scorer.contract, columns, i)).raw for i in range(40)]
        assert np.array(alone).tobytes() == batch.tobytes(), home
        if isinstance(scorer.spec.learner, Blend | Network):
            base, parts = scorer.contributions(row_at(scorer.contract, columns, 0), 1)
            assert base + sum(parts.values()) == pytest.approx(batch[0, 1], abs=1e-9)
