"""DAT035: was everything beyond a value written as that value?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from airworthy.charter.model import Task
from airworthy.charter.scope import Scope
from airworthy.data.checks.audit_check import AuditCheck
from airworthy.data.checks.subjects import OUTCOME, column_of, has_outcome, subject_of, watched
from airworthy.data.checks.words import counted, measured, share
from airworthy.data.facts import TARGET, ColumnCounts
from airworthy.data.facts.edges import Edge, Pile
from airworthy.kernel.fact import Fact, Facts
from airworthy.kernel.result import Estimate, Limit, NotApplicable, Result, Subject

MOST_ROWS = 0.003


class CutOff(AuditCheck):
    """## What it finds
    Numbers, the outcome among them, that were cut off at an end: everything above a price, or past an age,
    was written as that price or age.

    ## Why it matters
    The true values are lost. A model of a cut-off outcome answers too low where it matters most, and its
    measured error looks too small.

    ## How it is found
    The largest and the smallest value of at least twenty different ones in at most 100,000 sampled rows: an
    end with five times the rows of each of the three values next to it is counted in all rows. Of rounded
    numbers, such as a measurement below whose detection limit nothing is told, 2.5 times are enough where the
    end has 1 % of the rows, the values next to it occur about equally often, and none further away is chosen
    much more often than its neighbours. Ends where numbers end by nature (-1, 0, 1, 100) are left out, and
    values far from the rest are DAT005's. Two ends of an input are told but not counted. One has a quarter of
    all rows or more: that is where the number ends by nature, as nothing at all does (zero, before it was
    scaled) and the full mark of a scale. The other is a round number (40,000, 250, 10: one digit, or a five
    after it, then noughts) among whole numbers of which another has a third of its rows: people choose round
    numbers up to what a rule allows. An outcome counts at any end, for its model can never learn what lies
    beyond.

    ## Limit
    At most 0.3 % of the rows with a value.

    ## What to do
    Ask for the uncut values. If there are none, say in the purpose that answers end there, and judge the
    model on the other rows as well.

    ## Known problems
    A ceiling that nature or a rule sets at another number (a full tank of 55 litres) looks the same. Ages
    written as 90 from 90 on are told without failing, as other ages are more frequent, and so is an input
    that was cut off in a quarter of its rows. A cut at 100 is not seen.

    ## Example
    `median_house_value` is 500,001 in 965 of 20,640 rows, and no value near it in more than 27: 4.7 %, FAIL.

        >>> import airworthy as aw, numpy as np, polars as pl
        >>> rng = np.random.default_rng(0)
        >>> value = rng.lognormal(12, 0.6, 5000).round(-2)
        >>> table = pl.DataFrame({"house_value": np.minimum(value, 500_000)})
        >>> [result.subject for result in aw.audit(table).failures if result.code == "DAT035"]
        ['column:house_value']

    ## References
    Tobin, Estimation of relationships for limited dependent variables, Econometrica 26 (1958) 24.
    """

    code: ClassVar[str] = "DAT035"
    name: ClassVar[str] = "cut-off-values"
    title: ClassVar[str] = "Numbers are not cut off at an end"
    default: ClassVar[Limit] = Limit(high=MOST_ROWS, source="default: 0.3 % of rows")
    advice: ClassVar[str] = "Ask for the values before they were cut off; else say that answers end there."

    def subjects(self, scope: Scope) -> Sequence[Subject]:
        numbers = [subject_of(column) for column in watched(scope) if column.type.numeric]
        regression = has_outcome(scope) and scope.charter.task is Task.REGRESSION
        return [*numbers, *([OUTCOME] if regression else [])]

    def needs(self, scope: Scope) -> Sequence[Fact]:
        names = [_column(subject) for subject in self.subjects(scope)]
        return [fact for name in names for fact in (ColumnCounts(name), Edge(name))]

    def estimate(self, facts: Facts, scope: Scope) -> Mapping[Subject, Estimate | NotApplicable]:
        from airworthy.data.facts.estimates import Census  # loads with the measuring code

        answers: dict[Subject, Estimate | NotApplicable] = {}
        for subject in self.subjects(scope):
            told: Pile = facts[Edge(_column(subject))]
            empty = NotApplicable("It holds no value.")
            answers[subject] = Census(_cut(told, subject), told.rows) if told.rows else empty
        return answers

    def finding(self, result: Result) -> str:
        value, n = measured(result)
        told = result.details
        if told["by_rule"]:
            rows = counted(told["at_end"], "row")
            return (
                f"{told['column']} ends at {told['end']:,.7g} in {rows} of {n:,}, a round number "
                "as a rule or a scale sets it."
            )
        if told["by_nature"]:
            rows = counted(told["at_end"], "row")
            return (
                f"{told['column']} ends at {told['end']:,.7g} in {rows} of {n:,}: so many that it seems to "
                "end there by nature."
            )
        if not told["rows_touched"]:
            return f"{told['column']} is not cut off at an end, in {n:,} rows."
        which = "largest" if told["top"] else "smallest"
        rows = counted(told["rows_touched"], "row")
        return (
            f"{told['column']} is {told['end']:,.7g}, its {which} value, in {rows} of {n:,} ({share(value)})"
            "; no value near it is in more than "
            f"{counted(told['beside'], 'sampled row')}."
        )

    def details(self, facts: Facts, scope: Scope, subject: Subject) -> Mapping[str, Any]:
        told: Pile = facts[Edge(_column(subject))]
        name = scope.charter.target.column if subject == OUTCOME else column_of(subject)
        return {
            "rows_touched": _cut(told, subject),
            "at_end": told.count,
            "by_rule": bool(told.count and _by_rule(told) and not _cut(told, subject)),
            "by_nature": bool(told.count and not _by_rule(told) and not _cut(told, subject)),
            "column": name,
            "end": told.end,
            "top": told.top,
            "beside": told.beside,
        }


def _cut(told: Pile, subject: Subject) -> int:
    """Rows whose value was cut off; of an input none, where a rule or nature explains the end."""
    return 0 if subject != OUTCOME and (told.usual or _by_rule(told)) else told.count


def _by_rule(told: Pile) -> bool:
    return (told.heaped or told.usual) and _round(told.end)


def _round(value: float) -> bool:
    """One digit, or a five after it, before the noughts.

    >>> [_round(x) for x in (40_000, 0.25, 150, 52, 500_001, 16.09)]
    [True, True, True, False, False, False]
    """
    digits = f"{abs(value):.10e}".partition("e")[0].replace(".", "").rstrip("0")
    return len(digits) <= 1 or (len(digits) == 2 and digits[1] == "5")


def _column(subject: Subject) -> str:
    return TARGET if subject == OUTCOME else column_of(subject)
