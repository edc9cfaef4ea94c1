"""Serving: the hot path from a request to a logged answer. It carries no laboratory.

`serve` runs the server; `Predictor`, `PredictionService` and `LogWriter` work without HTTP, for replays.
"""

from airworthy.serving.app import App, Limits, create_app
from airworthy.serving.outcome_log import LoggedOutcome, OutcomeWriter, latest_outcomes, read_outcomes
from airworthy.serving.prediction_log import LoggedPrediction, LogWriter, read_log
from airworthy.serving.predictor import Prediction, Predictor
from airworthy.serving.serve import serve
from airworthy.serving.service import Answer, PredictionService

__all__ = [
    "Answer",
    "App",
    "Limits",
    "LogWriter",
    "LoggedOutcome",
    "LoggedPrediction",
    "OutcomeWriter",
    "Prediction",
    "PredictionService",
    "Predictor",
    "create_app",
    "latest_outcomes",
    "read_log",
    "read_outcomes",
    "serve",
]
