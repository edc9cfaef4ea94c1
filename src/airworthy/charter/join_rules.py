"""What a rule for the IDs of a join needs beside it: one pair of columns, and a time where it has dates."""

from __future__ import annotations

from airworthy.charter.locate import Path
from airworthy.charter.model import Charter, Join
from airworthy.charter.problems import Problems


def check_id_rule(charter: Charter, join: Join, at: Path, problems: Problems) -> None:
    """File what is wrong with how one join rewrites IDs."""
    dated = join.rule is not None and join.rule.dated
    if join.rule is not None and len(join.on) != 1:
        message = f'the rule of the join to "{join.source}" needs one pair of columns, not {len(join.on)}.'
        problems.add((*at, "rule"), message, len(join.on), 'Join on one: on = { customer = "customer_no" }.')
    if dated and join.rule_time is None and charter.data.decision_time is None:
        message = f'the rule of the join to "{join.source}" has dates, and the rows have no time.'
        problems.add((*at, "rule"), message, join.source, "Name the rows' column: rule_time = …")
    if join.rule_time is not None and not dated:
        message = "rule_time counts only for a rule with dates."
        remedy = "Take it out, or write rule = [{ until = 2023-07-01, steps = [...] }, …]."
        problems.add((*at, "rule_time"), message, join.rule_time, remedy)
