"""A rule at work: which ID of the source each row's ID becomes, and what every step changed."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from airworthy.charter.id_rules import IdRule, Stretch
from airworthy.charter.id_steps import IdStep, Side
from airworthy.data.id_rules.steps import after
from airworthy.kernel.errors import InputError

MINE, THEIRS, MADE = "mine", "theirs", "made"


@dataclass(frozen=True)
class StepCount:
    """One step of a rule: the different IDs that it was given, changed, and had no answer for."""

    step: str
    ids: int
    changed: int
    unanswered: int

    def sentence(self) -> str:
        left = f", {self.unanswered:,} could not be read" if self.unanswered else ""
        return f"{self.step}: {self.changed:,} of {self.ids:,} IDs changed{left}"


@dataclass(frozen=True)
class RuleUse:
    """What a rule did in a join: of `ids` different IDs `before` met as written, `after` by it."""

    ids: int
    before: int
    after: int
    steps: tuple[StepCount, ...]

    def sentence(self) -> str:
        """One plain sentence with its numbers."""
        steps = "; ".join(step.sentence() for step in self.steps)
        return f"by the rule {self.after:,} of {self.ids:,} IDs meet ({self.before:,} as written): {steps}"


@dataclass(frozen=True)
class Ruled:
    """For each row the ID that the source writes, as text; null where nothing answers to it."""

    keys: pl.Series
    use: RuleUse


def ruled(mine: pl.Series, theirs: pl.Series, rule: IdRule, days: pl.Series | None, source: str) -> Ruled:
    """The source's ID for the ID of each row.

    Parameters
    ----------
    mine, theirs : String, the IDs of the rows and of the source.
    days : Date of each row, for a rule with dates. Rows without one, or in no stretch, keep their ID.
    source : its name, for errors.

    Raises `InputError` where two different IDs become one, naming both.
    """
    there = theirs.drop_nulls().unique().sort()
    rows = pl.DataFrame({MINE: mine}).with_columns(pl.Series("part", _part_of_row(rule, days, len(mine))))
    crossed, counts = [], []
    for part, stretch in enumerate(rule.stretches):
        here = rows.filter(pl.col("part") == part)[MINE].drop_nulls().unique().sort()
        met, counted = _crossed(here, there, stretch, source)
        crossed.append(met.with_columns(pl.lit(part, pl.Int64).alias("part")))
        counts += counted
    unruled = rows.filter(pl.col("part") == -1)[MINE].drop_nulls().unique()
    same = unruled.filter(unruled.is_in(there.implode())).to_frame(MINE)
    crossed.append(same.with_columns(pl.col(MINE).alias(THEIRS), pl.lit(-1, pl.Int64).alias("part")))
    found = rows.join(pl.concat(crossed), on=[MINE, "part"], how="left", maintain_order="left")
    ids = rows.drop_nulls(MINE)
    use = RuleUse(
        ids=ids[MINE].n_unique(),
        before=int(ids[MINE].unique().is_in(there.implode()).sum()),
        after=found.drop_nulls(THEIRS)[MINE].n_unique(),
        steps=tuple(counts),
    )
    return Ruled(found[THEIRS], use)


def _part_of_row(rule: IdRule, days: pl.Series | None, rows: int) -> pl.Series:
    """The number of each row's stretch; -1 where none holds its day."""
    if not rule.dated or days is None:
        return pl.Series([0 if not rule.dated else -1], dtype=pl.Int64).new_from_index(0, rows)
    part = pl.lit(-1, pl.Int64)
    day = pl.col("day")
    for number, stretch in enumerate(rule.stretches):
        inside = day.is_not_null()
        inside = inside & (day >= stretch.since) if stretch.since else inside
        inside = inside & (day < stretch.until) if stretch.until else inside
        part = pl.when(inside).then(pl.lit(number, pl.Int64)).otherwise(part)
    return days.to_frame("day").select(part.alias("part")).to_series()


def _crossed(
    mine: pl.Series, theirs: pl.Series, stretch: Stretch, source: str
) -> tuple[pl.DataFrame, list[StepCount]]:
    """The pairs of IDs that meet, each of mine at most once."""
    left, of_mine = _counted(mine, stretch.of(Side.ROWS), MINE)
    right, of_theirs = _counted(theirs, stretch.of(Side.SOURCE), THEIRS)
    _refuse_one_of_two(left, MINE, "the rows' IDs")
    met = left.join(right, on=MADE)
    _refuse_one_of_two(met.select(MADE, THEIRS), THEIRS, f"IDs of the source {source}")
    return met.select(MINE, THEIRS), [*of_mine, *of_theirs]


def _counted(ids: pl.Series, steps: tuple[IdStep, ...], name: str) -> tuple[pl.DataFrame, list[StepCount]]:
    counts, made = [], ids
    for step in steps:
        before, made = made, after(made, [step])
        lost = int((made.is_null() & before.is_not_null()).sum())
        counts.append(StepCount(str(step), len(ids), int((made != before).sum()), lost))
    return pl.DataFrame({name: ids, MADE: made}).drop_nulls(), counts


def _refuse_one_of_two(pairs: pl.DataFrame, name: str, whose: str) -> None:
    twice = pairs.group_by(MADE).agg(pl.col(name).unique().sort()).filter(pl.col(name).list.len() > 1)
    if twice.height:
        made, several = twice.sort(MADE).row(0)
        one, other = several[:2]
        raise InputError(
            f'The rule makes one of two different IDs: {whose} "{one}" and "{other}" both become "{made}" '
            f"({twice.height:,} such cases).",
            value=made,
            remedy="Write the rule so that they stay two, or give each its own part of a rule with dates; "
            "where they are the same thing, write it in one way in the file.",
        )
