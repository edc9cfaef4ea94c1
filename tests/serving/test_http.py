"""The endpoints, called in this process."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import jsonschema
import msgspec
import pytest
from serving_world import NOON, ROW, InProcess, open_client, release

from airworthy.release.manifest import FallbackRule
from airworthy.scoring import Scorer
from airworthy.serving import Limits, latest_outcomes, read_log, read_outcomes


@pytest.fixture
def client(tmp_path: Path) -> InProcess:
    release(tmp_path)
    return open_client(tmp_path)


def logged(workspace: Path) -> list[str]:
    return [one.request_id for one in read_log(workspace / "predictions")]


def test_one_row_gets_one_answer_which_equals_the_scorers(client: InProcess, tmp_path: Path) -> None:
    answer = client.predict(ROW).json()
    scorer = Scorer.load(tmp_path / "models/v1")
    expected = scorer.score_row(scorer.decode(msgspec.json.encode(ROW))[0])
    assert expected.probability is not None
    assert answer["probability"] == expected.probability[1]
    assert answer["decision"] == expected.decision
    assert (answer["version"], answer["mode"]) == ("v1", "model")
    assert re.fullmatch("[0-9a-f]{32}", answer["request_id"])


def test_the_log_holds_the_row_as_it_was_received(client: InProcess, tmp_path: Path) -> None:
    answer = client.predict({**ROW, "request_id": "r1", "day": "2026-01-02", "count": 3, "class": 2}).json()
    (entry,) = read_log(tmp_path / "predictions")
    assert entry.request_id == "r1"
    assert entry.time == NOON
    assert (entry.version, entry.mode, entry.decision) == ("v1", "model", answer["decision"])
    assert entry.positive == answer["probability"]
    assert entry.classes == ("No", "Yes")
    assert entry.row["when"] == datetime(2026, 1, 1, 8, tzinfo=UTC)
    assert entry.row["day"].isoformat() == "2026-01-02"  # type: ignore[attr-defined]
    assert (entry.row["count"], entry.row["class"], entry.row["partner"]) == (3, "2", True)
    assert entry.row["note"] is None


def test_a_list_gets_a_list_and_ids_come_from_row_header_or_chance(client: InProcess, tmp_path: Path) -> None:
    answers = client.predict([{**ROW, "request_id": "mine"}, ROW], headers={"x-request-id": "h"}).json()
    assert [answer["request_id"] for answer in answers] == ["mine", "h/1"]
    assert client.predict(ROW, headers={"X-Request-Id": "alone"}).json()["request_id"] == "alone"
    assert logged(tmp_path) == ["mine", "h/1", "alone"]
    assert client.predict([]).json() == []


def test_a_repeated_request_id_is_read_once(client: InProcess, tmp_path: Path) -> None:
    for _ in range(3):
        assert client.predict({**ROW, "request_id": "same"}).status_code == 200
    assert logged(tmp_path) == ["same"]


def test_multiclass_and_regression_answers(tmp_path: Path) -> None:
    release(tmp_path, task="multiclass", fallback=None)
    answer = open_client(tmp_path).predict(ROW).json()
    assert list(answer["probability"]) == ["low", "mid", "high"]
    assert abs(sum(answer["probability"].values()) - 1) < 1e-9
    release(tmp_path, "v2", task="regression", fallback=FallbackRule(decision=7))
    answer = open_client(tmp_path).predict(ROW).json()
    assert answer["decision"] == answer["prediction"] + 0.3
    assert "probability" not in answer


def test_reasons_come_when_asked_for(client: InProcess) -> None:
    assert "reasons" not in client.predict(ROW).json()
    assert "reasons" not in client.predict(ROW, "/v1/predict?reasons=false").json()
    reasons = client.predict(ROW, "/v1/predict?reasons=true").json()["reasons"]
    assert 1 <= len(reasons) <= 5
    assert set(reasons[0]) == {"column", "label", "value", "contribution"}


def test_a_bad_value_is_refused_with_field_value_and_expectation_and_not_logged(
    client: InProcess, tmp_path: Path
) -> None:
    response = client.predict([ROW, {**ROW, "amount": "12"}])
    assert response.status_code == 422
    assert response.json() == {
        "error": {
            "code": "bad-request",
            "message": "Row 1 (counted from 0) has \"12\" for 'amount'; expected a number, or null.",
            "value": '"12"',
            "remedy": "Send a number, or null for 'amount'.",
            "field": "amount",
            "row": 1,
        }
    }
    assert logged(tmp_path) == []


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("POST", "/v1/predict", b"{", 400, "bad-json"),
        ("POST", "/v1/predict", b'{"amuont": 1}', 422, "bad-request"),
        ("POST", "/v1/predict", b"[" + b"{}," * 1000 + b"{}]", 413, "too-large"),
        ("POST", "/v1/predict", b'[{"request_id":"a"},{"request_id":"a"}]', 422, "bad-request"),
        ("POST", "/v1/predict", b'{"request_id":"' + b"x" * 300 + b'"}', 422, "bad-request"),
        ("GET", "/v1/predict", b"", 405, "wrong-method"),
        ("POST", "/healthz", b"", 405, "wrong-method"),
        ("GET", "/v2/health/live", b"", 404, "not-found"),
        ("POST", "/v1/outcomes", b"nonsense", 400, "bad-json"),
    ],
)
def test_every_refusal_is_the_documented_document(
    client: InProcess, method: str, path: str, body: bytes, status: int, code: str
) -> None:
    response = client.request(method, path, content=body)
    assert response.status_code == status
    error = response.json()["error"]
    assert error["code"] == code
    assert error["message"]
    assert error["remedy"]


def test_bodies_past_the_limit_are_refused_announced_or_not(tmp_path: Path) -> None:
    release(tmp_path)
    client = open_client(tmp_path, limits=Limits(body_bytes=100))
    assert client.request("POST", "/v1/predict", content=b"x" * 101).status_code == 413

    async def pieces():  # type: ignore[no-untyped-def]
        for _ in range(3):
            yield b"x" * 50

    response = client.request("POST", "/v1/predict", content=pieces())
    assert response.status_code == 413
    assert response.json()["error"]["message"] == "The request holds 150 bytes; the limit is 100."


def test_a_bug_is_an_answer_and_a_note_and_never_a_traceback(
    client: InProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client.app._service, "answer_body", lambda *args: 1 / 0)
    response = client.predict(ROW)
    assert response.status_code == 500
    assert response.json()["error"]["code"] == "internal"
    assert "Traceback" not in response.text
    assert client.notes == ["/v1/predict broke: ZeroDivisionError: division by zero"]


def test_outcomes_are_kept_corrected_and_withdrawn(client: InProcess, tmp_path: Path) -> None:
    first = {"request_id": "a", "outcome": "No", "event_time": "2026-01-03T00:00:00+01:00"}
    posted = [first, {**first, "request_id": "b"}, {**first, "request_id": "c"}]
    assert client.request("POST", "/v1/outcomes", json=posted).json() == {"accepted": 3}
    client.request("POST", "/v1/outcomes", json={**first, "outcome": True})
    client.request("POST", "/v1/outcomes", json={**first, "request_id": "b", "outcome": None})
    folder = tmp_path / "outcomes"
    assert len(list(read_outcomes(folder))) == 5
    standing = latest_outcomes(folder)
    assert {key: one.outcome for key, one in standing.items()} == {"a": "Yes", "c": "No"}
    assert standing["a"].event_time == datetime(2026, 1, 2, 23, tzinfo=UTC)
    assert standing["a"].arrival_time == NOON


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"outcome": "Maybe"}, 'expected one of "No", "Yes" or null'),
        ({"outcome": 1}, "expected one of"),
        ({"event_time": "2026-01-03T00:00:00"}, "offset from UTC"),
        ({"event_time": None}, "event_time"),
        ({"request_id": 5}, "request_id"),
        ({"extra": 5}, "extra"),
    ],
)
def test_an_outcome_that_does_not_fit_is_refused(
    client: InProcess, tmp_path: Path, change: dict[str, object], said: str
) -> None:
    body = {"request_id": "a", "outcome": "No", "event_time": "2026-01-03T00:00:00Z", **change}
    response = client.request("POST", "/v1/outcomes", json=body)
    assert response.status_code == 422
    assert said in response.json()["error"]["message"]
    assert list(read_outcomes(tmp_path / "outcomes")) == []


def test_regression_outcomes_are_numbers(tmp_path: Path) -> None:
    release(tmp_path, task="regression", fallback=None)
    client = open_client(tmp_path)
    body = {"request_id": "a", "outcome": 3, "event_time": "2026-01-03T00:00:00Z"}
    assert client.request("POST", "/v1/outcomes", json=body).status_code == 200
    assert client.request("POST", "/v1/outcomes", json={**body, "outcome": "3"}).status_code == 422
    assert latest_outcomes(tmp_path / "outcomes")["a"].outcome == 3.0


def test_health_and_readiness(client: InProcess) -> None:
    assert client.get("/healthz").json()["status"] == "ok"
    assert client.get("/readyz").json()["version"] == "v1"


def test_metrics_are_in_the_prometheus_text_format(client: InProcess) -> None:
    client.predict([ROW, ROW])
    client.predict({"amount": "x"})
    text = client.get("/metrics").text
    sample = re.compile(r'^[a-z_]+(\{[a-z_]+="[^"\n]*"(,[a-z_]+="[^"\n]*")*\})? [-+0-9.e]+(Inf)?$')
    assert all(line.startswith("# ") or sample.match(line) for line in text.splitlines())
    assert 'airworthy_requests_total{route="/v1/predict",status="200"} 1' in text
    assert 'airworthy_requests_total{route="/v1/predict",status="422"} 1' in text
    assert 'airworthy_errors_total{code="bad-request"} 1' in text
    assert "airworthy_request_seconds_count 2" in text
    decided = re.findall(r'airworthy_decisions_total\{version="v1",mode="model",decision="\w+"\} (\d+)', text)
    assert sum(map(int, decided)) == 2


def test_openapi_is_valid_and_its_example_is_answered(client: InProcess) -> None:
    document = client.get("/openapi.json").json()
    schemas = document["components"]["schemas"]
    for schema in schemas.values():
        jsonschema.Draft202012Validator.check_schema(schema)
    example = document["paths"]["/v1/predict"]["post"]["requestBody"]["content"]["application/json"][
        "example"
    ]
    jsonschema.validate(example, schemas["Row"])
    response = client.predict(example)
    assert response.status_code == 200
    jsonschema.validate(response.json(), schemas["Answer"])
    assert "Training values: Rome, Zürich, 東京." in schemas["Row"]["properties"]["city"]["description"]


def test_the_plain_page_says_what_this_is_and_shows_a_request(client: InProcess) -> None:
    response = client.get("/")
    assert response.headers["content-type"].startswith("text/html")
    assert "<h1>late-flights</h1>" in response.text
    assert "curl -s http://test/v1/predict" in response.text
    assert client.request("HEAD", "/").status_code == 200
