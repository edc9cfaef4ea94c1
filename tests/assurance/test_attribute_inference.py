"""PRI002: whether answers tell of a protected column."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

import airworthy as aw
from airworthy.assurance.checks.pri002_attribute_inference import AttributeInference
from airworthy.assurance.given import facts_for
from airworthy.assurance.plain_model import measure_model
from airworthy.kernel.plan import make_plan
from airworthy.kernel.result import Result, Verdict
from airworthy.kernel.run_checks import run_checks


def _people(seed: int, rows: int = 1_500) -> tuple[Any, Any, Any]:
    """Columns, sex (a coin) and an outcome that follows both."""
    rng = np.random.default_rng(seed)
    table, sex = rng.normal(size=(rows, 3)), (rng.random(rows) < 0.5).astype(float)
    outcome = (table[:, 0] + 2 * sex + rng.logistic(size=rows) > 1).astype(int)
    return table, sex, outcome


def _found(model: Any, rows: Any, outcome: Any, protected: Any) -> Result:
    asked = measure_model(model, rows, outcome, protected=protected)
    facts = facts_for(asked.predictions, scorer=asked.scorer)
    checks = (AttributeInference(),)
    return run_checks(make_plan(checks, asked.scope, ()), checks, facts, asked.scope)[0]


def test_answers_that_follow_a_column_tell_it() -> None:
    """Answers of a line are exact: the value that gives the same answer is the right one."""
    table, sex, outcome = _people(0)
    seen = np.column_stack([table, sex])
    found = _found(LogisticRegression().fit(seen, outcome), seen, outcome, ["x3"])
    assert found.verdict is Verdict.FAIL
    assert found.measurement is not None
    assert found.measurement.value > 0.4  # from a coin's 50 % to nearly all
    assert found.details["is_input"] is True
    assert {row["value"] for row in found.details["by_value"]} == {"0", "1"}


def test_a_model_that_does_not_read_the_column_tells_nothing_more() -> None:
    table, sex, outcome = _people(1)
    found = _found(LogisticRegression().fit(table, outcome), table, outcome, {"sex": sex})
    assert found.verdict is not Verdict.FAIL
    assert found.measurement is not None
    assert found.measurement.low is not None
    assert found.measurement.low < 0.05
    assert found.details["is_input"] is False


def test_few_people_are_not_guessed() -> None:
    table, sex, outcome = _people(2, 120)
    found = _found(LogisticRegression().fit(table, outcome), table, outcome, {"sex": sex})
    assert found.verdict is Verdict.NOT_APPLICABLE
    assert "Too few rows" in found.finding


def test_numbers_are_guessed_by_thirds() -> None:
    table, _, outcome = _people(3)
    found = _found(LogisticRegression().fit(table, outcome), table, outcome, ["x1"])
    values = [row["value"] for row in found.details["by_value"]]
    assert len(values) == 3
    assert values[0].startswith("up to")


def test_predictions_alone_are_not_asked() -> None:
    table, sex, outcome = _people(4)
    scores = LogisticRegression().fit(table, outcome).predict_proba(table)[:, 1]
    report = aw.check(scores, y=outcome, protected={"sex": sex})
    found = next(result for result in report.results if result.code == "PRI002")
    assert found.verdict is Verdict.NOT_APPLICABLE
