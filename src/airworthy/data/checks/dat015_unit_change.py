"""DAT015: does a number's level jump at a date, as when its unit changes?"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from airworthy.charter.scope import Scope
from airworthy.data.checks.audit_check import ColumnAudit
from airworthy.data.checks.charts import line_chart
from airworthy.data.checks.subjects import column_of, has_time, watched
from airworthy.data.checks.words import measured, moment
from airworthy.data.facts import Jump, JumpSize
from airworthy.kernel.fact import Fact, Facts
from airworthy.kernel.result import Chart, Estimate, Limit, NotApplicable, Result, Subject
from airworthy.scoring.contract import Column

MOST_JUMP = 0.75

LEVEL_ALLOWED, SPREAD_ALLOWED = 0.15, 0.25

RATIOS: tuple[tuple[float, str], ...] = (
    (1000.0, "1,000"),
    (100.0, "100"),
    (60.0, "60 (minutes and hours)"),
    (12.0, "12"),
    (10.0, "10"),
    (3.6, "3.6 (m/s and km/h)"),
    (3.2808, "3.28 (metres and feet)"),
    (2.54, "2.54 (inches and cm)"),
    (2.2046, "2.2 (kg and pounds)"),
    (1.6093, "1.61 (miles and km)"),
)


class UnitChange(ColumnAudit):
    """## What it finds
    Numbers whose level jumps at a date and stays: degrees that become Fahrenheit, grams that become
    kilograms, a meter that was replaced. The sentence names the date, the levels and, where it fits a known
    one, the factor.

    ## Why it matters
    The rows before and after mean different things under one name. A model averages the two and is wrong
    about both.

    ## How it is found
    A sample of at most 100,000 rows is cut in time into up to 40 blocks of equal size. Each block's median
    is compared with that of the block after next, in units of the usual spread within a block; skewed
    positive numbers by their logarithm. The change must last for four blocks. Measured is by how much it
    exceeds the largest change elsewhere in the column, so that seasons, drift and noise count for nothing;
    the interval is that of the two medians, its level shared among all places tried.

    ## Limit
    At most 0.75 spreads beyond any other change, either way.

    ## What to do
    Ask what changed at that date, and bring the older rows to today's unit where the file is made.

    ## Known problems
    A true change of level (a price reform, a new law) looks the same, and deserves the same question. A
    change in one of several sources is diluted by the others. Fewer than 120 values cannot show a jump.

    ## Example
    `temp` has the median 11.1 before 14 June 2013 and 52.0 after it: 6.3 spreads, 5.1 beyond any other
    change. FAIL.

    ## References
    Page, Biometrika 42 (1955) 523, on a change at an unknown point.
    """

    code: ClassVar[str] = "DAT015"
    name: ClassVar[str] = "unit-change"
    title: ClassVar[str] = "Numbers keep their unit over time"
    default: ClassVar[Limit] = Limit(
        low=-MOST_JUMP, high=MOST_JUMP, source="default: 0.75 spreads beyond any other change"
    )
    advice: ClassVar[str] = (
        "Ask what changed at that date, and bring the older rows to today's unit at the source."
    )

    def columns(self, scope: Scope) -> Sequence[Column]:
        return [c for c in watched(scope) if c.type.numeric] if has_time(scope) else ()

    def fact(self, column: str) -> Fact:
        return Jump(column)

    def measure(self, column: Column, facts: Facts, scope: Scope) -> Estimate | NotApplicable:
        # Loads with the measuring code.
        from airworthy.data.facts.estimates import Normal, Searched, TooFew
        from airworthy.data.facts.jumps import FEWEST_BLOCKS, ROWS_IN_BLOCK

        jump: JumpSize | None = facts[Jump(column.name)]
        if jump is None:
            return NotApplicable("No row has a time.")
        if not jump.values:
            return NotApplicable(f"{column.name} holds no value.")
        if not jump.blocks:
            return TooFew(0.0, jump.values, "spreads", ROWS_IN_BLOCK * FEWEST_BLOCKS)
        return Searched(Normal(jump.excess, jump.error, jump.values, "spreads"), jump.blocks - 2)

    def finding(self, result: Result) -> str:
        value, n = measured(result)
        name, told = column_of(result.subject), result.details
        if "from" not in told:
            return f"{name} shows no lasting jump in {n:,} values."
        known = f", a factor of about {told['factor']}" if told["factor"] else ""
        return (
            f"{name} moves from a median of {told['before']:.6g} to {told['after']:.6g} at {told['from']}"
            f"{known}: {told['spreads']:.1f} times its usual spread, {abs(value):.1f} beyond other changes, "
            f"in {n:,} values."
        )

    def details(self, facts: Facts, scope: Scope, subject: Subject) -> Mapping[str, Any]:
        jump: JumpSize = facts[Jump(column_of(subject))]
        if not jump.size:
            return {"rows_touched": 0}
        return {
            "rows_touched": jump.rows_after,
            "from": moment(jump.at),
            "before": jump.before,
            "after": jump.after,
            "spreads": abs(jump.size),
            "factor": _known_factor(jump.before, jump.after, jump.stretch),
        }

    def chart(self, facts: Facts, scope: Scope, subject: Subject) -> Chart | None:
        jump: JumpSize = facts[Jump(column_of(subject))]
        if abs(jump.excess) < MOST_JUMP:
            return None
        starts, levels = [at for at, _ in jump.levels], [level for _, level in jump.levels]
        return line_chart(f"Level of {column_of(subject)}", starts, levels, y="median", mark=jump.at)


def _known_factor(before: float, after: float, stretch: float) -> str:
    """The known ratio of units that both the level (15 %) and the spread (25 %) changed by, or nothing.

    A season in the same weeks moves the level too, but not the spread within a block. Where another known
    ratio lies near, the spread must be nearer still.

    >>> _known_factor(2.0, 1980.0, 1010.0), _known_factor(15.0, 53.0, 3.0), _known_factor(5.0, 0.0, 1.0)
    ('1,000', '', '')
    """
    if before * after <= 0 or stretch <= 0:
        return ""
    level, spread = math.log(abs(after / before)), math.log(stretch)
    for factor, name in RATIOS:
        known = math.copysign(math.log(factor), level)
        apart = min(abs(math.log(factor / other)) for other, _ in RATIOS if other != factor)
        allowed = min(SPREAD_ALLOWED, 0.4 * apart)
        if abs(level - known) <= LEVEL_ALLOWED and abs(spread - known) <= allowed:
            return name
    return ""
