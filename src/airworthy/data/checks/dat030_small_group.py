"""DAT030: does a protected group have too few rows to be judged?"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from airworthy.charter.model import Task
from airworthy.charter.scope import Scope
from airworthy.data.checks.audit_check import ColumnAudit
from airworthy.data.checks.charts import bar_chart
from airworthy.data.checks.subjects import column_of
from airworthy.data.checks.words import counted, listing
from airworthy.data.facts import OutcomeCounts
from airworthy.data.facts.groups_by_outcome import GroupOutcomes, GroupRows
from airworthy.kernel.fact import Fact, Facts
from airworthy.kernel.result import Chart, Estimate, Limit, NotApplicable, Result, Subject
from airworthy.scoring.contract import Column

FEWEST_CASES = 10
"""Rows of each outcome in a group: with fewer, its rate of errors on them is anybody's guess."""

_Z = 1.96


class SmallGroup(ColumnAudit):
    """## What it finds
    Groups of a protected column with too few rows, or too few of one outcome, to tell how a model treats
    them.

    ## Why it matters
    A model may be wrong about them at any rate and no figure would show it. Checks of the gap between groups
    stay unsure for ever.

    ## How it is found
    Rows of each value, and rows with each outcome, over all rows. Needed are: as many as `fairness.min_rows`;
    as many as make a rate of the group known to within `fairness.max_gap` (1.96² p (1-p) / gap², p the
    rarest outcome's rate, at most one half); and as many as hold ten rows of each of two outcomes.

    ## Limit
    No group below it.

    ## What to do
    Collect the named number of rows for the group, or say in the purpose that the model is not meant for it.
    Merging small groups hides them.

    ## Known problems
    Numbers of many values (an age) are not grouped here. Crossed groups (older women) are not looked at.
    Rows without a value are no group.

    ## Example
    `gender` = "x" has 40 rows, 12 of them with "yes"; 100 are needed: FAIL.

        >>> import airworthy as aw, numpy as np, polars as pl
        >>> rng = np.random.default_rng(0)
        >>> gender = ["x" if n % 50 == 0 else "fm"[n % 2] for n in range(2000)]
        >>> table = pl.DataFrame({"gender": gender, "hired": rng.choice(["no", "yes"], 2000)})
        >>> report = aw.audit(table, target="hired", protected="gender", effects=False)
        >>> [result.subject for result in report.failures if result.code == "DAT030"]
        ['column:gender']

    ## References
    Wilson, JASA 22 (1927) 209. Buolamwini and Gebru, Gender shades, FAT* 2018.
    """

    code: ClassVar[str] = "DAT030"
    name: ClassVar[str] = "small-group"
    title: ClassVar[str] = "Protected groups have enough rows to be judged"
    default: ClassVar[Limit] = Limit(high=0.0, source="default: no group with too few rows")
    advice: ClassVar[str] = "Collect more rows of it, or state that the model is not meant for it."

    def columns(self, scope: Scope) -> Sequence[Column]:
        names = scope.charter.fairness.protected
        return [column for column in scope.contract.columns if column.name in names]

    def fact(self, column: str) -> Fact:
        return GroupOutcomes(column)

    def needs(self, scope: Scope) -> Sequence[Fact]:
        return [OutcomeCounts(), *super().needs(scope)]

    def measure(self, column: Column, facts: Facts, scope: Scope) -> Estimate | NotApplicable:
        from airworthy.measures.proportion import Exact  # loads with the measuring code

        told: GroupRows = facts[GroupOutcomes(column.name)]
        if not told.groups:
            return NotApplicable(f"{column.name} has no value, or too many different ones to be groups.")
        short = _short(told, scope)
        return Exact(float(len(short)), "groups", sum(rows for _, rows, _ in told.groups))

    def finding(self, result: Result) -> str:
        name, told = column_of(result.subject), result.details
        if not told["groups"]:
            return f"Each group of {name} has the rows that judging it needs."
        shown = [
            f'"{group}" has {counted(rows, "row")}{_of(cases)} of the {needed:,} needed'
            for group, rows, cases, needed in told["groups"]
        ]
        return f"{counted(len(shown), 'group')} of {name}: {listing(shown)}."

    def details(self, facts: Facts, scope: Scope, subject: Subject) -> Mapping[str, Any]:
        told: GroupRows = facts[GroupOutcomes(column_of(subject))]
        short = _short(told, scope)
        return {"rows_touched": sum(rows for _, rows, _, _ in short), "groups": short}

    def chart(self, facts: Facts, scope: Scope, subject: Subject) -> Chart | None:
        told: GroupRows = facts[GroupOutcomes(column_of(subject))]
        short = [group for group, *_ in _short(told, scope)]
        if not short:
            return None
        name = column_of(subject)
        bars = [(group, float(rows)) for group, rows, _ in told.groups]
        return bar_chart(f"Rows by {name}", bars, x=name, y="rows", mark=short)


def needed_rows(rarest: float | None, gap: float, least: int) -> int:
    """Rows that a group needs; `rarest` is the share of its rarest outcome, None without classes.

    >>> needed_rows(0.5, 0.1, 50), needed_rows(0.05, 0.1, 100)     # 1.96² x 0.25 / 0.01;  10 / 0.05
    (97, 200)
    """
    rate = 0.5 if rarest is None else rarest
    wide = math.ceil(_Z**2 * rate * (1 - rate) / gap**2)
    cases = math.ceil(FEWEST_CASES / rarest) if rarest else 0
    return max(least, wide, cases)


def _short(told: GroupRows, scope: Scope) -> list[tuple[str, int, int | None, int]]:
    """Groups with too few rows: value, rows, rows of the rarest outcome, rows needed."""
    rules, classes = scope.charter.fairness, scope.charter.task is not Task.REGRESSION
    known = sum(told.outcomes)
    rarest = min(told.outcomes) / known if classes and len(told.outcomes) == 2 and known else None
    needed = needed_rows(rarest, max(rules.max_gap, 0.01), rules.min_rows)
    found = []
    for group, rows, cases in told.groups:
        fewest = min(cases) if rarest is not None and cases else None
        # Many rows of a group that hardly has an outcome say enough: that is a rate, not a lack.
        few_cases = fewest is not None and fewest < FEWEST_CASES and rows < 10 * needed
        if rows < needed or few_cases:
            own = needed if rows < needed else math.ceil(rows * FEWEST_CASES / max(fewest or 0, 1))
            found.append((group, rows, fewest, own))
    return sorted(found, key=lambda group: (group[1], group[0]))


def _of(cases: int | None) -> str:
    return "" if cases is None else f" ({cases:,} of the rarer outcome)"
