"""DAT005: do some values only stand for "missing"?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from airworthy.charter.scope import Scope
from airworthy.data.checks.audit_check import ColumnAudit
from airworthy.data.checks.charts import histogram_chart
from airworthy.data.checks.subjects import DATED, WORDS, column_of, watched
from airworthy.data.checks.words import counted, listing, measured, share
from airworthy.data.facts import SentinelCounts, Sentinels
from airworthy.data.facts.as_written import AsWritten
from airworthy.data.written import BLANK, Words, Written
from airworthy.kernel.fact import Fact, Facts
from airworthy.kernel.result import Chart, Estimate, Limit, NotApplicable, Result, Subject
from airworthy.scoring.contract import Column, LogicalType

MOST_STAND_INS = 0.0005


class SentinelValues(ColumnAudit):
    """## What it finds
    Stand-ins for "missing": -999, 9999, the ends of integer types, 1900-01-01, `unknown`, `?`; and any other
    number that repeats at an end of the distribution, far from the rest.

    ## Why it matters
    A model takes -999 for a very low value. Averages move, scaling collapses, and "missing" is learned as
    an extreme.

    ## How it is found
    Numbers and dates: in a sample of at most 100,000 rows, the values at both ends are compared with their
    ten nearest neighbours. A known code counts when it is frequent and lies apart by the span of these ten
    and a tenth of the usual range, lies five usual ranges away, or is the only negative value. A zero below
    positive values only counts when it lies apart by 0.6 of that span and is ten times as frequent, or by
    1.5 and three times; zeros that most rows have are the ordinary "none", and so are those of a tenth of
    the rows, unless the others lie 2.5 of their standard deviations above. Any other value needs three
    spans, a quarter of the usual range, ten times the usual frequency and at most 20 % of the rows. A known
    empty date inside the range counts when it is twenty times as frequent as a usual day. Words are
    compared with a list in the languages of Europe, without brackets, accents and capitals; in a column of
    keys a word must come twice. What is found is then counted in every row. Words that the reader has
    already taken for missing (N/A, ?, cells of nothing but blanks) are counted as they stood. In a text
    file one word that programs write (NA, NULL, NaN) is let be in columns where it marks every gap and no
    cell is empty.

    ## Limit
    At most 0.05 % of the values.

    ## What to do
    Turn the stand-in into a missing value where the file is made. Do it before anything else: DAT001 and
    DAT007 then see it.

    ## Known problems
    A code inside the range of true values (99 among ages up to 99) is not found. An isolated zero may
    rightly mean "none". Many zeros for missing below skewed amounts are not found. "NA" may be Namibia, and
    is found all the same. Columns with ten or fewer different values are left alone.

    ## Example
    159 of 32,561 capital gains are 99999, next below 41310: FAIL.

        >>> import airworthy as aw, polars as pl
        >>> table = pl.DataFrame({"age": [-999 if n % 25 == 0 else 18 + n * 7 % 60 for n in range(500)]})
        >>> [result.subject for result in aw.audit(table).failures if result.code == "DAT005"]
        ['column:age']

    ## References
    Qahtan et al., FAHES: detecting disguised missing values, ICDE 2018.
    """

    code: ClassVar[str] = "DAT005"
    name: ClassVar[str] = "sentinel-values"
    title: ClassVar[str] = "Missing values are written as missing"
    default: ClassVar[Limit] = Limit(high=MOST_STAND_INS, source="default: 0.05 % of values")
    advice: ClassVar[str] = (
        "Confirm with the owner that it means missing, and turn it into an empty cell at the source."
    )

    def columns(self, scope: Scope) -> Sequence[Column]:
        kinds = (*WORDS, *DATED, LogicalType.FLAG, LogicalType.IDENTIFIER)
        return [column for column in watched(scope) if column.type.numeric or column.type in kinds]

    def fact(self, column: str) -> Fact:
        return Sentinels(column)

    def needs(self, scope: Scope) -> Sequence[Fact]:
        return [*super().needs(scope), *(AsWritten(column.name) for column in self.columns(scope))]

    def measure(self, column: Column, facts: Facts, scope: Scope) -> Estimate | NotApplicable:
        from airworthy.data.facts.estimates import Census  # loads with the measuring code

        counts: SentinelCounts = facts[Sentinels(column.name)]
        record: Written = facts[AsWritten(column.name)]
        values = counts.values + record.gaps
        if not values:
            return NotApplicable(f"{column.name} holds no value.")
        return Census(_touched(counts, record), values, "share of values")

    def finding(self, result: Result) -> str:
        value, n = measured(result)
        name = column_of(result.subject)
        found = result.details["stand_ins"] | result.details["read_as_missing"]
        if not found:
            return f"{name} shows no stand-in for missing in {n:,} values."
        told = counted(result.details["rows_touched"], "value")
        words = listing([f"{text} ({rows:,})" for text, rows in found.items()])
        return f"{name} seems to write missing as {words}: {told} of {n:,} ({share(value)})."

    def details(self, facts: Facts, scope: Scope, subject: Subject) -> Mapping[str, Any]:
        counts: SentinelCounts = facts[Sentinels(column_of(subject))]
        record: Written = facts[AsWritten(column_of(subject))]
        return {
            "rows_touched": _touched(counts, record),
            "stand_ins": dict(counts.found),
            "read_as_missing": _quoted(record.missing),
            "gaps_of_the_file": _quoted(record.usual),
        }

    def chart(self, facts: Facts, scope: Scope, subject: Subject) -> Chart | None:
        counts: SentinelCounts = facts[Sentinels(column_of(subject))]
        if not counts.bars:
            return None
        name = column_of(subject)
        return histogram_chart(f"{name}, stand-ins included", counts.bars, x=name)


def _touched(counts: SentinelCounts, record: Written) -> int:
    return sum(rows for _, rows in counts.found) + record.gaps


def _quoted(words: Words) -> dict[str, int]:
    return {"blanks" if word == BLANK else f'"{word}"': rows for word, rows in words}
