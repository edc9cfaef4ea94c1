"""Answers of rules beyond a threshold: a person's review, an interval, a set, and what the log keeps of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from scoring_worlds import save_world
from serving_world import ROW, open_client, release

from airworthy.monitoring.rows import own
from airworthy.scoring.spec import (
    ClassSet,
    Decision,
    ErrorCost,
    Identity,
    Interval,
    LeastCost,
    Platt,
    Review,
    Shift,
)
from airworthy.serving.prediction_log import LogEntry, read_log

ALARM, MISS = ErrorCost(fixed=5.0), ErrorCost(fixed=1.0, column="amount", share=0.5, missing=400.0)


def client_of(folder: Path, decision: Decision, task: str = "binary"):
    calibration = Platt() if task == "binary" else Identity()
    save_world(folder / "models" / "v1", "boosted", task, calibration, decision)
    release(folder, task=task, fallback=None)
    return open_client(folder)


def test_a_review_is_answered_and_the_log_keeps_what_the_model_decides_alone(tmp_path: Path) -> None:
    always = LeastCost(alarm=ALARM, miss=MISS, review=Review(cost=0.0))
    client = client_of(tmp_path, always)
    answer = client.predict(ROW).json()
    assert answer["decision"] == "review"
    kept = next(iter(read_log(tmp_path / "predictions")))
    assert kept.decision == "review"
    p = answer["probability"]
    assert kept.alone == ("Yes" if p * (1 + 0.5 * 12.5) > (1 - p) * 5 else "No")
    assert "review (a person decides)" in client.get("/").text
    decided = client.get("/openapi.json").json()["components"]["schemas"]["Answer"]["properties"]["decision"]
    assert decided["enum"] == ["No", "Yes", "review"]


def test_a_request_without_its_amount_counts_the_declared_one(tmp_path: Path) -> None:
    client = client_of(tmp_path, LeastCost(alarm=ALARM, miss=MISS))
    dear = client.predict({**ROW, "amount": None}).json()
    expected = dear["probability"] * 201 > (1 - dear["probability"]) * 5
    assert dear["decision"] == ("Yes" if expected else "No")


def test_an_interval_and_a_set_are_part_of_the_answer_and_of_its_description(tmp_path: Path) -> None:
    shift = Shift(interval=Interval(level=0.9, low=-2.0, high=3.0))
    client = client_of(tmp_path / "number", shift, "regression")
    answer = client.predict(ROW).json()
    assert answer["interval"] == pytest.approx([answer["prediction"] - 2, answer["prediction"] + 3])
    schema = client.get("/openapi.json").json()["components"]["schemas"]["Answer"]["properties"]
    assert schema["interval"]["minItems"] == 2
    both = LeastCost(alarm=ALARM, miss=MISS, possible=ClassSet(level=0.9, at_least=0.0))
    assert client_of(tmp_path / "classes", both).predict(ROW).json()["possible"] == ["No", "Yes"]


def test_monitoring_counts_a_review_as_what_the_model_would_decide() -> None:
    entry = LogEntry("a", 0, "model", [], (0.4, 0.6), None, "review", None, "Yes")
    assert own(entry) == "Yes"
    assert own(LogEntry("a", 0, "model", [], (0.4, 0.6), None, "No")) == "No"
