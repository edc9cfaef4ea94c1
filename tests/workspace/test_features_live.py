"""A model with named features, from definitions to a served request that carries none of them."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from airworthy.data import assemble, columns_for_scoring
from airworthy.kernel.clock import SystemClock
from airworthy.kernel.progress import QuietProgress
from airworthy.lifecycle.promote import manifest_of
from airworthy.release.manifest import Pointer, write_pointer
from airworthy.scoring.contract import Role
from airworthy.scoring.history.feature_set import load_features
from airworthy.scoring.scorer import Scorer
from airworthy.serving import LogWriter, PredictionService
from airworthy.serving.live import Live
from airworthy.workspace import Workspace
from airworthy.workspace.features import build_features, check_features

pytestmark = pytest.mark.slow

FEATURES = """
[[sources]]
name = "orders"
path = "orders.parquet"
event_time = "at"
known_after = "15m"

[[features]]
name = "paid_60d"
source = "orders"
key = { customer_id = "customer" }
aggregate = "count"
where = "status = 'paid'"
window = "60d"

[[features]]
name = "mean_of_last_5"
source = "orders"
key = { customer_id = "customer" }
aggregate = "mean"
column = "amount"
last = 5
"""
CHARTER = """
name = "offer"
purpose = "Choose who gets an offer"
task = "binary"
[[sources]]
name = "offers"
path = "offers.parquet"
[features]
files = ["features.toml"]
use = ["paid_60d", "mean_of_last_5"]
[target]
column = "buys"
positive = "yes"
[data]
decision_time = "asked_at"
[split]
method = "time"
[search]
learners = ["linear"]
[budget]
time = "10m"
"""
START = datetime(2025, 1, 1)


def lay_out(folder: Path) -> pl.DataFrame:
    """Customers who buy when they ordered more than three times in 60 days."""
    rng = np.random.default_rng(7)
    orders = pl.DataFrame(
        {
            "customer": [f"C{key:04}" for key in rng.integers(0, 80, 2_500)],
            "at": [START + timedelta(minutes=int(m)) for m in rng.integers(0, 365 * 1440, 2_500)],
            "amount": np.round(rng.lognormal(3, 0.8, 2_500), 2),
            "status": rng.choice(["paid", "paid", "returned"], 2_500),
        }
    )
    asks = pl.DataFrame(
        {
            "customer_id": [f"C{key:04}" for key in rng.integers(0, 80, 600)],
            "asked_at": [START + timedelta(minutes=int(m)) for m in rng.integers(60 * 1440, 365 * 1440, 600)],
            "age": rng.integers(18, 80, 600),
        }
    ).sort("asked_at")
    window = timedelta(days=60)
    known = [
        orders.filter(
            (pl.col("customer") == key) & (pl.col("at") > at - window) & (pl.col("at") <= at)
        ).height
        for key, at in asks.select("customer_id", "asked_at").rows()
    ]
    buys = np.array(known) + rng.normal(0, 1, 600) > 5
    orders.write_parquet(folder / "orders.parquet")
    asks.with_columns(pl.Series("buys", np.where(buys, "yes", "no"))).write_parquet(folder / "offers.parquet")
    (folder / "features.toml").write_text(FEATURES)
    (folder / "airworthy.toml").write_text(CHARTER)
    return asks


def test_a_request_without_features_gets_the_score_that_training_gave_its_row(tmp_path: Path) -> None:
    asks = lay_out(tmp_path)
    with Workspace.open(tmp_path, actor="Ada") as workspace:
        context = workspace.context
        version = workspace.run()["version"]
        view = context.registry.version(version)
        write_pointer(context.home, Pointer(manifest=manifest_of(context, view)))
        carried = load_features(context.home / view.artefact)
        assert carried is not None
        assert context.charter.features is not None
        assert carried.definitions == context.charter.features.definitions
        scorer = Scorer.load(context.home / view.artefact)
        assert {scorer.contract[name].role for name in carried.names} == {Role.INPUT}
        frame = assemble(context.charter, QuietProgress()).frame
        trained = scorer.score_columns(columns_for_scoring(frame, scorer.contract, names=scorer.reads))

        (built,) = build_features(tmp_path, QuietProgress())
        assert (built.of, built.events) == (version, 2_500)
        live = Live.open(context.home, "production", lambda note: None)
        log = LogWriter.open(context.home)
        service = PredictionService(live, log, SystemClock())
        requests = [
            {"customer_id": key, "asked_at": at, "age": age}
            for key, at, age in asks.with_columns(pl.col("asked_at").dt.replace_time_zone("UTC")).rows()
        ]
        answers = service.answer(requests, [f"r{index}" for index in range(len(requests))])
        log.close()
        assert trained.probability is not None
        assert [answer.probability for answer in answers] == trained.probability[:, 1].tolist()
        report = check_features(tmp_path, QuietProgress())
    assert (report.rows, report.filled, report.failed) == (600, 600, False)
    assert all(result.measurement and result.measurement.value == 0.0 for result in report.results)
