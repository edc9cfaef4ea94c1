"""From a row to a decision: logical types, steps, features, learners, calibration, decision.

`Scorer.load(folder)` is the way in; `feature_matrix` is the one that training uses too.
"""

from airworthy.scoring.artefact import save_spec, write_manifest
from airworthy.scoring.columns import row_at
from airworthy.scoring.decode import BadRow
from airworthy.scoring.features import feature_matrix
from airworthy.scoring.reasons import Reason
from airworthy.scoring.scorer import Score, Scorer, Scores
from airworthy.scoring.steps import apply_steps

__all__ = [
    "BadRow",
    "Reason",
    "Score",
    "Scorer",
    "Scores",
    "apply_steps",
    "feature_matrix",
    "row_at",
    "save_spec",
    "write_manifest",
]
