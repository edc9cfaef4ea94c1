"""DAT004: are the values of a column written in one way?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from airworthy.charter.scope import Scope
from airworthy.data.checks.audit_check import ColumnAudit
from airworthy.data.checks.charts import bar_chart
from airworthy.data.checks.subjects import DATED, WORDS, column_of, watched
from airworthy.data.checks.words import counted, listing, measured, next_step, share
from airworthy.data.facts import FormCounts, Forms
from airworthy.data.facts.as_written import AsWritten
from airworthy.data.written import Written
from airworthy.kernel.fact import Fact, Facts
from airworthy.kernel.result import Chart, Estimate, Limit, NotApplicable, Result, Subject
from airworthy.scoring.contract import Column, LogicalType

DECIMAL_ADVICE = "Write every number with the same decimal sign where the file is made."
READ_ADVICE = "Write every day one way, as 2024-12-31, where the file is made."


class TypeDisagreement(ColumnAudit):
    """## What it finds
    Text columns that are numbers or dates but for some values: words among numbers, units and thousands
    separators, decimal commas among points, dates in several formats or orders, days on no calendar. Dates
    in several formats are found also where the reader could make them all days.

    ## Why it matters
    One such value makes the whole column text: 15,000 prices become 15,000 categories. Dates in two
    orders are worse: 03/04 is read without complaint, and is wrong in half of the rows.

    ## How it is found
    Each different value is matched against fifteen forms. If most rows are numbers, or dates, the most
    frequent form is the main one, and every row in another form disagrees. Keys such as C536379 among
    numbers are let be. `01/02/2024` counts with the order that other values of the column show. Of text in
    which every value is a date, the reader itself counts the forms; a time behind the day makes no other
    form, a different separator does.

    ## Limit
    None at all. Every disagreeing row is counted; below about 59 rows the answer stays open.

    ## What to do
    Correct the values at the source, or declare the column's type under `data.types` in airworthy.toml:
    values that do not fit it then become missing, and are counted. A run refuses a column that mixes decimal
    commas and points: write it one way first.

    ## Known problems
    Answers such as "1", "2", "3+" are let be while there are at most 20 different numbers and the words are
    no rarer than 1 %. Columns that are mostly words have no main form, so a number among them is not found.

    ## Example
    Eleven of 7,043 total charges are "n/a": FAIL, with the word quoted.

        >>> import airworthy as aw, polars as pl
        >>> charges = [f"{20 + n % 80}.5" for n in range(490)] + ["not yet billed"] * 10
        >>> table = pl.DataFrame({"charges": charges})
        >>> [result.subject for result in aw.audit(table).failures if result.code == "DAT004"]
        ['column:charges']

    ## References
    Van den Burg, Nazabal and Sutton, Data Mining and Knowledge Discovery 33 (2019) 1799, on such files.
    """

    code: ClassVar[str] = "DAT004"
    name: ClassVar[str] = "type-disagreement"
    title: ClassVar[str] = "Each column is written in one way"
    default: ClassVar[Limit] = Limit(high=0.0, source="default: no row")
    advice: ClassVar[str] = (
        "Correct these values at the source, or declare the type under data.types; they then count as null."
    )

    def columns(self, scope: Scope) -> Sequence[Column]:
        # One word among numbers that are all different makes the column look like a key.
        kinds = (*WORDS, *DATED, LogicalType.IDENTIFIER)
        keys = scope.charter.data.entity
        return [column for column in watched(scope) if column.type in kinds and column.name not in keys]

    def needs(self, scope: Scope) -> Sequence[Fact]:
        asked = [(column.name, column.type in DATED) for column in self.columns(scope)]
        return [
            fact for name, dated in asked for fact in (AsWritten(name), *(() if dated else (Forms(name),)))
        ]

    def fact(self, column: str) -> Fact:
        return Forms(column)

    def measure(self, column: Column, facts: Facts, scope: Scope) -> Estimate | NotApplicable:
        from airworthy.data.facts.estimates import Census  # loads with the measuring code

        if column.type in DATED and not facts[AsWritten(column.name)].forms:
            return NotApplicable(f"{column.name} is stored as dates, not written as text.")
        counts = _counts(facts, column.name)
        if not counts.values:
            return NotApplicable(f"{column.name} holds no value.")
        if counts.main is None:
            return NotApplicable(f"{column.name} is words, with no number or date form to keep.")
        return Census(counts.disagree, counts.values, "share of values")

    def finding(self, result: Result) -> str:
        value, n = measured(result)
        name, main = column_of(result.subject), result.details["main_form"]
        if not value:
            return f"{name} is written as {main} in all {n:,} rows."
        told = counted(result.details["rows_touched"], "value")
        examples = listing([f'"{text}"' for text in result.details["examples"]])
        if "either_order" in result.details:
            return (
                f"{name} is mostly written as {main.removeprefix('date as ')}, but {told} of {n:,} "
                f"({share(value)}) otherwise, such as {examples}; all were read as dates.{_doubt(result)}"
            )
        verb = "is" if result.details["rows_touched"] == 1 else "are"
        return (
            f"{name} is mostly {main}, but {told} of {n:,} ({share(value)}) {verb} not, such as {examples}."
        )

    def remedy(self, result: Result) -> str:
        if "decimals" in result.details:
            return next_step(result, DECIMAL_ADVICE)
        read = result.details.get("either_order") is not None
        return next_step(result, READ_ADVICE if read else self.advice)

    def details(self, facts: Facts, scope: Scope, subject: Subject) -> Mapping[str, Any]:
        counts = _counts(facts, column_of(subject))
        record: Written = facts[AsWritten(column_of(subject))]
        return {
            "rows_touched": counts.disagree,
            "main_form": counts.main,
            "forms": dict(counts.forms),
            "examples": list(counts.examples),
        } | (
            {"either_order": record.either}
            if record.forms
            else {"decimals": str(record.decimals)}
            if record.decimals
            else {}
        )

    def chart(self, facts: Facts, scope: Scope, subject: Subject) -> Chart | None:
        counts = _counts(facts, column_of(subject))
        if not counts.disagree:
            return None
        bars = [(form, float(rows)) for form, rows in counts.forms]
        return bar_chart(f"How {column_of(subject)} is written", bars, x="form", y="values")


def _counts(facts: Facts, name: str) -> FormCounts:
    """Of text its forms; of text that was read as dates, those that the reader met."""
    record: Written = facts[AsWritten(name)]
    if not record.forms:
        counts: FormCounts = facts[Forms(name)]
        return counts
    main, *others = record.forms
    return FormCounts(
        values=sum(rows for _, rows, _ in record.forms),
        main=main[0],
        disagree=sum(rows for _, rows, _ in others),
        forms=tuple((form, rows) for form, rows, _ in record.forms),
        examples=tuple(example for _, _, example in others),
    )


def _doubt(result: Result) -> str:
    """Whether some of the dates could be others."""
    either = result.details["either_order"]
    return f" Day and month of {either:,} could be exchanged." if either else ""
