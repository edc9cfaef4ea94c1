"""What other columns say of rows that a rule brings together: do they hold the same things?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from airworthy.data.id_rules.match import surprise
from airworthy.data.keys import core

COMMON = 0.5
"""A column in which any two rows agree so often says nothing."""

SHARED = 0.3
"""Share of the rows whose value stands somewhere in the other table's column, for the two to be one."""

AGREES, DISAGREES = 0.5, 0.1
"""Agreement above chance, as a share of the most it can be: so much bears a rule out."""

CERTAIN = 13.8
"""Nats: a chance of one in a million."""

LARGE = 200_000
"""Rows from which the values of other columns are compared in a cheaper way."""

_LEAST, _MOST_COLUMNS = 8, 12


@dataclass(frozen=True)
class Agreement:
    """One column in the rows that were brought together: how many agree, and the share that would anyhow."""

    column: str
    rows: int
    agree: int
    chance: float

    @property
    def share(self) -> float:
        return self.agree / self.rows

    @property
    def above_chance(self) -> float:
        return (self.share - self.chance) / (1 - self.chance)

    @property
    def bears_out(self) -> bool:
        return self.above_chance >= AGREES and surprise(self.agree, self.rows, self.chance) >= CERTAIN

    @property
    def speaks_against(self) -> bool:
        return self.above_chance < DISAGREES

    def as_json(self) -> dict[str, object]:
        return {
            "column": self.column,
            "rows": self.rows,
            "agree": self.agree,
            "share": self.share,
            "by_chance": self.chance,
        }


def shared_columns(mine: Sequence[str], theirs: Sequence[str], keys: tuple[str, str]) -> Mapping[str, str]:
    """Columns of one name, whatever its case and signs; the IDs themselves are none."""
    named = {_name(name): name for name in theirs if name != keys[1] and not name.startswith("__")}
    found = {name: named[_name(name)] for name in mine if name != keys[0] and _name(name) in named}
    return dict(list(found.items())[:_MOST_COLUMNS])


def _name(name: str) -> str:
    return "".join(sign for sign in name.casefold() if sign.isalnum())


def beside(ids: pl.Series, frame: pl.DataFrame, columns: Sequence[str], *, large: bool) -> pl.DataFrame:
    """Each ID once, as text in the column `id`, with its first row's values as they compare.

    Signs and zeros in front do not count; in `large` tables, for the time it takes, only case does not.
    """
    values = {f"at {at}": frame[name].cast(pl.String) for at, name in enumerate(columns)}
    named = pl.DataFrame({"id": ids, **values}).drop_nulls("id")
    once = named.unique("id", keep="first", maintain_order=True)
    made = (pl.col(name).str.to_uppercase() if large else core(pl.col(name)) for name in values)
    return once.with_columns(*made)


def agreements(
    pairs: pl.DataFrame, mine: pl.DataFrame, theirs: pl.DataFrame, names: Sequence[str]
) -> tuple[Agreement, ...]:
    """How far the shared columns agree in `pairs` of IDs (columns `mine`, `theirs`); those that can tell.

    `mine` and `theirs` are tables as `beside` makes them.
    """
    both = pairs.join(mine, left_on="mine", right_on="id").join(
        theirs, left_on="theirs", right_on="id", suffix=" there"
    )
    found = []
    for at, name in enumerate(names):
        here, there = f"at {at}", f"at {at} there"
        told = both.select(pl.col(here), pl.col(there)).drop_nulls()
        told = told.filter((pl.col(here) != "") & (pl.col(there) != ""))
        chance = _chance(mine[here], theirs[here])
        if told.height >= _LEAST and chance is not None and chance <= COMMON:
            agree = int((told[here] == told[there]).sum())
            found.append(Agreement(name, told.height, agree, max(chance, 1 / (told.height + 1) ** 2)))
    return tuple(found)


def _chance(mine: pl.Series, theirs: pl.Series) -> float | None:
    """The share of row pairs that agree when paired at random; None where the columns hold other things."""
    sides = [one.drop_nulls().value_counts().rename({one.name: "v"}) for one in (mine, theirs)]
    if not all(side.height for side in sides):
        return None
    left, right = (side.with_columns(pl.col("count") / pl.col("count").sum()) for side in sides)
    common = left.join(right, on="v")
    if float(common["count"].sum()) < SHARED and float(common["count_right"].sum()) < SHARED:
        return None
    return float((common["count"] * common["count_right"]).sum())


def same_by_value(mine: pl.DataFrame, theirs: pl.DataFrame, at: int) -> pl.DataFrame:
    """Pairs of IDs whose value in one shared column stands once on either side."""
    name = f"at {at}"
    once = [
        side.filter((pl.col(name) != "") & pl.col(name).is_unique()).select("id", name)
        for side in (mine, theirs)
    ]
    return once[0].join(once[1], on=name).select(mine="id", theirs="id_right")
