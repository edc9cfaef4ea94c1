"""What is expected of sites and of coming rows, what messy input costs, and what the rows do not show."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

import airworthy as aw
from airworthy.kernel.errors import InputError
from airworthy.lifecycle.outlook.answer import NOT_SHOWN

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "forecast-quality.md"


def orders(n: int = 900, seed: int = 1) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=n)
    return pl.DataFrame(
        {
            "day": [date(2025, 2, 1) + timedelta(days=i // 10) for i in range(n)],
            "x": x,
            "kind": rng.choice(["a", "b"], n),
            "shop": rng.choice(["North", "South", "West"], n),
            "late": np.where(rng.random(n) < 1 / (1 + np.exp(-2 * x)), "yes", "no"),
        }
    )


def test_the_how_to_runs_and_prints_what_the_page_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    page = PAGE.read_text("utf-8")
    for block in page.split("```python\n")[1:3]:
        exec(compile(block.split("```", 1)[0], "how-to", "exec"), {"__name__": "__main__"})
    assert capsys.readouterr().out == "".join(re.findall(r"(?ms)\n\n```\n(.*?)^```$", page))


def test_coming_rows_are_read_without_their_outcomes() -> None:
    rows = orders()
    coming = orders(60, seed=2).drop("late")
    found = aw.foresee(rows, "late", time="day", exclude=["shop"], coming=coming)
    told = aw.foresee(
        rows,
        "late",
        time="day",
        exclude=["shop"],
        coming=coming.with_columns(late=pl.lit("yes"), another=pl.lit(1)),
    )
    assert found.period is not None
    assert found.period.coming_rows == 60
    assert found == told


def test_labels_of_coming_rows_narrow_the_interval_about_as_far_as_was_said() -> None:
    rows, coming = orders(seed=5), orders(600, seed=6)
    before = aw.foresee(rows, "late", time="day", exclude=["shop"], coming=coming, label_cost="0.4 EUR")
    assert before.period is not None
    said = before.period.labelling
    assert said is not None
    assert "The labels cost 60.00 EUR." in str(before)
    labelled = before.to_label(coming.drop("late"), "late").with_columns(coming["late"][list(said.places)])
    after = aw.foresee(
        rows, "late", time="day", exclude=["shop"], coming=coming.drop("late"), labelled=labelled
    ).period
    assert after is not None
    assert after.labelled_rows == 150
    assert after.labelling is None
    assert said.width_expected <= said.width_at_random < said.width
    assert after.high - after.low == pytest.approx(said.width_expected, rel=0.5)


def test_all_outcomes_leave_nothing_to_forecast() -> None:
    rows, coming = orders(seed=5), orders(300, seed=6)
    found = aw.foresee(rows, "late", time="day", exclude=["shop"], coming=coming, labelled=coming).period
    assert found is not None
    assert found.high - found.low < 0.01


def test_what_no_row_shows_is_named() -> None:
    coming = orders(20, seed=3).with_columns(
        pl.lit("c").alias("kind"), pl.when(pl.int_range(20) < 5).then(99.0).otherwise("x").alias("x")
    )
    found = aw.foresee(orders(), "late", time="day", exclude=["shop"], coming=coming)
    said = "\n".join(found.lacking)
    assert "No row of January, June, July, August, September and 3 more" in said
    assert "kind: 20 of 20 coming rows hold c, never seen." in said
    assert "x: 5 of 20 coming rows lie outside" in said
    assert str(found).startswith(NOT_SHOWN)


def test_a_site_that_answers_the_other_way_shows_in_its_own_figure() -> None:
    rows = orders(1200)
    turned = pl.when(pl.col("late") == "yes").then(pl.lit("no")).otherwise(pl.lit("yes"))
    rows = rows.with_columns(pl.when(pl.col("shop") == "West").then(turned).otherwise("late").alias("late"))
    (found,) = aw.foresee(rows, "late", site="shop", exclude=["day"]).elsewhere
    figures = {name: figure for name, figure, _ in found.sites}
    assert figures["West"] < 0.3
    assert found.low < 0.3


def test_a_regime_that_no_row_shows_is_said_first_and_widens_the_interval() -> None:
    rows = orders()
    usual = aw.foresee(rows, "late", time="day", exclude=["shop"]).period
    found = aw.foresee(rows, "late", time="day", exclude=["shop"], regimes={"sign-up flow": date(2025, 6, 1)})
    assert found.lacking[0] == (
        "No row under the sign-up flow that began on 2025-06-01; "
        "the newest of 900 dated rows is of 2025-05-01."
    )
    assert usual is not None
    assert found.period is not None
    assert found.period.periods == usual.periods
    assert found.high - found.low > 1.3 * (usual.high - usual.low)


def test_rows_under_a_declared_regime_are_counted() -> None:
    found = aw.foresee(
        orders(), "late", time="day", exclude=["shop"], regimes={"price list": date(2025, 4, 22)}
    )
    assert found.lacking[0] == "100 of 900 dated rows are under the price list that began on 2025-04-22."


def test_a_site_that_no_known_row_names_is_told() -> None:
    coming = orders(30, seed=3).with_columns(pl.lit("East").alias("shop"))
    found = aw.foresee(orders(), "late", time="day", site="shop", coming=coming)
    assert "shop: 30 of 30 coming rows are of East, never seen." in found.lacking


def test_messy_numbers_cost_what_they_carry_and_an_unused_category_nothing() -> None:
    found = aw.foresee(orders(2600), "late", time="day", exclude=["shop"]).period
    assert found is not None
    cost = {one.noise: one for one in found.scenarios}
    assert set(cost) == {"missing", "unseen", "out-of-range", "casing", "unit slips", "late values"}
    assert cost["out-of-range"].worse_by > 0
    assert cost["unseen"].low <= 0.005


def test_numbers_have_an_interval_of_their_error() -> None:
    rows = orders().with_columns((3 * pl.col("x") + 10).alias("late"))
    noisy = rows.with_columns(pl.col("late") + np.random.default_rng(0).normal(size=900))
    found = aw.foresee(noisy, "late", order="day", exclude=["shop"])
    assert found.metric == "rmse"
    assert found.low < 1.25 < found.high + 0.3


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "no order and of no site"),
        ({"order": "dya"}, '"dya" is not a column'),
        ({"site": "shop", "regimes": {"flow": date(2025, 3, 1)}}, "no column dates the rows"),
        ({"time": "day", "undated": 3}, '3 of 900 rows have no date in "day"'),
        ({"site": "shop", "rows": 60}, "Fewer than two sites"),
        ({"order": "day", "rows": 60}, "60 rows with outcomes"),
        ({"order": "day", "labelled": pl.DataFrame({"x": [1.0]})}, "Give both"),
        (
            {"order": "day", "coming": orders(30), "labelled": orders(90).filter(pl.col("late") == "yes")},
            "labelled rows have one outcome",
        ),
        (
            {
                "order": "day",
                "coming": orders(90),
                "labelled": orders(90).with_columns(airworthy_part=0, airworthy_part_rows=7),
            },
            "not as they were written",
        ),
        ({"order": "day", "coming": orders(30), "label_cost": "0.4"}, "names no currency"),
        ({"order": "day", "coming": orders(30), "labelled": orders(5)}, "5 labelled rows have an outcome"),
        ({"order": "day", "coming": orders(30), "labelled": orders(5).drop("late")}, 'no column "late"'),
        ({"order": "day", "coming": pl.DataFrame({"x": [1.0]})}, "lack 2 of the model's columns"),
    ],
)
def test_a_call_that_cannot_be_answered_says_why(given: dict[str, object], said: str) -> None:
    more = dict(given)
    rows = orders(int(more.pop("rows", 900)))  # type: ignore[call-overload]
    undated = pl.int_range(pl.len()) < more.pop("undated", 0)
    rows = rows.with_columns(pl.when(undated).then(None).otherwise("day").alias("day"))
    with pytest.raises(InputError, match=said):
        aw.foresee(rows, "late", **more)  # type: ignore[arg-type]
