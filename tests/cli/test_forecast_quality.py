"""`airworthy forecast` on a version: what was signed, what coming rows add, and the way through labels."""

from __future__ import annotations

import contextlib
import io
import json
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from airworthy.cli.main import main
from airworthy.scoring.contract import LogicalType
from airworthy.serving.prediction_log import LoggedPrediction, LogSchema, LogWriter

CHARTER = """
name = "late"
purpose = "Warn of parcels that will be late"
task = "binary"
[[sources]]
name = "parcels"
path = "parcels.csv"
[target]
column = "late"
positive = "yes"
[data]
decision_time = "sent"
[split]
method = "time"
[search]
learners = ["linear"]
[budget]
time = "60s"
[outlook]
sites = ["depot"]
[outlook.regimes]
"price list" = 2025-06-01
"""


def parcels(first: int, days: int) -> pl.DataFrame:
    rng = np.random.default_rng(first)
    weight = rng.gamma(2, 3, 12 * days).round(1)
    late = rng.random(len(weight)) < 1 / (1 + np.exp(3 - weight / 2))
    sent = [date(2025, 1, 1) + timedelta(days=first + i // 12) for i in range(len(weight))]
    depot = rng.choice(["Bern", "Graz"], len(weight))
    return pl.DataFrame({"sent": sent, "weight": weight, "depot": depot, "late": np.where(late, "yes", "no")})


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("quality")
    (folder / "airworthy.toml").write_text(CHARTER)
    parcels(0, 100).write_csv(folder / "parcels.csv")
    parcels(100, 20).write_csv(folder / "truth.csv")
    parcels(100, 20).drop("late").write_csv(folder / "next.csv")
    return folder


def call(place: Path, *arguments: str, code: int = 0) -> dict[str, Any]:
    """Run one command in this process; its document."""
    output = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(output):
        patch.chdir(place)
        patch.setattr(sys, "argv", ["airworthy", *arguments, "--json"])
        with pytest.raises(SystemExit) as left:
            main()
    assert (left.value.code or 0) == code, output.getvalue()
    return json.loads(output.getvalue())


def requests_that_were_answered_are_coming_rows(place: Path) -> None:
    assert (
        call(place, "forecast", "--logged", code=2)["error"]["message"] == "No request to v1 has been logged."
    )
    sent = parcels(100, 20)
    names = (("weight", LogicalType.REAL), ("depot", LogicalType.CATEGORY))
    writer = LogWriter.open(place / ".airworthy")
    writer.append(
        LogSchema("v1", names, ("no", "yes")),
        [
            LoggedPrediction(
                request_id=f"r{i}",
                time=datetime(2025, 5, 1, tzinfo=UTC),
                version="v1",
                mode="model",
                row={"weight": row["weight"], "depot": row["depot"]},
                probability=(0.5, 0.5),
                decision="no",
            )
            for i, row in enumerate(sent.to_dicts())
        ],
    )
    writer.close()
    logged = call(place, "forecast", "--logged", "--label", "sent.csv", "--cost-per-label", "0.4 EUR")[
        "period"
    ]
    assert logged["coming_rows"] == 240
    assert (logged["labelling"]["cost"], logged["labelling"]["currency"]) == (60.0, "EUR")
    asked = pl.read_csv(place / "sent.csv")
    assert asked["request_id"].to_list() == [f"r{i}" for i in logged["labelling"]["places"]]
    from_file = call(place, "forecast", "--rows", "next.csv")["period"]
    assert (logged["low"], logged["high"]) == (from_file["low"], from_file["high"])
    both = call(place, "forecast", "--logged", "--rows", "next.csv", code=2)["error"]
    assert "not from both" in both["message"]


def test_a_forecast_is_signed_read_sharpened_and_labelled(place: Path) -> None:
    missing = call(place, "forecast", code=2)["error"]
    assert missing["message"] == "There is no version yet."
    run = call(place, "run")
    signed = call(place, "forecast")
    assert {key: signed[key] for key in ("metric", "low", "high", "level")} == {
        key: run["expected"][key] for key in ("metric", "low", "high", "level")
    }
    assert signed["lacking"][0].startswith("No row under the price list that began on 2025-06-01")
    (at_depots,) = signed["elsewhere"]
    assert at_depots["column"] == "depot"
    assert {one["site"] for one in at_depots["sites"]} == {"Bern", "Graz"}
    told = call(place, "forecast", "--rows", "next.csv", "--label", "rows.csv")
    assert told["period"]["coming_rows"] == 240
    asked = pl.read_csv(place / "rows.csv", try_parse_dates=True)
    assert asked.height == 150
    assert asked["late"].null_count() == 150
    truth = pl.read_csv(place / "truth.csv", try_parse_dates=True)
    answers = truth["late"][told["period"]["labelling"]["places"]]
    asked.with_columns(answers.alias("late")).write_csv(place / "rows.csv")
    known = call(place, "forecast", "--rows", "next.csv", "--labelled", "rows.csv")
    assert known["period"]["labelled_rows"] == 150
    assert known["high"] - known["low"] < told["high"] - told["low"]
    assert call(place, "show", "v1")["expected"] == run["expected"]
    refused = call(place, "forecast", "--label", "rows.csv", code=2)["error"]
    assert "--rows" in refused["remedy"]
    requests_that_were_answered_are_coming_rows(place)
