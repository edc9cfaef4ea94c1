"""A small live world: a log written by the server's own writer, outcomes, and the store that reads them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from airworthy.charter.model import Task
from airworthy.monitoring.rows import RowReader
from airworthy.monitoring.store import TrafficStore
from airworthy.scoring.contract import Column, Contract, LogicalType
from airworthy.serving.outcome_log import LoggedOutcome, OutcomeWriter
from airworthy.serving.prediction_log import LoggedPrediction, LogSchema, LogWriter

DAY = 86400.0
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
CONTRACT = Contract(
    columns=(
        Column(name="temp", type=LogicalType.REAL),
        Column(name="origin", type=LogicalType.CATEGORY),
        Column(name="when", type=LogicalType.INSTANT),
    ),
    classes=("no", "yes"),
)
SCHEMA = LogSchema("v1", tuple((c.name, c.type) for c in CONTRACT.columns), CONTRACT.classes)


def log_rows(home: Path, ids: Sequence[str], *, day: float = 0.0, seed: int = 0, mode: str = "model") -> None:
    """Append one prediction for each id, decided on `day` days after 1 March 2026."""
    rng = np.random.default_rng(seed)
    writer = LogWriter.open(home)
    predictions = []
    for index, key in enumerate(ids):
        p = float(rng.beta(2, 5))
        when = datetime.fromtimestamp(NOON.timestamp() + day * DAY + index, UTC)
        predictions.append(
            LoggedPrediction(
                request_id=key,
                time=NOON,
                version="v1",
                mode=mode,
                row={"temp": float(rng.normal(55, 10)), "origin": None, "when": when},
                probability=(1 - p, p) if mode == "model" else None,
                decision="yes" if p > 0.3 else "no",
            )
        )
    writer.append(SCHEMA, predictions)
    writer.close()


def log_outcomes(home: Path, found: Sequence[tuple[str, str | None]], minute: int = 0) -> None:
    """Append outcomes that arrived `minute` minutes past noon."""
    arrival = NOON.replace(minute=minute)
    writer = OutcomeWriter.open(home)
    writer.append(
        [LoggedOutcome(request_id=k, outcome=v, event_time=NOON, arrival_time=arrival) for k, v in found]
    )
    writer.close()


def store_of(home: Path) -> TrafficStore:
    reader = RowReader("v1", Task.BINARY, CONTRACT, "when")
    return TrafficStore(home / "monitor", home, reader, DAY, "key")


def updated(home: Path) -> TrafficStore:
    store = store_of(home)
    with store.locked():
        store.update()
    return store
