"""PER003: bad slices planted in 20 worlds, 200 worlds without one, too few rows, money, mess, brute force."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from assurance_world import binary, one, regression, say_rate, scope

from airworthy.assurance import Predictions, plain_scope
from airworthy.assurance.slices.columns import sliceable
from airworthy.assurance.slices.confirm import find_and_confirm, halves
from airworthy.assurance.slices.confirmed import Against, Confirmed
from airworthy.assurance.slices.predicates import Predicate, predicates_of, readable
from airworthy.assurance.slices.search import LARGEST, LEVELS, Lattice, bound_of, score_of
from airworthy.charter.model import CheckRules, Costs, Task
from airworthy.charter.scope import Scope
from airworthy.kernel.result import Limit, NotApplicable, Verdict
from airworthy.kernel.units import MoneyRange

LIMIT = Limit(high=0.1)


def world(
    seed: int, n: int, inside: float = 0.15, elsewhere: float = 0.15, said: float = 0.15, **given: object
) -> tuple:
    """(predictions, scope, mask): wrong at the rate `inside` where team is b and age below a cut.

    The model expects the rate `said` there, and 15 % elsewhere.
    """
    rng = np.random.default_rng(seed)
    columns = {
        "age": np.round(rng.uniform(18, 78, n)),
        "income": rng.lognormal(10, 1, n),
        "tenure": np.floor(rng.exponential(20, n)),
        "team": rng.choice(["a", "b", "c"], n, p=[0.5, 0.3, 0.2]).tolist(),
        "plan": rng.choice(["x", "y"], n).tolist(),
    }
    bad = (columns["age"] < rng.uniform(29, 38)) & (np.array(columns["team"]) == "b")
    y = rng.integers(0, 2, n)
    wrong = rng.random(n) < np.where(bad, inside, elsewhere)
    decision, error = np.where(wrong, 1 - y, y), np.where(bad, said, 0.15)
    probability = np.where(decision == 1, 1 - error, error)
    rows = Predictions.of("binary", y, probability=probability, decision=decision, columns=columns, **given)
    return rows, plain_scope(Task.BINARY, classes=("0", "1"), columns=columns, inputs=tuple(columns)), bad


def found_in(
    rows: Predictions, where: object, seed: int = 0, against: Against = Against.EXPECTED
) -> Confirmed | NotApplicable:
    return find_and_confirm(rows, sliceable(where), Costs(), LIMIT, seed, against)


def declared(where: Scope) -> Scope:
    """Somebody agreed on the limit."""
    return replace(where, charter=replace(where.charter, checks=CheckRules(limits={"PER003": LIMIT})))


@pytest.mark.parametrize("against", Against)
def test_a_planted_slice_of_5_to_10_percent_is_found_and_confirmed(against: Against) -> None:
    hits = failed = 0
    for seed in range(20):
        rows, where, bad = world(seed, 4000, inside=0.45)
        assert 0.04 < bad.mean() < 0.11
        made = found_in(rows, where, seed, against)
        assert isinstance(made, Confirmed)
        table = readable(rows.columns, sliceable(where))
        masks = [
            np.logical_and.reduce([p.holds(table) for p in made.slices[i].slice.predicates])
            for i in made.surely_worse()
        ]
        hits += any((mask & bad).sum() / (mask | bad).sum() >= 0.5 for mask in masks)
        failed += bool(made.beyond(0.95))
    say_rate(f"PER003 found planted slices, against {against}", hits, 20)
    say_rate(f"PER003 failed planted slices, against {against}", failed, 20)
    assert hits >= 18
    assert failed >= 16


def test_worlds_without_a_bad_slice_raise_few_alarms() -> None:
    runs, alarms, failed = 200, 0, 0
    for seed in range(runs):
        rows, where, _ = world(seed, 1000)
        made = found_in(rows, where, seed)
        if isinstance(made, Confirmed):
            alarms += bool(made.surely_worse())
            low, _high = made.interval(0.95)
            failed += low is not None and low > 0.1
    say_rate("PER003 false alarms, worse than elsewhere", alarms, runs)
    say_rate("PER003 false alarms, beyond the limit", failed, runs)
    assert alarms <= 0.05 * runs
    assert failed == 0


def test_slices_that_are_hard_and_known_to_be_are_listed_and_fail_only_a_declared_limit() -> None:
    rows, where, _ = world(3, 12000, inside=0.45, said=0.45)
    found = one("PER003", rows, where)
    assert found.verdict is not Verdict.FAIL
    lead = found.details["slices"][0]
    assert (lead["confirmed"], lead["known"], lead["beyond_limit"]) == (True, True, False)
    assert "its own probabilities expect 4" in found.finding
    assert ": hard, and the model knows it" in found.finding
    agreed = one("PER003", rows, declared(where))
    assert agreed.verdict is Verdict.FAIL
    assert agreed.measurement.value == pytest.approx(agreed.details["slices"][0]["more"])


def test_decisions_alone_inform_until_a_limit_is_declared() -> None:
    rows, where, _ = world(3, 6000, inside=0.5)
    bare = replace(rows, probability=None)
    told = one("PER003", bare, where)
    assert told.verdict is Verdict.NOT_APPLICABLE
    assert told.finding.startswith("Surely worse: age below ")
    assert "set checks.limits.PER003" in told.finding
    assert one("PER003", bare, declared(where)).verdict is Verdict.FAIL


def test_the_finding_names_the_slice_its_rows_and_how_many_were_searched() -> None:
    rows, where, _ = world(3, 6000, inside=0.5)
    found = one("PER003", rows, where)
    assert found.verdict is Verdict.FAIL
    assert found.finding.startswith("Worse than the model expects, beyond the limit: age below ")
    assert " and team is b: " in found.finding
    assert " elsewhere (" in found.finding
    d = found.details
    assert f"{d['searched']:,} slices searched on 3,000 measured rows" in found.finding
    assert "its own probabilities expect 15.0 %, " in found.finding
    assert " points too few" in found.finding
    lead = d["slices"][0]
    assert lead["mean"] - lead["expected"] == pytest.approx(found.measurement.value)
    assert lead["expected"] == pytest.approx(0.15)
    assert (lead["confirmed"], lead["known"], lead["beyond_limit"]) == (True, False, True)
    assert found.limit.source == "fairness.max_gap"


def test_too_few_rows_cannot_tell_and_say_how_many_would() -> None:
    rows, where, _ = world(5, 500, inside=0.45)
    found = one("PER003", rows, where)
    assert found.verdict is Verdict.UNSURE
    assert found.rows_to_settle > 500
    assert f"About {found.rows_to_settle:,} rows" in found.remedy
    rows, where, _ = world(5, 60)
    none = one("PER003", rows, where)
    assert none.verdict is Verdict.NOT_APPLICABLE
    assert "60 rows are too few" in none.finding


def test_many_rows_without_a_bad_slice_pass() -> None:
    rows, where, _ = world(1, 20000)
    assert one("PER003", rows, where).verdict is Verdict.PASS


def test_declared_costs_find_the_slice_in_money() -> None:
    rows, where, _ = world(7, 6000, inside=0.5)
    costs = Costs("EUR", MoneyRange(10.0, 10.0, "EUR"), MoneyRange(30.0, 30.0, "EUR"))
    priced = replace(where, charter=replace(where.charter, costs=costs))
    found = one("PER003", rows, priced)
    assert found.verdict is Verdict.FAIL
    assert "errors cost " in found.finding
    assert " EUR a case against " in found.finding
    lead = found.details["slices"][0]
    # An average error costs (10 + 30) / 2 EUR: what is judged is the difference in money over 20.
    assert found.measurement.value == pytest.approx((lead["mean"] - lead["expected"]) / 20)
    agreed = one("PER003", rows, declared(priced))
    lead = agreed.details["slices"][0]
    assert agreed.measurement.value == pytest.approx((lead["mean"] - lead["elsewhere"]) / 20)


def test_no_row_of_a_searched_entity_confirms() -> None:
    entity = np.repeat(np.arange(500), 4)
    rows, where, _ = world(2, 2000, inside=0.5, entity=entity)
    searched = halves(rows, 11, 25_000)
    assert not set(entity[searched]) & set(entity[~searched])
    assert 900 < searched.sum() <= 1000
    first, again = found_in(rows, where, 11), found_in(rows, where, 11)
    assert [m.slice for m in first.slices] == [m.slice for m in again.slices]


def test_its_own_probabilities_say_whether_the_model_knows() -> None:
    rows = binary(0, 6000)  # right and calibrated: errors are where its probabilities expect them
    found = one("PER003", rows, scope())
    lead = found.details["slices"][0]
    assert lead["expected"] == pytest.approx(lead["mean"], abs=0.04)
    assert "its own probabilities expect" in found.finding


def test_numbers_are_judged_in_standard_deviations() -> None:
    rows = regression(0, 4000)
    young = np.asarray(rows.columns["income"]) < -1.0
    worse = replace(rows, y=rows.y + np.where(young, 3.0 * np.random.default_rng(1).normal(size=4000), 0.0))
    told = one("PER003", worse, scope(Task.REGRESSION))
    assert told.verdict is Verdict.NOT_APPLICABLE
    assert "checks.limits.PER003" in told.remedy
    found = one("PER003", worse, declared(scope(Task.REGRESSION)))
    assert found.verdict is Verdict.FAIL
    assert found.finding == told.finding
    assert found.measurement.unit == "standard deviations"
    assert found.finding.startswith("Surely worse: income below ")


def test_empty_constant_and_broken_columns_break_nothing() -> None:
    rows, _, _ = world(4, 800, inside=0.6)
    table = {
        **rows.columns,
        "empty": [None] * 800,
        "gone": np.full(800, np.nan),
        "same": np.ones(800),
        "holes": np.where(np.arange(800) % 3 == 0, np.nan, np.arange(800.0)),
    }
    where = plain_scope(Task.BINARY, classes=("0", "1"), columns=table, inputs=tuple(table))
    found = one("PER003", replace(rows, columns=table), where)
    assert found.verdict in (Verdict.UNSURE, Verdict.FAIL)
    right = one("PER003", replace(rows, columns=table, decision=rows.y), where)
    assert right.verdict is Verdict.NOT_APPLICABLE
    assert "No slice of 20 rows or more loses more than the rest" in right.finding


def test_the_search_finds_the_best_of_all_conjunctions() -> None:
    rows, where, _ = world(9, 400, inside=0.5)
    wrong = (np.asarray(rows.decision) != rows.y).astype(np.float32)
    statements, held = predicates_of(readable(rows.columns, sliceable(where)), sliceable(where), 20)
    best, n = -np.inf, len(wrong)
    for size in (1, 2, 3):
        for some in combinations(range(len(statements)), size):
            mask = held[list(some)].all(axis=0)
            if len({statements[i].column for i in some}) == size and 20 <= mask.sum() <= LARGEST * n:
                rate = wrong[mask].mean() / wrong.mean()
                best = max(best, 0.95 * (rate - 1) - 0.05 * (n / mask.sum() - 1))
    lattice = Lattice(statements, held, wrong * LEVELS, 20)
    assert max(lattice.walk(10).values()) == pytest.approx(best)


def test_no_part_of_a_slice_scores_above_its_bound() -> None:
    rng = np.random.default_rng(0)
    for _ in range(200):
        size = rng.integers(20, 400)
        lost = rng.integers(0, size + 1)
        bound = bound_of(np.array([float(size)]), np.array([float(lost)]), 1000, 150.0, 20, 1.0)[0]
        part = rng.integers(20, size + 1)
        worst = min(part, lost)
        assert score_of(np.array([float(part)]), np.array([float(worst)]), 1000, 150.0)[0] <= bound + 1e-12


def test_statements_read_as_people_say_them() -> None:
    said = [
        Predicate("tenure", high=6.0),
        Predicate("income", low=140000.0),
        Predicate("age", low=18.0, high=25.5),
        Predicate("plan", missing=True),
    ]
    assert [str(p) for p in said] == [
        "tenure below 6",
        "income of 140,000 or more",
        "age from 18 to below 25.5",
        "plan is missing",
    ]
