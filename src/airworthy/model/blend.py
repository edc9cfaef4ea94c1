"""The blend: finished candidates added up, each as often as it lowers the loss of the sum.

Greedy selection with replacement (Caruana et al., ICML 2004) on rows that no candidate was fitted on. Margins
are pooled, not probabilities (a log-opinion pool, Genest and Zidek 1986), so that a blend's reasons are the
weighted sum of its members' reasons.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np

from airworthy.model.calibrate import platt_line
from airworthy.model.candidate import ARTEFACT, Named, keep
from airworthy.model.job import CANDIDATES, MARGINS, Job, Record
from airworthy.model.learners.fitted import Fitted
from airworthy.model.losses import row_losses
from airworthy.model.rows import FOLDS, IntArray, Rows
from airworthy.scoring.artefact import load_spec
from airworthy.scoring.columns import FloatArray
from airworthy.scoring.spec import Blend, Feature, Filed, Member, Relative, Single, bare

ROUNDS = 25
"""Picks of one selection: the smallest weight is a twenty-fifth."""
LEAST_GAIN = 1e-4
"""A pick must lower the loss by this share of it: less is the selection rows' noise."""

BLEND = Named("blend", "blend", 4)

Loss = Callable[[FloatArray], float]


@dataclass(frozen=True, eq=False)
class Weights:
    """margin = intercepts + sum over candidates of `by_candidate[i]` * margin i."""

    by_candidate: tuple[float, ...]
    intercepts: tuple[float, ...]

    def apply(self, margins: Sequence[FloatArray]) -> FloatArray:
        """Blended margins of shape (n, k) from each candidate's (n, k)."""
        total = np.tile(np.array(self.intercepts), (len(margins[0]), 1))
        for weight, own in zip(self.by_candidate, margins, strict=True):
            if weight:
                total += weight * own
        return total


def blend_weights(
    margins: Sequence[FloatArray], y: FloatArray, task: str, *, ordered: bool = False
) -> Weights:
    """Weights of least loss on these rows.

    Each candidate's margins are put on the scale of log-odds first; not so in time order, where what scaled
    the past misled the future (see `calibrate`).

    Parameters
    ----------
    margins
        Of each candidate, shape (n, k): predictions for regression.
    y
        Class indices or numbers, shape (n,).

    >>> import numpy as np
    >>> y = np.array([1.0, 2.0, 3.0, 4.0])
    >>> blend_weights([y[:, None] + 1, y[:, None] - 1], y, "regression").by_candidate
    (0.5, 0.5)
    """
    as_it_is = ordered or task == "regression"
    lines = [(1.0, 0.0) if as_it_is else platt_line(own, y) for own in margins]
    level = [slope * own + offset for (slope, offset), own in zip(lines, margins, strict=True)]
    picks = _greedy(level, _loss_on(y, task))
    shares = np.bincount(picks, minlength=len(margins)) / len(picks)
    weights = [float(share * slope) for share, (slope, _) in zip(shares, lines, strict=True)]
    intercept = float(sum(share * offset for share, (_, offset) in zip(shares, lines, strict=True)))
    return Weights(tuple(weights), (intercept,) * margins[0].shape[1])


def held_out_blend(
    margins: Sequence[FloatArray], y: FloatArray, fold: IntArray, task: str, *, ordered: bool = False
) -> FloatArray:
    """Blended margins (n, k), each row's with weights that were chosen without its fold.

    In time order they were chosen before its fold; nothing precedes the first, which gets equal weights.
    """
    total = np.empty_like(margins[0])
    for k in range(FOLDS):
        outside = fold == k
        inside = fold < k if ordered else ~outside
        if inside.any():
            weights = blend_weights([own[inside] for own in margins], y[inside], task, ordered=ordered)
        else:
            weights = Weights((1 / len(margins),) * len(margins), (0.0,) * margins[0].shape[1])
        total[outside] = weights.apply([own[outside] for own in margins])
    return total


def _greedy(level: Sequence[FloatArray], loss: Loss) -> list[int]:
    """Picks, best first, until none lowers the loss of the mean."""
    picks: list[int] = []
    total = np.zeros_like(level[0])
    best = np.inf
    for size in range(1, ROUNDS + 1):
        losses = [loss((total + own) / size) for own in level]
        pick = int(np.argmin(losses))
        if picks and losses[pick] > best * (1 - LEAST_GAIN):
            break
        best = losses[pick]
        picks.append(pick)
        total = total + level[pick]
    return picks


def _loss_on(y: FloatArray, task: str) -> Loss:
    return lambda margins: float(row_losses(y, margins, task).mean())


def keep_blend(records: Sequence[Record], job: Job, held: Rows, folder: Path) -> Record | None:
    """Blend the finished candidates below `folder` and keep the blend as one of them.

    Its figures come from weights chosen without each row's fold. None where one candidate alone is
    best, so that there is nothing to blend.
    """
    began = time.perf_counter()
    shutil.rmtree(folder / CANDIDATES / BLEND.name, ignore_errors=True)
    single = [record for record in records if record.name != BLEND.name and not record.one_fold]
    if len(single) < 2:
        return None
    margins = [np.load(folder / CANDIDATES / r.name / MARGINS, allow_pickle=False) for r in single]
    weights = blend_weights(margins, held.y, job.task, ordered=job.ordered)
    chosen = [i for i, weight in enumerate(weights.by_candidate) if weight]
    if len(chosen) < 2:
        return None
    held_out = held_out_blend(margins, held.y, held.fold, job.task, ordered=job.ordered)
    fitted = _joined([single[i] for i in chosen], [weights.by_candidate[i] for i in chosen], weights, folder)
    return keep(BLEND, fitted, job, held, held_out, folder, began)


def _joined(members: Sequence[Record], shares: Sequence[float], weights: Weights, folder: Path) -> Fitted:
    features: list[Feature] = []
    baseline: list[float] = []
    files: dict[str, bytes] = {}
    parts: list[Member] = []
    for record, share in zip(members, shares, strict=True):
        artefact = folder / CANDIDATES / record.name / ARTEFACT
        spec = load_spec(artefact)
        assert not isinstance(spec.learner, Blend)
        learner: Single | Relative = spec.learner
        inner = bare(learner)
        if isinstance(inner, Filed):
            renamed = f"weights/{record.name}{Path(inner.weights).suffix}"
            files[renamed] = (artefact / inner.weights).read_bytes()
            inner = msgspec.structs.replace(inner, weights=renamed)
            learner = Relative(learner=inner) if isinstance(learner, Relative) else inner
        parts.append(Member(weight=share, first=len(features), count=len(spec.features), learner=learner))
        features += spec.features
        baseline += spec.baseline
    total = sum(abs(share) for share in shares)
    said = ", ".join(f"{share / total:.0%} {r.name}" for r, share in zip(members, shares, strict=True))
    return Fitted(
        features=tuple(features),
        learner=Blend(members=tuple(parts), intercepts=weights.intercepts),
        baseline=tuple(baseline),
        rows=max(record.rows for record in members),
        weights=files,
        note=said,
    )
