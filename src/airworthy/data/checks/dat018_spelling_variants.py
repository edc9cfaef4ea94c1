"""DAT018: is one category written in several ways?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from airworthy.charter.scope import Scope
from airworthy.data.checks.audit_check import ColumnAudit
from airworthy.data.checks.charts import bar_chart
from airworthy.data.checks.subjects import WORDS, column_of, watched
from airworthy.data.checks.words import counted, listing, measured, share
from airworthy.data.facts.as_written import AsWritten
from airworthy.data.facts.contents import VariantCounts, Variants
from airworthy.data.written import Written
from airworthy.kernel.fact import Fact, Facts
from airworthy.kernel.result import Chart, Estimate, Limit, NotApplicable, Result, Subject
from airworthy.scoring.contract import Column

MOST_VARIANTS = 0.002
FEWEST_VARIANTS = 3
BARS = 12

MANY, OF_MANY = 1_000, 0.01
"""Nobody types thousands of different things without a slip: of so many values, 1 % are let be."""


class SpellingVariants(ColumnAudit):
    """## What it finds
    One value in several spellings: London, LONDON, "London " and Lodnon; Müller, Muller and Mueller.

    ## Why it matters
    Each spelling becomes a category of its own: the rows of one shop are told as three, the rare two are
    learned badly, and new slips are unknown values when the model serves.

    ## How it is found
    Values are compared without case, accents, blanks, hyphens and dots (dots and hyphens count where the
    value holds digits); all but the most frequent spelling are counted. Letters written out (Nuernberg,
    Aarhus) count as the letter where the column also holds it. Blanks around a value are counted as
    they stood before the reader took them off; where all rows of a value have them, it is spelt one way.
    Words of six letters and more (four, where at most 50 values are frequent) are also compared by one letter
    put in, left out, changed or swapped: such a value is a slip when a value at least twenty times as
    frequent lies beside it. Two frequent values are never taken for one, nor values apart by a digit. Where
    frequent values lie one letter apart from each other, as many slips as that explains are taken off.

    ## Limit
    At most 0.2 % of the values, and fewer than three are let be. In columns of more than 1,000 different
    values, such as job titles that everybody types, 1 % are let be; blanks around values are not.

    ## What to do
    Let the form offer a list instead of free typing, and bring the old values to the most frequent spelling.

    ## Known problems
    Case alone tells short codes apart (m and M): up to two letters they count only where one is rare. Other
    words for one thing (NL, Holland) and slips in two letters are not found. Columns with more than 10,000
    different values, or half as many as rows, are not compared, and codes with digits only by case.

    ## Example
    Of 1,000 cities 21 are spelt with a slip, such as "birminghxm" for "birmingham" (2.1 %): FAIL.

        >>> import airworthy as aw, polars as pl
        >>> cities = ["birmingham", "manchester"] * 490 + ["birminghxm"] * 20
        >>> table = pl.DataFrame({"city": cities})
        >>> [result.subject for result in aw.audit(table).failures if result.code == "DAT018"]
        ['column:city']

    ## References
    Damerau, Communications of the ACM 7 (1964) 171: four in five slips are one letter.
    """

    code: ClassVar[str] = "DAT018"
    name: ClassVar[str] = "spelling-variants"
    title: ClassVar[str] = "Each category has one spelling"
    default: ClassVar[Limit] = Limit(high=MOST_VARIANTS, source="default: 0.2 % of values, and at least 3")
    advice: ClassVar[str] = (
        "Bring these spellings to the most frequent one, and let the form offer a list of values."
    )

    def columns(self, scope: Scope) -> Sequence[Column]:
        return [column for column in watched(scope) if column.type in WORDS]

    def fact(self, column: str) -> Fact:
        return Variants(column)

    def needs(self, scope: Scope) -> Sequence[Fact]:
        return [*super().needs(scope), *(AsWritten(column.name) for column in self.columns(scope))]

    def measure(self, column: Column, facts: Facts, scope: Scope) -> Estimate | NotApplicable:
        from airworthy.data.facts.estimates import Census  # loads with the measuring code

        counts: VariantCounts = facts[Variants(column.name)]
        if not counts.values:
            return NotApplicable(f"{column.name} holds no value.")
        record: Written = facts[AsWritten(column.name)]
        if not counts.told and not record.spelt_apart:
            return NotApplicable(f"{column.name} has too many different values to be a category.")
        return Census(_counted(counts, record), counts.values, "share of values")

    def finding(self, result: Result) -> str:
        value, n = measured(result)
        name = column_of(result.subject)
        pairs = sorted([*result.details["blanks_around"], *result.details["variants"]], key=lambda p: -p[2])
        if not result.details["rows_touched"]:
            return f"{name} shows one spelling a value in {n:,} values."
        told = counted(result.details["rows_touched"], "value")
        examples = listing([f'"{one}" for "{meant}" ({rows:,})' for one, meant, rows in pairs])
        return f"{told} of {n:,} in {name} ({share(value)}) are other spellings: {examples}."

    def details(self, facts: Facts, scope: Scope, subject: Subject) -> Mapping[str, Any]:
        counts: VariantCounts = facts[Variants(column_of(subject))]
        record: Written = facts[AsWritten(column_of(subject))]
        return {
            "rows_touched": _counted(counts, record),
            "variants": [list(pair) for pair in counts.pairs],
            "blanks_around": [list(pair) for pair in record.spellings],
            "stripped": record.stripped,
            "case_accents_blanks": counts.written,
            "one_letter": counts.slips,
            "by_chance": counts.chance,
        }

    def chart(self, facts: Facts, scope: Scope, subject: Subject) -> Chart | None:
        counts: VariantCounts = facts[Variants(column_of(subject))]
        record: Written = facts[AsWritten(column_of(subject))]
        if not _counted(counts, record):
            return None
        pairs = sorted((*record.spellings, *counts.pairs), key=lambda pair: -pair[2])
        bars = [(f'"{one}"', float(rows)) for one, _, rows in pairs[:BARS]]
        return bar_chart(f"Other spellings in {column_of(subject)}", bars, x="spelling", y="values")


def _counted(counts: VariantCounts, record: Written) -> int:
    found = counts.written + round(counts.slips - counts.chance)
    if counts.different > MANY and found <= OF_MANY * counts.values:
        found = 0
    found = min(record.spelt_apart + found, counts.values)  # a cell may be apart by a capital and by a blank
    return found if found >= FEWEST_VARIANTS else 0
