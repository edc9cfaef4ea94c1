"""Requests that carry only a key and a time: the server fills the features in as training computed them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from serving_world import NOON, InProcess, open_client

from airworthy.data.histories.compute import features_of, histories_of
from airworthy.kernel.digest import digest_tree
from airworthy.lifecycle.feature_skew import logged_features
from airworthy.monitoring.feature_skew import measure_skews
from airworthy.release.manifest import FallbackRule, Manifest, Pointer, write_pointer
from airworthy.scoring import save_spec, write_manifest
from airworthy.scoring.contract import Column, Contract, LogicalType, Role
from airworthy.scoring.history.definition import Aggregate, Definition
from airworthy.scoring.history.feature_set import FeatureSet, save_features
from airworthy.scoring.history.keys import KeyIndex
from airworthy.scoring.history.store import HistoryNote, newest_history, save_history
from airworthy.scoring.spec import Linear, OneHot, Scaled, ScorerSpec, Shift
from airworthy.serving.prediction_log import read_log

DAY = 86_400.0
START = NOON - timedelta(days=60)


def definition(name: str, aggregate: str, **said: object) -> Definition:
    return Definition(
        name=name,
        source="orders",
        event_time="at",
        key=(("customer", "who"),),
        aggregate=Aggregate(aggregate),
        known_after=3600.0,
        **said,
    )  # type: ignore[arg-type]


ASKED = (
    definition("orders_30d", "count", window=30 * DAY),
    definition("spent_30d", "sum", column="amount", window=30 * DAY),
    definition("mean_last_3", "mean", column="amount", last=3),
    definition("last_item", "last", column="item", missing="nothing"),
)
SET = FeatureSet(definitions=ASKED, decision_time="decided")
CONTRACT = Contract(
    columns=(
        Column(name="customer", type=LogicalType.IDENTIFIER, role=Role.EXCLUDED),
        Column(name="decided", type=LogicalType.INSTANT, role=Role.TIME),
        Column(name="age", type=LogicalType.INTEGER, nullable=False),
        Column(name="orders_30d", type=LogicalType.INTEGER, nullable=False),
        Column(name="spent_30d", type=LogicalType.REAL, nullable=False),
        Column(name="mean_last_3", type=LogicalType.REAL),
        Column(name="last_item", type=LogicalType.CATEGORY, nullable=False, vocabulary=("a", "b", "nothing")),
    )
)
SPEC = ScorerSpec(
    task="regression",
    contract=CONTRACT,
    features=(
        *(
            Scaled(column=name, fill=0.0, center=0.0, scale=1.0)
            for name in ("age", "orders_30d", "spent_30d", "mean_last_3")
        ),
        OneHot(column="last_item", value="nothing"),
    ),
    learner=Linear(coefficients=((0.0, 1.0, 0.5, 0.25, 100.0),), intercepts=(0.0,)),
    decision=Shift(),
)


def orders(more: int = 0, seed: int = 1) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    events, at = 900, rng.uniform(0, 60 * DAY, 900)
    base = pl.DataFrame(
        {
            "who": rng.integers(0, 40, events),
            "at": [START + timedelta(microseconds=int(s * 1e6)) for s in at],
            "amount": np.round(rng.lognormal(3, 1, events), 2),
            "item": rng.choice(["a", "b"], events),
        }
    )
    late = {"who": [7] * more, "at": [NOON - timedelta(hours=2)] * more}
    return pl.concat([base, pl.DataFrame({**late, "amount": [1.0] * more, "item": ["b"] * more})])


def build(home: Path, events: pl.DataFrame, built_at: str = "2026-01-01T00:00:00Z") -> None:
    parts = {
        asked: (KeyIndex.of(history.keys.to_list()), history.events)
        for asked, history in histories_of(ASKED, {"orders": events}).items()
    }
    note = HistoryNote(definitions=ASKED, built_at=built_at, until=None, sources={}, parts=())
    save_history(home, note, parts)


def world(home: Path, fallback: FallbackRule | None = None, events: pl.DataFrame | None = None) -> InProcess:
    folder = home / "models" / "v1"
    folder.mkdir(parents=True)
    save_spec(SPEC, folder)
    save_features(SET, folder)
    write_manifest(folder)
    manifest = Manifest(
        charter_name="spend",
        version="v1",
        digest=digest_tree(folder),
        artefact="models/v1",
        latency_seconds=0.05,
        fallback=fallback,
    )
    write_pointer(home, Pointer(manifest=manifest))
    if events is not None:
        build(home, events)
    return open_client(home)


def test_filled_values_have_the_bits_of_training_and_stand_in_the_log(tmp_path: Path) -> None:
    events = orders()
    client = world(tmp_path, events=events)
    rng = np.random.default_rng(2)
    asks = [
        {"customer": str(key), "decided": (START + timedelta(seconds=float(s))).isoformat(), "age": 40}
        for key, s in zip(rng.integers(0, 45, 200), rng.uniform(0, 61 * DAY, 200), strict=True)
    ]
    times = pl.Series([datetime.fromisoformat(str(ask["decided"])) for ask in asks]).cast(
        pl.Datetime("us", "UTC")
    )
    trained = features_of(pl.DataFrame(asks), times, ASKED, {"orders": events}).columns
    client.predict(asks[:150])
    for ask in asks[150:]:
        assert client.predict(ask).status_code == 200
    logged = list(read_log(tmp_path / "predictions"))
    history = newest_history(tmp_path, SET.digest)
    assert history is not None
    for column in trained:
        assert [one.row[column.name] for one in logged] == column.to_list()
    assert {one.history for one in logged} == {history.name}
    skews = measure_skews(logged_features(tmp_path, "v1", SET), ASKED, {"orders": events})
    assert not any(skew.differs.any() for skew in skews.values())


def test_a_row_without_a_time_is_decided_now_and_an_unknown_key_has_no_events(tmp_path: Path) -> None:
    events = pl.DataFrame(
        {
            "who": ["007"] * 3,
            "at": [NOON - timedelta(hours=hours) for hours in (5, 2, 0.5)],
            "amount": [1.0, 2.0, 4.0],
            "item": ["a", "b", "b"],
        }
    )
    client = world(tmp_path, events=events)
    # The order of half an hour ago is known an hour after it: 2 orders, 3 spent, mean 1.5.
    assert client.predict({"customer": "007", "age": 1}).json()["prediction"] == 2 + 3 * 0.5 + 1.5 * 0.25
    for stranger in ("7", "nobody"):
        assert client.predict({"customer": stranger, "age": 1}).json()["prediction"] == 100.0
    logged = list(read_log(tmp_path / "predictions"))
    assert logged[1].row["last_item"] == "nothing"
    assert logged[1].row["mean_last_3"] is None
    assert logged[0].row["decided"] is None


def test_a_row_with_features_is_taken_as_sent_and_half_of_them_are_refused(tmp_path: Path) -> None:
    client = world(tmp_path, events=orders())
    sent = {"customer": "7", "age": 1, "orders_30d": 3, "spent_30d": 4.0, "last_item": "a"}
    assert client.predict(sent).json()["prediction"] == 3 + 4 * 0.5
    (logged,) = read_log(tmp_path / "predictions")
    assert (logged.history, logged.row["mean_last_3"]) == ("", None)
    half = client.predict([sent, {"customer": "7", "age": 1, "orders_30d": 3}])
    assert half.status_code == 422
    error = half.json()["error"]
    assert (error["field"], error["row"]) == ("spent_30d", 1)
    assert "all of the features, or none" in error["remedy"]
    assert client.predict({"customer": "7"}).json()["error"]["field"] == "age"


def test_without_a_history_the_rule_decides_or_nobody_does(tmp_path: Path) -> None:
    with_rule = (
        world(tmp_path / "rule", FallbackRule(decision=5.0)).predict({"customer": "7", "age": 1}).json()
    )
    assert (with_rule["mode"], with_rule["decision"]) == ("fallback", 5.0)
    assert with_rule["note"] == "No history of the features was built."
    refused = world(tmp_path / "none").predict({"customer": "7", "age": 1})
    assert refused.status_code == 503
    assert refused.json()["error"]["message"].startswith("No history of the features was built.")


def test_a_new_history_is_followed_and_a_broken_one_changes_nothing(tmp_path: Path) -> None:
    client = world(tmp_path, events=orders())

    def count() -> int:
        client.app.live.poll()
        assert client.predict({"customer": "7", "age": 1}).status_code == 200
        return int(list(read_log(tmp_path / "predictions"))[-1].row["orders_30d"])  # type: ignore[call-overload]

    before = count()
    assert "airworthy_features_age_seconds 43200\n" in client.get("/metrics").text  # built at midnight
    build(tmp_path, orders(more=3), "2026-01-02T00:00:00Z")
    assert count() == before + 3
    build(tmp_path, orders(more=5), "2026-01-03T00:00:00Z")
    broken = newest_history(tmp_path, SET.digest)
    assert broken is not None
    (tmp_path / "features" / broken.name / "0-starts.npy").unlink()
    filling = client.app.live.current.filling
    assert filling is not None
    assert count() == before + 3
    assert filling.problem is not None
    assert "airworthy features build" in str(filling.problem.remedy)


def test_the_page_and_the_schema_offer_the_request_without_features(tmp_path: Path) -> None:
    client = world(tmp_path, events=orders())
    schema = client.get("/openapi.json").json()
    assert schema["components"]["schemas"]["Row"]["required"] == ["age"]
    example = schema["paths"]["/v1/predict"]["post"]["requestBody"]["content"]["application/json"]["example"]
    assert set(example) == {"customer", "decided", "age"}


def test_a_build_that_was_killed_leaves_what_serves_and_the_next_one_takes_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(tmp_path, orders())
    served = newest_history(tmp_path, SET.digest)
    assert served is not None

    def killed(path: Path) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("airworthy.scoring.history.store.sync_folder", killed)
        with pytest.raises(KeyboardInterrupt):
            build(tmp_path, orders(more=3), "2026-01-02T00:00:00Z")
    assert list((tmp_path / "features").glob(".*.part"))
    assert newest_history(tmp_path, SET.digest).name == served.name  # type: ignore[union-attr]
    build(tmp_path, orders(more=3), "2026-01-02T00:00:00Z")
    assert newest_history(tmp_path, SET.digest).name != served.name  # type: ignore[union-attr]
    assert not list((tmp_path / "features").glob(".*.part"))


def test_only_two_builds_stay(tmp_path: Path) -> None:
    for day in range(1, 5):
        build(tmp_path, orders(), f"2026-01-0{day}T00:00:00Z")
    assert len([path for path in (tmp_path / "features").iterdir() if path.is_dir()]) == 2


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25"])
def test_a_day_is_decided_at_its_local_midnight_as_in_training(day: str) -> None:
    from airworthy.data.times import instants

    found = FeatureSet(definitions=(), decision_time="d", zone="Europe/Berlin")
    date = datetime.fromisoformat(day).date()
    trained = instants(pl.Series("d", [date]), "Europe/Berlin", "t").dt.epoch("us")[0]
    assert found.decided_at({"d": date}, datetime.now(UTC)) == trained
