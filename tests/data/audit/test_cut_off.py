"""Ends of numbers: cut off, or set by a rule."""

from __future__ import annotations

import numpy as np
import polars as pl
from audit_worlds import audited, clean

from airworthy.kernel.result import Result, Verdict


def test_loans_up_to_what_a_rule_allows_are_told_and_not_accused() -> None:
    rng = np.random.default_rng(4)
    loan = np.minimum(rng.lognormal(9.6, 0.6, 3000).round(-3), 40_000.0)
    told = ended(pl.Series("loan", loan))
    assert told.verdict is Verdict.PASS
    assert "40,000" in told.finding
    assert told.details["at_end"] == int((loan == 40_000).sum())


def test_an_income_cut_at_a_round_number_is_accused() -> None:
    pay = np.minimum(np.random.default_rng(4).lognormal(10.5, 0.5, 3000).round(), 60_000.0)
    assert ended(pl.Series("pay", pay)).verdict is Verdict.FAIL


def test_a_scaled_number_that_mostly_stands_at_its_floor_is_told_and_not_accused() -> None:
    rng = np.random.default_rng(5)
    found = np.where(rng.random(3000) < 0.5, 0.0, 0.2 + rng.gamma(2.0, 0.3, 3000).round(3))
    told = ended(pl.Series("found", ((found - found.mean()) / found.std()).round(5)))
    assert told.verdict is Verdict.PASS
    assert "by nature" in told.finding


def test_a_detection_limit_of_a_rounded_number_is_accused_though_its_neighbours_are_frequent_too() -> None:
    crp = np.maximum(np.random.default_rng(6).gamma(2.0, 1.0, 3000).round(1), 0.6)
    told = ended(pl.Series("crp", crp))
    assert told.verdict is Verdict.FAIL
    assert told.details["rows_touched"] == int((crp == 0.6).sum())
    assert told.details["end"] == 0.6


def test_numbers_that_start_with_their_most_frequent_value_by_nature_are_not_accused() -> None:
    rng = np.random.default_rng(7)
    visits = rng.geometric(0.12, 3000) + 1
    halving = np.minimum(rng.geometric(0.6, 3000), 3) * 7 + rng.geometric(0.3, 3000)
    for name, values in (("visits", visits), ("halving", halving)):
        assert ended(pl.Series(name, values)).verdict is Verdict.PASS


def ended(values: pl.Series) -> Result:
    table = clean(1, 3000).with_columns(values)
    subject = f"column:{values.name}"
    (told,) = [r for r in audited(table).results if (r.code, r.subject) == ("DAT035", subject)]
    return told
