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


def ended(values: pl.Series) -> Result:
    table = clean(1, 3000).with_columns(values)
    subject = f"column:{values.name}"
    (told,) = [r for r in audited(table).results if (r.code, r.subject) == ("DAT035", subject)]
    return told
