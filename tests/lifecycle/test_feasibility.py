"""More data, why not everything right, and when: on planted tables and on a real one."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

import airworthy as aw
from airworthy.cli.main import app
from airworthy.kernel.errors import InputError
from airworthy.lifecycle.feasibility.learner import QuickLearner


def planted(rows: int = 600, seed: int = 0) -> pl.DataFrame:
    """Half of the outcome follows two columns, the rest is chance."""
    rng = np.random.default_rng(seed)
    a, b = rng.normal(size=rows), rng.choice(["x", "y", "z"], rows)
    logit = 1.2 * a + np.where(b == "x", 1.0, 0.0)
    left = rng.random(rows) < 1 / (1 + np.exp(-logit))
    return pl.DataFrame({"a": a, "b": b, "noise": rng.normal(size=rows), "left": np.where(left, "yes", "no")})


def test_the_three_questions_are_answered_with_intervals() -> None:
    found = aw.feasibility(planted(), "left", positive="yes", wished=0.999, rows_a_day=10, label_cost=2)
    assert found.measure == "AUC"
    assert found.naive == 0.5
    assert found.now.low < found.now.value < found.now.high
    values = [one.figure.value for one in found.ahead]
    assert values == sorted(values)
    assert [one.rows for one in found.ahead] == [600, 1_200, 3_000, 6_000]
    assert found.wish is not None
    assert found.wish.ever < 0.1, "no model knows what is chance"
    assert found.wish.rows[1] is None


def test_days_and_money_follow_from_the_rows_that_are_missing() -> None:
    found = aw.feasibility(planted(), "left", positive="yes", wished=0.6, rows_a_day=10, label_cost=2)
    assert found.wish is not None
    assert found.wish.now > 0.9
    assert found.wish.rows[0] is not None
    assert found.wish.days[0] == 0  # there already
    assert found.wish.money[0] == 0


def test_twins_with_opposite_outcomes_bound_what_any_model_can_reach() -> None:
    table = pl.DataFrame({"a": [n // 2 for n in range(200)], "left": ["yes", "no"] * 100})
    found = aw.feasibility(table, "left", positive="yes")
    assert (found.twins.rows, found.twins.other) == (200, 100)


def test_numbers_several_outcomes_and_prose_are_measured_in_their_own_way() -> None:
    rng = np.random.default_rng(1)
    table = planted().with_columns(
        price=pl.col("a") * 3 + pl.Series(rng.normal(size=600)),
        kind=pl.Series(rng.choice(["p", "q", "r"], 600)),
        note=pl.Series(
            [f"the {w} thing number {n} came" for n, w in enumerate(rng.choice(["red", "blue"], 600))]
        ),
    )
    assert aw.feasibility(table.drop("kind", "note", "left"), "price").measure == "RMSE"
    several = aw.feasibility(table.drop("note"), "kind")
    assert several.measure == "log loss"
    assert several.naive == pytest.approx(np.log(3), abs=0.02)
    assert QuickLearner(table.drop("left"), np.zeros(600), 2).prose == ("note",)
    assert aw.feasibility(table.drop("kind"), "left", positive="yes").measure == "AUC"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda t: (t.head(30), {}), "30 rows with an outcome tell nothing"),
        (lambda t: (t.with_columns(left=pl.lit("yes")), {}), "Every row has the outcome"),
        (lambda t: (t, {"positive": "maybe"}), 'No row has the outcome "maybe"'),
        (lambda t: (t, {"exclude": ["c"]}), 'no column "c"'),
        (lambda t: (t, {"wished": 0.4}), "cannot be wished for"),
        (
            lambda t: (t.with_columns(left=pl.Series([f"w{n}" for n in range(600)])), {}),
            "600 different words",
        ),
        (lambda t: (t.with_columns(left=pl.Series(["yes"] * 4 + ["no"] * 596)), {}), "stands in 4 rows"),
        (lambda t: (t.select("left"), {}), "no column to learn from"),
    ],
)
def test_what_the_data_do_not_carry_is_refused(
    change: Callable[[pl.DataFrame], tuple[pl.DataFrame, dict[str, object]]], said: str
) -> None:
    table, settings = change(planted())
    with pytest.raises(InputError, match=said):
        aw.feasibility(table, "left", **settings)  # type: ignore[arg-type]


def test_the_command_answers_under_three_headings(tmp_path: Path) -> None:
    planted().write_csv(tmp_path / "rows.csv")
    words = ["feasibility", str(tmp_path / "rows.csv"), "--target", "left", "--positive", "yes", "--quiet"]
    shown = CliRunner().invoke(app, [*words, "--wish", "0.8", "--rows-a-day", "5"])
    assert shown.exit_code == 0
    assert [
        one for one in ("More data?", "Why not 100 %?", "When?", "A first small win") if one in shown.output
    ] == [
        "More data?",
        "Why not 100 %?",
        "When?",
        "A first small win",
    ]
    document = json.loads(CliRunner().invoke(app, [*words, "--json"]).stdout)
    assert document["rows"] == 600
    assert len(document["curve"]) == 4


def test_a_real_table_holds_its_own_half_as_forecast(shared_data: Callable[[str], Path]) -> None:
    path = shared_data("telco_churn/Telco-Customer-Churn.csv")
    frame = pl.read_csv(path, infer_schema_length=None)
    part = frame.sample(fraction=0.2, seed=4).drop("customerID")
    found = aw.feasibility(part, "Churn", positive="Yes")
    whole = aw.feasibility(frame.drop("customerID"), "Churn", positive="Yes")
    there = next(one for one in found.ahead if one.rows == 5 * part.height)
    assert there.figure.low <= whole.now.value <= there.figure.high
    assert found.win is not None
    assert found.win.low >= 2 * found.win.usual
