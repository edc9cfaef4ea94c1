"""DAT021: are rows copies of other rows but for a cell or two?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from airworthy.charter.scope import Scope
from airworthy.data.checks.audit_check import AuditCheck
from airworthy.data.checks.charts import bar_chart
from airworthy.data.checks.subjects import DATED, TABLE
from airworthy.data.checks.words import counted, listing, measured, share
from airworthy.data.facts.contents import NearCounts, NearRepeats
from airworthy.kernel.fact import Fact, Facts
from airworthy.kernel.result import Chart, Estimate, Limit, NotApplicable, Result, Subject
from airworthy.scoring.contract import Role

MOST_NEAR = 0.005
BARS = 12


class NearDuplicates(AuditCheck):
    """## What it finds
    `table`: rows equal to an earlier row in all but one or two cells: a customer entered again with another
    phone, a record loaded twice of which one cell was corrected.

    ## Why it matters
    They count twice, stand on both sides of a split, and are not removed by any search for equal rows.

    ## How it is found
    The columns are dealt into three blocks, the telling ones apart; a row with two changed cells still
    agrees with its copy in one block, so pairs are the rows that agree in a block which at most four rows
    share. Each pair's cells are compared: dates and the two columns with the most different values must
    agree, keys that number the rows are left out. Copies are one or two cells apart and hardly ever three
    or four; rows that are alike by nature (months of one shop, readings of one sensor) or by coincidence
    often are. So the rows three or four cells apart are taken off, and nothing counts unless there are four
    times as many near ones.

    ## Limit
    At most 0.5 % of the rows, and fewer than three are let be.

    ## What to do
    Look at the pairs with the owner of the table; keep one of each, or declare the entity (data.entity) so
    that its rows stay on one side of a split.

    ## Known problems
    Fewer than six columns are not compared, nor rows that were laid out, as in an experiment: two columns of
    four values or more, each value as often as the others, more evenly than chance deals. Copies in a table
    whose rows are alike by nature are hidden by them. A copy with another date is taken for another event.

    ## Example
    40 of 2,040 rows equal an earlier row but for one cell, most often `income` (2 %): FAIL.

        >>> import airworthy as aw, numpy as np, polars as pl
        >>> rng = np.random.default_rng(0)
        >>> table = pl.DataFrame({name: rng.lognormal(8, 1, 1000).round() for name in "abcdef"})
        >>> table = table.with_columns(pl.Series("rooms", rng.integers(1, 9, 1000)))
        >>> again = table.head(40).with_columns(pl.col("rooms") + 1)
        >>> table = pl.concat([table, again])
        >>> [result.subject for result in aw.audit(table).failures if result.code == "DAT021"]
        ['table']

    ## References
    Hernandez and Stolfo, The merge/purge problem, SIGMOD 1995, on blocks in place of all pairs.
    """

    code: ClassVar[str] = "DAT021"
    name: ClassVar[str] = "near-duplicates"
    title: ClassVar[str] = "No row is nearly another row"
    default: ClassVar[Limit] = Limit(high=MOST_NEAR, source="default: 0.5 % of rows, and at least 3")
    advice: ClassVar[str] = (
        "Look at the pairs with the table's owner and keep one of each, or declare the entity (data.entity)."
    )

    def subjects(self, scope: Scope) -> Sequence[Subject]:
        return [TABLE]

    def needs(self, scope: Scope) -> Sequence[Fact]:
        return [compared_rows(scope)]

    def estimate(self, facts: Facts, scope: Scope) -> Mapping[Subject, Estimate | NotApplicable]:
        from airworthy.data.facts.estimates import Census  # loads with the measuring code

        counts: NearCounts = facts[compared_rows(scope)]
        if not counts.compared:
            return {TABLE: NotApplicable("Too few columns tell rows apart, or the rows were laid out.")}
        return {TABLE: Census(counts.copies, counts.rows)}

    def finding(self, result: Result) -> str:
        _, n = measured(result)
        found = result.details["rows_touched"]
        if not found:
            return f"No row of {n:,} is another row but for one or two cells."
        names = listing(list(result.details["cells"]))
        return (
            f"{counted(found, 'row')} of {n:,} ({share(found / n)}) equal an earlier row but for at most "
            f"{counted(result.details['most_cells'], 'cell')}, most often {names}."
        )

    def details(self, facts: Facts, scope: Scope, subject: Subject) -> Mapping[str, Any]:
        counts: NearCounts = facts[compared_rows(scope)]
        return {
            "rows_touched": counts.copies,
            "near": counts.near,
            "farther": counts.farther,
            "most_cells": counts.most_cells,
            "cells": dict(counts.cells),
            "example_rows": list(counts.example or ()),
        }

    def chart(self, facts: Facts, scope: Scope, subject: Subject) -> Chart | None:
        counts: NearCounts = facts[compared_rows(scope)]
        if not counts.copies:
            return None
        bars = [(name, float(pairs)) for name, pairs in counts.cells[:BARS]]
        return bar_chart("Cells in which near copies differ", bars, x="column", y="pairs of rows")


def compared_rows(scope: Scope) -> NearRepeats:
    """The rows as they are compared: over all columns but the outcome and the part of the split."""
    columns = [
        column
        for column in scope.contract.columns
        if column.role is not Role.TARGET and column.name != scope.part
    ]
    dates = tuple(column.name for column in columns if column.type in DATED)
    return NearRepeats(tuple(column.name for column in columns), dates, scope.part)
