"""DAT028: does the order of the rows, or the number of a key, give the outcome away?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from airworthy.charter.scope import Scope
from airworthy.data.checks.audit_check import AuditCheck
from airworthy.data.checks.charts import bar_chart
from airworthy.data.checks.dat014_identifier_as_input import KEY_NAME
from airworthy.data.checks.subjects import TABLE, column_of, has_outcome
from airworthy.data.checks.words import measured
from airworthy.data.facts import ROW, OutcomeCounts
from airworthy.data.facts.order import Numbered, Numbering
from airworthy.kernel.fact import Fact, Facts
from airworthy.kernel.result import Chart, Estimate, Limit, NotApplicable, Result, Subject
from airworthy.scoring.contract import Column, LogicalType, Role

MOST_AUC = 0.75


class LeakageByOrder(AuditCheck):
    """## What it finds
    A file whose rows are sorted or stacked by the outcome, and keys whose number was handed out after it.

    ## Why it matters
    A split by position puts one outcome on one side. A running number that reaches the model, or a join
    that keeps it, tells the outcome in the file and nothing on the day of the decision.

    ## How it is found
    Half of the rows give the outcome's rate in 64 stretches of the file (of the key's numbers; for keys also
    by last digit and by the letters before the number), the other half is ranked by it, and the other way
    round. All rows of one key stand in one half: a brewery that makes only cider tells nothing of the next
    number. AUC with DeLong's interval, at a level shared among what was tried; at most 30,000 rows of each
    outcome. Where the rows are in order of time and time tells as much, it is drift and not the order.

    ## Limit
    AUC at most 0.75. In fourteen public tables the outcome's honest drift along the file, or along a key,
    stays at or below 0.68; files sorted by the outcome have 0.9 and more.

    ## What to do
    Shuffle the rows before any split by position, and leave the key out of inputs and joins. Ask when the
    key is handed out.

    ## Known problems
    Without a declared time, a strong drift along the file cannot be told from an order by the outcome. A
    file sorted by place or product fails too where these tell the outcome: a split by position would
    learn from some places and test on others.

    ## Example
    The place in the file alone separates "yes" with AUC 0.96 in 4,000 rows: the file is sorted. FAIL.

        >>> import airworthy as aw, numpy as np, polars as pl
        >>> rng = np.random.default_rng(0)
        >>> late = np.sort(rng.random(2000) + rng.normal(0, 0.05, 2000)) > 0.7
        >>> table = pl.DataFrame({"weight": rng.normal(9, 2, 2000), "late": np.where(late, "yes", "no")})
        >>> report = aw.audit(table, target="late", effects=False)
        >>> [result.subject for result in report.failures if result.code == "DAT028"]
        ['table']

    ## References
    Kaufman et al., Leakage in data mining, ACM TKDD 6 (2012), on identifiers and order. DeLong et al.,
    Biometrics 44 (1988) 837.
    """

    code: ClassVar[str] = "DAT028"
    name: ClassVar[str] = "leakage-by-order"
    title: ClassVar[str] = "Neither the order of rows nor a key's number gives the outcome away"
    default: ClassVar[Limit] = Limit(high=MOST_AUC, source="default: AUC 0.75 of a number alone")
    advice: ClassVar[str] = (
        "Shuffle the rows before a split by position; leave the number out of inputs and joins."
    )

    def subjects(self, scope: Scope) -> Sequence[Subject]:
        if scope.charter.forecast is not None:  # rows stand by series and time, and keys are not read
            return []
        return [TABLE, *(f"column:{key.name}" for key in _keys(scope))] if has_outcome(scope) else []

    def needs(self, scope: Scope) -> Sequence[Fact]:
        return [OutcomeCounts(), *(_fact(subject) for subject in self.subjects(scope))]

    def estimate(self, facts: Facts, scope: Scope) -> Mapping[Subject, Estimate | NotApplicable]:
        return {subject: _measure(facts[_fact(subject)]) for subject in self.subjects(scope)}

    def finding(self, result: Result) -> str:
        value, n = measured(result)
        told = result.details
        if result.subject == TABLE:
            what = "The place in the file"
        else:
            what = f"The {told['by']} of {column_of(result.subject)}"
        return f'{what} alone separates "{told["outcome"]}" from the rest with AUC {value:.3f} in {n:,} rows.'

    def details(self, facts: Facts, scope: Scope, subject: Subject) -> Mapping[str, Any]:
        found: Numbering = facts[_fact(subject)]
        told = found.told
        return {"rows_touched": told.events + told.others, "by": found.by, "outcome": told.outcome}

    def chart(self, facts: Facts, scope: Scope, subject: Subject) -> Chart | None:
        told = facts[_fact(subject)].told
        if told.auc < MOST_AUC - 0.05:
            return None
        name = "place in the file" if subject == TABLE else column_of(subject)
        bars = [(label, rate) for label, _, rate in told.bars]
        return bar_chart(f'"{told.outcome}" by {name}, sampled rows', bars, x=name, y="share of rows")


def _keys(scope: Scope) -> list[Column]:
    """Columns that name or number rows."""
    kept = [c for c in scope.contract.columns if c.role not in (Role.TARGET, Role.AFTER_DECISION, Role.TIME)]
    numbers = (LogicalType.INTEGER,)
    return [
        c for c in kept if c.type is LogicalType.IDENTIFIER or (c.type in numbers and KEY_NAME.search(c.name))
    ]


def _fact(subject: Subject) -> Numbered:
    return Numbered(ROW if subject == TABLE else column_of(subject))


def _measure(found: Numbering | None) -> Estimate | NotApplicable:
    from airworthy.data.facts.estimates import RankInterval, Searched  # loads with the measuring code

    if found is None:
        return NotApplicable("Fewer than two outcomes have ten rows or more, or no number to order them by.")
    if found.timed:
        return NotApplicable("It only stands for the time of the row, which tells the outcome as well.")
    told = found.told
    rank = RankInterval(told.auc, told.error, told.events, told.others)
    return Searched(rank, told.outcomes * found.tried)
