"""Models behind an address: asked in order and in batches, nowhere but where the user said, and told when wrong."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import polars as pl
import pytest
from model_servers import Answer, Call, kserve_server, model_server, posts_only, records_server
from sklearn.metrics import roc_auc_score

import airworthy as aw
from airworthy.adapters import remote_channel
from airworthy.adapters.remote import RemoteModel
from airworthy.adapters.remote_channel import Address, ServerFailed
from airworthy.assurance.given import ModelRefused, ProbeSizes
from airworthy.kernel.errors import InputError
from airworthy.kernel.result import Verdict

N = 400


def probability(a: float | None, b: float | None) -> float:
    return 1 / (1 + math.exp(-((a or 0.0) + 0.1 * (b or 0))))


@pytest.fixture
def rows() -> pl.DataFrame:
    rng = np.random.default_rng(2)
    a, b = rng.normal(size=N), rng.integers(0, 9, N)
    y = rng.random(N) < 1 / (1 + np.exp(-(a + 0.1 * b)))
    return pl.DataFrame({"a": a, "b": b, "y": np.where(y, "good", "bad"), "name": ["Ada", "Bo"] * (N // 2)})


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Pauses between tries, which nobody waits for here."""
    pauses: list[float] = []
    monkeypatch.setattr(remote_channel, "sleep", pauses.append)
    return pauses


@pytest.fixture(autouse=True)
def few_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    """Probes that ask little: what they find is tested elsewhere, here that they can ask."""
    few = ProbeSizes(noisy=100, permuted=100, scored=900, timed=20, sent=20, all_sealed=False)
    monkeypatch.setattr(RemoteModel, "probe_sizes", few)


def by_row(call: Call) -> tuple[int, Any, dict[str, str]]:
    return 200, [probability(row["a"], row["b"]) for row in call.document], {}


def test_a_model_behind_an_address_is_checked_as_if_it_were_here(rows: pl.DataFrame) -> None:
    with model_server(posts_only(by_row)) as server:
        model = aw.remote(f"{server.url}/score", format="records", batch=150)
        report = aw.check(model, rows[["a", "b"]], rows["y"], protected={"name": rows["name"].to_list()})
    truth = [probability(a, b) for a, b in rows[["a", "b"]].iter_rows()]
    assert report.metrics["auc"].value == pytest.approx(roc_auc_score(rows["y"] == "good", truth), abs=1e-15)
    verdicts = {result.code: result.verdict for result in report.results}
    assert {"CAL001", "EXP001", "FAI001", "PER001", "PER003", "ROB001", "ROB003", "SRV001", "SRV002"} <= set(
        verdicts
    )
    assert verdicts["PER001"] is verdicts["SRV002"] is Verdict.PASS
    assert Verdict.ERROR not in verdicts.values()
    assert [len(call.document) for call in server.posts[:3]] == [150, 150, 100]
    sent = sum(len(call.document) for call in server.posts)
    assert f"asked {len(server.calls):,} times with {sent:,} rows" in report.notes[0]
    assert all(set(row) == {"a", "b"} for call in server.posts for row in call.document), "names stay here"


def test_one_matrix_of_the_open_inference_protocol(rows: pl.DataFrame) -> None:
    def outputs(held: dict[str, Any]) -> list[dict[str, Any]]:
        """The columns in the order of the sorted labels, bad before good."""
        cells, shape = held["x"]["data"], held["x"]["shape"]
        assert shape[1] == 2
        scores = [probability(cells[i], cells[i + 1]) for i in range(0, len(cells), 2)]
        pairs = [p for score in scores for p in (1 - score, score)]
        labels = ["good" if score >= 0.3 else "bad" for score in scores]
        return [
            {"name": "label", "datatype": "BYTES", "shape": [len(labels)], "data": labels},
            {"name": "probabilities", "datatype": "FP32", "shape": [len(scores), 2], "data": pairs},
        ]

    declared = [{"name": "x", "datatype": "FP64", "shape": [-1, 2]}]
    with model_server(kserve_server(declared, outputs)) as server:
        report = aw.check(aw.remote(f"{server.url}/v2/models/credit"), rows[["a", "b"]], rows["y"])
        results = {result.code: result for result in report.results}
        with pytest.raises(ServerFailed, match=r"Name one: .*/v2/models/NAME"):
            aw.remote(server.url)
    truth = np.array([probability(a, b) for a, b in rows[["a", "b"]].iter_rows()])
    assert report.metrics["auc"].value == pytest.approx(roc_auc_score(rows["y"] == "good", truth), abs=1e-15)
    assert "Decisions are the model's own." in report.notes
    assert results["ROB001"].verdict is Verdict.NOT_APPLICABLE
    assert "this protocol has no sign for it" in results["ROB001"].finding


def test_one_tensor_a_column_is_sent_in_its_own_type(rows: pl.DataFrame) -> None:
    def outputs(held: dict[str, Any]) -> list[dict[str, Any]]:
        assert held["b"] == {"name": "b", "datatype": "INT64", "shape": [N, 1], "data": rows["b"].to_list()}
        assert held["name"]["data"] == rows["name"].to_list()
        return [{"name": "p", "datatype": "FP64", "shape": [N, 1], "data": rows["a"].to_list()}]

    declared = [
        {"name": "b", "datatype": "INT64", "shape": [-1, 1]},
        {"name": "name", "datatype": "BYTES", "shape": [-1, 1]},
    ]
    with model_server(kserve_server(declared, outputs)) as server:
        model = aw.remote(f"{server.url}/v2/models/credit")
        assert model.inputs == ("b", "name")
        assert np.array_equal(model.answers(rows).values, rows["a"].to_numpy())
        with pytest.raises(InputError, match="\"b\" holds 'x'"):
            model.answers(rows.with_columns(b=pl.lit("x")))
        with pytest.raises(InputError, match="does not have"):
            model.answers(rows.drop("b"))


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda call: (200, [0.5] * 3, {}), "answers 4 rows with 3 values"),
        (lambda call: (200, [0.5, None, 0.1, 0.2], {}), "data row 2 with None"),
        (lambda call: (200, b"[0.5, 0.1, NaN, 0.2]", {}), "data row 3 with nan"),
        (lambda call: (200, ["a", 1, "b", "c"], {}), "neither all numbers nor all labels"),
        (lambda call: (200, [{"u": "v", "w": "x"}] * 4, {}), "which of them is the score cannot be told"),
        (lambda call: (200, b"<!doctype html><title>Log in</title>", {}), "a web page, not with scores"),
        (lambda call: (200, b"[0.5, 0.1", {}), "no complete JSON"),
        (lambda call: (200, b"[" * 100_000, {}), "no complete JSON"),
        (
            lambda call: (200, b"[0.5, 0.1", {"Content-Length": "999", "Connection": "close"}),
            "before the end",
        ),
        (lambda call: (200, {"status": "ok"}, {}), "not with a list of answers"),
        (lambda call: (500, {"error": "no column 'c'"}, {}), "refuses these rows (500): no column 'c'"),
        (lambda call: (422, {"detail": "b: wrong"}, {}), "refuses these rows (422): b: wrong"),
        (lambda call: (500, b"<html>Internal</html>", {}), "it does not say why"),
        (lambda call: (401, {"message": "who?"}, {}), "wants to know who asks (401): who?"),
        (lambda call: (404, {}, {}), "answers 404"),
        (lambda call: (503, b"", {}), "answers 503 after 5 tries"),
        (lambda call: (307, b"", {"Location": "https://elsewhere.example/s"}), "another host, so no row"),
        (lambda call: (301, b"", {"Location": "/other"}), "as a page to read"),
        (lambda call: (307, b"", {"Location": "/again"}), "redirects more than 3 times"),
    ],
)
def test_what_is_no_answer_is_told_with_its_cause(rows: pl.DataFrame, answer: Answer, words: str) -> None:
    with model_server(answer) as server:
        model = aw.remote(server.url, format="records")
        with pytest.raises(InputError) as caught:
            model.answers(rows[:4])
    assert words in caught.value.message
    assert caught.value.remedy


def test_a_busy_server_is_asked_again_after_the_pause_that_it_asks_for(
    rows: pl.DataFrame, no_waiting: list[float]
) -> None:
    replies = [(429, b"", {"Retry-After": "7"}), (503, b"", {}), (503, b"", {"Retry-After": "9999"})]
    with model_server(lambda call: replies.pop(0) if replies else by_row(call)) as server:
        model = aw.remote(server.url, format="records")
        assert len(model.answers(rows).values) == N
        assert "asked 4 times with 400 rows" in model.asked()
    assert no_waiting == [7.0, 1.0, 30.0]


def test_a_redirect_on_the_same_host_is_followed_with_the_rows(rows: pl.DataFrame) -> None:
    def reply(call: Call) -> tuple[int, Any, dict[str, str]]:
        return by_row(call) if call.path == "/new" else (308, b"", {"Location": "/new"})

    with model_server(reply) as server:
        assert len(aw.remote(f"{server.url}/old", format="records").answers(rows).values) == N


def test_too_long_requests_are_sent_in_halves_and_keep_their_order(rows: pl.DataFrame) -> None:
    def reply(call: Call) -> tuple[int, Any, dict[str, str]]:
        return by_row(call) if len(call.document) <= 120 else (413, b"", {})

    with model_server(reply) as server:
        found = aw.remote(server.url, format="records").answers(rows).values
    assert found.tolist() == [probability(a, b) for a, b in rows[["a", "b"]].iter_rows()]
    assert [len(call.document) for call in server.posts] == [400, 200, 100, 100, 200, 100, 100]


def test_a_silent_server_ends_the_wait_and_not_the_patience(rows: pl.DataFrame) -> None:
    import threading

    done = threading.Event()

    def never(call: Call) -> tuple[int, Any, dict[str, str]]:
        done.wait(20)
        return 200, [], {}

    with model_server(never) as server:
        model = aw.remote(server.url, format="records", timeout=0.2)
        with pytest.raises(ServerFailed, match=r"did not answer within 0\.2 s"):
            model.answers(rows)
        done.set()


def test_a_secret_comes_from_the_environment_and_is_never_shown(
    rows: pl.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MODEL_TOKEN", "Bearer s3cret-token")

    def reply(call: Call) -> tuple[int, Any, dict[str, str]]:
        given = call.headers.get("authorization", "")
        return by_row(call) if len(server.posts) > 1 else (403, {"error": f"wrong token {given}"}, {})

    secret = {"Authorization": "MODEL_TOKEN"}
    with model_server(reply) as server:
        model = aw.remote(f"{server.url}/x?key=hush", format="records", header_from=secret)
        with pytest.raises(ServerFailed) as caught:
            model.answers(rows)
        assert "wrong token …" in caught.value.message
        assert not {"s3cret", "hush"} & set(str(caught.value).replace("-", " ").split())
        assert len(model.answers(rows).values) == N
        assert "hush" not in model.asked() + model.where + model.place
    assert server.posts[0].path == "/x?key=hush"
    with pytest.raises(InputError, match="not encrypted"):
        aw.remote("http://models.example.org/x", format="records", header_from=secret)
    with pytest.raises(InputError, match="NO_SUCH for the header Authorization is not set"):
        aw.remote("https://models.example.org/x", header_from={"Authorization": "NO_SUCH"})


@pytest.mark.parametrize(
    "url", ["ftp://host/x", "https://", "host/x", "https://me:pw@host/x", "http://host:port/"]
)
def test_what_is_no_address_is_refused_without_showing_a_password(url: str) -> None:
    with pytest.raises(InputError) as caught:
        Address.of(url)
    assert "pw" not in str(caught.value) + str(caught.value.value)


def test_a_server_that_nobody_knows_must_be_named(rows: pl.DataFrame) -> None:
    with model_server(posts_only(by_row)) as server:
        with pytest.raises(ServerFailed, match="none of Airworthy, MLflow and KServe"):
            aw.remote(server.url)
        with pytest.raises(InputError, match="is no format"):
            aw.remote(server.url, format="soap")
        assert server.posts == [], "no row is sent to find out"


@pytest.mark.parametrize(
    ("score", "values", "classes"),
    [
        (lambda row: {"id": 1, "probability": 0.5}, [0.5] * 4, ()),
        (lambda row: {"p": {"no": 0.25, "yes": 0.75}}, [[0.25, 0.75]] * 4, ("no", "yes")),
        (lambda row: {"no": 0.25, "yes": 0.75}, [[0.25, 0.75]] * 4, ("no", "yes")),
        (lambda row: [0.5], [0.5] * 4, ()),
        (lambda row: True, ["True"] * 4, ()),
        (lambda row: {"label": "yes"}, ["yes"] * 4, ()),
    ],
)
def test_answers_come_in_many_forms(rows: pl.DataFrame, score: Any, values: Any, classes: Any) -> None:
    with model_server(records_server(score)) as server:
        model = aw.remote(server.url, format="records")
        assert model.answers(rows[:4]).values.tolist() == values
        assert model.classes == classes


def test_rows_that_a_server_refuses_are_a_finding_of_the_probe(rows: pl.DataFrame) -> None:
    def strict(call: Call) -> tuple[int, Any, dict[str, str]]:
        gaps = any(None in row.values() for row in call.document)
        return (500, {"error": "NaN in input"}, {}) if gaps else by_row(call)

    with model_server(strict) as server:
        model = aw.remote(server.url, format="records")
        results = {r.code: r for r in aw.check(model, rows[["a", "b"]], rows["y"]).results}
        with pytest.raises(ModelRefused):
            model.answers(rows.with_columns(a=pl.lit(None, pl.Float64)))
    assert results["ROB001"].verdict is Verdict.NOT_APPLICABLE
    assert "NaN in input" in results["ROB001"].finding
