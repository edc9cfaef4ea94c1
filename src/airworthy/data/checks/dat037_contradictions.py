"""DAT037: do some rows contradict what another column says in all the others?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from airworthy.charter.scope import Scope
from airworthy.data.checks.audit_check import AuditCheck
from airworthy.data.checks.charts import bar_chart
from airworthy.data.checks.subjects import WORDS, column_of, subject_of, watched
from airworthy.data.checks.words import counted, measured, share
from airworthy.data.facts.follows import Followed, Follows
from airworthy.kernel.fact import Fact, Facts
from airworthy.kernel.result import Chart, Estimate, Limit, NotApplicable, Result, Subject
from airworthy.scoring.contract import LogicalType

MOST_AGAINST = 0.0005
FEWEST_AGAINST = 2


class Contradictions(AuditCheck):
    """## What it finds
    Values that contradict other rows: a city that stands with its postcode in two rows, where the other
    forty rows with this postcode name another city.

    ## Why it matters
    One of the two is wrong, and nothing in the row itself shows it: both are well-formed values of their
    column. A model learns the wrong pair as a rare exception, and a report counts the row twice or nowhere.

    ## How it is found
    Two columns of words, keys or whole numbers are held against each other, in at most 100,000 rows. The
    second follows from the first when, among the values of the first with three rows or more, each goes with
    one value of the second but for 5 % of the rows, and these are slips: single rows, or at most a fifth of
    the rows with that value. A second value that is frequent beside the first (1 % of the rows in all) is a
    true alternative and ends the matter. Where the first has fewer than five values, or the second one value
    in more than 70 % of the rows, at most 1 % may be slips, 2 % (or one row) with any one value, and a fifth
    of what always answering the most frequent value gets wrong. Of several columns that tell a value, the
    one that tells most rows is named.

    ## Limit
    At most 0.05 % of the rows against, and a single one is let be.

    ## What to do
    Look at the rows: the value, or the key beside it, is wrong. `airworthy repair` proposes to read a value
    that only ever stands against one other, a few letters apart, as that one. Keep such pairs in a table of
    their own, so that they are written once.

    ## Known problems
    Which of the two columns is wrong cannot be told; a wrong key shows in every column that follows from it.
    A person who moved has a new city in the latest rows: that is no error. Numbers with decimals are not
    compared.

    ## Example
    1,000 orders name 20 shops and their cities; in 6 rows the city is that of another shop (0.6 %): FAIL.

        >>> import airworthy as aw, polars as pl
        >>> table = pl.DataFrame({"shop": [n % 20 for n in range(1000)]})
        >>> city = pl.format("city {}", pl.col("shop") % 7)
        >>> wrong = pl.int_range(pl.len()) % 190 == 3
        >>> table = table.with_columns(pl.when(wrong).then(pl.lit("city 9")).otherwise(city).alias("city"))
        >>> [result.subject for result in aw.audit(table).failures if result.code == "DAT037"]
        ['column:city']

    ## References
    Bohannon et al., Conditional functional dependencies for data cleaning, ICDE 2007. Kivinen and Mannila,
    Approximate inference of functional dependencies, Theoretical Computer Science 149 (1995) 129.
    """

    code: ClassVar[str] = "DAT037"
    name: ClassVar[str] = "contradiction"
    title: ClassVar[str] = "Rows with one key agree in what it tells"
    default: ClassVar[Limit] = Limit(high=MOST_AGAINST, source="default: 0.05 % of rows, and at least 2")
    advice: ClassVar[str] = (
        "Look at these rows: the value, or the key beside it, is wrong. Keep such pairs in their own table."
    )

    def subjects(self, scope: Scope) -> Sequence[Subject]:
        return [subject_of(column) for column in watched(scope) if column.type in (*WORDS, LogicalType.FLAG)]

    def needs(self, scope: Scope) -> Sequence[Fact]:
        return [_fact(scope)] if self.subjects(scope) else []

    def estimate(self, facts: Facts, scope: Scope) -> Mapping[Subject, Estimate | NotApplicable]:
        from airworthy.data.facts.estimates import Census  # loads with the measuring code

        told: Mapping[str, Followed] = facts[_fact(scope)] if self.subjects(scope) else {}
        answers: dict[Subject, Estimate | NotApplicable] = {}
        for subject in self.subjects(scope):
            name = column_of(subject)
            found = told.get(name)
            if found is None:
                answers[subject] = NotApplicable(f"No other column tells {name}, or all rows agree.")
            else:
                against = found.against if found.against >= FEWEST_AGAINST else 0
                answers[subject] = Census(against, found.rows, "share of rows")
        return answers

    def finding(self, result: Result) -> str:
        value, n = measured(result)
        name, details = column_of(result.subject), result.details
        if not value:
            return f"{name} follows from {details['by']} in {n:,} rows."
        said, key, meant, rows = details["examples"][0]
        return (
            f"{name} follows from {details['by']}, but {counted(details['rows_touched'], 'row')} of {n:,} "
            f'({share(value)}) say otherwise, such as "{said}" where {details["by"]} is {key}: '
            f'{counted(rows, "other row")} there have "{meant}".'
        )

    def details(self, facts: Facts, scope: Scope, subject: Subject) -> Mapping[str, Any]:
        told: Mapping[str, Followed] = facts[_fact(scope)]
        found = told[column_of(subject)]
        return {
            "rows_touched": found.against,
            "by": found.by,
            "examples": [list(example) for example in found.examples],
            "always": [list(pair) for pair in found.always],
        }

    def chart(self, facts: Facts, scope: Scope, subject: Subject) -> Chart | None:
        told: Mapping[str, Followed] = facts[_fact(scope)]
        found = told[column_of(subject)]
        said, key, meant, rows = found.examples[0]
        bars = [(meant, float(rows)), (said, 1.0)]
        return bar_chart(f"{column_of(subject)} where {found.by} is {key}", bars, x="value", y="sampled rows")


def _fact(scope: Scope) -> Follows:
    """Words may follow from words, keys and whole numbers."""
    columns = watched(scope)
    words = tuple(c.name for c in columns if c.type in (*WORDS, LogicalType.FLAG))
    keys = tuple(c.name for c in columns if c.type in (LogicalType.IDENTIFIER, LogicalType.INTEGER))
    return Follows(words, keys)
