"""Costs by column, capacity, review and today's rule: what cannot be meant names its line and the way out."""

from __future__ import annotations

from pathlib import Path

import pytest

from airworthy.charter import parse_charter
from airworthy.charter.columns import check_columns
from airworthy.kernel.errors import CharterError
from airworthy.kernel.units import MoneyRange

HERE = Path("airworthy.toml")
HEAD = """\
name = "fraud"
purpose = "Choose which payments to stop"
task = "{task}"
[[sources]]
name = "rows"
path = "rows.csv"
[target]
column = "fraud"
[data]
decision_time = "at"
after_decision = ["refund"]
"""
COSTS = """\
[costs]
false_positive = "5 USD"
false_negative = "50 USD"
"""
BY_COLUMN = COSTS + 'false_negative_column = "amount"\nfalse_negative_missing = 100\n'


def read(text: str, task: str = "binary"):
    return parse_charter(HEAD.format(task=task) + text, HERE)


def refused(text: str, task: str = "binary") -> CharterError:
    with pytest.raises(CharterError) as caught:
        read(text, task)
    return caught.value


def test_an_amount_may_carry_its_currency_and_lends_it_to_the_rest() -> None:
    charter = read(COSTS + "[decision]\nreview_cost = 2\n")
    assert charter.costs.currency == "USD"
    assert charter.costs.false_negative == MoneyRange(50, 50, "USD")
    assert charter.decision.review_cost == MoneyRange(2, 2, "USD")


def test_costs_by_column_are_read_whole() -> None:
    costs = read(BY_COLUMN + "false_negative_share = 0.8\n").costs
    assert costs.false_negative_column == "amount"
    assert (costs.false_negative_share, costs.false_negative_missing) == (0.8, 100.0)


@pytest.mark.parametrize(
    ("text", "says", "remedy"),
    [
        ('[costs]\nfalse_positive = "-5 USD"\nfalse_negative = 1\n', "negative", "one such error costs"),
        ('[costs]\nfalse_positive = "5 dollars"\nfalse_negative = 1\n', "no amount of money", "4 USD"),
        (
            '[costs]\nfalse_positive = "5 USD"\nfalse_negative = "9 EUR"\n',
            "costs.currency is USD",
            "converted",
        ),
        (COSTS + '[decision]\nreview_cost = "1 EUR"\n', "review_cost is in EUR", "converted"),
        (COSTS + 'false_negative_column = "amount"\n', 'without "amount"', "false_negative_missing = 100"),
        (COSTS + "false_negative_share = 0.5\n", "only with false_negative_column", "take the line out"),
        (BY_COLUMN + "false_negative_share = 0\n", "takes nothing", "Leave false_negative_column out"),
        (BY_COLUMN + "false_negative_share = -1\n", "below 0", "0 or more"),
        (BY_COLUMN.replace('"amount"', '"refund"'), "after the decision", "known when the row is decided"),
        (BY_COLUMN.replace('"amount"', '"fraud"'), "is the target", "known when the row is decided"),
        (BY_COLUMN.replace('false_positive = "5 USD"\n', ""), "the other error too", "false_positive = "),
        (COSTS + "[decision]\ncapacity = 0\n", "below 1", "1 or more"),
        (COSTS + "[decision]\ncapacity = -3\n", "below 1", "1 or more"),
        (COSTS + "[decision]\ncapacity = 200\n", "no window to count in", 'per = "1d"'),
        (COSTS + '[decision]\ncapacity = 9\nper = "1d"\nper_rows = 10\n', "both say", "Keep one"),
        (COSTS + '[decision]\ncapacity = 9\nper = "0s"\n', "holds no rows", 'per = "1d"'),
        (COSTS + "[decision]\ncapacity = 9\nper_rows = 5\n", "more than the 5 rows", "limits nothing"),
        (COSTS + '[decision]\nper = "1d"\n', "only with capacity", "capacity ="),
        (COSTS + "[decision]\nreview_error = 0.1\n", "only with review_cost", "review_cost"),
        (COSTS + "[decision]\nreview_cost = 2\nreview_error = 0.5\n", "every second time", "below 0.5"),
        (COSTS + "[decision]\nreview_cost = 40\n", "never pays", "Take review_cost out"),
        ('[decision]\nreview_cost = "2 USD"\n', "nobody declared", "false_positive and false_negative"),
        (COSTS + "[decision]\nreview_cost=1\ncapacity=2\nper_rows=9\n", "takes a place", "review_capacity"),
        (COSTS + '[decision]\npresent = "amount >= many"\n', '"many" in present is no number', "1000"),
        (COSTS + '[decision]\npresent = "fraud"\n', "the target itself", "known at the decision"),
        (COSTS + '[decision]\nvolume = "many"\n', "no count of decisions", "30000/mo"),
        (COSTS + '[decision]\nvolume = "0/mo"\n', "no count of decisions", "30000/mo"),
        ('[decision]\nvolume = "30/d"\n', "nobody declared what errors cost", "take volume out"),
        (COSTS + "[decision]\ninterval = 1.0\n", "between 0.5 and 0.99", "0.9"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_a_remedy(text: str, says: str, remedy: str) -> None:
    error = refused(text)
    assert says in error.message
    assert remedy in f"{error.message} {error.remedy}"
    assert error.line is not None


def test_a_review_pays_exactly_below_chows_bound() -> None:
    """5 x 50 / 55 = 4.545...: beyond it no probability makes a review the cheapest."""
    assert read(COSTS + "[decision]\nreview_cost = 4.54\n").decision.review_cost is not None
    assert "4.54545" in refused(COSTS + "[decision]\nreview_cost = 4.55\n").message


@pytest.mark.parametrize(
    "line", ["capacity = 2\nper_rows = 9", 'present = "a >= 1"', 'review_cost = "1 USD"']
)
def test_rules_for_two_answers_are_refused_for_numbers(line: str) -> None:
    assert (
        "is for a binary task; this one is regression"
        in refused(f"[decision]\n{line}\n", "regression").message
    )


def test_a_window_of_time_needs_a_time() -> None:
    text = HEAD.format(task="binary").replace('decision_time = "at"\n', "")
    with pytest.raises(CharterError, match="when each row is decided"):
        parse_charter(text + '[decision]\ncapacity = 9\nper = "1d"\n', HERE)


def test_columns_of_costs_and_of_todays_rule_must_exist() -> None:
    charter = read(BY_COLUMN + '[decision]\npresent = "amuont >= 100"\n')
    with pytest.raises(CharterError, match=r'decision\.present: there is no column "amuont"') as caught:
        check_columns(charter, {"rows": ["fraud", "at", "refund", "amount"]})
    assert 'Did you mean "amount"?' in str(caught.value.remedy)
