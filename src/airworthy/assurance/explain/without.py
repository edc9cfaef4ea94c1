"""What a log-odds means in points of probability: where the score would be without a contribution."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from airworthy.assurance.explain.contributions import Contributions
from airworthy.assurance.explain.told import LOG_ODDS
from airworthy.assurance.given import Scores, ScoresColumns

if TYPE_CHECKING:
    from airworthy.scoring import Scorer

Floats = NDArray[np.float64]


def score_without(scorer: ScoresColumns, scores: Scores, found: Contributions, taken: Floats) -> Floats:
    """The shown score (a probability, else the number) of each row once `taken` (n, m) is taken away.

    Log-odds are taken off the margin, which is then made a probability as the model does: through our own
    calibration, else p e^-c / (p e^-c + 1 - p), which holds of two classes and of several. Probabilities and
    numbers are taken off as they are.
    """
    rows = np.arange(len(taken))
    if found.unit != LOG_ODDS:
        return np.asarray(found.raw[:, None] - taken)
    if hasattr(scorer, "calibrated"):
        own: Scorer = scorer  # type: ignore[assignment]  # who calibrates is ours
        return _through_calibration(own, np.asarray(scores.raw, float), found, taken)
    assert scores.probability is not None  # only probabilities are told in log-odds
    p = np.asarray(scores.probability, float)[rows, found.outputs][:, None]
    left = p * np.exp(-taken)
    return np.asarray(left / (left + 1 - p))


def _through_calibration(scorer: Scorer, raw: Floats, found: Contributions, taken: Floats) -> Floats:
    rows, made = np.arange(len(raw)), np.empty_like(taken)
    single = raw.shape[1] == 1
    sign = np.where(found.outputs == 0, -1.0, 1.0) if single else np.ones(len(raw))
    places = np.zeros(len(raw), np.int64) if single else found.outputs
    for column in range(taken.shape[1]):
        changed = raw.copy()
        changed[rows, places] -= sign * taken[:, column]
        made[:, column] = scorer.calibrated(changed)[rows, found.outputs]
    return made
