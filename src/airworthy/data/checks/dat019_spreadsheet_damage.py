"""DAT019: has a spreadsheet changed the values on their way?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from airworthy.charter.scope import Scope
from airworthy.data.checks.audit_check import ColumnAudit
from airworthy.data.checks.charts import bar_chart
from airworthy.data.checks.subjects import WORDS, column_of, watched
from airworthy.data.checks.words import counted, listing, measured, share
from airworthy.data.facts.contents import SheetCounts, SheetDamage
from airworthy.kernel.fact import Fact, Facts
from airworthy.kernel.result import Chart, Estimate, Limit, NotApplicable, Result, Subject
from airworthy.scoring.contract import Column, LogicalType

MOST_DAMAGED = 0.001


class SpreadsheetDamage(ColumnAudit):
    """## What it finds
    "20-Oct" where the range 10-20 stood, keys such as 4.53E+12, 1234 for the postcode 01234, 45321 for a
    date, #REF!, and long keys rounded to six digits or cut to fifteen.

    ## Why it matters
    A file that was opened and saved in a spreadsheet comes back changed without a word. Rounded keys join
    with the wrong rows; a lost zero makes two places out of one.

    ## How it is found
    In text, by pattern: a day or year with a month's name, a power of ten, an error's name, a day number of
    1940 to 2100 among dates; each only where less than half of the values look so. Keys of digits are held
    against their usual width (that of 60 %) when at least 2 % of them start with a zero, or the column is
    named as a postcode: shorter ones have lost theirs. In numbers above 10^11, those of which all digits but
    six, or fifteen, are zero; and columns named as dates whose numbers are all day numbers.

    ## Limit
    At most 0.1 % of the values: the change is always an error, but a few values cost little.

    ## What to do
    Export again from the source system, and import into the spreadsheet as text. What a spreadsheet has
    rounded cannot be brought back from the file.

    ## Known problems
    Zeros lost in all keys at once leave no trace but in columns named as postcodes. A column that truly holds
    months such as "Oct-20" in a few rows looks the same.

    ## Example
    20 of 2,000 ages read "20-Oct" where the others read "10-20" (1 %): FAIL.

        >>> import airworthy as aw, polars as pl
        >>> bands = [f"{n}-{n + 10}" for n in (10, 20, 30, 40, 50)] * 200
        >>> table = pl.DataFrame({"age": bands + ["20-Oct"] * 10})
        >>> [result.subject for result in aw.audit(table).failures if result.code == "DAT019"]
        ['column:age']

    ## References
    Ziemann, Eren and El-Osta, Genome Biology 17 (2016) 177: such dates in a fifth of gene lists.
    """

    code: ClassVar[str] = "DAT019"
    name: ClassVar[str] = "spreadsheet-damage"
    title: ClassVar[str] = "No value was changed by a spreadsheet"
    default: ClassVar[Limit] = Limit(high=MOST_DAMAGED, source="default: 0.1 % of values")
    advice: ClassVar[str] = "Export the column again from its source system, and keep it as text on the way."

    def columns(self, scope: Scope) -> Sequence[Column]:
        kinds = (*WORDS, LogicalType.IDENTIFIER)
        return [column for column in watched(scope) if column.type in kinds or column.type.numeric]

    def fact(self, column: str) -> Fact:
        return SheetDamage(column)

    def measure(self, column: Column, facts: Facts, scope: Scope) -> Estimate | NotApplicable:
        from airworthy.data.facts.estimates import Census  # loads with the measuring code

        counts: SheetCounts = facts[SheetDamage(column.name)]
        if not counts.values:
            return NotApplicable(f"{column.name} holds no value.")
        return Census(sum(rows for _, rows, _ in counts.found), counts.values, "share of values")

    def finding(self, result: Result) -> str:
        value, n = measured(result)
        name, found = column_of(result.subject), result.details["damage"]
        if not found:
            return f"{name} shows no trace of a spreadsheet in {n:,} values."
        told = counted(result.details["rows_touched"], "value")
        kinds = listing([f'{kind} ({rows:,}, such as "{text}")' for kind, (rows, text) in found.items()])
        return f"{told} of {n:,} in {name} ({share(value)}) look changed by a spreadsheet: {kinds}."

    def details(self, facts: Facts, scope: Scope, subject: Subject) -> Mapping[str, Any]:
        counts: SheetCounts = facts[SheetDamage(column_of(subject))]
        found = {kind: [rows, example] for kind, rows, example in counts.found}
        return {"rows_touched": sum(rows for _, rows, _ in counts.found), "damage": found}

    def chart(self, facts: Facts, scope: Scope, subject: Subject) -> Chart | None:
        counts: SheetCounts = facts[SheetDamage(column_of(subject))]
        if not counts.found:
            return None
        bars = [(kind, float(rows)) for kind, rows, _ in counts.found]
        return bar_chart(f"What a spreadsheet did to {column_of(subject)}", bars, x="what", y="values")
