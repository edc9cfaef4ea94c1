"""Lists through the whole house: proposed, run to a version, sealed rows opened, served, and written out."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import polars as pl
import pytest
from msgspec import json as fast

from airworthy.kernel.digest import digest_tree
from airworthy.kernel.errors import AirworthyError, InputError
from airworthy.lifecycle.promote import manifest_of
from airworthy.lifecycle.propose import propose
from airworthy.registry.dossier import render_dossier
from airworthy.release.manifest import Pointer, write_pointer
from airworthy.scoring.recommending.recommender import Recommended, Recommender
from airworthy.serving import create_app
from airworthy.serving.prediction_log import read_log
from airworthy.workspace import Workspace

USERS, ITEMS, ROWS = 150, 60, 4_000


def sales(rows: int = ROWS, users: int = USERS, items: int = ITEMS) -> pl.DataFrame:
    """A shop of customers with a habit each, and a taste that a quarter of all articles meets."""
    rng = np.random.default_rng(7)
    customer = rng.integers(0, users, rows)
    usual = rng.integers(0, items, (users, 3))[customer, rng.integers(0, 3, rows)]
    taste = rng.integers(0, 4, users)[customer] + 4 * rng.integers(0, max(1, items // 4), rows)
    article = np.where(rng.random(rows) < 0.4, usual, taste % items)
    start = datetime(2024, 1, 1)
    return pl.DataFrame(
        {
            "customer": [f"c{one:03d}" for one in customer],
            "article": [f"a{one:03d}" for one in article],
            "sold_on": [start + timedelta(minutes=90 * at) for at in range(rows)],
            "gender": [("f", "m")[one % 2] for one in customer],
        }
    )


def begun(folder: Path, frame: pl.DataFrame, more: str = "", time: str = "60s") -> Path:
    frame.write_csv(folder / "sales.csv")
    (folder / "airworthy.toml").write_text(
        f"""\
name = "shop"
purpose = "Choose the articles that the start page shows"
task = "ranking"
[[sources]]
name = "sales"
path = "sales.csv"
[ranking]
user = "customer"
item = "article"
time = "sold_on"
k = 5
[budget]
time = "{time}"
[serving]
latency = "1s"
{more}
"""
    )
    return folder


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = begun(tmp_path_factory.mktemp("shop"), sales(), '[fairness]\nprotected = ["gender"]\n')
    with Workspace.open(folder, actor="Ada") as workspace:
        workspace.run()
    return folder


@pytest.fixture(scope="module")
def staged(home: Path) -> dict[str, Any]:
    with Workspace.open(home, actor="Ada") as workspace:
        workspace.promote("v1", "staging")
        workspace.run()
        return workspace.show("v1")


def results_of(document: dict[str, Any], code: str) -> dict[str, dict[str, Any]]:
    return {result["subject"]: result for result in document["results"] if result["code"] == code}


def test_the_shop_is_proposed_as_lists() -> None:
    assert propose(sales(), "sales.csv").charter.ranking is not None


def test_a_run_measures_lists_beside_those_that_need_no_model(home: Path) -> None:
    with Workspace.open(home, actor="Ada") as workspace:
        shown = workspace.show("v1")
    leads = results_of(shown, "REC001")
    assert leads["baseline:popular"]["verdict"] == "PASS"
    assert leads["baseline:popular"]["measurement"]["low"] > 0
    assert shown["metrics"]["ndcg"]["rows"] == "validation"
    assert shown["metrics"]["ndcg"]["baseline"] < shown["metrics"]["ndcg"]["value"]
    assert shown["lists"]["users"] == USERS
    assert shown["dataset"]["sealed_rows"] + shown["dataset"]["development_rows"] == ROWS
    assert not shown["openings"]


def test_a_request_for_staging_opens_the_sealed_rows_once(home: Path, staged: dict[str, Any]) -> None:
    assert staged["measured_on"] == "sealed"
    assert staged["metrics"]["ndcg"]["rows"] == "sealed"
    assert staged["metrics"]["validation_ndcg"]["rows"] == "validation"
    assert len(staged["openings"]) == 1
    assert results_of(staged, "SRV002")["model"]["verdict"] == "PASS"
    assert set(results_of(staged, "FAI004")) == {"group:gender=m"} or set(results_of(staged, "FAI004")) == {
        "group:gender=f"
    }


def test_the_dossier_shows_the_lists_and_says_what_does_not_apply(staged: dict[str, Any]) -> None:
    page = render_dossier(staged).decode()
    for words in (
        "The lists beside others",
        "List quality (NDCG)",
        "Does not apply",
        "Quality by kind of user",
    ):
        assert words in page
    assert "<script src" not in page


def test_the_same_run_again_makes_no_second_version(home: Path, staged: dict[str, Any]) -> None:
    with Workspace.open(home, actor="Ada") as workspace:
        assert len(workspace.versions()) == 1


def served(home: Path, mode: str = "model") -> Any:
    """An application that serves v1, as a release would have it."""
    with Workspace.open(home, actor="Ada") as workspace:
        view = workspace.context.registry.version("v1")
        manifest = manifest_of(workspace.context, view)
        folder = workspace.context.home
    assert manifest.digest == digest_tree(folder / manifest.artefact)
    write_pointer(folder, Pointer(manifest=manifest, mode=mode))
    return create_app(folder, note=lambda text: None), folder


def ask(app: Any, path: str, body: object, method: str = "POST") -> httpx.Response:
    async def call() -> httpx.Response:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return await client.request(method, path, json=body if method == "POST" else None)

    return asyncio.run(call())


def test_the_server_gives_what_python_gives_bit_for_bit_and_logs_it(home: Path) -> None:
    app, folder = served(home)
    model = Recommender.load(folder / app.live.current.manifest.artefact)
    requests = (
        ({"user": "c007"}, model.for_user("c007")),
        ({"user": "c007", "k": 3, "exclude": ["a001", "a002"]}, model.for_user("c007", 3, ["a001", "a002"])),
        ({"user": "nobody", "k": 2}, model.for_user("nobody", 2)),
        ({"basket": ["a003", "a007"]}, model.for_history(["a003", "a007"])),
    )
    for number, (body, expected) in enumerate(requests):
        answer = ask(app, "/v1/recommend", {**body, "request_id": f"r{number}"})
        assert answer.status_code == 200
        told = fast.decode(
            fast.encode({key: answer.json()[key] for key in ("items", "known", "note")}), type=Recommended
        )
        assert told == expected
    app.close()
    log = {one.request_id: one for one in read_log(folder / "predictions")}
    assert json.loads(str(log["r1"].decision)) == list(requests[1][1].names)
    assert log["r1"].row == {"user": "c007", "basket": None, "k": 3, "exclude": '["a001","a002"]'}


def test_what_is_excluded_stands_in_no_list(home: Path) -> None:
    app, folder = served(home)
    model = Recommender.load(folder / app.live.current.manifest.artefact)
    app.close()
    first = model.for_user("c007", 5).names
    assert not set(first[:2]) & set(model.for_user("c007", 5, first[:2]).names)
    assert model.for_user("c007", 3, ["no such article"]) == model.for_user("c007", 3)


BAD = {
    "neither": ({}, "neither user nor basket"),
    "both": ({"user": "c1", "basket": ["a1"]}, "both user and basket"),
    "no places": ({"user": "c1", "k": 0}, "k is 0"),
    "too many": ({"user": "c1", "k": 5000}, "k is 5000"),
    "a misspelt key": ({"user": "c1", "exlude": []}, "does not fit"),
    "a list as user": ({"user": ["c1"]}, "does not fit"),
}


def test_a_request_that_does_not_fit_is_told_why_and_not_logged(home: Path) -> None:
    app, _ = served(home)
    for body, words in BAD.values():
        answer = ask(app, "/v1/recommend", body)
        assert answer.status_code == 422
        assert words in answer.json()["error"]["message"]
        assert answer.json()["error"]["remedy"]
    for path in ("/v1/predict", "/v1/outcomes"):
        assert ask(app, path, {}).json()["error"]["code"] == "other-answers"
    assert "/v1/recommend" in ask(app, "/openapi.json", None, "GET").text
    assert "lists of 5 article" in ask(app, "/", None, "GET").text
    app.close()


def test_with_the_model_switched_off_all_get_the_popular_items(home: Path) -> None:
    app, folder = served(home, "fallback")
    model = Recommender.load(folder / app.live.current.manifest.artefact)
    told = ask(app, "/v1/recommend", {"user": "c007"}).json()
    app.close()
    assert tuple(item["item"] for item in told["items"]) == model.for_user("nobody").names
    assert "switched off" in told["note"]


def test_lists_are_written_for_a_table_of_users(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "mail.csv"
    pl.DataFrame({"customer": ["c007", "new", "c007"]}).write_csv(file)
    with Workspace.open(home, actor="Ada") as workspace:
        made = workspace.recommend("v1", file, 3)
        every = workspace.recommend("v1")
        model = Recommender.load(workspace.context.home / workspace.context.registry.version("v1").artefact)
    assert (made.users, made.new, made.table.height) == (2, 1, 6)
    assert made.table.filter(pl.col("customer") == "c007")["article"].to_list() == list(
        model.for_user("c007", 3).names
    )
    assert every.users == USERS
    pl.DataFrame({"client": ["c007"]}).write_csv(file)
    with (
        Workspace.open(home, actor="Ada") as workspace,
        pytest.raises(InputError, match='no column "customer"'),
    ):
        workspace.recommend("v1", file)


def test_what_has_no_meaning_for_lists_says_so(home: Path, tmp_path: Path) -> None:
    with Workspace.open(home, actor="Ada") as workspace:
        with pytest.raises(InputError, match="has no menu"):
            workspace.menu("v1")
        with pytest.raises(InputError, match="declares no forecast"):
            workspace.ahead("v1")


ODD = {
    "one user": sales(200, users=1),
    "one item": sales(200, items=1),
    "all later items unseen": sales(400).with_columns(
        article=pl.when(pl.int_range(pl.len()) >= 300)
        .then(pl.lit("z") + pl.col("article"))
        .otherwise("article")
    ),
    "each row twice": pl.concat([sales(300), sales(300)]).sort("sold_on"),
}


@pytest.mark.parametrize("name", sorted(ODD))
def test_an_odd_shop_gets_a_version_whose_gate_stays_shut_or_has_reasons(name: str, tmp_path: Path) -> None:
    begun(tmp_path, ODD[name])
    with Workspace.open(tmp_path, actor="Ada") as workspace:
        made = workspace.run()
        assert made["lists"]["notes"]
        decision = workspace.promote("v1", "staging") if name == "each row twice" else None
    assert decision is not None or made["obstacles"]


REFUSED = {
    "ten rows": (sales(10), "10 of 10 rows"),
    "a time is missing": (
        sales(100).with_columns(sold_on=pl.when(pl.int_range(pl.len()) == 7).then(None).otherwise("sold_on")),
        "1 of 100 rows of sales have no decision time",
    ),
    "one moment": (sales(100).with_columns(sold_on=pl.lit(datetime(2024, 1, 1))), "have one time"),
    "no user": (sales(100).with_columns(customer=pl.lit(None, pl.String)), "None of"),
}


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_rows_that_say_nothing_are_refused_with_the_value(name: str, tmp_path: Path) -> None:
    frame, words = REFUSED[name]
    begun(tmp_path, frame)
    with Workspace.open(tmp_path, actor="Ada") as workspace, pytest.raises(AirworthyError) as error:
        workspace.run()
    assert words in str(error.value)
