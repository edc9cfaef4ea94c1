"""FAI005 and FAI006: planted ratios, equal categories, small and left-out ones, published callback rates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from assurance_world import run, say_rate
from typer.testing import CliRunner

from airworthy.assurance import Predictions, plain_scope, run_assurance
from airworthy.assurance.plain import CheckReport, check_predictions
from airworthy.charter.model import Fairness, Selection
from airworthy.cli.main import app
from airworthy.kernel.result import Result, Verdict


def screened(seed: int, sizes: dict[str, int], rates: dict[str, float], **extra: object) -> CheckReport:
    rng = np.random.default_rng(seed)
    names = np.repeat(list(sizes), list(sizes.values()))
    chosen = rng.random(len(names)) < np.array([rates[name] for name in names])
    return check_predictions(
        rng.integers(0, 2, len(names)),
        decision=chosen.astype(int),
        protected={"team": names.tolist()},
        **extra,
    )


def of(report: CheckReport, code: str) -> dict[str, Result]:
    return {r.subject.removeprefix("group:"): r for r in report.results if r.code == code}


def test_a_planted_ratio_of_one_half_is_found() -> None:
    found = of(screened(0, {"a": 800, "b": 1200}, {"a": 0.25, "b": 0.5}), "FAI005")
    assert found["team=a"].verdict is Verdict.FAIL
    assert found["team=b"].verdict is Verdict.PASS
    assert found["team=a"].measurement.value == pytest.approx(0.5, abs=0.07)
    assert found["team=a"].details["highest"]["category"] == "team=b"
    assert "less than 1 time in 1,000" in found["team=a"].finding


def test_where_being_selected_is_a_burden_the_ratio_is_that_of_who_is_spared() -> None:
    sizes, rates = {"a": 800, "b": 1200}, {"a": 0.1, "b": 0.6}  # b is inspected six times as often
    found = of(screened(0, sizes, rates, fairness=Fairness(selection=Selection.BURDEN)), "FAI005")
    assert found["team=b"].verdict is Verdict.FAIL
    assert found["team=a"].verdict is Verdict.PASS
    assert found["team=b"].measurement.value == pytest.approx(0.4 / 0.9, abs=0.05)
    assert "in team=b are not selected" in found["team=b"].finding


def test_seven_equal_categories_fail_in_at_most_five_samples_of_a_hundred() -> None:
    sizes = dict.fromkeys("abcdefg", 100)
    names = np.repeat(list(sizes), 100).tolist()
    scope = plain_scope("binary", classes=("0", "1"), columns={"team": names}, protected=("team",))
    runs, failed, below = 60, 0, 0
    for seed in range(runs):
        chosen = np.random.default_rng(seed).random(700) < 0.3
        rows = Predictions.of("binary", [0, 1] * 350, decision=chosen.astype(int), columns={"team": names})
        found = run("FAI005", rows, scope)
        failed += any(r.verdict is Verdict.FAIL for r in found)
        below += any(r.measurement.value < 0.8 for r in found)
    assert below > 0.8 * runs  # what a bare ratio would have said
    assert say_rate("FAI005 any false FAIL among 7 equal categories", failed, runs) <= 0.05


def test_too_few_rows_cannot_tell_and_say_how_many_of_which_category_would() -> None:
    y = [1] * 20 + [0] * 20
    chosen = np.concatenate([np.arange(20) < 8, np.arange(20) < 14]).astype(int)
    found = of(check_predictions(y, decision=chosen, protected={"team": ["a"] * 20 + ["b"] * 20}), "FAI005")
    unsure = found["team=a"]
    assert unsure.verdict is Verdict.UNSURE
    assert unsure.measurement.value == pytest.approx(8 / 14)
    rows = f"{unsure.rows_to_settle:,}"
    assert f"About {rows} rows in team=a and {rows} in team=b would settle it" in unsure.remedy


def test_a_category_below_two_percent_is_left_out_and_named_with_its_rate() -> None:
    found = of(screened(1, {"a": 600, "b": 600, "c": 20}, {"a": 0.5, "b": 0.5, "c": 1.0}), "FAI005")
    left = found["team=c"]
    assert left.verdict is Verdict.NOT_APPLICABLE
    assert "20 rows (1.6 %), 100.0 % selected" in left.finding
    (named,) = found["team=a"].details["left_out"]
    assert (named["category"], named["rows"], named["rate"]) == ("team=c", 20, 1.0)
    assert max(found["team=a"].measurement.value, found["team=b"].measurement.value) == 1


def test_nobody_selected_has_no_highest_rate() -> None:
    found = of(screened(0, {"a": 100, "b": 100}, {"a": 0.0, "b": 0.0}), "FAI005")
    assert {r.verdict for r in found.values()} == {Verdict.NOT_APPLICABLE}


def test_rows_without_a_value_are_counted_and_are_no_category() -> None:
    team = ["a"] * 100 + ["b"] * 100 + [None] * 30
    report = check_predictions([0, 1] * 115, decision=[1, 1, 0, 0, 1] * 46, protected={"team": team})
    found = of(report, "FAI005")
    assert set(found) == {"team=a", "team=b"}
    assert found["team=a"].details["unknown_rows"] == 30


def test_a_missing_protected_column_is_an_error() -> None:
    rows = Predictions.of("binary", [0, 1] * 40, decision=[1, 0] * 40, columns={"team": ["a", "b"] * 40})
    scope = plain_scope(rows.task, classes=rows.classes, columns=rows.columns, protected=("team",))
    _, results = run_assurance(replace(rows, columns={}), scope)
    assert {r.verdict for r in results if r.code == "FAI005"} == {Verdict.ERROR}


def test_the_scoring_rate_is_the_share_above_the_median_and_informs_only() -> None:
    # 200 different scores: 40 of the first 100 and 60 of the last 100 lie above the median.
    ranks = np.concatenate([np.arange(100, 140), np.arange(60), np.arange(140, 200), np.arange(60, 100)])
    report = check_predictions(
        [0, 1] * 100, score=(ranks + 0.5) / 200, protected={"team": ["a"] * 100 + ["b"] * 100}
    )
    found = of(report, "FAI006")
    assert found["team=a"].measurement.value == pytest.approx(40 / 60)
    assert found["team=a"].verdict is Verdict.NOT_APPLICABLE
    assert "40.0 % of 100 rows in team=a are above the median" in found["team=a"].finding


def test_rows_of_one_entity_widen_the_ratio_and_leave_no_chance() -> None:
    sizes, rates = {"a": 400, "b": 400}, {"a": 0.3, "b": 0.5}
    alone = of(screened(2, sizes, rates), "FAI005")["team=a"]
    together = of(screened(2, sizes, rates, entity=np.repeat(np.arange(160), 5)), "FAI005")["team=a"]
    assert together.details["chance_if_equal"] is None
    assert alone.details["chance_if_equal"] is not None
    assert "no chance is given" in together.finding


def test_the_published_callback_rates_come_out(shared_data: Callable[[str], Path]) -> None:
    table = pl.read_csv(shared_data("resume_audit") / "resume.csv", infer_schema_length=None)
    called = table["received_callback"].to_numpy()
    protected = {name: table[name].to_list() for name in ("race", "gender")}
    found = of(check_predictions(called, decision=called, protected=protected), "FAI005")
    rates = {
        name: round(100 * found[f"race={name}"].details["group"]["rate"], 2) for name in ("white", "black")
    }
    assert rates == {"white": 9.65, "black": 6.45}
    black = found["race=black"]
    assert black.measurement.value == pytest.approx(157 / 235)
    assert black.verdict is Verdict.UNSURE
    assert black.details["chance_if_equal"] < 1e-4
    assert {"race=black & gender=f", "race=white & gender=m"} < set(found)


def test_the_table_of_the_how_to_is_what_the_command_prints(
    shared_data: Callable[[str], Path], tmp_path: Path
) -> None:
    rows = tmp_path / "resume.csv"
    table = pl.read_csv(shared_data("resume_audit") / "resume.csv", infer_schema_length=None)
    table.select("received_callback", "race", "gender", y="received_callback").write_csv(rows)
    asked = [
        "check",
        str(rows),
        "--decision",
        "received_callback",
        "--protected",
        "race",
        "--protected",
        "gender",
    ]
    printed = CliRunner(env={"COLUMNS": "80"}).invoke(app, asked).stdout.splitlines()
    page = (Path(__file__).parents[2] / "docs" / "how-to" / "check-in-a-pipeline.md").read_text()
    shown = page.partition("```text\n")[2].partition("```")[0].splitlines()
    assert len(shown) == 3
    assert [line for line in shown if line not in printed] == []


EXAMPLE = {
    "Hispanic or Latino": (408, 204, 0.97),
    "White": (797, 412, 1.00),
    "Black or African American": (390, 170, 0.84),
    "Native Hawaiian or Pacific Islander": (119, 52, 0.85),
    "Asian": (616, 302, 0.95),
    "Native American or Alaska Native": (41, 18, 0.85),
    "Two or More Races": (213, 96, 0.87),
}
"""Race categories of the example in 6 RCNY 5-301(b): applicants, selected, and the ratio printed there."""


def test_the_example_of_the_new_york_rule_comes_out() -> None:
    team = [name for name, (n, _, _) in EXAMPLE.items() for _ in range(n)] + [None] * 250
    chosen = [int(i < hits) for n, hits, _ in EXAMPLE.values() for i in range(n)] + [0] * 250
    y = [0, 1] * (len(team) // 2) + [0] * (len(team) % 2)
    found = of(check_predictions(y, decision=chosen, protected={"team": team}), "FAI005")
    for name, (n, hits, ratio) in EXAMPLE.items():
        result = found[f"team={name}"]
        if n < 0.02 * len(team):  # 41 of 2,834: the rule lets it be left out, with its rows and rate
            assert f"41 rows (1.4 %), {100 * hits / n:.1f} % selected" in result.finding
        else:
            assert round(result.measurement.value, 2) == ratio
            assert result.details["unknown_rows"] == 250
    sexes = ["Male"] * 1390 + ["Female"] * 1181
    chosen = [int(i < 667) for i in range(1390)] + [int(i < 555) for i in range(1181)]
    by_sex = of(check_predictions([0, 1] * 1285 + [0], decision=chosen, protected={"sex": sexes}), "FAI005")
    assert round(by_sex["sex=Female"].measurement.value, 3) == 0.979
