"""The checks of lists: a planted defect is found, a clean world is silent, too few users leave it open."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from airworthy.assurance.given import SEED
from airworthy.assurance.lists import LIST_CHECKS, OF_LISTS
from airworthy.assurance.lists.found import LISTS_FOUND, ListsFound
from airworthy.assurance.lists.judge import lists_found
from airworthy.charter.model import Charter, CheckRules, Fairness, RankingRules, Target, Task
from airworthy.charter.scope import Scope
from airworthy.data.interactions import Interactions
from airworthy.kernel.fact import Facts
from airworthy.kernel.plan import make_plan
from airworthy.kernel.result import Limit, Result, Verdict
from airworthy.kernel.run_checks import run_checks
from airworthy.model.recommending.later import Judged
from airworthy.model.recommending.measure import Later, Measured
from airworthy.scoring.contract import Column, Contract, LogicalType, Role

SEX = Column(
    name="sex", type=LogicalType.CATEGORY, role=Role.PROTECTED, vocabulary=("f", "m"), counts=(300, 300)
)


def scope(task: Task = Task.RANKING, **limits: Limit) -> Scope:
    charter = Charter(
        name="shop",
        purpose="Show articles",
        task=task,
        target=Target(column=""),
        sources=(),
        path=Path("airworthy.toml"),
        digest="",
        ranking=RankingRules("customer", "article", "sold_on", k=2),
        fairness=Fairness(protected=("sex",)),
        checks=CheckRules(limits=limits),
    )
    return Scope(charter, Contract(columns=(SEX,), rows=6_000))


def world(lead: float = 0.1, gap: float = 0.0, users: int = 400) -> ListsFound:
    """Lists of two places over ten items; the last of them nobody took before."""
    rng = np.random.default_rng(5)
    sex = np.array(["f", "m"] * (users // 2), dtype=object)
    popular = rng.uniform(0.1, 0.3, users)
    ndcg = popular + lead + rng.normal(0, 0.02, users) - gap * (sex == "m")
    lists = np.column_stack([np.zeros(users, np.int64), np.arange(users) % 4 + 1])
    return ListsFound(
        k=2,
        rows_are="validation",
        chosen="bm25",
        ndcg={"bm25": ndcg, "popular": popular, "recent": popular - 0.01},
        recall={"bm25": ndcg, "popular": popular, "recent": popular},
        lists=lists,
        took=np.array([9.0, 8, 7, 6, 5, 4, 3, 2, 1, 0]),
        taken=np.tile(np.array([0, 5]), users),
        later_users=users + 100,
        new_users=100,
        new_items=np.arange(2 * users) % 4 == 0,
        pair_users=np.repeat(np.arange(users), 2),
        new_ndcg=np.full(100, 0.25),
        new_recall=np.full(100, 0.5),
        groups={"sex": sex},
    )


def judged(found: ListsFound, given: Scope | None = None) -> dict[tuple[str, str], Result]:
    asked = given or scope()
    plan = make_plan(OF_LISTS, asked, ("REC001", "FAI004"))
    facts = Facts({LISTS_FOUND: found, SEED: 0})
    return {(r.code, r.subject): r for r in run_checks(plan, OF_LISTS, facts, asked)}


def test_lists_that_lead_pass_and_lists_that_do_not_fail() -> None:
    good, bad = judged(world(0.1)), judged(world(-0.1))
    assert good["REC001", "baseline:popular"].verdict is Verdict.PASS
    assert bad["REC001", "baseline:popular"].verdict is Verdict.FAIL
    assert good["REC001", "baseline:popular"].required
    assert not good["REC001", "baseline:again"].required
    assert good["REC001", "baseline:again"].verdict is Verdict.NOT_APPLICABLE
    assert "400 users" in good["REC001", "baseline:popular"].finding


def test_popular_items_are_no_lead_over_themselves() -> None:
    found = world()
    chosen = replace(found, chosen="popular")
    assert judged(chosen)["REC001", "baseline:popular"].verdict is Verdict.NOT_APPLICABLE


def test_a_group_with_worse_lists_is_found_and_equal_groups_are_not() -> None:
    assert judged(world(gap=0.3))["FAI004", "group:sex=m"].verdict is Verdict.FAIL
    assert judged(world(gap=0.0))["FAI004", "group:sex=m"].verdict is Verdict.PASS


def test_a_group_of_few_known_users_informs_only() -> None:
    asked = scope()
    few = replace(asked, contract=Contract(columns=(Column(**{**fields(SEX), "counts": (900, 60)}),), rows=9))
    assert not judged(world(), few)["FAI004", "group:sex=m"].required
    assert judged(world())["FAI004", "group:sex=m"].required


def fields(column: Column) -> dict[str, Any]:
    return {name: getattr(column, name) for name in column.__struct_fields__}


def test_counts_of_items_places_and_newcomers_are_those_of_the_lists() -> None:
    told = judged(world())
    shown = told["REC002", "lists"]
    assert shown.verdict is Verdict.NOT_APPLICABLE
    assert shown.measurement is not None
    assert shown.measurement.value == 0.5  # items 0 to 4 of ten
    crowd = told["REC003", "lists"].measurement
    assert crowd is not None
    assert crowd.value == 0.5  # one item in a hundred of ten is one: item 0, in one of two places
    assert "50.0 % of what the same users then took" in told["REC003", "lists"].finding
    new = told["REC004", "users"].measurement
    assert new is not None
    assert new.value == 0.2  # 100 of 500
    assert "0.250" in told["REC004", "users"].finding
    items = told["REC004", "items"].measurement
    assert items is not None
    assert items.value == 0.25


def test_a_declared_limit_judges_what_else_informs() -> None:
    limits = {"REC002": Limit(low=0.8), "REC003": Limit(high=0.3), "REC004": Limit(high=0.9)}
    told = judged(world(), scope(**limits))
    assert told["REC002", "lists"].verdict is Verdict.FAIL
    assert told["REC003", "lists"].verdict is Verdict.FAIL
    assert told["REC004", "users"].verdict is Verdict.PASS


def test_nine_users_tell_nothing() -> None:
    told = judged(replace(world(users=8), later_users=8, new_users=0))
    for key in (("REC001", "baseline:popular"), ("REC003", "lists"), ("FAI004", "group:sex=m")):
        assert told[key].verdict is Verdict.NOT_APPLICABLE
        assert "are needed" in told[key].finding


def test_a_table_of_cases_plans_no_check_of_lists() -> None:
    asked = scope(Task.BINARY)
    assert not [subject for check in OF_LISTS for subject in check.subjects(asked)]
    assert {check.code for check in LIST_CHECKS} >= {"REC001", "FAI004", "SRV001", "SRV002"}


def test_missing_values_of_the_lists_are_an_error_that_keeps_the_gate_shut() -> None:
    plan = make_plan(OF_LISTS, scope(), ("REC001",))
    results = run_checks(plan, OF_LISTS, Facts({SEED: 0}), scope())
    assert {result.verdict for result in results} == {Verdict.ERROR}


@pytest.fixture
def later() -> Judged:
    """Users 0 and 1 had items 0 and 1; later user 0 takes 1, and user 2, who is new, takes 0 and the new 2."""
    times = np.arange(3.0)
    names = (("u0", "u1", "u2"), ("a", "b", "c"))
    before = Interactions(np.array([0, 1]), np.array([0, 1]), times[:2], np.ones(2), *names, True)
    after = Interactions(np.array([0, 2, 2]), np.array([1, 0, 2]), times + 5, np.ones(3), *names, True)
    of = Later.of(before, after, True, 0)
    lists = Measured(np.array([[1, 0]]), np.array([1.0]), np.array([1.0]), 0.0)
    return Judged("popular", before, after, of, {"popular": lists}, np.array([0, 1]))


def test_new_users_and_items_are_counted_by_hand(later: Judged) -> None:
    found = lists_found(later, {"sex": ("f", "m", "")}, Contract(columns=(SEX,)), 2, "sealed")
    assert (found.later_users, found.new_users) == (2, 1)
    assert found.new_items.tolist() == [False, False, True]  # pairs by user, then item
    assert found.new_recall.tolist() == [0.5]  # item 0 of the two that were taken
    assert found.new_ndcg.tolist() == pytest.approx([1 / (1 + 1 / np.log2(3))])
    assert found.taken.tolist() == [1]
    assert found.groups["sex"].tolist() == ["f"]
    assert found.took.tolist() == [1.0, 1.0, 0.0]
