"""One model's whole life on a small world: run, gate, signatures, traffic, a broken feed, a way back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from small_world import HOURLY, START, lay_out, orders, weather

from airworthy.kernel.errors import AirworthyError
from airworthy.workspace.check_ledger import verify_workspace
from airworthy.workspace.demo.client import Client, running_server
from airworthy.workspace.demo.story import _free_port
from airworthy.workspace.workspace import Workspace

pytestmark = [pytest.mark.slow, pytest.mark.server]

DAYS = 12
NEXT = START + timedelta(days=DAYS)


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with Workspace.open(lay_out(tmp_path, DAYS)) as opened:
        yield opened


def test_a_model_lives_from_tables_to_a_broken_feed_and_back(workspace: Workspace) -> None:
    document = workspace.run()
    version = document["version"]
    assert document["metrics"]["auc"]["low"] > document["metrics"]["auc"]["baseline"]
    the_gate_needs_evidence_and_two_other_people(workspace, version)
    the_dossier_quotes_the_charter(document)
    with running_server(workspace.context.home.parent, _free_port()) as client:
        live_traffic_is_watched(workspace, client)
        a_broken_feed_is_named_and_the_rule_decides(workspace, client)
    again = workspace.run()
    assert again["version"] == version, "the same data, charter and code give the same version"
    verified = verify_workspace(workspace.context.home.parent, None, None)
    assert verified.intact, verified.problems


def the_gate_needs_evidence_and_two_other_people(workspace: Workspace, version: str) -> None:
    with pytest.raises(AirworthyError, match="cannot go to production"):
        workspace.promote(version, "production")
    decision = workspace.promote(version, "staging")
    for item in decision.obstacles:
        workspace.waive(version, item.code, item.subject, "accepted in a test", "30d", "Ben")
    assert workspace.promote(version, "staging").open
    with pytest.raises(AirworthyError, match="Ana"):
        workspace.approve(version, "Ana")
    workspace.approve(version, "Ben")
    assert not workspace.promote(version, "production").open, "one signature is not two"
    workspace.approve(version, "Cem")
    assert workspace.promote(version, "production").open


def the_dossier_quotes_the_charter(document: dict[str, Any]) -> None:
    page = re.sub(r"<[^>]+>", " ", Path(document["dossier"]).read_text(encoding="utf-8"))
    assert "No fallback rule is declared" not in page
    assert "Sales" in page
    assert "EUR" in page


def live_traffic_is_watched(workspace: Workspace, client: Client) -> None:
    healthy = _requests(4, NEXT)
    answers = client.predict([row for row, _ in healthy])
    assert {answer["mode"] for answer in answers} == {"model"}
    client.post(
        "/v1/outcomes",
        [
            {"request_id": answer["request_id"], "outcome": outcome, "event_time": row["at"]}
            for answer, (row, outcome) in zip(answers, healthy, strict=True)
        ],
    )
    client.rest()
    report = workspace.monitor()
    assert report["rows"] == len(healthy)
    assert report["matured"] == len(healthy)
    assert [alarm for alarm in report["alarms"] if alarm["action"] == "fall-back"] == []
    assert report["mode"] == "model"


def a_broken_feed_is_named_and_the_rule_decides(workspace: Workspace, client: Client) -> None:
    start = NEXT + timedelta(days=4)
    celsius = [
        row
        | {
            "temp": (row["temp"] - 32) * 5 / 9
            if row["at"] >= _iso(start + timedelta(hours=9))
            else row["temp"]
        }
        for row, _ in _requests(1, start)
    ]
    client.predict(celsius)
    client.rest()
    report = workspace.monitor()
    named = [alarm for alarm in report["alarms"] if alarm["code"] == "MON002"]
    assert [alarm["subject"] for alarm in named] == ["column:temp"]
    assert "°F became °C" in named[0]["finding"]
    assert f"{start + timedelta(hours=9):%Y-%m-%d %H}" in named[0]["finding"]
    assert report["mode"] == "fallback"
    later = client.predict([{**celsius[0], "weight": 20.0}, {**celsius[0], "weight": 2.0}])
    while later[0]["mode"] == "model":  # the server looks at the pointer every two seconds
        later = client.predict([{**celsius[0], "weight": 20.0}, {**celsius[0], "weight": 2.0}])
    assert [answer["decision"] for answer in later] == ["yes", "no"]


def _requests(days: int, first: Any) -> list[tuple[dict[str, Any], str]]:
    table = orders(days, seed=first.day, first=first)
    hourly = weather(days, first)["temp"].to_list()[: 24 * days]
    rows = table.with_columns(
        pl.Series("temp", [temp for temp in hourly for _ in range(HOURLY)]),
        pl.col("at").dt.to_string("iso:strict"),
    ).to_dicts()
    return [({k: v for k, v in row.items() if k != "late"} | {"at": row["at"]}, row["late"]) for row in rows]


def _iso(moment: Any) -> str:
    return str(pl.Series([moment]).dt.to_string("iso:strict")[0])
