"""DAT015: do some rows hold a number in another unit, since a date or in one source?"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from airworthy.charter.scope import Scope
from airworthy.data.checks.audit_check import AuditCheck
from airworthy.data.checks.charts import line_chart
from airworthy.data.checks.subjects import column_of, has_time, sources, subject_of, watched
from airworthy.data.checks.words import measured, moment, share
from airworthy.data.facts import ColumnCounts, Jump, JumpSize
from airworthy.data.facts.unit_changes import RATIOS, OtherUnit, UnitFound
from airworthy.kernel.fact import Fact, Facts
from airworthy.kernel.result import Chart, Estimate, Limit, NotApplicable, Result, Subject
from airworthy.scoring.contract import Column

MOST_JUMP = 0.75

MOST_SHARE = 0.005

LEVEL_ALLOWED, SPREAD_ALLOWED = 0.15, 0.25


class UnitChange(AuditCheck):
    """## What it finds
    Numbers in another unit: from a date on for all rows (degrees that become Fahrenheit, a meter that was
    replaced), from a date on in the rows of one source, or always in one source, which writes cents where
    the others write euros. The sentence names the source, the date, the levels and the factor.

    ## Why it matters
    The rows mean different things under one name. A model averages the two and is wrong about both.

    ## How it is found
    In a sample of at most 100,000 rows the mean rank of the number is compared before and after every date:
    in all rows, and in those of each source, which is a value of a column with 2 to 50 different words (the
    first 16 such columns). Without regard to dates each source is compared with the others. Where the ranks
    move by six standard errors, the two distributions are held against each other: a change of unit is one
    of the known factors (10, 100, 1,000, 12, 24, 60, 1.61, 1.85, 2.2, 2.54, 3.28, 3.6, 3.79, 4.18, 25.4,
    28.3), or of Celsius to Fahrenheit or Kelvin, after which hardly a difference is left: no more than the
    draw of the rows explains, a little for seasons, and what the other sources differ among themselves. Where
    the shapes differ too, it is no unit. At a date the level must move at once, hardly within either side,
    and between the same months of the year too, where both sides have some; a source of which that is not
    so, as it has seasons, is held against the others at the same time.
    Of a source that always differs, a factor below 50 counts only beside several others and where the two
    distributions hardly overlap: by nature too, one group may have four times what the others have. A number
    of few different values (seats, pack sizes) gives itself away besides: 90 % of the source's rows have
    values of the others with the unit put right and at most half without, and values drawn from the source's
    own grid would fall on them so often by chance in one case of 10⁹. So round amounts prove nothing.

    A level that jumps at a date without fitting a unit is measured as well: up to 40 blocks of equal size,
    the median of each against that of the block after next, in units of the usual spread within a block. The
    change must last for four blocks, and a third of it must show between the rows next to it: what moves
    within hours or weeks is weather. What counts is how far it exceeds the largest change elsewhere.

    ## Limit
    Values in another unit: at most 0.5 %. Any other jump: at most 0.75 spreads beyond any other change,
    either way. Measured is the worse, in times what it may be.

    ## What to do
    Ask what changed, or what the source writes, and bring its rows to the unit of the others where the file
    is made.

    ## Known problems
    A true change of level (a price reform, a new law) looks the same, and deserves the same question. A
    source that a number names is not looked at, nor one with fewer than 40 values. Fewer than 120 values
    cannot show a jump.

    ## Example
    `temp` has the median 11.1 before 14 June 2013 and 52.0 after it, as if Celsius became Fahrenheit. FAIL.

        >>> import airworthy as aw, numpy as np, polars as pl
        >>> rng = np.random.default_rng(0)
        >>> days = pl.datetime_range(pl.datetime(2022, 1, 1), pl.datetime(2023, 12, 31), "1d", eager=True)
        >>> celsius = rng.normal(11, 4, len(days))
        >>> temp = np.where(np.arange(len(days)) < 400, celsius, celsius * 1.8 + 32)
        >>> table = pl.DataFrame({"day": days, "temp": temp.round(1)})
        >>> [result.subject for result in aw.audit(table).failures if result.code == "DAT015"]
        ['column:temp']

    ## References
    Page, Biometrika 42 (1955) 523, on a change at an unknown point; Kolmogorov and Smirnov on the distance of
    two distributions.
    """

    code: ClassVar[str] = "DAT015"
    name: ClassVar[str] = "unit-change"
    title: ClassVar[str] = "Numbers keep their unit over time and across sources"
    default: ClassVar[Limit] = Limit(
        low=-1.0,
        high=1.0,
        source="default: 0.5 % of values in another unit, jumps of 0.75 spreads beyond any other change",
    )
    advice: ClassVar[str] = (
        "Ask what changed there, and bring these rows to the unit of the others at the source."
    )

    def subjects(self, scope: Scope) -> Sequence[Subject]:
        return [subject_of(c) for c in _numbers(scope)] if has_time(scope) or sources(scope) else ()

    def needs(self, scope: Scope) -> Sequence[Fact]:
        names, told_by = [column_of(subject) for subject in self.subjects(scope)], sources(scope)
        jumps = [Jump(name) for name in names] if has_time(scope) else []
        return [*jumps, *(f for name in names for f in (ColumnCounts(name), OtherUnit(name, told_by)))]

    def estimate(self, facts: Facts, scope: Scope) -> Mapping[Subject, Estimate | NotApplicable]:
        return {s: _measure(column_of(s), facts, scope) for s in self.subjects(scope)}

    def finding(self, result: Result) -> str:
        value, n = measured(result)
        name, told = column_of(result.subject), result.details
        if "unit" in told:
            return _unit_sentence(name, told)
        if "from" not in told:
            return f"{name} shows no other unit and no lasting jump in {n:,} values."
        known = f", a factor of about {told['factor']}" if told["factor"] else ""
        return (
            f"{name} moves from a median of {told['before']:.6g} to {told['after']:.6g} at {told['from']}"
            f"{known}: {told['spreads']:.1f} times its usual spread, {abs(value) * MOST_JUMP:.1f} beyond "
            f"other changes, in {n:,} values."
        )

    def details(self, facts: Facts, scope: Scope, subject: Subject) -> Mapping[str, Any]:
        name = column_of(subject)
        unit: UnitFound | None = facts[OtherUnit(name, sources(scope))]
        if unit is not None:
            return _unit_details(unit, facts[ColumnCounts(name)].rows - facts[ColumnCounts(name)].nulls)
        jump: JumpSize | None = facts[Jump(name)] if has_time(scope) else None
        if jump is None or not jump.size:
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
        if not has_time(scope):
            return None
        name = column_of(subject)
        jump: JumpSize | None = facts[Jump(name)]
        unit: UnitFound | None = facts[OtherUnit(name, sources(scope))]
        if unit is not None and unit.source:
            return None
        if jump is None or (unit is None and abs(jump.excess) < MOST_JUMP):
            return None
        starts, levels = [at for at, _ in jump.levels], [level for _, level in jump.levels]
        at = jump.at if unit is None or unit.at is None else unit.at
        return line_chart(f"Level of {name}", starts, levels, y="median", mark=at)


def _numbers(scope: Scope) -> list[Column]:
    return [column for column in watched(scope) if column.type.numeric]


def _measure(name: str, facts: Facts, scope: Scope) -> Estimate | NotApplicable:
    # Loads with the measuring code.
    from airworthy.data.facts.estimates import Census, Normal, Scaled, Searched, TooFew
    from airworthy.data.facts.jumps import FEWEST_BLOCKS, ROWS_IN_BLOCK

    counts, unit = facts[ColumnCounts(name)], facts[OtherUnit(name, sources(scope))]
    values = counts.rows - counts.nulls
    if not values:
        return NotApplicable(f"{name} holds no value.")
    unit_name = "times what it may be"
    if unit is not None:
        return Scaled(Census(max(1, round(unit.share * values)), values), 1 / MOST_SHARE, unit_name)
    fewest = ROWS_IN_BLOCK * FEWEST_BLOCKS
    if not has_time(scope):
        return (
            TooFew(0.0, values, unit_name, fewest)
            if values < fewest
            else Scaled(Census(0, values), 1 / MOST_SHARE, unit_name)
        )
    jump: JumpSize | None = facts[Jump(name)]
    if jump is None:
        return NotApplicable("No row has a time.")
    if not jump.values:
        return NotApplicable(f"{name} holds no value with a time.")
    if not jump.blocks:
        return TooFew(0.0, jump.values, unit_name, fewest)
    # The share of values in another unit is nought, so the jump is the worse of the two.
    size = Normal(jump.excess / MOST_JUMP, jump.error / MOST_JUMP, jump.values, unit_name)
    return Searched(size, jump.blocks - 2)


def _unit_sentence(name: str, told: Mapping[str, Any]) -> str:
    dated = "from" in told
    whose = f"where {told['source']} is {told['value']}" if told["source"] else ""
    where = " ".join(text for text in (whose, f"since {told['from']}" if dated else "") if text)
    usual = "before" if dated else "in the other rows"
    if told["by_values"]:
        proof = (
            f"{share(told['apart'])} of its values are none of the others', {share(told['left'])} when it is"
        )
    else:
        proof = (
            f"the two distributions are {told['apart']:.2f} apart (of 1), and {told['left']:.2f} when it is"
        )
    return (
        f"{name} seems to be in another unit {where}: its median is {told['after']:.6g}, {usual} "
        f"{told['before']:.6g}. {_sentence_case(told['unit'])} explains it: {proof} put right, "
        f"in {told['compared']:,} values; {share(told['share'])} of all are in the other unit."
    )


def _sentence_case(text: str) -> str:
    return text[:1].upper() + text[1:]


def _unit_details(unit: UnitFound, values: int) -> dict[str, Any]:
    told: dict[str, Any] = {
        "rows_touched": max(1, round(unit.share * values)),
        "before": unit.before,
        "after": unit.after,
        "factor": "" if unit.offset else unit.name,
        "unit": f"a change of {unit.name}" if unit.offset else f"a factor of {unit.name}",
        "times": unit.factor,
        "plus": unit.offset,
        "source": unit.source,
        "value": unit.value,
        "apart": unit.apart,
        "left": unit.left,
        "compared": unit.compared,
        "share": unit.share,
        "by_values": unit.by_values,
    }
    return told if unit.at is None else told | {"from": moment(unit.at)}


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
