"""Who took what, and when: a table of interactions as codes, in the order of time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt
import polars as pl

from airworthy.charter.problems import did_you_mean, listed
from airworthy.data.dates import looks_like_date
from airworthy.data.frame import LABEL, as_polars, plain
from airworthy.kernel.errors import InputError
from airworthy.kernel.seed import derive_seed

Codes = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
ROLES = ("user", "item", "time", "weight")


@dataclass(frozen=True, eq=False)
class Interactions:
    """n rows in the order of time; codes are positions in the sorted names.

    Attributes
    ----------
    users, items
        Codes, shape (n,).
    time
        Seconds since 1970, or any number that orders, shape (n,). Without a time column drawn at random.
    weight
        How much each row counts, above 0, shape (n,).
    user_names, item_names
        Sorted; a code is a position in them.
    ordered
        Whether `time` was given and differs; if not, rows are in random order.
    about
        Values of each user by column, in the order of `user_names`; "" where none is known.
    """

    users: Codes
    items: Codes
    time: Floats
    weight: Floats
    user_names: tuple[str, ...]
    item_names: tuple[str, ...]
    ordered: bool
    notes: tuple[str, ...] = ()
    about: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.users)

    @cached_property
    def pair(self) -> Codes:
        """One number for each (user, item), shape (n,)."""
        return self.users * len(self.item_names) + self.items

    def before(self, cut: float) -> Interactions:
        """The rows before `cut`; names keep their codes."""
        return self._rows(slice(0, int(np.searchsorted(self.time, cut, side="left"))))

    def since(self, cut: float) -> Interactions:
        """The rows at or after `cut`."""
        return self._rows(slice(int(np.searchsorted(self.time, cut, side="left")), None))

    def _rows(self, part: slice) -> Interactions:
        return Interactions(
            self.users[part],
            self.items[part],
            self.time[part],
            self.weight[part],
            self.user_names,
            self.item_names,
            self.ordered,
        )


def read_interactions(
    frame: object,
    user: str,
    item: str,
    time: str | None = None,
    weight: str | None = None,
    seed: int = 0,
    about: Sequence[str] = (),
) -> Interactions:
    """Read a pandas, Polars or Arrow frame of one row an interaction.

    Rows without a user, an item or a time are left out and counted in the notes, as are rows with a weight of
    0 or less (a return). Names are text: "007" stays "007", 17850.0 becomes "17850". `about` names
    columns that tell of users; the latest value counts.

    Raises `InputError` when a column is not there, times are no dates or numbers, weights are no numbers, or
    nothing is left.

    >>> found = read_interactions({"who": ["b", "a", "b"], "what": [2, 1, 1]}, "who", "what")
    >>> found.user_names, found.item_names, len(found), found.ordered
    (('a', 'b'), ('1', '2'), 3, False)
    """
    given = as_polars(frame)
    named = {"user": user, "item": item, "time": time, "weight": weight}
    used = [(role, name) for role, name in named.items() if name is not None]
    used += [("column about users", name) for name in about]
    _refuse(used, given.columns)
    wanted = [name for _, name in used]
    kept = plain(given.select(wanted), LABEL, keep=(user, item, *about)).frame
    table = kept.select(
        _name(kept, user).alias("user"),
        _name(kept, item).alias("item"),
        (pl.lit(0.0) if time is None else _time(kept[time], time)).alias("time"),
        (pl.lit(1.0) if weight is None else _number(kept[weight], weight)).alias("weight"),
        *(_name(kept, name).alias(f"about {place}") for place, name in enumerate(about)),
    )
    table, notes = _whole(table, named)
    return _coded(table, time, notes, seed, about)


def _refuse(named: list[tuple[str, str]], columns: list[str]) -> None:
    used: dict[str, str] = {}
    for role, name in named:
        if name not in columns:
            raise InputError(
                f'The {role} "{name}" is not a column of the table.',
                value=name,
                remedy=did_you_mean(name, columns, f"It has: {listed(columns)}."),
            )
        if name in used:
            raise InputError(
                f'The column "{name}" is given as {used[name]} and as {role}.',
                value=name,
                remedy="Name a column of its own for each.",
            )
        used[name] = role


def _name(frame: pl.DataFrame, name: str) -> pl.Expr:
    """Names as text; whole numbers lose the ".0" that a gap in the column gave them."""
    column, values = pl.col(name), frame[name]
    if values.dtype == pl.Float64:
        numbers = values.drop_nulls()
        if (numbers.abs() < 2**53).all() and (numbers == numbers.round(0)).all():
            return column.cast(pl.Int64).cast(pl.String)
    return column.cast(pl.String)


def _time(values: pl.Series, name: str) -> pl.Expr:
    column = pl.col(name)
    if isinstance(values.dtype, pl.Datetime) or values.dtype == pl.Date:
        return column.cast(pl.Datetime("us")).cast(pl.Int64).cast(pl.Float64) / 1e6
    if values.dtype.is_numeric():
        return _finite(column)
    if not values.null_count() < len(values):
        return pl.lit(None, pl.Float64)
    wrong = next(
        (text for text in values.drop_nulls().cast(pl.String) if not looks_like_date(text)), values[0]
    )
    raise InputError(
        f'The time "{name}" holds "{wrong}", which is no date.',
        value=wrong,
        remedy="Write its values as 2024-12-31 or 2024-12-31T09:00:00, empty where it is not known.",
    )


def _number(values: pl.Series, name: str) -> pl.Expr:
    if values.dtype.is_numeric() or values.dtype == pl.Boolean or values.null_count() == len(values):
        return _finite(pl.col(name))
    raise InputError(
        f'The weight "{name}" holds {str(values.dtype).lower()}, not numbers.',
        value=name,
        remedy="Name a column of numbers: how much a row counts; 0 or less leaves a row out.",
    )


def _finite(column: pl.Expr) -> pl.Expr:
    number = column.cast(pl.Float64)
    return pl.when(number.is_finite()).then(number)


def _whole(table: pl.DataFrame, named: dict[str, str | None]) -> tuple[pl.DataFrame, list[str]]:
    """The rows that can be learned from, and a sentence for each kind that is left out."""
    notes, rows = [], table.height
    for role, name in named.items():
        empty = table[role].null_count()
        if empty:
            notes.append(f'{empty:,} of {rows:,} rows have no {role} ("{name}") and are left out.')
    table = table.drop_nulls(ROLES)
    if gone := int((table["weight"] <= 0).sum()):
        notes.append(f'{gone:,} of {rows:,} rows have a weight ("{named["weight"]}") of 0 or less: left out.')
    table = table.filter(pl.col("weight") > 0)
    if not table.height:
        raise InputError(
            f"None of {rows:,} rows can be used: each needs a user, an item and what else is named.",
            value=rows,
            remedy="Name the columns that say who took what. " + " ".join(notes),
        )
    return table, notes


def _coded(
    table: pl.DataFrame, time: str | None, notes: list[str], seed: int, about: Sequence[str]
) -> Interactions:
    ordered = time is not None and table["time"].n_unique() > 1
    if not ordered:
        why = f'All rows have the same time ("{time}")' if time else "No column dates the rows"
        notes.append(f"{why}: candidates are measured on rows drawn at random, which flatters them.")
        drawn = np.random.default_rng(derive_seed(seed, "interactions")).random(table.height)
        # Names come first in the order, so that shuffled rows of a table draw the same.
        table = table.sort("user", "item", "weight").with_columns(time=pl.Series(drawn))
    table = table.sort("time", "user", "item", "weight").with_columns(
        (pl.col("user", "item").rank("dense").cast(pl.Int64) - 1).name.suffix("_code")
    )
    told = [pl.col(f"about {place}").drop_nulls().last() for place in range(len(about))]
    users = table.group_by("user").agg(told).sort("user").fill_null("")
    return Interactions(
        table["user_code"].to_numpy(),
        table["item_code"].to_numpy(),
        table["time"].to_numpy(),
        table["weight"].to_numpy(),
        tuple(users["user"]),
        tuple(table["item"].unique().sort()),
        ordered,
        tuple(notes),
        {name: tuple(users[f"about {place}"]) for place, name in enumerate(about)},
    )
