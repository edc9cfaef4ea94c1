"""What `[costs]` by column and `[decision]` cannot mean, and today's rule as people write it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from airworthy.charter.locate import Path
from airworthy.charter.model import Charter, Costs, DecisionRules, Task
from airworthy.charter.problems import Problems
from airworthy.kernel.units import MoneyRange

ERRORS = ("false_positive", "false_negative")
_RULE = re.compile(r"(.+?)\s*(>=|<=|==|>|<)\s*(\S+)")


_VOLUME = re.compile(r"(\d+(?:\.\d+)?)\s*/\s*(d|w|mo|y)")
_IN_A_MONTH = {"d": 365.25 / 12, "w": 365.25 / 84, "mo": 1.0, "y": 1 / 12}


def monthly(volume: str) -> float:
    """Decisions a month of `decision.volume`. Raises `ValueError` where it is not written so, or is zero.

    >>> monthly("30000/mo"), monthly("1200/y"), round(monthly("100/d"))
    (30000.0, 100.0, 3044)
    """
    match = _VOLUME.fullmatch(volume.strip())
    if not match or not float(match[1]):
        raise ValueError(volume)
    return float(match[1]) * _IN_A_MONTH[match[2]]


@dataclass(frozen=True)
class Present:
    """Today's rule: `column sign bound` is decided positive; without a sign the column holds the decision."""

    column: str
    sign: str = ""
    bound: float = math.nan


def parse_present(text: str) -> Present:
    """Read `decision.present`. Raises `ValueError` where the bound is no finite number.

    >>> parse_present("amount >= 1000")
    Present(column='amount', sign='>=', bound=1000.0)
    >>> parse_present("called").sign
    ''
    """
    match = _RULE.fullmatch(text.strip())
    if not match:
        return Present(text.strip())
    bound = float(match[3])
    if not math.isfinite(bound):
        raise ValueError(match[3])
    return Present(match[1], match[2], bound)


def decided_by(charter: Charter) -> Iterator[tuple[str, Path]]:
    """Columns that costs and today's rule name, and where."""
    for name in ERRORS:
        column = getattr(charter.costs, f"{name}_column")
        if column is not None:
            yield column, ("costs", f"{name}_column")
    if charter.decision.present is not None:
        yield parse_present(charter.decision.present).column, ("decision", "present")


def check_decision(charter: Charter, document: dict[str, Any], problems: Problems) -> None:
    """File every contradiction between the costs, the decision rules and the rest of the charter."""
    for name in ERRORS:
        _by_column(name, charter, document.get("costs", {}), problems)
    _one_currency(charter, problems)
    _windows(charter, problems)
    _review(charter, document.get("decision", {}), problems)
    _present(charter, problems)
    _interval(charter.decision, problems)
    _volume(charter, problems)


def prices_both(costs: Costs) -> bool:
    """Whether a false alarm and a miss both have a price, fixed or by column."""
    return all(getattr(costs, name) is not None or getattr(costs, f"{name}_column") for name in ERRORS)


def _by_column(name: str, charter: Charter, given: dict[str, Any], problems: Problems) -> None:
    costs, data = charter.costs, charter.data
    column, missing = getattr(costs, f"{name}_column"), getattr(costs, f"{name}_missing")
    if column is None:
        for part in ("share", "missing"):
            if f"{name}_{part}" in given:
                message = f"{name}_{part} counts only with {name}_column."
                where: Path = ("costs", f"{name}_{part}")
                remedy = f"Write {name}_column = …, or take the line out."
                problems.add(where, message, given[f"{name}_{part}"], remedy)
        return
    at: Path = ("costs", f"{name}_column")
    if missing is None:
        problems.add(
            at,
            f'{name}_column says nothing about a request without "{column}".',
            column,
            f"Write the amount to assume then, for example {name}_missing = 100.",
        )
    late = "is the target" if column == charter.target.column else ""
    late = "is known only after the decision" if column in data.after_decision else late
    if late:
        message = f'{name}_column = "{column}" {late}, so it cannot decide.'
        problems.add(at, message, column, "Name an amount that is known when the row is decided.")
    share = getattr(costs, f"{name}_share")
    if not share:
        message = f"{name}_share = 0 takes nothing of the amount."
        problems.add(("costs", f"{name}_share"), message, share, f"Leave {name}_column out.")
    if not prices_both(costs):
        other = next(each for each in ERRORS if each != name)
        message = f"{name}_column needs the cost of the other error too."
        problems.add(at, message, column, f"Write {other} = … under [costs].")


def _one_currency(charter: Charter, problems: Problems) -> None:
    right = charter.costs.currency
    for table, names in (("costs", (*ERRORS, "over", "under")), ("decision", ("review_cost",))):
        for name in names:
            amount = getattr(getattr(charter, table), name)
            if isinstance(amount, MoneyRange) and amount.currency and amount.currency != right:
                problems.add(
                    (table, name),
                    f"{table}.{name} is in {amount.currency}, and costs.currency is {right}.",
                    amount.currency,
                    "Write every amount in one currency: nothing is converted.",
                )


def _windows(charter: Charter, problems: Problems) -> None:
    """A limit needs a window, one window, and rows that can be counted in it."""
    rules = charter.decision
    limited = [name for name in ("capacity", "review_capacity") if getattr(rules, name) is not None]
    if rules.per is not None and rules.per_rows is not None:
        problems.add(
            ("decision", "per_rows"),
            "per and per_rows both say what a window is.",
            rules.per_rows,
            "Keep one.",
        )
    if rules.per is not None and not rules.per:
        remedy = 'Write for example per = "1d".'
        problems.add(("decision", "per"), "a window of 0 s holds no rows.", "0s", remedy)
    if not limited and (rules.per is not None or rules.per_rows is not None):
        name = "per" if rules.per is not None else "per_rows"
        message = f"{name} counts only with capacity or review_capacity."
        problems.add(
            ("decision", name), message, getattr(rules, name), "Write capacity = … under [decision]."
        )
    if limited and rules.per is not None and charter.data.decision_time is None:
        problems.add(
            ("decision", "per"),
            "a window of time needs to know when each row is decided.",
            rules.per,
            "Write decision_time = … under [data], or per_rows = … in place of per.",
        )
    for name in limited:
        _limit(name, charter, problems)


def _limit(name: str, charter: Charter, problems: Problems) -> None:
    rules, at = charter.decision, ("decision", name)
    most = getattr(rules, name)
    if charter.task is not Task.BINARY:
        _not_binary(name, charter, problems)
    if rules.per is None and rules.per_rows is None:
        remedy = 'Write per = "1d", or per_rows = 5000 where rows have no time.'
        problems.add(at, f"{name} has no window to count in.", most, remedy)
    if rules.per_rows is not None and most > rules.per_rows:
        message = f"{name} = {most} is more than the {rules.per_rows} rows of a window."
        problems.add(at, message, most, f"Take {name} out: it limits nothing.")


def _review(charter: Charter, given: dict[str, Any], problems: Problems) -> None:
    rules, costs = charter.decision, charter.costs
    at: Path = ("decision", "review_cost")
    if rules.review_cost is None:
        for name in ("review_error", "review_capacity"):
            if name in given:
                message, remedy = f"{name} counts only with review_cost.", 'Write review_cost = "4 USD".'
                problems.add(("decision", name), message, given[name], remedy)
        return
    if charter.task is not Task.BINARY:
        _not_binary("review_cost", charter, problems)
        return
    price = rules.review_cost.middle
    if not prices_both(costs):
        problems.add(
            at,
            "review_cost cannot be weighed: nobody declared what a false alarm and a miss cost.",
            price,
            "Write false_positive and false_negative under [costs].",
        )
    elif costs.false_positive_column is None and costs.false_negative_column is None:
        _no_band(charter, problems)
    if rules.review_error >= 0.5:
        problems.add(
            ("decision", "review_error"),
            f"review_error = {rules.review_error:g}: such a person is wrong at least every second time.",
            rules.review_error,
            "Write the share of reviews that end in the wrong decision, below 0.5.",
        )
    if rules.capacity is not None:
        problems.add(
            ("decision", "capacity"),
            "capacity and review_cost together: a review that ends positive takes a place as well, and how "
            "many do is not known when the rule is made.",
            rules.capacity,
            "Declare review_capacity for the reviewers, or capacity without review_cost.",
        )


def _no_band(charter: Charter, problems: Problems) -> None:
    """A review that never pays, whatever the probability (Chow 1970: cost below a m / (a + m))."""
    rules, costs = charter.decision, charter.costs
    if rules.review_cost is None or costs.false_positive is None or costs.false_negative is None:
        return
    alarm, miss = costs.false_positive.middle, costs.false_negative.middle
    most = (1 - 2 * rules.review_error) * alarm * miss / (alarm + miss) if alarm + miss else 0.0
    if rules.review_cost.middle >= most and rules.review_error < 0.5:
        problems.add(
            ("decision", "review_cost"),
            f"a review for {rules.review_cost.middle:g} never pays: with these costs of errors it would have "
            f"to cost less than {most:g}.",
            rules.review_cost.middle,
            "Take review_cost out, or correct the costs.",
        )


def _present(charter: Charter, problems: Problems) -> None:
    text, at = charter.decision.present, ("decision", "present")
    if text is None:
        return
    if charter.task is not Task.BINARY:
        _not_binary("present", charter, problems)
    try:
        column = parse_present(text).column
    except ValueError:
        problems.add(
            at, f'"{text.split()[-1]}" in present is no number.', text, 'Write for example "amount >= 1000".'
        )
        # The columns are looked up later; a rule that cannot be read must not reach that.
        return
    if column == charter.target.column:
        problems.add(at, "present looks at the target itself.", text, "Name what is known at the decision.")


def _interval(rules: DecisionRules, problems: Problems) -> None:
    if rules.interval is not None and not 0.5 <= rules.interval <= 0.99:
        problems.add(
            ("decision", "interval"),
            f"interval = {rules.interval:g} is not between 0.5 and 0.99.",
            rules.interval,
            "Write for example interval = 0.9: nine outcomes of ten lie inside.",
        )


def _volume(charter: Charter, problems: Problems) -> None:
    volume, at = charter.decision.volume, ("decision", "volume")
    if volume is None:
        return
    try:
        monthly(volume)
    except ValueError:
        message = f'"{volume}" is no count of decisions in a time.'
        problems.add(at, message, volume, 'Write for example "30000/mo", or with /d, /w or /y.')
    if charter.costs.currency is None:
        message = "volume turns money into money a month, and nobody declared what errors cost."
        problems.add(at, message, volume, "Declare [costs] with a currency, or take volume out.")


def _not_binary(name: str, charter: Charter, problems: Problems) -> None:
    problems.add(
        ("decision", name),
        f"decision.{name} is for a binary task; this one is {charter.task}.",
        name,
        'Take the line out, or declare a binary target: task = "binary", target.above = …',
    )
