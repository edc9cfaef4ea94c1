"""DAT025: does a category change its vocabulary at a date?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from airworthy.charter.scope import Scope
from airworthy.data.checks.audit_check import ColumnAudit
from airworthy.data.checks.charts import bar_chart
from airworthy.data.checks.subjects import column_of, has_time, watched
from airworthy.data.checks.words import counted, listing, measured, moment, share
from airworthy.data.facts import ColumnCounts
from airworthy.data.facts.vocabulary import Turnover, Vocabulary
from airworthy.kernel.fact import Fact, Facts
from airworthy.kernel.result import Chart, Estimate, Limit, NotApplicable, Result, Subject
from airworthy.scoring.contract import Column, LogicalType, Role

MOST_ROWS = 0.02
_SHOWN = 10


class VocabularyChange(ColumnAudit):
    """## What it finds
    Categories whose values change at a date: old values vanish and new ones appear together, as when codes
    are renamed, a list is recoded or a second system takes over.

    ## Why it matters
    The model learned the old words. Rows with the new ones are strangers to it, and half of the history says
    nothing about them.

    ## How it is found
    One scan tells when each value is seen first and last. A value counts as new (or gone) at a date when
    coincidence would keep it off the other side with a chance below one in 10⁹, all values together. The
    date with most rows of such values is named, less the most that any other date has: a calendar column
    turns over all the time. Values that only appear, or only vanish, count when they make up a fifth of
    the rows on their side of the date.

    ## Limit
    At most 2 % of the rows: a renamed value of a fiftieth of the table. Less is seldom a new coding, and
    touches a model little.

    ## What to do
    Ask what was recoded on that date, and map the old values to the new before training.

    ## Known problems
    One change in time is named for each column, the largest. A slow handover, in which both spellings live
    side by side for more than a fiftieth of the span, is missed. More than 500 values are not looked at.

    ## Example
    `channel` says "Web" until 1 March 2023 and "online" from then on, in 4,100 of 10,000 rows: 41 %, FAIL.

        >>> import airworthy as aw, numpy as np, polars as pl
        >>> rng = np.random.default_rng(0)
        >>> days = pl.datetime_range(pl.datetime(2022, 1, 1), pl.datetime(2023, 12, 31), "6h", eager=True)
        >>> channel = np.where(rng.random(len(days)) < 0.5, "Web", "Shop")
        >>> channel[1700:][channel[1700:] == "Web"] = "online"
        >>> table = pl.DataFrame({"at": days, "channel": channel})
        >>> [result.subject for result in aw.audit(table).failures if result.code == "DAT025"]
        ['column:channel']

    ## References
    Breck et al., Data validation for machine learning, MLSys 2019, on unexpected values of a domain.
    """

    code: ClassVar[str] = "DAT025"
    name: ClassVar[str] = "vocabulary-change"
    title: ClassVar[str] = "Vocabularies do not change at a date"
    default: ClassVar[Limit] = Limit(high=MOST_ROWS, source="default: 2 % of rows")
    advice: ClassVar[str] = "Ask what was recoded at that date, and map the old values to the new ones."

    def columns(self, scope: Scope) -> Sequence[Column]:
        kinds = (LogicalType.CATEGORY, LogicalType.INTEGER)
        if not has_time(scope):
            return ()
        return [c for c in watched(scope) if c.type in kinds and c.role is not Role.ENTITY]

    def fact(self, column: str) -> Fact:
        return Vocabulary(column)

    def needs(self, scope: Scope) -> Sequence[Fact]:
        return [fact for c in self.columns(scope) for fact in (Vocabulary(c.name), ColumnCounts(c.name))]

    def measure(self, column: Column, facts: Facts, scope: Scope) -> Estimate | NotApplicable:
        from airworthy.data.facts.estimates import Census  # loads with the measuring code

        told: Turnover | None = facts[Vocabulary(column.name)]
        if told is None or not told.rows:
            return NotApplicable("No row has a time and a value.")
        if not told.values:
            return NotApplicable(f"{column.name} has too many different values to be a vocabulary.")
        if told.values < 2:
            return NotApplicable(f"{column.name} has one value, so its vocabulary cannot change.")
        return Census(max(0, told.changed - told.elsewhere), told.rows)

    def finding(self, result: Result) -> str:
        value, n = measured(result)
        name, told = column_of(result.subject), result.details
        if not value or "from" not in told:
            return f"{name} keeps its vocabulary over time in {n:,} rows."
        gone, new = (listing([f'"{v}"' for v in told[key]]) for key in ("gone", "new"))
        said = [f"{gone} until then" if gone else "", f"{new} from then on" if new else ""]
        return (
            f"{name} changes its vocabulary on {told['from']}: {' and '.join(s for s in said if s)}, in "
            f"{counted(told['rows_touched'], 'row')} ({share(value)} of {n:,} more than at any other date)."
        )

    def details(self, facts: Facts, scope: Scope, subject: Subject) -> Mapping[str, Any]:
        told: Turnover = facts[Vocabulary(column_of(subject))]
        if told.changed <= told.elsewhere:
            return {"rows_touched": 0}
        return {
            "rows_touched": told.changed,
            "from": moment(told.at),
            "at": told.at,
            "gone": [value for value, _ in told.gone],
            "new": [value for value, _ in told.new],
        }

    def chart(self, facts: Facts, scope: Scope, subject: Subject) -> Chart | None:
        told: Turnover = facts[Vocabulary(column_of(subject))]
        if told.changed - told.elsewhere < MOST_ROWS * told.rows:
            return None
        name = column_of(subject)
        bars = [(f"until: {v}", float(n)) for v, n in told.gone[:_SHOWN]]
        bars += [(f"from: {v}", float(n)) for v, n in told.new[:_SHOWN]]
        return bar_chart(f"{name} around {moment(told.at)}", bars, x=name, y="rows")
