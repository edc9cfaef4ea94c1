"""The decision in words: what each declared rule does, and never the level of an interval alone."""

from __future__ import annotations

from airworthy.registry.dossier.deciding import decision_lines, rule_rows
from airworthy.registry.dossier.document import DossierInput, read_document


def figure(
    value: float, low: float, high: float, unit: str = "EUR per 1,000", n: int = 100
) -> dict[str, object]:
    return {"value": value, "low": low, "high": high, "n": n, "unit": unit, "level": 0.95}


def given(**decision: object) -> DossierInput:
    metrics = decision.pop("metrics", {})
    return read_document(
        {
            "version": "v1",
            "digest": "d",
            "task": "binary",
            "charter": {"name": "late"},
            "dataset": {"rows": 7},
            "metrics": metrics,
            "decision": decision,
        }
    )


def test_nothing_declared_says_nothing() -> None:
    assert list(decision_lines(given())) == []
    assert rule_rows(given().decision) == []


def test_each_rule_is_a_row_with_its_paired_difference() -> None:
    model = {"name": "model", "label": "the model's rule", "money_per_1000": figure(90.0, 80.0, 100.0)}
    other = {
        "name": "everyone",
        "label": "everyone",
        "money_per_1000": figure(120.0, 110.0, 130.0),
        "dearer_by": figure(30.0, 10.0, 50.0),
        "positive_per_1000": 1000.0,
        "beyond_capacity": True,
    }
    first, second = rule_rows(given(rules=[model, other]).decision)
    assert (first.money, first.around, first.against) == ("90", "80 to 100", "")
    assert second.against == "+30 (10 to 50)"
    assert second.positive == "1,000, beyond the capacity"


def test_a_capacity_says_what_it_costs_and_how_often_it_breaks() -> None:
    capacity = {
        "capacity": 200,
        "binding": True,
        "positive_a_window": 200.0,
        "wanted_a_window": 350.0,
        "windows_beyond": figure(0.5, 0.2, 0.8, "share of windows", n=8),
        "costs_per_1000": figure(12.0, 3.0, 21.0),
    }
    said = " ".join(decision_lines(given(capacity=capacity)))
    assert "People can take 200 cases a window, and costs alone call for 350.0" in said
    assert "That limit costs 12 (3 to 21) EUR per 1,000." in said
    assert "of 8 windows would have gone beyond it" in said
    free = capacity | {"binding": False, "windows_beyond": None}
    assert "the capacity costs nothing" in " ".join(decision_lines(given(capacity=free)))


def test_a_level_that_sealed_rows_break_is_said_to_be_broken() -> None:
    coverage = {
        "kind": "interval",
        "level": 0.9,
        "measured": figure(0.91, 0.88, 0.94, "share"),
        "kept": True,
        "rows": "later rows",
        "note": "91.0 % of outcomes on later rows lay inside, at a level of 90 %.",
    }
    sealed = figure(0.83, 0.80, 0.86, "share") | {"rows": "sealed"}
    said = list(decision_lines(given(coverage=coverage, metrics={"coverage": sealed})))
    assert said[0].startswith("Prediction intervals: 91.0 %")
    assert said[1] == (
        "On 100 sealed rows 83 % lay inside, 80 % to 86 % (95 % interval): the level of 90 % is not kept there."
    )


def test_a_review_names_its_band_and_what_stands_elsewhere() -> None:
    review = {
        "cost": 1.0,
        "band": {"low": 0.1, "high": 0.9},
        "per_1000": figure(40.0, 30.0, 50.0, "per 1,000"),
        "saves_per_1000": figure(-3.0, -9.0, 3.0),
    }
    said = " ".join(decision_lines(given(review=review)))
    assert "A person decides from a probability of 10 % to 90 %" in said
    assert "does not pay: it saves −3 (−9 to 3) EUR per 1,000" in said
    assert "decide alone" in said
