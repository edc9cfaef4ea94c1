"""DAT001: how much of a column is missing?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from airworthy.charter.scope import Scope
from airworthy.data.checks.audit_check import AuditCheck
from airworthy.data.checks.charts import bar_chart, line_chart, thinned
from airworthy.data.checks.subjects import OUTCOME, column_of, has_outcome, has_time, subject_of, watched
from airworthy.data.checks.words import counted, measured, share
from airworthy.data.facts import TARGET, ColumnCounts, Counts, NullsByTime, Timeline
from airworthy.kernel.fact import Fact, Facts
from airworthy.kernel.result import Chart, Estimate, Limit, NotApplicable, Result, Subject

MOST_MISSING = 0.05
BARS, MOST_COMPARED = 6, 300
"""Bars of the chart, and columns above which none is drawn: it looks at every column once for each."""


class MissingValues(AuditCheck):
    """## What it finds
    Columns, and the outcome, that are empty in a noticeable share of the rows.

    ## Why it matters
    A value that is often missing is filled in with a guess, and the guess is worst where the value is
    missing for a reason: because of the place, the time, or the value itself.

    ## How it is found
    All null cells are counted in one scan. The interval (Wilson) speaks of the process that wrote the
    rows, so a small table with few gaps can stay undecided.

    ## Limit
    At most 5 % of the rows, under which the way of filling the gaps changes little (Schafer 1999).

    ## What to do
    Ask who fills the column in, and why they leave it empty. Keep "was missing" as information of its own;
    drop the column if it is nearly always empty. A value missing because of its own value cannot be told
    from the data: try the result with the gaps filled high and filled low.

    ## Known problems
    Stand-ins such as -999 or "unknown" do not count here: see DAT005.

    ## Example
    2,729 of 26,115 readings without air pressure are 10.4 %: FAIL.

        >>> import airworthy as aw, polars as pl
        >>> table = pl.DataFrame({"pressure": [None if n % 10 == 0 else 1000 + n % 17 for n in range(500)]})
        >>> [result.subject for result in aw.audit(table).failures if result.code == "DAT001"]
        ['column:pressure']

    ## References
    Schafer, Statistical Methods in Medical Research 8 (1999) 3. Wilson, JASA 22 (1927) 209.
    """

    code: ClassVar[str] = "DAT001"
    name: ClassVar[str] = "missing-values"
    title: ClassVar[str] = "Values are rarely missing"
    default: ClassVar[Limit] = Limit(high=MOST_MISSING, source="default: 5 % of rows (Schafer 1999)")
    advice: ClassVar[str] = (
        "Ask why it is left empty; keep the gap as information, or leave out a column that is mostly empty."
    )

    def subjects(self, scope: Scope) -> Sequence[Subject]:
        outcome = [OUTCOME] if has_outcome(scope) else []
        return [subject_of(column) for column in watched(scope)] + outcome

    def needs(self, scope: Scope) -> Sequence[Fact]:
        columns = [_column(subject) for subject in self.subjects(scope)]
        dated = [NullsByTime(column) for column in columns] if has_time(scope) else []
        return [ColumnCounts(column) for column in columns] + dated

    def estimate(self, facts: Facts, scope: Scope) -> Mapping[Subject, Estimate | NotApplicable]:
        from airworthy.data.facts.estimates import Wilson  # loads with the measuring code

        answers: dict[Subject, Estimate | NotApplicable] = {}
        for subject in self.subjects(scope):
            counts: Counts = facts[ColumnCounts(_column(subject))]
            answers[subject] = Wilson(counts.nulls, counts.rows, "share of rows")
        return answers

    def finding(self, result: Result) -> str:
        value, n = measured(result)
        missing = counted(result.details["rows_touched"], "row")
        what = "The outcome" if result.subject == OUTCOME else column_of(result.subject)
        return f"{what} is missing in {missing} of {n:,} ({share(value)})."

    def details(self, facts: Facts, scope: Scope, subject: Subject) -> Mapping[str, Any]:
        counts: Counts = facts[ColumnCounts(_column(subject))]
        return {"rows_touched": counts.nulls}

    def chart(self, facts: Facts, scope: Scope, subject: Subject) -> Chart | None:
        counts: Counts = facts[ColumnCounts(_column(subject))]
        if not counts.nulls:
            return None
        line: Timeline | None = facts[NullsByTime(_column(subject))] if has_time(scope) else None
        if line is None:
            return self._beside_others(subject, facts, scope)
        starts, shares = thinned(line.starts(), line.rows, line.hits)
        return line_chart(f"Missing {column_of(subject)}", starts, shares, y="share of rows missing")

    def _beside_others(self, subject: Subject, facts: Facts, scope: Scope) -> Chart | None:
        """Without a time: the columns that miss most; bars of one height were often left empty together."""
        shares: dict[str, float] = {}
        subjects = self.subjects(scope)
        if len(subjects) > MOST_COMPARED:
            return None
        for each in subjects:
            counts: Counts = facts[ColumnCounts(_column(each))]
            if counts.nulls:
                shares[_named(each)] = counts.nulls / counts.rows
        this = _named(subject)
        most = sorted(shares, key=lambda name: (name != this, -shares[name], name))[:BARS]
        bars = sorted(((name, shares[name]) for name in most), key=lambda bar: (-bar[1], bar[0]))
        title = f"Missing {this} beside the columns that miss most"
        return bar_chart(title, bars, x="column", y="share of rows missing", mark=[this])


def _named(subject: Subject) -> str:
    return "the outcome" if subject == OUTCOME else column_of(subject)


def _column(subject: Subject) -> str:
    return TARGET if subject == OUTCOME else column_of(subject)
