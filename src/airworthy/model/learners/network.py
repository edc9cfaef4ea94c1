"""A small neural net: errors unlike those of trees, from standardised numbers."""

from __future__ import annotations

from itertools import islice

import numpy as np

from airworthy.kernel.seed import derive_seed
from airworthy.model.learners.descent import Floats, Net, epochs
from airworthy.model.learners.fitted import NOTHING_TO_SET, Fitted, Grown, means_of, sampled
from airworthy.model.learners.numbers import written_numbers
from airworthy.model.learners.settings import NETWORK_ROWS
from airworthy.model.losses import row_losses
from airworthy.model.part import Part
from airworthy.model.rows import Rows
from airworthy.scoring.columns import FloatArray
from airworthy.scoring.network import FAR
from airworthy.scoring.spec import Network

WEIGHTS = "weights/network.npy"
HIDDEN = (64, 32)
MOST_EPOCHS, PATIENCE = 100, 12


def fit_network(part: Part, setting: int | None) -> Grown:
    """Fit until the held rows gain nothing more, or for `setting` + 1 epochs."""
    taught = _sampled(part)
    encoded, rows = taught.encoded("network"), taught.rows
    matrix = _bounded(encoded.learn.matrix)
    center, scale = _scale_of(rows)
    running = epochs(
        matrix, _goals(rows, center, scale), HIDDEN, rows.task, derive_seed(rows.seed, "network")
    )
    nets: list[Net] = []
    losses: list[float] = []
    if setting is not None:
        nets = list(islice(running, setting + 1))
    elif encoded.held is not None and part.held is not None:
        held = _bounded(encoded.held)
        for net in islice(running, MOST_EPOCHS):
            nets.append(net)
            margins = net.margins(held).astype(np.float64) * scale + center
            losses.append(float(row_losses(part.held.y, margins, rows.task).mean()))
            if len(losses) - int(np.argmin(losses)) > PATIENCE:
                break

    # Of the table only what the model needs: a fold's nets wait for those of all others.
    features, baseline, outputs, count = (
        encoded.learn.features,
        means_of(encoded.learn),
        rows.outputs,
        len(rows),
    )
    told = sampled(count, len(part.rows))

    def fitted(at: int) -> Fitted:
        net = nets[min(at, len(nets) - 1)]
        return Fitted(
            features=features,
            learner=Network(
                weights=WEIGHTS, reads=(tuple(range(len(features))),), hidden=HIDDEN, outputs=outputs
            ),
            baseline=baseline,
            rows=count,
            weights={WEIGHTS: written_numbers(in_own_unit(net, center, scale))},
            note=told or f"{min(at, len(nets) - 1) + 1} epochs",
        )

    return Grown(np.array(losses) if losses else NOTHING_TO_SET, fitted)


def _sampled(part: Part) -> Part:
    """The part with a declared sample of at most `NETWORK_ROWS` rows, drawn before ramps make them wide."""
    if len(part.rows) <= NETWORK_ROWS:
        return part
    return Part(part.rows.take(part.rows.sample(NETWORK_ROWS)), part.held, part.plains)


def _bounded(matrix: FloatArray) -> Floats:
    return np.ascontiguousarray(np.clip(matrix, -FAR, FAR), dtype=np.float32)


def _scale_of(rows: Rows) -> tuple[float, float]:
    if rows.task != "regression":
        return 0.0, 1.0
    return float(rows.y.mean()), float(rows.y.std()) or 1.0


def _goals(rows: Rows, center: float, scale: float) -> Floats:
    if rows.outputs > 1:
        return np.eye(rows.outputs, dtype=np.float32)[rows.y.astype(np.int64)]
    return ((rows.y - center) / scale).astype(np.float32)[:, None]


def in_own_unit(net: Net, center: float, scale: float) -> FloatArray:
    """The net's numbers with margins in the outcome's own unit."""
    own = Net(net.sizes, net.numbers.copy()).numbers.astype(np.float64)
    last = net.layers[-1][0].size + len(net.layers[-1][1])
    own[-last:] *= scale
    own[-len(net.layers[-1][1]) :] += center
    return own
