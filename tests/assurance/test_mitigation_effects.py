"""What a remedy changes: gaps, ratios, quality and costs by hand, and the sentence that tells its price."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from mitigation_worlds import bench, model, side
from scipy.stats import ttest_ind

from airworthy.assurance.mitigation.effects import effects
from airworthy.assurance.mitigation.report import Action, Mitigation
from airworthy.assurance.mitigation.words import CAUTION, price
from airworthy.measures.proportion import Newcombe

# Women: 8 of 40 selected, 8 of 20 events found. Men: 30 of 60, 24 of 30 events, 6 of 30 false alarms.
PRESENT = model(Action.PRESENT, (8, 0), (24, 6), 10.0)
# The remedy selects 16 women (14 events) and 28 men (23 events).
REMEDY = model(Action.THRESHOLDS, (14, 2), (23, 5), 10.0)


def test_gaps_are_told_as_the_present_model_has_them() -> None:
    before, after = effects([PRESENT, REMEDY], bench())
    gap = before.gaps[0]
    assert gap.selection.now.value == pytest.approx(0.5 - 0.2)
    assert (gap.selection.now.low, gap.selection.now.high) == Newcombe(30, 60, 8, 40).interval(0.95)
    assert gap.true_positive is not None
    assert gap.true_positive.now.value == pytest.approx(0.8 - 0.4)
    assert gap.false_positive is not None
    assert gap.false_positive.now.value == pytest.approx(0.2 - 0.0)
    assert gap.ratio.now.value == pytest.approx(0.4)
    assert gap.selection.change is None
    assert after.gaps[0].selection.now.value == pytest.approx(28 / 60 - 0.4)
    assert after.gaps[0].ratio.now.value == pytest.approx(0.4 * 60 / 28)


def test_a_change_is_paired_by_row() -> None:
    gap = effects([PRESENT, REMEDY], bench())[1].gaps[0]
    change = gap.selection.change
    assert change is not None
    # 8 of 40 women more and 2 of 60 men fewer.
    assert change.value == pytest.approx(-8 / 40 - 2 / 60)
    welch = ttest_ind([-1] * 2 + [0] * 58, [1] * 8 + [0] * 32, equal_var=False).confidence_interval(0.95)
    assert (change.low, change.high) == pytest.approx((welch.low, welch.high))
    assert gap.ratio.change is not None
    assert gap.ratio.change.value == pytest.approx(0.4 * 60 / 28 - 0.4)


def test_intervals_of_changes_widen_with_the_looks() -> None:
    one = effects([PRESENT, REMEDY], bench())[1].gaps[0].selection.change
    two = effects([PRESENT, REMEDY, replace(REMEDY, action=Action.REDUCTIONS)], bench())[1]
    assert one is not None
    assert one.level == pytest.approx(0.95)
    assert two.gaps[0].selection.change is not None
    assert two.gaps[0].selection.change.level == pytest.approx(0.975)
    assert two.gaps[0].selection.change.low is not None
    assert one.low is not None
    assert two.gaps[0].selection.change.low < one.low


def test_costs_and_wrong_decisions_are_told_with_their_change() -> None:
    before, after = effects([PRESENT, REMEDY], bench())
    # Wrong before: 12 women and 6 + 6 men of 100; after: 6 + 2 women and 7 + 5 men.
    assert before.wrong.now.value == pytest.approx(240.0)
    assert after.wrong.change is not None
    assert after.wrong.change.value == pytest.approx(-40.0)
    assert after.money is not None
    assert after.money.change is not None
    assert after.money.change.value == pytest.approx(-400.0)
    assert after.otherwise == 10


def test_without_declared_costs_no_money_is_told() -> None:
    plain = [replace(one, costs=None) for one in (PRESENT, REMEDY)]
    assert all(effect.money is None for effect in effects(plain, bench()))


def test_a_remedy_that_changes_no_decision_is_said_to_change_none() -> None:
    same = replace(PRESENT, action=Action.MONOTONE)
    found = Mitigation(effects([PRESENT, same], bench()), {}, (), (), 300, 100, 0.1, 0.7)
    assert "decides all 100 rows as the present model" in str(found)


def test_the_price_says_from_what_to_what_and_what_it_costs() -> None:
    said = price(effects([PRESENT, REMEDY], bench())[1])
    assert said.startswith("narrows the gap of sex = f from 30.0 to 6.7 points, by 23.3 (")
    assert "; saves 400 EUR per 1,000 (" in said


def test_what_chance_may_explain_is_not_called_narrower() -> None:
    hardly = model(Action.REDUCTIONS, (9, 0), (24, 6))  # no man is decided otherwise: at most a few would be
    said = price(effects([PRESENT, hardly], bench())[1])
    assert said.startswith("may or may not narrow the gap of sex = f from 30.0 to 27.5 points")


def test_a_gap_as_wide_the_other_way_is_turned_round_and_not_narrower() -> None:
    over = model(Action.THRESHOLDS, (20, 12), (20, 2))  # 32 of 40 women, 22 of 60 men
    said = price(effects([PRESENT, over], bench())[1])
    assert said.startswith("turns round the gap of sex = f from 30.0 to -43.3 points")
    # Women: all 20 events found and 12 of 20 false alarms; men: 20 of 30 and 2 of 30.
    also = "turns round that of found (TPR) from 40.0 to -33.3 and turns round that of false alarms (FPR) from 20.0"
    assert f", but {also} to -53.3; " in said


def test_a_remedy_that_narrows_every_gap_has_no_but() -> None:
    assert ", but " not in price(effects([PRESENT, REMEDY], bench())[1])


def test_thresholds_by_group_carry_the_caution_and_others_do_not() -> None:
    with_thresholds = Mitigation(effects([PRESENT, REMEDY], bench()), {}, (), (), 300, 100, 0.1, 0.7)
    other = replace(
        with_thresholds, effects=effects([PRESENT, replace(REMEDY, action=Action.DROPPING)], bench())
    )
    assert CAUTION in str(with_thresholds)
    assert "section 106" in CAUTION
    assert CAUTION not in str(other)


def test_entities_that_return_widen_an_interval() -> None:
    pairs = replace(bench(), clusters=side().inside.cumsum() // 8 + 100 * side().inside)
    alone = effects([PRESENT, REMEDY], bench())[0].gaps[0].selection.now
    together = effects([PRESENT, REMEDY], pairs)[0].gaps[0].selection.now
    assert together.low is not None
    assert alone.low is not None
    assert together.low < alone.low


def test_the_document_is_json_without_nan() -> None:
    found = Mitigation(
        effects([PRESENT, REMEDY], bench()),
        {Action.MONOTONE: "none was asked for."},
        (),
        (),
        300,
        100,
        0.1,
        0.7,
    )
    document = json.loads(json.dumps(found.as_json(), allow_nan=False))
    assert document["effects"][1]["gaps"][0]["selection_rate"]["change"]["n"] == 100
    assert document["not_measured"] == {"monotone": "none was asked for."}
