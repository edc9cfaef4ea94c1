"""Try to break the model before its users do: quality, groups, time, mess and speed, with intervals.

Names are loaded on first use, so that listing checks imports no numeric library.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from airworthy.assurance.checks import CHECKS
    from airworthy.assurance.checks.exp001_one_input_decides import features
    from airworthy.assurance.figures import Metric, metrics
    from airworthy.assurance.given import (
        PREDICTIONS,
        SCORER,
        LatencySamples,
        Scores,
        ScoresColumns,
        ScoresRequests,
        SkewCount,
        SplitNote,
        facts_for,
    )
    from airworthy.assurance.minimal_scope import plain_scope
    from airworthy.assurance.plain import (
        CheckReport,
        check,
        check_model,
        check_predictions,
        run_assurance,
    )
    from airworthy.assurance.predictions import Predictions
    from airworthy.assurance.required import default_required

_HOME = {
    "check": "plain",
    "check_model": "plain",
    "check_predictions": "plain",
    "CheckReport": "plain",
    "CHECKS": "checks",
    "default_required": "required",
    "facts_for": "given",
    "features": "checks.exp001_one_input_decides",
    "LatencySamples": "given",
    "Metric": "figures",
    "metrics": "figures",
    "plain_scope": "minimal_scope",
    "PREDICTIONS": "given",
    "Predictions": "predictions",
    "run_assurance": "plain",
    "SCORER": "given",
    "Scores": "given",
    "ScoresColumns": "given",
    "ScoresRequests": "given",
    "SkewCount": "given",
    "SplitNote": "given",
}

__all__ = [
    "CHECKS",
    "PREDICTIONS",
    "SCORER",
    "CheckReport",
    "LatencySamples",
    "Metric",
    "Predictions",
    "Scores",
    "ScoresColumns",
    "ScoresRequests",
    "SkewCount",
    "SplitNote",
    "check",
    "check_model",
    "check_predictions",
    "default_required",
    "facts_for",
    "features",
    "metrics",
    "plain_scope",
    "run_assurance",
]


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module 'airworthy.assurance' has no attribute {name!r}")
    return getattr(importlib.import_module(f"airworthy.assurance.{_HOME[name]}"), name)
