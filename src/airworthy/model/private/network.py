"""A small neural net trained by noisy gradient steps (Abadi et al. 2016) through Opacus, exported as ours.

Torch starts every process with one and the same seed: noise drawn from it could be drawn again by anybody. So
the rows of a step and its noise come from generators that are seeded from the operating system's entropy.
"""

from __future__ import annotations

import os
import warnings
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from opacus import GradSampleModule
from opacus.optimizers import DPOptimizer

from airworthy.kernel.seed import derive_seed
from airworthy.model.learners.descent import Net, started
from airworthy.model.learners.fitted import Fitted
from airworthy.model.learners.network import WEIGHTS, in_own_unit
from airworthy.model.learners.numbers import written_numbers
from airworthy.model.private.columns import network_features
from airworthy.model.private.plan import Plan
from airworthy.model.private.units import capped
from airworthy.model.rows import Rows
from airworthy.scoring.features import feature_matrix
from airworthy.scoring.spec import Network
from airworthy.scoring.steps import apply_steps

HIDDEN = (16,)
"""Every weight bears noise: 64 and 32 hidden values gave a log loss of .55 on adult at epsilon 1, 16 .35."""
LONGEST = 6.0
"""Length to which the gradient of one row is cut. Cut to 1, rows that are badly wrong pull no harder than
others, and the net is far too sure: a log loss of .50 at the same AUROC (adult, epsilon 1)."""
RATE = 0.5
KEPT = 0.98
"""Share of the running mean of the weights that stays at each step; a mean of noisy weights costs nothing."""


def fit_private_network(rows: Rows, plan: Plan, *, test_seed: int | None = None) -> Fitted:
    """Fit a net in as many noisy steps as the plan paid for.

    `test_seed` makes the noise repeatable and the promise void. Nothing but a test gives one.
    """
    taught = rows.take(capped(rows, plan))
    features = network_features(rows.contract, plan, rows.zone)
    inputs = torch.from_numpy(feature_matrix(features, apply_steps((), taught.columns)).astype(np.float32))
    center, scale = _unit(taught, plan)
    goals = torch.from_numpy(_goals(taught, center, scale))
    net = started(
        (len(features), *HIDDEN, taught.outputs), np.random.default_rng(derive_seed(rows.seed, "net"))
    )
    module = _module(net)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of Opacus' hooks, and of the generator: see above
        _train(module, inputs, goals, taught.task, plan, test_seed)
    numbers = in_own_unit(_net_of(module, net), center, scale)
    return Fitted(
        features=features,
        learner=Network(
            weights=WEIGHTS, reads=(tuple(range(len(features))),), hidden=HIDDEN, outputs=taught.outputs
        ),
        baseline=(0.0,) * len(features),
        rows=len(taught),
        weights={WEIGHTS: written_numbers(numbers)},
        note=f"trained with noise: epsilon {plan.epsilon:g}, delta {plan.delta:g}",
    )


def _unit(rows: Rows, plan: Plan) -> tuple[float, float]:
    """Middle and half the width of a number's public bounds."""
    if rows.task != "regression":
        return 0.0, 1.0
    low, high = plan.bounds[plan.target]
    return (low + high) / 2, (high - low) / 2


def _goals(rows: Rows, center: float, scale: float) -> npt.NDArray[Any]:
    if rows.task == "regression":
        return np.clip((rows.y - center) / scale, -1.0, 1.0).astype(np.float32)[:, None]
    return rows.y.astype(np.int64) if rows.outputs > 1 else rows.y.astype(np.float32)[:, None]


def _module(net: Net) -> torch.nn.Sequential:
    layers: list[torch.nn.Module] = []
    for weights, biases in net.layers:
        linear = torch.nn.Linear(weights.shape[1], weights.shape[0])
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(weights))
            linear.bias.copy_(torch.from_numpy(biases))
        layers += [linear, torch.nn.ReLU()]
    return torch.nn.Sequential(*layers[:-1])


def _net_of(module: torch.nn.Sequential, net: Net) -> Net:
    linear = [layer for layer in module if isinstance(layer, torch.nn.Linear)]
    parts = [part.detach().numpy().ravel() for one in linear for part in (one.weight, one.bias)]
    return Net(net.sizes, np.concatenate(parts))


def _generator(test_seed: int | None) -> torch.Generator:
    seed = int.from_bytes(os.urandom(8), "little", signed=True) if test_seed is None else test_seed
    return torch.Generator().manual_seed(seed)


def _train(
    module: torch.nn.Module,
    inputs: torch.Tensor,
    goals: torch.Tensor,
    task: str,
    plan: Plan,
    test_seed: int | None,
) -> None:
    """The plan's steps, neither more nor fewer; each row is drawn for each step by a chance of its own."""
    torch.set_num_threads(1)
    loss, private = _loss(task, goals), GradSampleModule(module)
    steps = DPOptimizer(
        torch.optim.SGD(module.parameters(), lr=RATE),
        noise_multiplier=plan.noise,
        max_grad_norm=LONGEST,
        expected_batch_size=max(1, round(len(inputs) * plan.rate)),
        generator=_generator(test_seed),
    )
    drawing = _generator(test_seed)
    mean = [part.detach().clone() for part in module.parameters()]
    for step in range(plan.steps):
        drawn = torch.rand(len(inputs), generator=drawing) < plan.rate
        steps.zero_grad()
        loss(private(inputs[drawn]), goals[drawn]).backward()
        steps.step()
        kept = min(KEPT, (step + 1) / (step + 10))  # early on, of fewer steps
        for part, own in zip(mean, module.parameters(), strict=True):
            part.lerp_(own.detach(), 1 - kept)
    with torch.no_grad():
        for part, own in zip(mean, module.parameters(), strict=True):
            own.copy_(part)


def _loss(task: str, goals: torch.Tensor) -> torch.nn.Module:
    if task == "regression":
        return torch.nn.MSELoss()
    return torch.nn.BCEWithLogitsLoss() if goals.ndim == 2 else torch.nn.CrossEntropyLoss()
