"""DAT014: would the model read a key?"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from airworthy.charter.scope import Scope
from airworthy.data.checks.audit_check import ColumnAudit
from airworthy.data.checks.subjects import column_of, inputs
from airworthy.data.checks.words import measured, share
from airworthy.data.facts import ColumnCounts, Counts, Sample
from airworthy.kernel.fact import Fact, Facts
from airworthy.kernel.result import Estimate, Limit, NotApplicable, Result, Subject
from airworthy.scoring.contract import Column, LogicalType

MOST_DIFFERENT = 0.9
FEWEST = 20
PROSE_WORDS = 3.0
"""Words in a value of prose, on average; "item 174" has two and names its row."""

KEY_NAME = re.compile(
    r"(?:^|[_\W])(?:id|uuid|guid|key|no|nr|num|number|index|row)$|[a-z](?:ID|Id|No|Nr)$", re.I
)


class IdentifierAsInput(ColumnAudit):
    """## What it finds
    Inputs that number or name the rows: a key, a running number, a code that is different nearly everywhere.

    ## Why it matters
    A key learned by heart says nothing about the next row. A running number is worse: it tells when the row
    was written, and so the past outcome's rate, and leaves the learned range on the first day.

    ## How it is found
    Words: the share of rows with a value of their own. Whole numbers: the same share where they fill their
    range almost without holes or are named like a key; else they are quantities and count 0. Columns that
    were typed as identifiers are left out of the inputs already, and are not asked about.

    ## Limit
    At most 90 % of the rows with a value of their own.

    ## What to do
    Put the column under `data.exclude`, or under `data.entity` if it names the person or thing that
    returns. Keep it in the file: it is how a decision is found again.

    ## Known problems
    Keys drawn at random without a telling name pass as quantities. Prose, of three words or more on
    average, is different in every row by nature and is not asked about.

    ## Example
    `ID` runs from 1 to 30,000 in 30,000 rows: FAIL.

        >>> import airworthy as aw, polars as pl
        >>> names = [f"{colour}-lamp {n}" for n in range(150) for colour in ("red", "blue")]
        >>> table = pl.DataFrame({"name": names, "price": [n * 7 % 90 for n in range(300)]})
        >>> [result.subject for result in aw.audit(table).failures if result.code == "DAT014"]
        ['column:name']

    ## References
    Kaufman et al., Leakage in data mining, ACM TKDD 6 (2012), on identifiers that tell the outcome.
    """

    code: ClassVar[str] = "DAT014"
    name: ClassVar[str] = "identifier-as-input"
    title: ClassVar[str] = "No key is an input"
    default: ClassVar[Limit] = Limit(high=MOST_DIFFERENT, source="default: 90 % of rows")
    advice: ClassVar[str] = "Put it under data.exclude, or under data.entity if it names what returns."

    def columns(self, scope: Scope) -> Sequence[Column]:
        kinds = (LogicalType.CATEGORY, LogicalType.INTEGER, LogicalType.IDENTIFIER, LogicalType.TEXT)
        return [column for column in inputs(scope) if column.type in kinds]

    def fact(self, column: str) -> Fact:
        return ColumnCounts(column)

    def measure(self, column: Column, facts: Facts, scope: Scope) -> Estimate | NotApplicable:
        from airworthy.data.facts.estimates import Census  # loads with the measuring code

        counts: Counts = facts[ColumnCounts(column.name)]
        values = counts.rows - counts.nulls
        if not values:
            return NotApplicable(f"{column.name} holds no value.")
        if column.type is LogicalType.TEXT and _words(facts[Sample()][column.name]) >= PROSE_WORDS:
            return NotApplicable(f"{column.name} is prose, which is different in every row by nature.")
        own = counts.distinct if _names_rows(column, counts) else 0
        return Census(own, values, "share of rows with a value of their own")

    def finding(self, result: Result) -> str:
        value, n = measured(result)
        name = column_of(result.subject)
        if not value:
            return f"{name} is a quantity, not a key, in {n:,} rows."
        return f"{name} has {share(value)} as many different values as rows ({n:,})."

    def details(self, facts: Facts, scope: Scope, subject: Subject) -> Mapping[str, Any]:
        counts: Counts = facts[ColumnCounts(column_of(subject))]
        return {"rows_touched": counts.rows - counts.nulls, "different_values": counts.distinct}


def _words(values: Any) -> float:
    """Words in a value of a text column (polars Series), on average."""
    blanks: float | None = values.drop_nulls().str.strip_chars().str.count_matches(r"\s+").mean()
    return (blanks or 0.0) + 1


def _names_rows(column: Column, counts: Counts) -> bool:
    if column.type is not LogicalType.INTEGER:
        return True
    if counts.distinct < FEWEST or counts.low is None or counts.high is None:
        return False
    dense = counts.high - counts.low + 1 <= counts.distinct / MOST_DIFFERENT
    return dense or bool(KEY_NAME.search(column.name))
