"""Judging families: verdicts, Holm's correction, and rows that would settle a doubt."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from airworthy.kernel.judge import judge_family, rows_to_settle
from airworthy.kernel.result import Limit, Measurement, Verdict
from airworthy.measures import Wilson


@dataclass(frozen=True)
class Plain:
    """A normal estimate with a known standard error."""

    value: float
    error: float
    unit: str = "x"
    n: int = 100

    def interval(self, level: float) -> tuple[float, float]:
        from statistics import NormalDist

        z = NormalDist().inv_cdf(0.5 + level / 2)
        return self.value - z * self.error, self.value + z * self.error


def test_one_clear_subject_passes_and_one_clear_subject_fails() -> None:
    limits = {"a": Limit(high=1.0), "b": Limit(high=1.0)}
    judged = judge_family({"a": Plain(0.0, 0.1), "b": Plain(2.0, 0.1)}, limits)
    assert judged["a"].verdict is Verdict.PASS
    assert judged["b"].verdict is Verdict.FAIL


def test_a_decided_subject_hands_its_share_of_alpha_to_the_others() -> None:
    # 2.1 standard errors: undecided at alpha/2 (z = 2.24), decided at alpha (z = 1.96).
    limits = {"far": Limit(high=0.0), "near": Limit(high=0.0)}
    judged = judge_family({"far": Plain(9.0, 1.0), "near": Plain(2.1, 1.0)}, limits)
    assert judged["near"].verdict is Verdict.FAIL
    assert judged["near"].measurement.level == pytest.approx(0.95)


def test_planned_but_unmeasured_subjects_still_cost_alpha() -> None:
    limits = {name: Limit(high=0.0) for name in "abcdefghij"}
    assert judge_family({"a": Plain(2.1, 1.0)}, limits)["a"].verdict is Verdict.UNSURE


def test_false_fails_of_thirty_columns_at_their_limit_stay_near_alpha() -> None:
    rng, families, wrong = np.random.default_rng(3), 400, 0
    limits = {str(i): Limit(high=0.10) for i in range(30)}
    for _ in range(families):
        hits = rng.binomial(500, 0.10, 30)
        judged = judge_family({str(i): Wilson(int(h), 500) for i, h in enumerate(hits)}, limits)
        wrong += any(j.verdict is Verdict.FAIL for j in judged.values())
    print(f"families with a false FAIL: {wrong / families:.3f} (nominal at most 0.05)")
    assert wrong / families <= 0.05


def test_without_an_agreed_limit_nothing_passes() -> None:
    judged = judge_family({"a": Plain(0.0, 0.1)}, {"a": Limit(source="nothing agreed")})["a"]
    assert judged.verdict is Verdict.NOT_APPLICABLE
    assert judged.measurement.value == 0.0


def test_rows_to_settle_shrinks_the_interval_to_the_distance() -> None:
    # Half-width 0.02 at n=100 and distance 0.01: four times the rows, and one more.
    assert rows_to_settle(Measurement(0.04, 0.02, 0.06, "share", 100, 0.95), Limit(high=0.05)) == 401


def test_a_value_on_its_limit_is_settled_by_no_number_of_rows() -> None:
    assert rows_to_settle(Measurement(0.05, 0.03, 0.07, "share", 100, 0.95), Limit(high=0.05)) is None


def test_a_measurement_refuses_nan_and_infinity() -> None:
    for bad in (float("nan"), float("inf")):
        with pytest.raises(ValueError, match="finite"):
            Measurement(bad, None, None, "x", 1, 0.95)
