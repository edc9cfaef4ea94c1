"""EXP002 to EXP006: planted reasons are found, true ones pass, and too little data says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl
import pytest
from assurance_world import binary, scorer
from explain_tests_worlds import (
    NAMES,
    Asked,
    Picks,
    Telling,
    copied_credit,
    knife_edge,
    outcomes,
    results_of,
    shuffled,
    table,
    truthful,
)

from airworthy.assurance import CHECKS, facts_for
from airworthy.kernel.plan import make_plan
from airworthy.kernel.result import Result, Verdict
from airworthy.kernel.run_checks import run_checks

CODES = ("EXP002", "EXP003", "EXP004", "EXP005", "EXP006")


def one(code: str, model: Any, seed: int, rows: int = 600, **given: Any) -> Result:
    (found,) = results_of([code], model, given.pop("table", table(seed, rows)), seed, **given)
    return found


def test_reasons_beside_columns_drawn_at_random_move_nothing() -> None:
    found = [one("EXP002", shuffled(seed), seed) for seed in range(5)]
    assert {result.verdict for result in found} == {Verdict.FAIL}
    assert "Do not show these reasons" in found[0].remedy


def test_credit_that_changes_every_thousandth_does_not_hold() -> None:
    found = [one("EXP003", knife_edge(), s, table=table(s, 600, copy=0.05)) for s in range(5)]
    assert {result.verdict for result in found} == {Verdict.FAIL}


def test_credit_beside_an_unread_copy_is_denied_and_the_pair_is_named() -> None:
    found = one("EXP005", copied_credit(), 1, table=table(1, 600, copy=0.1))
    assert found.verdict is not Verdict.PASS
    assert {found.details["go_together"][0][key] for key in ("first", "second")} == {"x0", "x1"}
    assert "x0 and x1" in found.finding or "x1 and x0" in found.finding


def test_a_stand_in_among_the_reasons_tells_who_the_person_is() -> None:
    rows = table(0, 600)
    chance = 1 / (1 + np.exp(-3 * rows["x1"].to_numpy()))
    woman = np.random.default_rng(3).random(600) < chance
    found = one("EXP006", truthful(), 0, table=rows, protected={"sex": np.where(woman, "f", "m").tolist()})
    assert found.verdict is Verdict.FAIL
    assert found.details["stand_in"] == "x1"
    assert "name x1" in found.finding


def test_a_protected_column_that_is_a_reason_itself_is_said() -> None:
    rows = table(0, 600)
    sex = np.where(rows["x0"].to_numpy() > 0, 1.0, 0.0)
    rows = rows.with_columns(x0=sex)
    (found,) = results_of(["EXP006"], truthful(), rows, 0, protected={"x0": sex})
    assert found.verdict is Verdict.FAIL
    assert "name x0 itself as a reason" in found.finding


@pytest.mark.parametrize("model", [truthful, lambda: Asked(truthful())], ids=["told", "sampled"])
def test_true_reasons_pass(model: Callable[[], Any]) -> None:
    sex = np.random.default_rng(3).choice(["m", "f"], 600).tolist()
    found = results_of(("EXP002", "EXP003", "EXP005"), model(), table(2, 600), 2, protected={"sex": sex})
    assert {result.verdict for result in found} == {Verdict.PASS}


def test_a_column_that_no_input_tells_is_not_told_by_the_reasons() -> None:
    sex = np.random.default_rng(4).choice(["m", "f"], 600).tolist()
    assert one("EXP006", truthful(), 4, protected={"sex": sex}).verdict is not Verdict.FAIL


def test_two_copies_that_a_new_fit_chooses_between_do_not_pass_and_are_named() -> None:
    found = one("EXP004", Picks(), 0, table=table(0, 600, copy=0.01))
    assert found.verdict is not Verdict.PASS
    assert {found.details["go_together"][0][key] for key in ("first", "second")} == {"x0", "x1"}


def test_a_model_of_ours_is_trained_again_by_a_learner_of_its_kind() -> None:
    checks = [check for check in CHECKS if check.code in CODES]
    from assurance_world import scope

    given = scope()
    (*_, again, _, _) = found = run_checks(
        make_plan(checks, given, ()), checks, facts_for(binary(0, 900), scorer=scorer()), given
    )
    assert [result.code for result in found] == list(CODES)
    assert again.code == "EXP004"
    assert again.verdict is Verdict.PASS
    assert again.details["stand_in"] == "a linear stand-in"
    assert Verdict.ERROR not in {result.verdict for result in found}


def test_a_bare_function_cannot_be_trained_again_and_says_so() -> None:
    found = one("EXP004", Asked(truthful()), 0)
    assert found.verdict is Verdict.NOT_APPLICABLE
    assert "give an estimator with fit" in found.finding


def test_an_estimator_of_thirty_columns_is_trained_again_and_sampled_within_its_bounds() -> None:
    rng = np.random.default_rng(0)
    rows = pl.DataFrame({f"c{place}": rng.normal(size=400) for place in range(30)})

    class Plain(Picks):
        contributions = property()  # it tells no reasons

        def predict_proba(self, rows: Any) -> Any:
            p = 1 / (1 + np.exp(-3 * rows["c0"].to_numpy() - rows["c1"].to_numpy()))
            return np.column_stack([1 - p, p])

    found = one("EXP004", Plain(), 0, table=rows)
    assert found.verdict is Verdict.PASS
    assert found.details["stand_in"] == "the same estimator"


def test_an_estimator_that_refuses_to_learn_is_told_by_its_own_words() -> None:
    class Refuses(Picks):
        def fit(self, rows: Any, y: Any) -> Picks:
            raise ValueError("not today")

    found = one("EXP004", Refuses(), 0)
    assert found.verdict is Verdict.NOT_APPLICABLE
    assert "not today" in found.finding


@pytest.mark.parametrize("code", CODES)
def test_twenty_rows_say_nothing_about_reasons(code: str) -> None:
    sex = ["m", "f"] * 10
    found = one(code, truthful(), 0, 20, protected={"sex": sex})
    assert found.verdict is Verdict.NOT_APPLICABLE


@pytest.mark.parametrize("code", CODES)
def test_predictions_alone_have_no_reasons(code: str) -> None:
    from assurance_world import scope

    checks, given = [check for check in CHECKS if check.code == code], scope()
    (found,) = run_checks(make_plan(checks, given, ()), checks, facts_for(binary(0, 200)), given)
    assert found.verdict is Verdict.NOT_APPLICABLE
    assert found.finding.startswith("Only predictions were given")


def test_a_constant_model_has_no_reasons() -> None:
    constant = Telling(NAMES, lambda m: np.zeros(len(m)), lambda m: np.zeros(m.shape))
    rows = table(0, 200)
    found = one("EXP002", constant, 0, table=rows, y=outcomes(truthful(), rows, 0))
    assert found.verdict is Verdict.NOT_APPLICABLE
    assert "No column moves the score" in found.finding


def test_a_model_that_refuses_mixed_rows_is_told_by_its_own_words() -> None:
    class Picky(Telling):
        def predict_proba(self, rows: Any) -> Any:
            if len(rows) > 1500:
                raise ValueError("too strange")
            return super().predict_proba(rows)

    honest = truthful()
    found = one("EXP002", Picky(honest.names, honest.margin, honest.reasons), 0)
    assert found.verdict is Verdict.NOT_APPLICABLE
    assert "too strange" in found.finding
