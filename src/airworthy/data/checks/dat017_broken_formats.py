"""DAT017: do some values break the pattern that their column follows?"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from airworthy.charter.scope import Scope
from airworthy.data.checks.audit_check import ColumnAudit
from airworthy.data.checks.charts import bar_chart
from airworthy.data.checks.subjects import WORDS, column_of, watched
from airworthy.data.checks.words import counted, listing, measured, share
from airworthy.data.facts import FormCounts, Forms
from airworthy.data.facts.contents import FormatCounts, Formats
from airworthy.kernel.fact import Fact, Facts
from airworthy.kernel.result import Chart, Estimate, Limit, NotApplicable, Result, Subject
from airworthy.scoring.contract import Column, LogicalType

MOST_BROKEN = 0.001
FEWEST_BROKEN = 2

FIXED_WIDTH = re.compile(
    r"(?:^|_)(?:zip|plz|ean|gtin|upc|isbn|siren|siret)(?:_?code)?(?:$|_)"
    r"|post_?(?:al|code|nr)|phone|mobile|telefon",
    re.IGNORECASE,
)
"""Codes of one width that are often stored as whole numbers."""


class BrokenFormats(ColumnAudit):
    """## What it finds
    Phones, e-mail addresses, postcodes and keys that are not written like the rest of their column: AB1097
    among AB-1096, a mail address without its end, a key one digit too long.

    ## Why it matters
    Such a value joins with nothing, and counts as a category of its own. Often it is the first sign of a
    second system that feeds the table.

    ## How it is found
    The pattern is learned: runs of digits and runs of letters are put as one, and the shapes that at least
    5 % of the values have are the column's patterns, where there are at most four and 93 % of the values
    follow them. It must hold digits and something else, and be seen in 30 different values, so that words
    and categories have none. Where 95 % also agree in the width of each run and in capitals, these count
    too, except for numbers that just grow by a digit. E-mail and web addresses and UUIDs are known by
    themselves. Whole numbers are asked only under the name of such a code (zip, phone, ean). Columns of
    dates, or of plain numbers in text, are DAT004's.

    ## Limit
    At most 0.1 % of the values, and a single one is let be.

    ## What to do
    Correct the values at the source, and have the form or the export check the pattern.

    ## Known problems
    A broken form that 5 % of the values share is taken for a second pattern. A wrong value that fits the
    pattern is not found.

    ## Example
    97 of 100 keys are written AA-9999, "AB1097", "AB_1098" and "AB-10999" are not (3 %): FAIL.

        >>> import airworthy as aw, polars as pl
        >>> keys = [f"AB-{1000 + n}" for n in range(97)] + ["AB1097", "AB_1098", "AB-10999"]
        >>> table = pl.DataFrame({"key": keys * 5})
        >>> [result.subject for result in aw.audit(table).failures if result.code == "DAT017"]
        ['column:key']

    ## References
    Raman and Hellerstein, Potter's Wheel, VLDB 2001, on structures learned from values.
    """

    code: ClassVar[str] = "DAT017"
    name: ClassVar[str] = "broken-format"
    title: ClassVar[str] = "Values keep the pattern of their column"
    default: ClassVar[Limit] = Limit(high=MOST_BROKEN, source="default: 0.1 % of values, and at least 2")
    advice: ClassVar[str] = (
        "Correct these values at the source, and have the form or export check the pattern."
    )

    def columns(self, scope: Scope) -> Sequence[Column]:
        return [
            column
            for column in watched(scope)
            if column.type in (*WORDS, LogicalType.IDENTIFIER) or _coded(column)
        ]

    def fact(self, column: str) -> Fact:
        return Formats(column)

    def needs(self, scope: Scope) -> Sequence[Fact]:
        texts = (column for column in self.columns(scope) if not _coded(column))
        return [*super().needs(scope), *(Forms(column.name) for column in texts)]

    def measure(self, column: Column, facts: Facts, scope: Scope) -> Estimate | NotApplicable:
        from airworthy.data.facts.estimates import Census  # loads with the measuring code

        counts: FormatCounts = facts[Formats(column.name)]
        if not counts.values:
            return NotApplicable(f"{column.name} holds no value.")
        main = None if _coded(column) else _main_form(column, facts)
        if main is not None and (column.type is not LogicalType.IDENTIFIER or "date" in main):
            return NotApplicable(f"{column.name} is mostly {main}: DAT004 tells which values are not.")
        if counts.main is None:
            return NotApplicable(f"The values of {column.name} follow no common pattern.")
        return Census(_counted(counts), counts.values, "share of values")

    def finding(self, result: Result) -> str:
        value, n = measured(result)
        name, main = column_of(result.subject), result.details["pattern"]
        if not result.details["rows_touched"]:
            return f"{name} is written as {main} in {n:,} values."
        told = counted(result.details["rows_touched"], "value")
        examples = listing([f'"{text}"' for text in result.details["examples"]])
        return (
            f"{name} is written as {main}, but {told} of {n:,} ({share(value)}) are not, such as {examples}."
        )

    def details(self, facts: Facts, scope: Scope, subject: Subject) -> Mapping[str, Any]:
        counts: FormatCounts = facts[Formats(column_of(subject))]
        return {
            "rows_touched": _counted(counts),
            "pattern": counts.main,
            "shapes": dict(counts.shapes),
            "examples": list(counts.examples),
        }

    def chart(self, facts: Facts, scope: Scope, subject: Subject) -> Chart | None:
        counts: FormatCounts = facts[Formats(column_of(subject))]
        if not _counted(counts) or not counts.shapes:
            return None
        bars = [(shape, float(rows)) for shape, rows in counts.shapes]
        return bar_chart(f"Other patterns in {column_of(subject)}", bars, x="pattern", y="values")


def _coded(column: Column) -> bool:
    """Whether whole numbers are named as a code of one width."""
    return column.type is LogicalType.INTEGER and FIXED_WIDTH.search(column.name) is not None


def _main_form(column: Column, facts: Facts) -> str | None:
    forms: FormCounts = facts[Forms(column.name)]
    return forms.main


def _counted(counts: FormatCounts) -> int:
    return counts.broken if counts.broken >= FEWEST_BROKEN else 0
