"""From a row to a decision: logical types, steps, features, learners, calibration, decision.

`Scorer.load(folder)` is the way in; `feature_matrix` is the one that training uses too.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
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

_PLACES = {
    "BadRow": "decode",
    "Reason": "reasons",
    "Score": "scorer",
    "Scorer": "scorer",
    "Scores": "scorer",
    "apply_steps": "steps",
    "feature_matrix": "features",
    "row_at": "columns",
    "save_spec": "artefact",
    "write_manifest": "artefact",
}


def __getattr__(name: str) -> Any:
    """Import on first use: who reads only the contract (`airworthy explain`) must not load numpy."""
    if name in _PLACES:
        return getattr(import_module(f"airworthy.scoring.{_PLACES[name]}"), name)
    raise AttributeError(f"module 'airworthy.scoring' has no attribute {name!r}")
