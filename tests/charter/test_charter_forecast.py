"""[forecast]: what follows from it, and what contradicts it, with the way out."""

from __future__ import annotations

from pathlib import Path

import pytest

from airworthy.charter import parse_charter
from airworthy.charter.columns import check_columns
from airworthy.kernel.errors import CharterError

HERE = Path("airworthy.toml")
HEAD = """\
name = "coats"
purpose = "Order coats in time"
task = "{task}"
[[sources]]
name = "sales"
path = "sales.csv"
[target]
column = "sold"
{target}
[data]
decision_time = "month"
[split]
method = "{split}"
[forecast]
horizon = "{horizon}"
every = "1mo"
season = 12
series = ["shop", "item"]
"""


def read(
    horizon: str = "1q", task: str = "regression", split: str = "time", target: str = "", more: str = ""
):
    return parse_charter(HEAD.format(horizon=horizon, task=task, split=split, target=target) + more, HERE)


def test_an_outcome_matures_after_the_horizon_and_a_series_is_one_entity() -> None:
    charter = read()
    assert charter.forecast is not None
    assert charter.forecast.steps == 3
    assert charter.target.matures_after == 3 * 31 * 86_400
    assert charter.data.entity == ("shop", "item")
    assert read("5").forecast.steps == 5  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("change", "says", "remedy"),
    [
        ({"horizon": "5 weeks"}, "no length of time", "15m"),
        ({"horizon": "10d"}, "whole steps of 1 month", "number of steps"),
        ({"horizon": "0"}, "1 step or more", "12mo"),
        ({"task": "binary"}, "foretells a number", 'task = "regression"'),
        ({"split": "stratified"}, "judged on later times", 'method = "time"'),
        ({"target": 'matures_after = "2d"'}, "follows from forecast.horizon", "Take the line out"),
        ({"more": 'known_ahead = ["sold"]\n'}, "target or its time", "Take it out"),
    ],
)
def test_a_contradiction_names_its_line_and_the_way_out(
    change: dict[str, str], says: str, remedy: str
) -> None:
    with pytest.raises(CharterError) as refused:
        read(**change)
    assert says in refused.value.message
    assert remedy in f"{refused.value.message} {refused.value.remedy}"
    assert refused.value.line


def test_a_series_column_that_is_not_there_is_named() -> None:
    with pytest.raises(CharterError, match='no column "item"'):
        check_columns(read(), {"sales": ["sold", "month", "shop"]})
