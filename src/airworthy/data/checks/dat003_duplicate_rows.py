"""DAT003: do rows repeat earlier rows, or contradict their twins?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from airworthy.charter.scope import Scope
from airworthy.data.checks.audit_check import AuditCheck
from airworthy.data.checks.subjects import OUTCOME, TABLE, has_outcome
from airworthy.data.checks.words import counted, measured, share
from airworthy.data.facts import RepeatCounts, Repeats
from airworthy.kernel.fact import Fact, Facts
from airworthy.kernel.result import Estimate, Limit, NotApplicable, Result, Subject
from airworthy.scoring.contract import LogicalType, Role

MOST_REPEATED = 0.005


class DuplicateRows(AuditCheck):
    """## What it finds
    `table`: rows equal to an earlier row in every column but row numbers. `target`: rows whose twins, equal
    in all else, have another outcome.

    ## Why it matters
    A row that stands on both sides of a split is a question whose answer was given: the measured quality
    is too good. Twins with opposite outcomes are a wrong label, a lost column or a lost date.

    ## How it is found
    One hash a row in the one scan. In tables of few values rows agree by coincidence, so the near-misses
    are counted too: pairs that agree in all but the most telling columns. Coincidence makes many
    near-misses for each full agreement, copies make none; what coincidence explains is taken off.
    Whole numbers and keys that are different in every row are left out, as they would hide every copy; free
    text is not, as it tells one row from another by itself.

    ## Limit
    At most 0.5 % of the rows.

    ## What to do
    Find out whether the rows were loaded twice. If a thing may rightly occur twice, name the column that
    tells the two apart, or declare the entity, so that its rows stay on one side of each split.

    ## Known problems
    The estimate of coincidences is rough. Where a key is set aside, rows that are alike in groups of every
    size, most of three or more, are taken for things of one kind (aircraft of a type) and not for copies.
    Copies with a changed cell are DAT021's. With fewer than three
    columns, none of them free text, nothing tells a copy from a coincidence.

    ## Example
    5,268 of 541,909 lines of a shop's invoices repeat an earlier line (0.97 %): FAIL.

        >>> import airworthy as aw, polars as pl
        >>> lines = [(f"item {n % 90}", n * 7 % 31, round(n * 0.37 % 50, 2)) for n in range(500)]
        >>> table = pl.DataFrame(lines + lines[:20], schema=["item", "pieces", "price"], orient="row")
        >>> [result.subject for result in aw.audit(table).failures if result.code == "DAT003"]
        ['table']

    ## References
    Christen, Data Matching (2012), on duplicates. The estimate of coincidences is our own; its false alarms
    are measured in `tests/data/audit`.
    """

    code: ClassVar[str] = "DAT003"
    name: ClassVar[str] = "duplicate-rows"
    title: ClassVar[str] = "Rows are told once"
    default: ClassVar[Limit] = Limit(high=MOST_REPEATED, source="default: 0.5 % of rows")
    advice: ClassVar[str] = (
        "Remove rows that were loaded twice, or declare the entity (data.entity) whose rows belong together."
    )

    def subjects(self, scope: Scope) -> Sequence[Subject]:
        return [TABLE, OUTCOME] if has_outcome(scope) else [TABLE]

    def needs(self, scope: Scope) -> Sequence[Fact]:
        return [_fact(scope)] if _columns(scope) else []

    def estimate(self, facts: Facts, scope: Scope) -> Mapping[Subject, Estimate | NotApplicable]:
        from airworthy.data.facts.estimates import Census  # loads with the measuring code

        if len(_columns(scope)) < 3 and not any(c.type is LogicalType.TEXT for c in scope.contract.columns):
            few = NotApplicable("With fewer than three columns nothing tells a copy from a coincidence.")
            return dict.fromkeys(self.subjects(scope), few)
        counts: RepeatCounts = facts[_fact(scope)]
        answers: dict[Subject, Estimate | NotApplicable] = {
            TABLE: Census(round(counts.repeats - counts.chance), counts.rows)
        }
        if OUTCOME in self.subjects(scope):
            excess = (counts.contradictions or 0) - counts.contradictions_chance
            answers[OUTCOME] = Census(round(excess), counts.rows)
        return answers

    def finding(self, result: Result) -> str:
        _, n = measured(result)
        rows, chance = result.details["rows_touched"], result.details["by_chance"]
        told = counted(rows, "row")
        if result.subject == TABLE:
            what = f"{told} of {n:,} repeat an earlier row ({share(rows / n)})"
        else:
            what = f"{told} of {n:,} have a twin with another outcome ({share(rows / n)})"
        if rows and chance >= 0.5:
            return f"{what}; coincidence explains about {chance:,.0f} of them."
        return f"{what}."

    def details(self, facts: Facts, scope: Scope, subject: Subject) -> Mapping[str, Any]:
        counts: RepeatCounts = facts[_fact(scope)]
        if subject == TABLE:
            return {
                "rows_touched": counts.repeats,
                "by_chance": counts.chance,
                "different_rows_repeated": counts.groups,
                "most_often": counts.largest,
            }
        return {"rows_touched": counts.contradictions or 0, "by_chance": counts.contradictions_chance}


def _columns(scope: Scope) -> tuple[str, ...]:
    """Every column but the outcome, in order."""
    return tuple(column.name for column in scope.contract.columns if column.role is not Role.TARGET)


def _fact(scope: Scope) -> Repeats:
    return Repeats(_columns(scope))
