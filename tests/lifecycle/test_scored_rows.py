"""Which rows are scored for delivery, by which version, and under which key."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest

from airworthy.charter.delivering import Sink, SinkFile
from airworthy.charter.parse import parse_charter
from airworthy.kernel.errors import InputError
from airworthy.lifecycle.scored_rows import RowsAsked, keys_of, rows_asked, version_to_deliver

CHARTER = """name = "late"
purpose = "Warn of late orders"
task = "binary"
[[sources]]
name = "orders"
path = "orders.csv"
[[sources]]
name = "places"
path = "places.csv"
[[joins]]
source = "places"
on = ["place"]
[target]
column = "late"
"""


@pytest.fixture
def charter(tmp_path: Path) -> Any:
    (tmp_path / "orders.csv").write_text("order,place,late\n007,A,yes\n012,B,no\n013,C,no\n")
    (tmp_path / "places.csv").write_text("place,rain\nA,1.5\nB,2.5\n")
    return parse_charter(CHARTER, tmp_path / "airworthy.toml")


def test_the_main_source_comes_with_its_joins_and_another_as_it_is(charter: Any) -> None:
    joined = rows_asked(charter, RowsAsked(source="orders"), ("order",))
    assert joined.select("order", "rain").rows() == [("007", 1.5), ("012", 2.5), ("013", None)]
    assert rows_asked(charter, RowsAsked(source="places"), ("place",)).columns == ["place", "rain"]


def test_ids_of_a_file_stay_as_they_are_written(charter: Any, tmp_path: Path) -> None:
    (tmp_path / "coming.csv").write_text("order,place\n1200000000000,A\n13,B\n")
    frame = rows_asked(charter, RowsAsked(file=tmp_path / "coming.csv"), ("order",))
    sink = Sink("desk", (("order", "order"),), {"score": "score"}, file=SinkFile("out.csv"))
    assert keys_of(frame, sink) == [("1200000000000",), ("13",)]


def test_numbers_with_gaps_make_no_decimals_of_ids() -> None:
    sink = Sink("desk", (("id", "id"), ("day", "day")), {"score": "score"}, file=SinkFile("out.csv"))
    frame = pl.DataFrame({"id": [7.0, None], "day": ["mon", ""]})
    assert keys_of(frame, sink) == [("7", "mon"), ("", "")]


def test_an_absent_key_and_an_empty_table_are_told(charter: Any, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="have no column number"):
        rows_asked(charter, RowsAsked(source="orders"), ("number",))
    (tmp_path / "none.csv").write_text("order,place\n")
    with pytest.raises(InputError):
        rows_asked(charter, RowsAsked(file=tmp_path / "none.csv"), ("order",))


@dataclass
class Live:
    """What a registry says is live."""

    version: str = "v3"
    mode: str = "model"
    reason: str = "alarm"


def context(charter: Any, live: Live) -> Any:
    registry = SimpleNamespace(live=lambda: live, version=lambda name: name)
    return SimpleNamespace(charter=charter, registry=registry)


def test_the_live_version_scores_unless_one_is_named(charter: Any) -> None:
    assert version_to_deliver(context(charter, Live()), None) == "v3"
    assert version_to_deliver(context(charter, Live()), "v2") == "v2"


def test_nothing_is_delivered_while_the_declared_rule_decides(charter: Any) -> None:
    with pytest.raises(InputError, match=r"decides instead of v3 \(alarm\)"):
        version_to_deliver(context(charter, Live(mode="fallback")), None)
