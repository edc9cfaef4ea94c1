"""DAT016: do some numbers lie where no number of their column could?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from airworthy.charter.scope import Scope
from airworthy.data.checks.audit_check import ColumnAudit
from airworthy.data.checks.charts import histogram_chart
from airworthy.data.checks.subjects import column_of, watched
from airworthy.data.checks.words import counted, listing, measured, share
from airworthy.data.facts.contents import FarCounts, FarValues
from airworthy.kernel.fact import Fact, Facts
from airworthy.kernel.result import Chart, Estimate, Limit, NotApplicable, Result, Subject
from airworthy.scoring.contract import Column

MOST_FAR = 0.004
FEWEST_FAR = 4


class Outliers(ColumnAudit):
    """## What it finds
    Numbers far outside what their own column leads to: a salary in cents, a weight of 7,000 kg, a temperature
    of 900.

    ## Why it matters
    A handful moves means and scales, and a linear model with them. Most are slips of the keyboard, of a unit
    or of a sensor.

    ## How it is found
    In a sample of at most 100,000 rows each side is searched for the gap that its own tail explains least. In
    any tail, a power law too, the gap before the k-th value from the end is expected to be the tail's index
    divided by k, in logarithms of the distance to the median; the index is read off the tenth of the side
    just before the gap (Hill). A gap of 15 times that, over which the distance grows by 75 %, ends the usual
    values. After a lesser one (10 times, 30 %) they end where the points beyond which 45 %, 15 % and 5 % of
    the rows lie lead to (Pickands). What lies beyond is counted in every row. A value with 30 % of the rows
    (often 0) is set aside, stand-ins for missing (DAT005) are left out. Where at least half of the far values
    lie in groups of a category, or stretches of time, in which they are usual (one row in five), they are
    explained and do not count.

    ## Limit
    At most 0.4 % of the values, and fewer than four are let be: a single far value may be true. On public
    tables true groups of far values (airports on another continent) stay below this share.

    ## What to do
    Look at the values named, with the one who enters them. Correct what is wrong at the source; a true
    extreme stays, or is capped in the model's inputs.

    ## Known problems
    A wrong value inside the usual range is not found, nor are values that more than 5 % of the rows have, nor
    wrong values that fill the way to the rest without a gap. Columns with fewer than eight different values,
    or 50 values, are left alone.

    ## Example
    Of 10,000 numbers around 100 with a spread of 15, 50 are 900 to 1,100 (0.5 %): FAIL.

        >>> import airworthy as aw, numpy as np, polars as pl
        >>> rng = np.random.default_rng(0)
        >>> weight = rng.normal(100, 15, 2000)
        >>> weight[:30] = weight[:30] * 10
        >>> table = pl.DataFrame({"weight": weight})
        >>> [result.subject for result in aw.audit(table).failures if result.code == "DAT016"]
        ['column:weight']

    ## References
    Pickands, Annals of Statistics 3 (1975) 119, on the index of a tail; Rényi, Acta
    Mathematica Hungarica 4 (1953) 191, on the gaps of ordered values.
    """

    code: ClassVar[str] = "DAT016"
    name: ClassVar[str] = "outliers"
    title: ClassVar[str] = "No numbers lie far outside the rest"
    default: ClassVar[Limit] = Limit(high=MOST_FAR, source="default: 0.4 % of values, and at least 4")
    advice: ClassVar[str] = (
        "Look at these rows with those who enter them: correct what is wrong at the source, cap what is true."
    )

    def columns(self, scope: Scope) -> Sequence[Column]:
        return [column for column in watched(scope) if column.type.numeric]

    def fact(self, column: str) -> Fact:
        return FarValues(column)

    def measure(self, column: Column, facts: Facts, scope: Scope) -> Estimate | NotApplicable:
        from airworthy.data.facts.estimates import Census  # loads with the measuring code

        counts: FarCounts = facts[FarValues(column.name)]
        if not counts.values:
            return NotApplicable(f"{column.name} holds no value.")
        return Census(_counted(counts), counts.values, "share of values")

    def finding(self, result: Result) -> str:
        _, n = measured(result)
        name, told = column_of(result.subject), result.details
        if not told.get("found"):
            return f"{name} has no value far outside the rest in {n:,}."
        words = counted(told["found"], "value")
        where = " or ".join(
            text
            for text, rows in (
                (f"below {told['low']:.4g}", told["below"]),
                (f"above {told['high']:.4g}", told["above"]),
            )
            if rows
        )
        text = f"{words} of {n:,} in {name} {'is' if told['found'] == 1 else 'are'} {where}"
        usual = f"90 % lie from {told['usual'][0]:.4g} to {told['usual'][1]:.4g}"
        if told["explained_by"]:
            return f"{text}, as is usual in some groups of {told['explained_by']}; {usual}."
        extremes = listing([f"{v:.6g}" for v in told["extremes"]])
        return f"{text} ({share(told['found'] / n)}), as far as {extremes}; {usual}."

    def details(self, facts: Facts, scope: Scope, subject: Subject) -> Mapping[str, Any]:
        counts: FarCounts = facts[FarValues(column_of(subject))]
        found = counts.below + counts.above
        if not found:
            return {"rows_touched": 0}
        return {
            "rows_touched": _counted(counts),
            "found": found,
            "below": counts.below,
            "above": counts.above,
            "low": counts.low if counts.low is not None else 0.0,
            "high": counts.high if counts.high is not None else 0.0,
            "usual": list(counts.middle),
            "extremes": list(counts.examples),
            "explained_by": counts.explained,
        }

    def chart(self, facts: Facts, scope: Scope, subject: Subject) -> Chart | None:
        counts: FarCounts = facts[FarValues(column_of(subject))]
        if not _counted(counts):
            return None
        name = column_of(subject)
        return histogram_chart(f"{name}, far values included", counts.bars, x=name)


def _counted(counts: FarCounts) -> int:
    found = counts.below + counts.above
    return 0 if counts.explained or found < FEWEST_FAR else found
