"""Fallback, rollback and tampering: what is live, and how fast it changes."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import pytest
from serving_world import NOON, ROW, open_client, release, running_server

from airworthy.kernel.clock import FixedClock
from airworthy.kernel.errors import InputError, IntegrityError, WorkspaceError
from airworthy.release.manifest import FallbackRule, read_pointer
from airworthy.serving import LogWriter, PredictionService, Predictor, create_app, read_log, serve
from airworthy.serving.predictor import ModelFailed

HOT, COLD, UNKNOWN = {**ROW, "temp °C": 30.0}, {**ROW, "temp °C": 29.9}, {**ROW, "temp °C": None}


def test_the_pointer_switches_to_the_rule_and_the_log_says_so(tmp_path: Path) -> None:
    release(tmp_path)
    client = open_client(tmp_path)
    assert client.predict(ROW).json()["mode"] == "model"
    release(tmp_path, mode="fallback", reason="weather feed changed its unit")
    client.app.live.poll()
    answers = client.predict([HOT, COLD, UNKNOWN]).json()
    assert [answer["decision"] for answer in answers] == ["Yes", "No", "No"]
    assert all(answer["mode"] == "fallback" and "probability" not in answer for answer in answers)
    assert answers[0]["note"] == "weather feed changed its unit"
    assert [one.mode for one in read_log(tmp_path / "predictions")] == ["model", *["fallback"] * 3]
    assert 'airworthy_fallback_total{version="v1"} 3' in client.get("/metrics").text
    assert "the fallback rule decides (weather feed changed its unit)" in client.get("/").text


def test_a_model_that_breaks_falls_back_row_by_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    release(tmp_path)
    client = open_client(tmp_path)
    scorer = client.app.live.current.scorer
    whole = scorer.score_row

    def fragile(row: dict[str, object]) -> object:
        if row["amount"] == 666.0:
            raise FloatingPointError("broken")
        return whole(row)

    monkeypatch.setattr(scorer, "score_row", fragile)
    good, bad = client.predict([HOT, {**HOT, "amount": 666}], "/v1/predict?reasons=1").json()
    assert (good["mode"], bad["mode"], bad["decision"]) == ("model", "fallback", "Yes")
    assert bad["note"] == "The model failed: FloatingPointError: broken"
    assert good["reasons"]
    assert bad["reasons"] == []


def test_without_a_rule_a_broken_model_has_no_answer(tmp_path: Path) -> None:
    release(tmp_path, fallback=None, mode="fallback", reason="off")
    response = open_client(tmp_path).predict(ROW)
    assert response.status_code == 503
    assert response.json()["error"]["code"] == "model-failed"
    assert list(read_log(tmp_path / "predictions")) == []
    predictor = Predictor.open(tmp_path, read_pointer(tmp_path))
    with pytest.raises(ModelFailed, match="off No fallback rule is declared"):
        predictor.predict([ROW])


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (FallbackRule(decision="Perhaps"), "never does"),
        (FallbackRule(decision=3.0), "never does"),
        (FallbackRule(decision="Yes", column="gone", at_least=1.0), "numeric column"),
        (FallbackRule(decision="Yes", column="city", at_least=1.0), "numeric column"),
        (FallbackRule(decision="Yes", column="amount"), "at_least"),
    ],
)
def test_a_rule_that_cannot_be_executed_is_refused_on_load(
    tmp_path: Path, rule: FallbackRule, said: str
) -> None:
    release(tmp_path, fallback=rule)
    with pytest.raises(IntegrityError, match=said):
        create_app(tmp_path)


def test_nothing_released_a_missing_and_a_tampered_artefact_are_refused(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="Nothing is released to production"):
        create_app(tmp_path)
    release(tmp_path)
    weights = tmp_path / "models/v1/model.txt"
    weights.write_bytes(weights.read_bytes() + b" ")
    with pytest.raises(IntegrityError, match="not what was released"):
        create_app(tmp_path)
    (tmp_path / "models/v1").rename(tmp_path / "models/gone")
    with pytest.raises(IntegrityError, match="missing"):
        create_app(tmp_path)


def test_a_pointer_that_cannot_be_followed_leaves_the_old_version_serving(tmp_path: Path) -> None:
    release(tmp_path, "v1")
    client = open_client(tmp_path)
    release(tmp_path, "v2", kind="linear")
    scorer = tmp_path / "models/v2/scorer.json"
    original = scorer.read_bytes()
    scorer.write_bytes(original + b"\n")
    client.app.live.poll()
    assert client.predict(ROW).json()["version"] == "v1"
    unready = client.get("/readyz")
    assert unready.status_code == 503
    assert "not what was released" in unready.json()["error"]["message"]
    assert "airworthy_pointer_followed 0" in client.get("/metrics").text
    assert len(client.notes) == 1
    assert client.notes[0].startswith("still serving v1: The artefact of v2")
    scorer.write_bytes(original)
    for _ in range(10):  # tries again on its own, though the pointer did not change
        client.app.live.poll()
    assert client.predict(ROW).json()["version"] == "v2"
    assert client.get("/readyz").status_code == 200
    (tmp_path / "release/production.json").write_text("{")
    client.app.live.poll()
    assert client.predict(ROW).json()["version"] == "v2"


def test_replay_needs_no_http(tmp_path: Path) -> None:
    release(tmp_path)
    client = open_client(tmp_path)
    log = LogWriter.open(tmp_path)
    service = PredictionService(client.app.live, log, FixedClock(NOON))
    answers = service.answer([{"amount": 3.0}, {}], ["a", "b"])
    log.close()
    assert [answer.request_id for answer in answers] == ["a", "b"]
    assert [one.request_id for one in read_log(tmp_path / "predictions")] == ["a", "b"]


def test_a_taken_port_and_no_workers_are_clear_errors(tmp_path: Path) -> None:
    release(tmp_path)
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(InputError, match="Cannot listen on"):
            serve(tmp_path, port=taken.getsockname()[1], note=lambda text: None)
    with pytest.raises(InputError, match="0 workers"):
        serve(tmp_path, workers=0)


@pytest.mark.server
def test_a_rollback_and_a_switch_act_within_two_seconds_and_drop_no_request(tmp_path: Path) -> None:
    release(tmp_path, "v2", kind="linear")
    release(tmp_path, "v1")
    seen: list[tuple[float, int, str, str]] = []
    stop = threading.Event()

    def ask(url: str) -> None:
        with httpx.Client(base_url=url) as client:
            while not stop.is_set():
                response = client.post("/v1/predict", json=ROW)
                answer = response.json()
                seen.append((time.monotonic(), response.status_code, answer["version"], answer["mode"]))

    with running_server(tmp_path) as server:
        askers = [threading.Thread(target=ask, args=(server.url,)) for _ in range(3)]
        for asker in askers:
            asker.start()
        changes = []
        for version, mode in (("v2", "model"), ("v1", "model"), ("v1", "fallback")):
            time.sleep(0.33)  # out of step with the polls
            began = time.monotonic()
            release(tmp_path, version, mode=mode)
            changes.append((began, version, mode))
            time.sleep(1.55)
        stop.set()
        for asker in askers:
            asker.join(10)
    assert {status for _, status, _, _ in seen} == {200}
    for moment, version, mode in changes:
        after = [at - moment for at, _, *what in seen if at > moment and what == [version, mode]]
        print(f"switch to {version} {mode}: {min(after):.2f} s, {len(seen)} requests, none dropped")
        assert min(after) < 2.0


@pytest.mark.server
def test_kill_9_under_load_loses_no_acknowledged_prediction(tmp_path: Path) -> None:
    release(tmp_path)
    acknowledged: list[list[str]] = [[] for _ in range(4)]

    def ask(url: str, mine: list[str]) -> None:
        with httpx.Client(base_url=url) as client:
            try:
                while True:
                    response = client.post("/v1/predict", json=ROW)
                    if response.status_code == 200:
                        mine.append(response.json()["request_id"])
            except httpx.TransportError:
                return

    for pause in (0.7, 1.1):
        with running_server(tmp_path) as server:
            askers = [threading.Thread(target=ask, args=(server.url, mine)) for mine in acknowledged]
            for asker in askers:
                asker.start()
            time.sleep(pause)
            server.kill()
            for asker in askers:
                asker.join(10)
    told = {key for mine in acknowledged for key in mine}
    kept = {one.request_id for one in read_log(tmp_path / "predictions")}
    print(f"{len(told)} acknowledged, {len(kept)} in the log, {len(told - kept)} lost")
    assert len(told) > 100
    assert told <= kept


@pytest.mark.server
def test_workers_share_their_counts_and_die_with_their_supervisor(tmp_path: Path) -> None:
    release(tmp_path)
    with running_server(tmp_path, workers=2) as server:
        for _ in range(30):
            assert httpx.post(f"{server.url}/v1/predict", json=ROW).status_code == 200
        deadline = time.monotonic() + 60
        while _counted(server.url) != {30}:
            assert time.monotonic() < deadline, _counted(server.url)
            time.sleep(0.2)
        server.kill()
        while _answers(server.url):
            assert time.monotonic() < deadline
            time.sleep(0.2)
    assert len(list(read_log(tmp_path / "predictions"))) == 30
    assert len(list((tmp_path / "predictions").glob("*.log"))) in (1, 2)


def _counted(url: str) -> set[float]:
    """Requests as eight readings name them, whichever worker answers."""
    return {_requests(httpx.get(f"{url}/metrics").text) for _ in range(8)}


def _requests(text: str) -> int:
    marker = 'airworthy_requests_total{route="/v1/predict",status="200"} '
    return int(text.split(marker)[1].split("\n")[0])


def _answers(url: str) -> bool:
    try:
        httpx.get(f"{url}/healthz", timeout=1)
    except httpx.TransportError:
        return False
    return True


def test_a_prediction_imports_no_laboratory(tmp_path: Path) -> None:
    release(tmp_path)
    program = (
        "import sys, asyncio; from pathlib import Path; from airworthy.serving import create_app\n"
        "app = create_app(Path(sys.argv[1])); sent = []\n"
        "async def receive(): return {'type': 'http.request', 'body': b'{}'}\n"
        "async def send(message): sent.append(message)\n"
        "scope = {'type': 'http', 'path': '/v1/predict', 'method': 'POST', 'headers': [],"
        " 'query_string': b'reasons=true'}\n"
        "asyncio.run(app(scope, receive, send)); assert sent[0]['status'] == 200, sent\n"
        "heavy = ['airworthy.' + room for room in ('registry', 'assurance', 'model', 'data', 'charter',"
        " 'monitoring', 'value', 'lifecycle', 'adapters', 'workspace', 'cli')]\n"
        "heavy += ['polars', 'pandas', 'sklearn', 'lightgbm', 'sqlalchemy', 'scipy', 'starlette']\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    environment = {**os.environ, "PYTHONPATH": ""}
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, env=environment
    )
    assert done.stdout.strip() == "[]", done.stderr
