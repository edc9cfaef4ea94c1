"""Curves of severity: nested doses, losses that are known by hand, and the dose at which too much is lost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from assurance_world import CONTRACT, binary, columns, one, say_rate, scope, scorer

from airworthy.assurance import Predictions
from airworthy.assurance.given import OVER_A_NETWORK, ModelRefused
from airworthy.assurance.noise import Noise
from airworthy.assurance.severity.curve import passed_words
from airworthy.assurance.severity.kinds import DOSES, KINDS, Kind, Slip, touched
from airworthy.assurance.severity.measure import Sampled, curve_of
from airworthy.assurance.severity.slips import spoilt_by
from airworthy.measures.crossing import crossing
from airworthy.scoring.contract import Column, LogicalType
from airworthy.scoring.scorer import Scores

INPUTS = (Column(name="x", type=LogicalType.REAL), Column(name="idle", type=LogicalType.REAL))
TRUE_DOSE = 0.2 + 0.3 * (0.05 - 0.02) / (0.125 - 0.02)
"""Where the straight line between the known losses at 20 % and 50 % passes 0.05."""


class Scripted:
    """The probability of the event by a formula of the columns."""

    def __init__(self, formula: Callable[[Mapping[str, Any]], Any]) -> None:
        self.formula = formula

    def score_columns(self, table: Mapping[str, Any]) -> Scores:
        p = np.asarray(self.formula(table), float)
        probability = np.column_stack([1 - p, p])
        return Scores(probability, probability, None, ["1" if one >= 0.5 else "0" for one in p])


def ranks_by_x(table: Mapping[str, Any]) -> Any:
    """0.8 or 0.2 by the sign of x, and between them where x is missing."""
    x = np.asarray(table["x"])
    return np.where(np.isnan(x), 0.5, np.where(x > 0, 0.8, 0.2))


def world(seed: int, n: int) -> Predictions:
    """The sign of x is the outcome, so that the model ranks perfectly."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=n)
    return Predictions.of("binary", (x > 0).astype(int), columns={"x": x, "idle": rng.normal(size=n)})


def cells(kind: Kind, values: Any) -> list[str]:
    """What a dose is a share of: words of a text, or whole cells."""
    by_word = kind in (Noise.TYPOS, Noise.ABBREVIATIONS)
    return [str(part) for value in values for part in (str(value).split(" ") if by_word else [value])]


def sampled(seed: int, n: int, formula: Callable[[Mapping[str, Any]], Any] = ranks_by_x) -> Sampled:
    return Sampled.of(world(seed, n), Scripted(formula), INPUTS, seed)


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_what_a_dose_hits_every_larger_dose_hits_alike(kind: Kind) -> None:
    table = columns(0, 400)
    names = [column.name for column in touched(kind, CONTRACT.inputs)]
    few, many = (spoilt_by(kind, table, CONTRACT.inputs, 7, dose) for dose in (0.05, 0.5))
    hits = []
    for name in names:
        clean, some, more = (np.array(cells(kind, held[name])) for held in (table, few, many))
        struck = some != clean
        assert (more[struck] == some[struck]).all()
        assert (more != clean).sum() >= struck.sum()
        hits.append(int(struck.sum()))
    assert sum(hits) > 0


def test_slips_do_to_numbers_what_they_say() -> None:
    x, y = np.array([12.5, -0.25, 4361.0, np.nan]), np.arange(4.0)
    table = {"x": x, "y": y}
    inputs = tuple(Column(name=name, type=LogicalType.REAL) for name in table)

    def all_of(kind: Kind, name: str) -> list[float]:
        return spoilt_by(kind, table, inputs, 0, 1.0)[name].tolist()[:3]

    assert all_of(Slip.DECIMAL, "x") == [125.0, -25.0, 4.361]
    assert all_of(Slip.ROUNDED, "x") == pytest.approx([10.0, -0.2, 4000.0])  # -0.25 rounds to even
    assert all_of(Slip.STUCK, "x") == [12.5, 12.5, 12.5]
    assert all_of(Slip.SWAPPED, "x") == y.tolist()[:3]
    assert all_of(Slip.SHIFTED, "y") == x.tolist()[:3]


def test_a_loss_that_is_known_by_hand_is_measured_at_every_dose() -> None:
    found = curve_of(sampled(1, 4_000), Noise.MISSING, 0.05, alone=1.0)
    for point in found.points:
        by_hand = 1 - 0.5 * point.dose**2  # a pair ranks by chance where both of its x are missing
        assert point.quality == pytest.approx(by_hand, abs=0.01)
    assert found.passed is not None
    assert found.passed.low < TRUE_DOSE < found.passed.high
    assert found.passed.value == pytest.approx(TRUE_DOSE, abs=0.03)
    worst, idle = found.alone
    assert (worst.column, worst.lost) == ("x", 0.5)
    assert (idle.column, idle.lost) == ("idle", 0.0)


def test_the_interval_of_the_dose_holds_the_true_dose() -> None:
    runs = 100
    held = 0
    for seed in range(runs):
        passed = curve_of(sampled(seed, 400), Noise.MISSING, 0.05).passed
        assert passed is not None
        held += (passed.low or 1.0) <= TRUE_DOSE <= (1.0 if passed.high is None else passed.high)
    assert say_rate("interval of the dose that holds the true one", held, runs) >= 0.88


def test_a_model_that_ignores_its_inputs_passes_no_dose() -> None:
    def by_place(table: Mapping[str, Any]) -> Any:
        return np.linspace(0.1, 0.9, len(table["x"]))

    for kind in (Noise.MISSING, Noise.LATE, Slip.SHIFTED):
        found = curve_of(sampled(2, 300, by_place), kind, 0.05)
        assert [point.lost for point in found.points] == [0.0] * len(DOSES)
        assert found.passed is not None
        assert found.passed.value is None


def test_a_model_that_refuses_large_doses_is_measured_up_to_them() -> None:
    def strict(table: Mapping[str, Any]) -> Any:
        if np.isnan(table["x"]).mean() > 0.3:
            raise ModelRefused("The model refuses these rows: too many gaps.", value="too many gaps")
        return ranks_by_x(table)

    found = curve_of(sampled(3, 500, strict), Noise.MISSING, 0.05)
    assert [point.dose for point in found.points] == [0.0, 0.01, 0.02, 0.05, 0.1, 0.2]
    assert found.refusal == "too many gaps"


def test_a_crossing_between_two_places_is_straight_and_beyond_the_last_is_none() -> None:
    curve = np.array([0.0, 0.2, 0.4])
    found = crossing((0.0, 1.0, 2.0), curve, np.array([curve, curve * 2, curve / 10]), 0.3)
    assert found.value == 1.5
    assert (found.low, found.high) == (0.75, None)
    assert "dose of 50 %, though from 43 % on is not excluded" in passed_words(
        {"value": None, "low": 0.427, "high": None, "last": 0.5}, 0.05, "AUC"
    )


def test_the_check_tells_the_curve_beside_its_dose_and_a_bill_is_not_run_up() -> None:
    rows = binary(0, 1_500)
    found = one("ROB001", rows, scope(), scorer=scorer())
    curve = found.details["severity"]
    assert [point["dose"] for point in curve["points"]] == list(DOSES)
    assert curve["alone"][0]["name"] == "income"
    assert "0.05 AUC is lost" in found.finding
    assert found.chart is not None

    class Dear:
        sizes = OVER_A_NETWORK

        def score_columns(self, table: Mapping[str, Any]) -> Scores:
            return scorer().score_columns(table)

    dear = one("ROB001", rows, scope(), scorer=Dear())
    assert dear.details["severity"] is None
    assert dear.chart is None


def test_thirty_rows_leave_the_dose_wide_open() -> None:
    passed = curve_of(sampled(4, 30), Noise.MISSING, 0.05).passed
    assert passed is not None
    assert (passed.high or 1.0) - (passed.low or 0.0) > 0.15


def test_an_rmse_is_told_as_the_share_that_is_added() -> None:
    base = world(5, 600)
    y = base.columns["x"]
    numbers = replace(base, task=type(base.task).REGRESSION, y=np.asarray(y) + 0.0, classes=())

    class Numbers:
        def score_columns(self, table: Mapping[str, Any]) -> Scores:
            said = np.nan_to_num(table["x"]) + 0.5
            return Scores(said[:, None], None, said, said.tolist())

    found = curve_of(Sampled.of(numbers, Numbers(), INPUTS, 0), Noise.MISSING, 0.1)
    assert found.figure == "RMSE"
    assert found.points[0].quality == pytest.approx(0.5)
    # Missing cells add x squared less the cross term: sqrt(.25 + .5 * (1 + 0)) / .5 - 1 at half of the cells.
    assert found.points[-1].lost == pytest.approx(np.sqrt(0.25 + 0.5) / 0.5 - 1, abs=0.12)
