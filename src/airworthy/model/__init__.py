"""Training: a portfolio of learners inside a hard budget, chosen by declared costs, kept as data.

`train(Problem(...), folder, budget, progress)` writes an artefact that `airworthy.scoring.Scorer` executes
and any MLflow client loads; `take(problem, folder, name)` makes it of another candidate that was finished.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from airworthy.model.finish import take
    from airworthy.model.menu import Menu
    from airworthy.model.problem import Problem
    from airworthy.model.search import train
    from airworthy.model.trained import Candidate, HeldOut, Trained

_HOME = {
    "Candidate": "trained",
    "HeldOut": "trained",
    "Menu": "menu",
    "Problem": "problem",
    "Trained": "trained",
    "take": "finish",
    "train": "search",
}

__all__ = ["Candidate", "HeldOut", "Menu", "Problem", "Trained", "take", "train"]


def __getattr__(name: str) -> object:
    # Loaded on first use: MLflow's loader and the training process need a part of this package only.
    if name not in _HOME:
        raise AttributeError(f"module 'airworthy.model' has no attribute {name!r}")
    return getattr(importlib.import_module(f"airworthy.model.{_HOME[name]}"), name)
