"""Training: a portfolio of learners inside a hard budget, chosen by declared costs, kept as data.

`train(Problem(...), folder, budget, progress)` writes an artefact that `airworthy.scoring.Scorer` executes
and any MLflow client loads.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from airworthy.model.problem import Problem
    from airworthy.model.search import Candidate, HeldOut, Trained, train

_HOME = {
    "Candidate": "search",
    "HeldOut": "search",
    "Problem": "problem",
    "Trained": "search",
    "train": "search",
}

__all__ = ["Candidate", "HeldOut", "Problem", "Trained", "train"]


def __getattr__(name: str) -> object:
    # Loaded on first use: MLflow's loader and the training process need a part of this package only.
    if name not in _HOME:
        raise AttributeError(f"module 'airworthy.model' has no attribute {name!r}")
    return getattr(importlib.import_module(f"airworthy.model.{_HOME[name]}"), name)
