"""A source whose IDs were re-keyed at a day: the day is found, and a rule for either side."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

import airworthy as aw
from airworthy.data.id_rules.found import Outcome
from airworthy.data.id_rules.rewritten import find_rule_of_rewritten, rewritten_on

DAY = date(2023, 7, 1)
KEYS = ("customer_no", "account")


def worlds(seed: int, customers: int = 400) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Decisions of a shop, and exports whose numbers were bare before `DAY` and `AC` with eight digits after."""
    rng = np.random.default_rng(seed)
    numbers = rng.choice(np.arange(1_000, 90_000), customers, replace=False)
    months = [date(2023, 1, 1) + timedelta(days=31 * at) for at in range(12)]
    months = [day.replace(day=1) for day in months]
    decided = rng.integers(12, size=customers * 2)
    mine = pl.DataFrame(
        {
            "customer_no": [f"C-{number:06d}" for number in np.repeat(numbers, 2)],
            "day": [months[at] + timedelta(days=4) for at in decided],
        }
    )
    theirs = pl.DataFrame(
        {
            "account": [
                f"{number}" if month < DAY else f"AC{number:08d}" for month in months for number in numbers
            ],
            "exported": [month for month in months for _ in numbers],
        }
    )
    return mine, theirs


@pytest.mark.parametrize("seed", range(3))
def test_the_day_and_both_rules_are_found(seed: int) -> None:
    mine, theirs = worlds(seed)
    found = find_rule_of_rewritten(mine, theirs, KEYS, days=mine["day"], their_days=theirs["exported"])
    assert found.outcome is Outcome.PROPOSED
    assert found.day == DAY
    assert found.rule is not None
    before, after = found.rule.stretches
    assert [str(step) for step in before.steps] == ["remove prefix 'C-'", "strip zeros"]
    assert [str(step) for step in after.steps] == ["remove prefix 'C-'", "pad to 8", "add prefix 'AC'"]
    assert (before.until, after.since) == (DAY, DAY)


def test_one_form_at_all_times_is_no_change() -> None:
    days = pl.Series([date(2023, 1, 1) + timedelta(days=at % 300) for at in range(900)])
    rng = np.random.default_rng(1)
    for _ in range(100):
        numbers = rng.integers(0, 10**6, 900)
        assert rewritten_on(pl.Series([str(number) for number in numbers]), days) is None
    mixed = pl.Series([f"A{n}" if n % 2 else f"B{n}" for n in rng.integers(0, 10**6, 900)])
    assert rewritten_on(mixed, days) is None


def test_a_late_form_of_few_rows_is_no_change() -> None:
    ids = pl.Series(["12"] * 500 + ["X-1"] * 5)
    days = pl.Series([date(2023, 1, 1 + at % 28) for at in range(500)] + [date(2023, 3, 1)] * 5)
    assert rewritten_on(ids, days) is None


def test_the_call_takes_the_times_of_both_tables() -> None:
    mine, theirs = worlds(0)
    found = aw.id_rule(mine, theirs, *KEYS, left_time="day", right_time="exported")
    assert found.day == DAY
    assert found.rule is not None
    assert len(found.rule.stretches) == 2
