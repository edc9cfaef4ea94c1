"""A source that was rewritten at a day: its older rows have IDs of one form, its newer ones of another."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from airworthy.charter.id_rules import Stretch
from airworthy.data.canonical import as_text
from airworthy.data.id_rules.find import find_rule
from airworthy.data.id_rules.found import FoundRule, Outcome

PURE = 0.98
"""Share of the rows on either side of the day that have a form of that side."""
FEWEST_ROWS = 30
"""On either side: fewer rows show no change of form."""


@dataclass(frozen=True)
class Rewritten:
    """The first day of the new form, and the last day on which the old one was written."""

    day: date
    last: date


def rewritten_on(ids: pl.Series, days: pl.Series) -> Rewritten | None:
    """The day from which on IDs have other forms than before; None where there is none.

    A form is what an ID looks like: its letters as they are, and each run of digits as one sign.

    Parameters
    ----------
    ids : String; days : Date of each row. Rows without either are left out.

    >>> ids = pl.Series(["12", "345"] * 20 + ["AC00012", "AC00345"] * 20)
    >>> days = pl.Series([date(2023, 1, 1)] * 40 + [date(2023, 2, 1)] * 40)
    >>> rewritten_on(ids, days)
    Rewritten(day=datetime.date(2023, 2, 1), last=datetime.date(2023, 1, 1))
    """
    form = ids.str.replace_all(r"\d+", "9").str.replace_all(r"\p{Ll}", "a")
    rows = pl.DataFrame({"form": form, "day": days}).drop_nulls()
    counted = rows.group_by("form", "day").len("n")
    forms = counted.group_by("form").agg(
        pl.col("day").min().alias("first"),
        pl.col("day").max().alias("last"),
        pl.col("n").sum(),
    )
    best: tuple[int, date] | None = None
    for day in sorted(set(forms["first"].to_list()))[1:]:
        new_forms = forms.filter(pl.col("first") >= day)["form"]
        old_forms = forms.filter(pl.col("last") < day)["form"]
        before, after = (_rows(counted.filter(part)) for part in (pl.col("day") < day, pl.col("day") >= day))
        old, new = (
            _rows(counted.filter(pl.col("form").is_in(some.implode()))) for some in (old_forms, new_forms)
        )
        apart = old >= PURE * before and new >= PURE * after
        least = min(before, after)
        if apart and least >= FEWEST_ROWS and (best is None or least > best[0]):
            best = least, day
    if best is None:
        return None
    last = rows.filter(pl.col("day") < best[1])["day"].max()
    assert isinstance(last, date)
    return Rewritten(best[1], last)


def _rows(counted: pl.DataFrame) -> int:
    return int(counted["n"].sum())


def find_rule_of_rewritten(
    mine: pl.DataFrame,
    theirs: pl.DataFrame,
    keys: tuple[str, str],
    *,
    days: pl.Series | None,
    their_days: pl.Series,
    seed: int = 0,
) -> FoundRule:
    """As `find_rule`; where the source was rewritten at a day, a rule with that date.

    Parameters
    ----------
    days : Date of each row of `mine`; without it no rule with a date can be told.
    their_days : Date of each row of `theirs`.
    """
    other = as_text(theirs[keys[1]])
    change = None if days is None else rewritten_on(other, their_days)
    if change is None or days is None:
        return find_rule(mine, theirs, keys, days=days, seed=seed)
    sides = (
        (mine.filter(days < change.day), theirs.filter(their_days < change.day)),
        (mine.filter(days >= change.day), theirs.filter(their_days >= change.day)),
    )
    found = [find_rule(ours, others, keys, seed=seed) for ours, others in sides]
    if not any(one.parts for one in found) or any(_nothing(one) for one in found):
        return find_rule(mine, theirs, keys, days=days, seed=seed)
    return _joined(mine[keys[0]], theirs[keys[1]], found, change)


def _nothing(found: FoundRule) -> bool:
    return not found.parts and found.outcome is not Outcome.ALIKE


def _joined(mine: pl.Series, theirs: pl.Series, found: list[FoundRule], change: Rewritten) -> FoundRule:
    parts = []
    for one, (since, until) in zip(found, ((None, change.day), (change.day, None)), strict=True):
        for part in one.parts:
            stretch = Stretch(part.judged.stretch.steps, since, until)
            parts.append(replace(part, judged=replace(part.judged, stretch=stretch)))
    sure = all(one.outcome in (Outcome.PROPOSED, Outcome.ALIKE) for one in found)
    return replace(
        found[1],
        ids=mine.drop_nulls().n_unique(),
        partners=theirs.drop_nulls().n_unique(),
        as_written=max(one.as_written for one in found),
        outcome=Outcome.PROPOSED if sure else Outcome.UNSURE,
        parts=tuple(parts),
        day=change.day,
        earliest=change.day,
        latest=change.day,
        why="",
        settle=next((one.settle for one in found if one.settle), ""),
    )
