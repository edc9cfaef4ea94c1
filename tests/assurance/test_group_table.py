"""The group table: outside oracles, the same verdicts as the checks, crossings, unknowns, clean worlds."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np
import polars as pl
import pytest
from assurance_world import say_rate
from sklearn.metrics import precision_score, recall_score

from airworthy.assurance import CheckReport, Predictions, check_predictions
from airworthy.assurance.groups import GroupTable
from airworthy.assurance.groups.compare import group_table
from airworthy.assurance.minimal_scope import plain_scope
from airworthy.charter.model import Costs, Fairness
from airworthy.kernel.errors import InputError
from airworthy.kernel.result import Verdict
from airworthy.kernel.units import MoneyRange

FAIRLEARN = {
    "y": [0, 1, 1, 1, 1, 0, 1, 0, 1, 0, 0, 0, 1, 1, 1, 1, 1, 1],
    "chosen": [0, 0, 1, 0, 1, 1, 1, 0, 0, 1, 1, 1, 1, 0, 0, 1, 1, 0],
    "group": list("bbabbcccaacabccbcc"),
}
"""The example of Fairlearn's user guide (assessment, disaggregated metrics)."""


def table_of(report: CheckReport) -> GroupTable:
    assert report.groups is not None
    return report.groups


def world(seed: int, n: int, selected: dict[str, float]) -> Predictions:
    """Calibrated scores and decisions that know nothing of the group, but for the planted selection."""
    rng = np.random.default_rng(seed)
    team = rng.choice(list(selected), n)
    p = rng.beta(2, 3, n)
    rates = np.array([selected[name] for name in team])
    return Predictions.of(
        "binary",
        (rng.random(n) < p).astype(int),
        probability=p,
        decision=(rng.random(n) < rates).astype(int),
        columns={"team": team.tolist()},
    )


def test_fairlearns_documented_example_comes_out_exactly() -> None:
    report = check_predictions(
        FAIRLEARN["y"], decision=FAIRLEARN["chosen"], protected={"g": FAIRLEARN["group"]}
    )
    found = {row.label: row for row in table_of(report).rows}
    documented = {"a": (4, 0.75, 0.5, 1.0), "b": (6, 0.5, 0.6, 0.0), "c": (8, 0.5, 0.4, 2 / 3)}
    for label, (n, selected, recall, false_alarms) in documented.items():
        row = found[label]
        assert row.n == n
        figures = [row.figure(key).value for key in ("selected", "found", "false_alarms")]
        assert figures == pytest.approx([selected, recall, false_alarms])
    assert {figure.verdict for row in found.values() for figure in row.figures} <= {
        Verdict.UNSURE,
        Verdict.NOT_APPLICABLE,
    }


def test_adults_figures_are_those_of_scikit_learn(shared_data: Callable[[str], Path]) -> None:
    names = ["age", *(f"c{i}" for i in range(3)), "education", *(f"d{i}" for i in range(3)), "race", "sex"]
    table = pl.read_csv(
        shared_data("adult_income") / "adult.test", has_header=False, skip_rows=1, truncate_ragged_lines=True
    )
    table = table.rename(dict(zip(table.columns, [*names, *(f"e{i}" for i in range(5))], strict=True)))
    table = table.drop_nulls("e4")
    y = table["e4"].str.contains(">50K").to_numpy().astype(int)
    score = 1 / (1 + np.exp(-(table["education"].str.strip_chars().cast(pl.Float64).to_numpy() - 12)))
    sex, race = (table[name].str.strip_chars().to_list() for name in ("sex", "race"))
    report = check_predictions(y, score, protected={"sex": sex, "race": race})
    chosen = score >= 0.5
    for row in table_of(report).rows:
        held = dict(zip(row.columns, row.label.split(" & "), strict=True))
        inside = np.all([np.array({"sex": sex, "race": race}[c]) == v for c, v in held.items()], axis=0)
        assert row.n == inside.sum()
        expected = {
            "selected": chosen[inside].mean(),
            "found": recall_score(y[inside], chosen[inside]),
            "false_alarms": 1 - recall_score(1 - y[inside], ~chosen[inside]),
            "right": precision_score(y[inside], chosen[inside]),
            "wrong": (chosen[inside] != y[inside]).mean(),
            "calibration": y[inside].mean() - score[inside].mean(),
        }
        for key, value in expected.items():
            assert row.figure(key).value == pytest.approx(value), (row.label, key)


def test_the_table_and_the_checks_say_the_same() -> None:
    rows = world(1, 3000, {"a": 0.5, "b": 0.35, "c": 0.45})
    report = check_predictions(
        rows.y, rows.score, decision=rows.decision, protected={"team": rows.columns["team"]}
    )
    table = table_of(report)
    compared = 0
    for measure in table.measures:
        for result in (r for r in report.results if measure.code and r.code == measure.code):
            row = next(row for row in table.rows if result.subject == f"group:team={row.label}")
            figure = row.figure(measure.key)
            assert figure.gap == result.measurement
            assert figure.verdict == result.verdict
            compared += 1
    assert compared == 4 * 3


def test_it_is_the_same_after_it_was_stored() -> None:
    rows = world(2, 800, {"a": 0.5, "b": 0.3})
    table = group_table(rows, plain_scope("binary", columns=rows.columns, protected=("team",)))
    assert table is not None
    assert msgspec.convert(json.loads(json.dumps(table.as_json())), GroupTable) == table


def test_groups_are_held_against_the_declared_reference() -> None:
    team = ["a"] * 400 + ["b"] * 400 + ["c"] * 400
    chosen = np.r_[np.arange(400) < 200, np.arange(400) < 100, np.arange(400) < 40].astype(int)
    rules = Fairness(reference={"team": "b"})
    report = check_predictions([0, 1] * 600, decision=chosen, protected={"team": team}, fairness=rules)
    found = {row.label: row for row in table_of(report).rows}
    assert not found["b"].compared
    assert (found["a"].against, found["c"].against) == ("b", "b")
    gap = found["c"].figure("selected").gap
    assert gap is not None
    assert (gap.value, gap.n) == (pytest.approx(0.1 - 0.25), 800)
    fails = {r.subject: r for r in report.results if r.code == "FAI001"}
    assert set(fails) == {"group:team=a", "group:team=c"}
    assert "25.0 % of 400 rows in team=b" in fails["group:team=c"].finding


def test_an_unknown_reference_is_refused_with_those_there_are() -> None:
    with pytest.raises(InputError, match='names the group "d"') as refused:
        check_predictions(
            [0, 1] * 20,
            decision=[0, 1] * 20,
            protected={"team": ["a", "b"] * 20},
            fairness=Fairness(reference={"team": "d"}),
        )
    assert '"a", "b"' in str(refused.value.remedy)


def test_ages_fall_into_quarters_of_the_rows_or_into_declared_bands() -> None:
    age = np.repeat(np.arange(20.0, 60.0), 10)
    given = {"y": [0, 1] * 200, "decision": [0, 1, 1, 0] * 100}
    quarters = check_predictions(**given, protected={"age": age})
    assert [(row.label, row.n) for row in table_of(quarters).rows] == [
        ("under 30", 100),
        ("30 to under 40", 100),
        ("40 to under 50", 100),
        ("50 and over", 100),
    ]
    declared = check_predictions(**given, protected={"age": age}, fairness=Fairness(bands={"age": (25.0,)}))
    assert [(row.label, row.n) for row in table_of(declared).rows] == [("under 25", 50), ("25 and over", 350)]


def test_crossings_show_every_cell_with_its_rows_and_none_below_the_floor_has_a_verdict() -> None:
    rng = np.random.default_rng(3)
    sex = rng.choice(["f", "m"], 2000)
    race = rng.choice(["x", "y", "z"], 2000, p=[0.6, 0.38, 0.02])
    chosen = (rng.random(2000) < np.where((sex == "f") & (race == "y"), 0.2, 0.6)).astype(int)
    report = check_predictions(
        rng.integers(0, 2, 2000), decision=chosen, protected={"sex": sex.tolist(), "race": race.tolist()}
    )
    table = table_of(report)
    cells = {row.label: row for row in table.of("sex", "race")}
    assert len(cells) == 6
    assert sum(row.n for row in cells.values()) == 2000
    assert cells["f & y"].figure("selected").verdict is Verdict.FAIL
    few = cells["f & z"].figure("selected")
    assert few.n < table.floor
    assert (few.gap, few.verdict) == (None, Verdict.NOT_APPLICABLE)


def test_undecided_gaps_say_how_many_rows_of_the_group_would_settle_them() -> None:
    team = ["a"] * 120 + ["b"] * 4000
    chosen = np.r_[np.arange(120) < 66, np.arange(4000) < 2000].astype(int)  # 55 % against 50 %
    report = check_predictions([0, 1] * 2060, decision=chosen, protected={"team": team})
    figure = next(row for row in table_of(report).rows if row.label == "a").figure("selected")
    assert figure.verdict is Verdict.UNSURE
    assert figure.needed is not None
    assert figure.needed_others == 4000
    again = int(figure.needed * 1.1)
    chosen = np.r_[np.arange(again) < round(0.55 * again), np.arange(4000) < 2000].astype(int)
    y = [0, 1] * ((again + 4000) // 2) + [0] * ((again + 4000) % 2)
    later = check_predictions(y, decision=chosen, protected={"team": ["a"] * again + ["b"] * 4000})
    assert next(r for r in later.results if r.code == "FAI001").verdict is Verdict.PASS
    told = next(r for r in report.results if r.code == "FAI001").remedy
    assert told.startswith(f"The rows cannot tell. About {figure.needed:,} rows of team=a (120 are here)")


def test_unknown_rows_bound_what_can_be_said() -> None:
    # 10 of 40 known rows of b are selected; 20 unknown rows, 15 of them selected, may all be of b or not.
    team = ["a"] * 100 + ["b"] * 40 + [None] * 20
    chosen = [1, 0] * 50 + [1] * 10 + [0] * 30 + [1] * 15 + [0] * 5
    report = check_predictions([0, 1] * 80, decision=chosen, protected={"team": team})
    assert table_of(report).unknown == {"team": 20}
    (told,) = report.unseen
    assert told.startswith("20 rows (12.5 %) do not say their team.")
    assert "between 22.2 % and 45.5 %" in told  # 10 / 45 and 25 / 55


def test_without_a_protected_column_it_says_how_many_to_ask() -> None:
    report = check_predictions([0, 1] * 200, decision=[1, 0, 0, 0, 0] * 80)
    assert report.groups is None
    (told,) = report.unseen
    assert "ask 294 rows of each of two groups" in told  # tables: .2 against .3 at 80 %, as in `power`


def test_declared_prices_make_a_cost_by_group_and_a_limit_in_money_gates_it() -> None:
    # Of 300 rows of a 30 are false alarms and 15 misses, of 900 others 45 and 9: 1.20 and 0.30 a case.
    team = ["a"] * 300 + ["b"] * 900
    y = [0] * 30 + [1] * 15 + [0] * 255 + [0] * 45 + [1] * 9 + [0] * 846
    chosen = [1] * 30 + [0] * 15 + [0] * 255 + [1] * 45 + [0] * 9 + [0] * 846
    costs = Costs("EUR", MoneyRange(2, 2, "EUR"), MoneyRange(20, 20, "EUR"))

    def run(**rules: float) -> CheckReport:
        return check_predictions(
            y, decision=chosen, protected={"team": team}, costs=costs, fairness=Fairness(**rules)
        )

    row = next(row for row in table_of(run()).rows if row.label == "a")
    cost = row.figure("cost")
    assert (cost.value, cost.gap.value if cost.gap else None) == (pytest.approx(1.2), pytest.approx(0.9))
    informs = next(r for r in run().results if r.code == "FAI009")
    assert informs.verdict is Verdict.NOT_APPLICABLE
    judged = next(r for r in run(max_cost_gap=0.2).results if r.code == "FAI009")
    assert judged.verdict is Verdict.FAIL
    assert "Errors cost EUR 1.20 a case in 300 rows of team=a, 0.30 in the other 900 rows" in judged.finding
    assert "FAI009" not in {
        r.code for r in check_predictions(y, decision=chosen, protected={"team": team}).results
    }


def test_amounts_by_row_are_told_too_and_a_group_without_rows_is_no_error() -> None:
    rng = np.random.default_rng(8)
    rows = world(8, 600, {"a": 0.5, "b": 0.5})
    amounts = np.column_stack([rng.gamma(2, 1, 600), rng.gamma(2, 10, 600)])
    costs = Costs("EUR", MoneyRange(1, 1, "EUR"), None, false_negative_column="amount")
    priced = Predictions.of(
        "binary", rows.y, decision=rows.decision, columns=rows.columns, error_costs=amounts
    )
    scope = plain_scope("binary", columns=rows.columns, protected=("team",), costs=costs)
    table = group_table(priced, scope)
    assert table is not None
    inside = np.array(rows.columns["team"]) == "a"
    missed = inside & (rows.y == 1) & (rows.decision == 0)
    alarms = inside & (rows.y == 0) & (rows.decision == 1)
    expected = (amounts[missed, 1].sum() + amounts[alarms, 0].sum()) / inside.sum()
    assert next(r for r in table.rows if r.label == "a").figure("cost").value == pytest.approx(expected)
    one_sided = group_table(priced.rows(inside), scope)
    assert one_sided is not None
    assert next(r for r in one_sided.rows if r.label == "b").figure("cost").reason


def test_numbers_have_a_mean_error_and_a_size_of_errors_by_group() -> None:
    y = np.array([10.0, 20.0, 30.0, 40.0] * 30)
    error = np.tile([1.0, 3.0, -1.0, -1.0], 30)
    report = check_predictions(y, y + error, protected={"team": ["a", "a", "b", "b"] * 30}, task="regression")
    rows = {row.label: row for row in table_of(report).rows}
    assert [rows["a"].figure(key).value for key in ("mean_error", "absolute_error")] == [2.0, 2.0]
    assert [rows["b"].figure(key).value for key in ("mean_error", "absolute_error")] == [-1.0, 1.0]
    gap = next(row for row in rows.values() if row.compared).figure("mean_error").gap
    assert gap is not None
    assert abs(gap.value) == pytest.approx(3 / y.std())


def test_the_new_gaps_are_silent_in_clean_worlds() -> None:
    runs, costs = 200, Costs("EUR", MoneyRange(2, 2, "EUR"), MoneyRange(20, 20, "EUR"))
    failed = dict.fromkeys(("false_alarms", "calibration", "cost"), 0)
    rules = Fairness(max_cost_gap=1.0)
    for seed in range(runs):
        rows = world(seed, 1200, dict.fromkeys("abcdef", 0.4))
        table = group_table(
            rows,
            plain_scope("binary", columns=rows.columns, protected=("team",), costs=costs, fairness=rules),
        )
        assert table is not None
        for key in failed:
            failed[key] += any(row.figure(key).verdict is Verdict.FAIL for row in table.rows)
    for key, count in failed.items():
        assert say_rate(f"{key}: any false FAIL among 6 equal groups", count, runs) <= 0.05


def test_a_planted_false_alarm_gap_and_a_planted_calibration_gap_are_found() -> None:
    rng = np.random.default_rng(9)
    n = 4000
    team, p = rng.choice(["a", "b"], n), rng.beta(2, 3, n)
    y = (rng.random(n) < np.where(team == "a", np.minimum(1, p + 0.2), p)).astype(int)
    chosen = np.where(y == 1, 1, rng.random(n) < np.where(team == "a", 0.4, 0.1)).astype(int)
    report = check_predictions(y, p, decision=chosen, protected={"team": team.tolist()})
    found = {r.code: r for r in report.results if r.subject.startswith("group:team=")}
    assert found["FAI007"].verdict is Verdict.FAIL
    assert found["FAI007"].measurement.n == int((y == 0).sum())
    assert found["FAI008"].verdict is Verdict.FAIL
    sign = 1 if found["FAI008"].subject == "group:team=a" else -1
    assert found["FAI008"].measurement.value == pytest.approx(0.2 * sign, abs=0.05)


def test_few_rows_cannot_tell_and_a_missing_column_is_an_error() -> None:
    rows = world(10, 60, {"a": 0.5, "b": 0.5})
    report = check_predictions(
        rows.y, rows.score, decision=rows.decision, protected={"team": rows.columns["team"]}
    )
    verdicts = {r.code: r.verdict for r in report.results}
    assert (verdicts["FAI007"], verdicts["FAI008"]) == (Verdict.UNSURE, Verdict.UNSURE)
    scope = plain_scope("binary", columns=rows.columns, protected=("team",))
    with pytest.raises(InputError, match="protected column"):
        group_table(Predictions.of("binary", rows.y, decision=rows.decision), scope)
