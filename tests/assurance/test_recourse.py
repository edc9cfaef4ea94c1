"""For how many rows a change exists, and for which group fewer: worlds where both are known by hand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pandas as pd
import pytest

import airworthy as aw
from airworthy.kernel.errors import InputError
from airworthy.kernel.progress import QuietProgress, QuietStage


def world(n: int = 400) -> pd.DataFrame:
    """Savings of 0 to 99; people of the east may not save more than 60, by a relation to their ceiling."""
    draw = np.random.default_rng(1)
    east = draw.random(n) < 0.5
    savings = draw.integers(0, 60, n).astype(float)
    return pd.DataFrame(
        {"savings": savings, "ceiling": np.where(east, 60.0, 99.0), "region": np.where(east, "east", "west")}
    )


def grants(X: pd.DataFrame) -> np.ndarray[Any, Any]:
    return (X["savings"] >= 80).to_numpy().astype(int)


def found(X: pd.DataFrame, **more: Any) -> Any:
    rules = aw.changes({"savings": {"high": 99}, "ceiling": "never"}, relations=["savings <= ceiling"])
    top = pd.DataFrame({"savings": [90.0], "ceiling": [99.0], "region": ["west"]})
    return aw.recourse(grants, pd.concat([X, top], ignore_index=True), "1", changes=rules, **more)


def test_those_whom_a_relation_holds_back_have_no_way() -> None:
    X = world()
    answer = found(X, protected=["region"], rows=400)
    assert answer.rows == 400
    assert answer.share.value == pytest.approx((X["region"] == "west").mean())
    gap = next(group for group in answer.groups)
    assert gap.group == "east" or gap.group == "west"
    assert abs(gap.gap.value) == 1.0
    assert gap.gap.low is not None
    assert min(abs(gap.gap.low), abs(gap.gap.high)) > 0.9
    assert answer.changed == {"savings": int((X["region"] == "west").sum())}


def test_equal_groups_show_no_gap_in_most_worlds() -> None:
    told = 0
    for seed in range(40):
        draw = np.random.default_rng(seed)
        X = pd.DataFrame(
            {
                "a": draw.integers(0, 50, 120).astype(float),
                "cap": draw.choice([60.0, 99.0], 120),
                "g": draw.choice(["x", "y"], 120),
            }
        )
        rules = aw.changes({"a": {"high": 99}, "cap": "never"}, relations=["a <= cap"])
        model = lambda X: (X["a"] >= 80).to_numpy().astype(int)  # noqa: E731
        ends = pd.DataFrame({"a": [90.0], "cap": [99.0], "g": ["x"]})
        gaps = aw.recourse(model, pd.concat([X, ends]), "1", changes=rules, protected=["g"], rows=120).groups
        told += any(one.gap and (one.gap.low > 0 or one.gap.high < 0) for one in gaps)
    assert told <= 6  # 5 % of 40 is 2; seven or more come by chance once in a thousand


def test_a_group_of_few_rows_is_not_compared() -> None:
    X = world()
    X["region"] = np.where(np.arange(len(X)) < 5, "north", X["region"])
    answer = found(X, protected=["region"], rows=400)
    few = next(group for group in answer.groups if group.group == "north")
    assert few.gap is None
    assert "too few rows" in str(answer)


def test_the_answer_is_one_document() -> None:
    answer = found(world(), rows=50)
    document = json.loads(json.dumps(answer.as_json(), allow_nan=False))
    assert document["rows"] == 50
    assert document["share"]["n"] == 50


def test_rows_that_are_all_decided_as_wanted_are_refused() -> None:
    X = world()
    X["savings"] = 90.0
    with pytest.raises(InputError, match="are decided '1'"):
        aw.recourse(grants, X, "1")


class Watching(QuietStage, QuietProgress):
    """Hears how many rows are done."""

    done = 0.0

    @contextmanager
    def stage(self, name: str, total: float | None = None) -> Iterator[QuietStage]:
        yield self

    def advance(self, amount: float = 1.0, note: str = "") -> None:
        self.done += amount


def test_what_was_found_before_a_stop_is_told() -> None:
    watching = Watching()

    def impatient(X: pd.DataFrame) -> np.ndarray[Any, Any]:
        if watching.done:  # Ctrl-C, once some rows are done
            raise KeyboardInterrupt
        return grants(X)

    X = pd.concat([world(), pd.DataFrame({"savings": [90.0], "ceiling": [99.0], "region": ["west"]})])
    rules = {"savings": {"high": 99}}
    answer = aw.recourse(impatient, X, "1", changes=rules, rows=100, progress=watching)
    assert answer.rows == watching.done
    assert 0 < answer.rows < 100
    assert "Stopped after" in answer.notes[0]


def test_without_a_column_that_may_change_nobody_has_a_way() -> None:
    X = pd.concat([world(), pd.DataFrame({"savings": [90.0], "ceiling": [99.0], "region": ["west"]})])
    rules = {"savings": "never", "ceiling": "never", "region": "never"}
    answer = aw.recourse(grants, X, "1", changes=rules, rows=50)
    assert answer.share.value == 0.0
    assert answer.changed == {}
