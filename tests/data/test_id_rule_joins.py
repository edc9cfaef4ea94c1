"""A join whose rows write the IDs of the source in another way, by a rule of the charter."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from airworthy.charter.id_rules import IdRule, Stretch
from airworthy.charter.id_steps import IdStep, parse_step
from airworthy.charter.model import Join, Source
from airworthy.charter.parse import parse_charter
from airworthy.data.id_rules.joined import join_ruled
from airworthy.data.types import RESERVED_ROW, RESERVED_TIME
from airworthy.kernel.errors import CharterError, InputError

MAIN, CRM = Source("orders", "orders.csv"), Source("crm", "crm.csv")


def steps(*texts: str) -> tuple[IdStep, ...]:
    return tuple(map(parse_step, texts))


def rule(*texts: str) -> IdRule:
    return IdRule((Stretch(steps(*texts)),))


def joined(left: pl.DataFrame, right: pl.DataFrame, by: IdRule, time: str | None = None):
    rows = left.with_row_index(RESERVED_ROW).with_columns(pl.col(RESERVED_ROW).cast(pl.Int64))
    join = Join("crm", (("customer", "no"),), rule=by, rule_time=time)
    return join_ruled(rows, right, join, CRM, MAIN)


def test_rows_meet_the_source_by_the_rule_and_keep_their_own_ids():
    left = pl.DataFrame({"customer": ["C-7", "C-8", "C-7", None, "C-9"]})
    right = pl.DataFrame({"no": ["0007", "0008", "0010"], "tier": ["gold", "iron", "tin"]})
    frame, report = joined(left, right, rule("remove prefix 'C-'", "pad to 4"))
    assert frame["tier"].to_list() == ["gold", "iron", "gold", None, None]
    assert frame["customer"].to_list() == left["customer"].to_list()
    assert (report.matched, report.unmatched) == (3, 2)
    assert report.rule is not None
    assert (report.rule.ids, report.rule.before, report.rule.after) == (3, 0, 2)
    assert "remove prefix 'C-': 3 of 3 IDs changed; pad to 4: 3 of 3 IDs changed" in report.sentence()


def test_ids_that_are_numbers_meet_ids_that_are_text():
    left = pl.DataFrame({"customer": [7, 8]})
    right = pl.DataFrame({"no": [100007, 100008], "tier": ["gold", "iron"]})
    frame, _ = joined(left, right, rule("add 100000"))
    assert frame["tier"].to_list() == ["gold", "iron"]


def test_a_rule_with_dates_rewrites_each_row_by_its_day():
    left = pl.DataFrame(
        {"customer": ["7", "K8", "9"], "on": [date(2023, 6, 30), date(2023, 7, 1), None]},
        schema_overrides={"on": pl.Date},
    )
    right = pl.DataFrame({"no": ["K7", "K8", "9"], "tier": ["gold", "iron", "tin"]})
    day = date(2023, 7, 1)
    by = IdRule((Stretch(steps("add prefix 'K'"), until=day), Stretch((), since=day)))
    frame, report = joined(left, right, by, "on")
    assert frame["tier"].to_list() == ["gold", "iron", "tin"]  # without a day the ID stays as it is
    assert report.matched == 3


def test_a_rule_that_makes_one_of_two_ids_is_refused_with_both():
    right = pl.DataFrame({"no": ["7"], "tier": ["gold"]})
    with pytest.raises(InputError, match='the rows\' IDs "007" and "7" both become "7"'):
        joined(pl.DataFrame({"customer": ["007", "7"]}), right, rule("strip zeros"))
    twice = pl.DataFrame({"no": ["a1", "A1", "b"], "tier": ["x", "y", "z"]})
    with pytest.raises(InputError, match='IDs of the source crm "A1" and "a1" both become "A1"'):
        joined(pl.DataFrame({"customer": ["A1"]}), twice, rule("both: upper case"))


def test_ids_that_a_rule_leaves_are_told_with_the_rule_that_they_need():
    numbers = random.Random(0).sample(range(10**5, 10**7), 200)
    left = pl.DataFrame({"customer": [f"{'C-' if n % 2 else 'shop '}{n}" for n in numbers]})
    right = pl.DataFrame({"no": numbers, "tier": "gold"})
    _, report = joined(left, right, rule("remove prefix 'C-'"))
    odd = sum(n % 2 for n in numbers)
    assert report.matched == odd
    beside = report.other_writing
    assert beside is not None
    assert (beside.as_written, beside.matched, beside.sure) == (odd, 200, False)
    assert beside.rule == """rule = ["remove prefix 'shop '"]"""


def test_an_as_of_join_goes_by_the_rule_too():
    at = [datetime(2023, 1, day, tzinfo=UTC) for day in (3, 5)]
    left = pl.DataFrame({"customer": ["C-7", "C-7"], RESERVED_TIME: at}).with_columns(
        pl.col(RESERVED_TIME).cast(pl.Datetime("us", "UTC"))
    )
    seen = [datetime(2023, 1, day, tzinfo=UTC) for day in (2, 4)]
    right = pl.DataFrame({"no": ["7", "7"], "seen": seen, "tier": ["iron", "gold"]})
    rows = left.with_row_index(RESERVED_ROW).with_columns(pl.col(RESERVED_ROW).cast(pl.Int64))
    join = Join("crm", (("customer", "no"),), as_of=True, max_age=1e6, rule=rule("remove prefix 'C-'"))
    frame, _ = join_ruled(rows, right, join, replace(CRM, event_time="seen"), MAIN)
    assert frame["tier"].to_list() == ["iron", "gold"]


CHARTER = """
name = "demo"
purpose = "Show a rule"
task = "binary"
[[sources]]
name = "orders"
path = "orders.csv"
[[sources]]
name = "crm"
path = "crm.csv"
[[joins]]
source = "crm"
on = { customer = "no" }
RULE
[target]
column = "y"
[budget]
time = "3m"
"""


def parsed(text: str):
    return parse_charter(CHARTER.replace("RULE", text), Path("airworthy.toml"))


@pytest.mark.parametrize(
    "text",
    [
        """rule = ["remove prefix 'C-' or 'CUST/'", "drop check digit (luhn)", "source: upper case"]""",
        'rule = [\n  { until = 2023-07-01, steps = ["pad to 8"] },\n  { from = 2023-07-01, steps = [] },\n]',
        """rule = ["reorder '{1}-{2}' as '{2}/{1:-2}'", "remove '\\"\\\\'"]""",
        """rule = ["remove prefix 'O''\\t'"]""",
    ],
)
def test_a_rule_reads_back_as_it_was_written(text: str):
    timed = '\nrule_time = "at"' if "until" in text else ""
    read = parsed(text + timed).joins[0].rule
    assert read is not None
    assert read.toml() == text


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ('rule = ["pad two 8"]', 14, "is no step"),
        ('rule = [\n  "upper case",\n  "pad to 0"\n]', 16, "no length"),
        ('rule = [{ until = 2023-07-01, steps = ["pad to 8"] }]', 14, "rows have no time"),
        ("rule = [{ till = 2023-07-01, steps = [] }]", 14, 'unknown key "till"'),
        ('rule = [{ until = "2023-07-01", steps = [] }]', 14, "is no day"),
        (
            "rule = [{ from = 2023-07-01, steps = [] }, { until = 2023-07-01, steps = [] }]",
            14,
            "begins before",
        ),
        ('rule = ["pad to 8"]\nrule_time = "at"', 15, "counts only for a rule with dates"),
        ("rule = []", 14, "expected steps"),
        ("rule = [\"reorder '{2}-{1}' as '{1}'\"]", 14, "does not say how pieces"),
    ],
)
def test_a_wrong_rule_names_its_line(text: str, line: int, says: str):
    with pytest.raises(CharterError, match=says) as caught:
        parsed(text)
    assert caught.value.line == line
