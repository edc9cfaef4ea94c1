"""DAT008: would the model read something that is written only after the outcome?"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from airworthy.charter.scope import Scope
from airworthy.data.checks.audit_check import ColumnAudit
from airworthy.data.checks.subjects import column_of, has_outcome, inputs
from airworthy.data.checks.words import counted, measured, share
from airworthy.data.facts import ByOutcome, ColumnByOutcome
from airworthy.kernel.fact import Fact, Facts
from airworthy.kernel.result import Estimate, Limit, NotApplicable, Result, Subject
from airworthy.scoring.contract import Column

MOST_LIFT = 0.9
MOST_LIFT_BY_NAME = 0.5
COMMON = 0.7
"""An outcome more common than this cannot be told by a column being filled in."""

OFTEN = 0.95
"""A column filled in for more than this share of the rows is filled in for everyone."""

FEWEST = 30

RARE = 0.3
"""A rarer outcome is counted as if it had this share of the rows: what is written after the outcome is wrong
in a few other rows too, and beside few of the outcome they look like many."""

TELLING_NAME = re.compile(
    r"(?:^|[_\W])(?:outcome|result|resolution|resolved|closed?|closing|cancel\w*|terminat\w*|churn\w*|"
    r"refund\w*|chargeback\w*|recover\w*|collection\w*|settle\w*|default\w*|discharge\w*|died|death|actual|"
    r"reason|exit|ended?|final|after|post|arr|arrival)(?:$|[_\W])",
    re.IGNORECASE,
)


class PostOutcomeColumn(ColumnAudit):
    """## What it finds
    Inputs that were declared as known only after the decision; and inputs that are filled in (not empty,
    not zero, not false) nearly only where one outcome happened, such as a refund or a closing reason.

    ## Why it matters
    Such a column may touch few rows, so its AUC is modest and no other check sees it. The model still
    learns it, and in production it is always empty.

    ## How it is found
    Of the rows where the column is filled in, the share with one outcome, against that outcome's share in
    all rows: 0 is no more than usual, 1 is always. Wilson's interval, the level shared among the outcomes
    tried. Beside a rare outcome a few slips look like many: where it has less than 30 % of the rows it is
    counted as if it had 30 %, by the ratio of the shares filled in with it and without it, and Katz's
    interval. Only outcomes of at most 70 % of the rows count, and only columns filled in for 30 rows or more
    and not for nearly everyone. Declared names are compared with the inputs.

    ## Limit
    At most 0.9 of the way to certainty; 0.5 where the name itself speaks of an end (reason, refund, closed,
    result, arrival and the like), where a rare outcome counts as it is. A declared column among the inputs
    fails at once.

    ## What to do
    Ask when the column is written. If after the decision, name it under `data.after_decision`.

    ## Known problems
    A rare event that truly decides (a revoked licence) looks the same. A column that is written for
    everybody, only later, cannot be seen from its values: only its owner knows.

    ## Example
    `collections_fee` is above zero in 120 rows, of which 119 defaulted; 22 % default overall. The lift is
    (0.992 - 0.22) / 0.78 = 0.99: FAIL.

        >>> import airworthy as aw, numpy as np, polars as pl
        >>> rng = np.random.default_rng(0)
        >>> bad = rng.random(2000) < 0.2
        >>> fee = np.where(bad & (rng.random(2000) < 0.3), rng.integers(10, 90, 2000), 0)
        >>> table = pl.DataFrame({"collections_fee": fee, "defaulted": np.where(bad, "yes", "no")})
        >>> report = aw.audit(table, target="defaulted", effects=False)
        >>> [result.subject for result in report.failures if result.code == "DAT008"]
        ['column:collections_fee']

    ## References
    Kaufman et al., Leakage in data mining, ACM TKDD 6 (2012), on legitimacy in time; Katz et al., Biometrics
    34 (1978) 469, on the ratio of two shares.
    """

    code: ClassVar[str] = "DAT008"
    name: ClassVar[str] = "post-outcome-column"
    title: ClassVar[str] = "Inputs are known before the outcome"
    default: ClassVar[Limit] = Limit(high=MOST_LIFT, source="default: 0.9 of the way to certainty")
    advice: ClassVar[str] = (
        "Ask when this column is written; if after the decision, name it under data.after_decision."
    )

    def columns(self, scope: Scope) -> Sequence[Column]:
        return inputs(scope) if has_outcome(scope) else ()

    def fact(self, column: str) -> Fact:
        return ColumnByOutcome(column)

    def limit(self, scope: Scope, subject: Subject) -> Limit:
        if TELLING_NAME.search(column_of(subject)):
            named = Limit(high=MOST_LIFT_BY_NAME, source="default: 0.5, as the name speaks of an end")
            return scope.limit(self.code, named)
        return scope.limit(self.code, self.default)

    def measure(self, column: Column, facts: Facts, scope: Scope) -> Estimate | NotApplicable:
        from airworthy.data.facts.estimates import Lift, RareLift, Searched  # loads with the measuring code
        from airworthy.measures.proportion import Exact

        counts: ByOutcome | None = facts[ColumnByOutcome(column.name)]
        if column.name in scope.charter.data.after_decision:
            return Exact(1.0, Lift.unit, sum(counts.rows) if counts else 0)
        if counts is None or len(counts.outcomes) < 2:
            return NotApplicable("Fewer than two outcomes have a row: nothing to compare.")
        filled = _filled(counts)
        if sum(filled) > OFTEN * sum(counts.rows):
            return NotApplicable(f"{column.name} is filled in for nearly every row, whatever the outcome.")
        if sum(filled) < FEWEST:
            return NotApplicable(f"{column.name} is filled in for only {counted(sum(filled), 'row')}.")
        tried = _rare(counts)
        if not tried:
            return NotApplicable("One outcome has more than 70 % of the rows, and the others have none.")
        place = most_told(counts)
        events, rows, hits = counts.rows[place], sum(counts.rows), filled[place]
        if events < RARE * rows and not TELLING_NAME.search(column.name):
            rare = RareLift(hits, events, sum(filled) - hits, rows - events, RARE)
            return Searched(rare, len(tried))
        return Searched(Lift(hits, sum(filled), events / rows), len(tried))

    def finding(self, result: Result) -> str:
        _, n = measured(result)
        name, told = column_of(result.subject), result.details
        if told["declared"]:
            return f"{name} is declared as known only after the decision, and the model would read it."
        return (
            f"{name} is filled in for {n:,} rows, and {share(told['share_filled'])} of them have "
            f'"{told["outcome"]}", which {share(told["share_all"])} of all rows have.'
        )

    def details(self, facts: Facts, scope: Scope, subject: Subject) -> Mapping[str, Any]:
        counts: ByOutcome = facts[ColumnByOutcome(column_of(subject))]
        if column_of(subject) in scope.charter.data.after_decision:
            return {"rows_touched": sum(counts.rows), "declared": True}
        filled, place = _filled(counts), most_told(counts)
        return {
            "rows_touched": sum(filled),
            "declared": False,
            "outcome": counts.outcomes[place],
            "share_filled": filled[place] / sum(filled),
            "share_all": counts.rows[place] / sum(counts.rows),
        }


def _filled(counts: ByOutcome) -> list[int]:
    return [rows - empty for rows, empty in zip(counts.rows, counts.empty, strict=True)]


def _rare(counts: ByOutcome) -> list[int]:
    total = sum(counts.rows)
    return [i for i, rows in enumerate(counts.rows) if 0 < rows <= COMMON * total]


def most_told(counts: ByOutcome) -> int:
    """The outcome, not the common one, that rises most where the column is filled in."""
    filled, total = _filled(counts), sum(counts.rows)

    def rise(place: int) -> float:
        base = counts.rows[place] / total
        return (filled[place] / sum(filled) - base) / (1 - base)

    return max(_rare(counts), key=rise)
