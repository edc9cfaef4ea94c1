"""The rules of change as they hold for known columns: every open question answered, and by whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from airworthy.assurance.changes.kept import Kept
from airworthy.charter.changing import ChangePrice, Move

Floats = NDArray[np.float64]
MOST_DIGITS = 12
"""Decimals of a number that nobody rounded: what float64 can tell of everyday sizes."""


@dataclass(frozen=True, eq=False)
class ColumnRule:
    """How one column may change.

    Attributes
    ----------
    name, label : of the column, and the words that a person uses for it.
    words : of a category, those that it may become; None for a number or flag.
    low, high : range of a number that a change may reach.
    step : numbers move on a grid of this width, which starts at the row's own value where it was `declared`.
    decimals : to which a changed number is rounded.
    scale : median absolute deviation of a number over the reference rows; 1 where all but a few are alike.
    spread : (101,) percentiles of a number over the reference rows, from which candidates are drawn.
    price, hard : what a change costs, and how much it counts beside one of another column.
    why : why it never changes; empty where it may.
    flag : whether it is true or false.
    unit : of a number, as a person says it; empty where nobody declared one.
    """

    name: str
    label: str
    may: Move
    words: tuple[str, ...] | None = None
    low: float = -np.inf
    high: float = np.inf
    step: float = 1.0
    declared: bool = False
    decimals: int = MOST_DIGITS
    scale: float = 1.0
    spread: Floats = field(default_factory=lambda: np.zeros(101))
    price: ChangePrice | None = None
    hard: float = 1.0
    why: str = ""
    flag: bool = False
    unit: str = ""

    @property
    def fixed(self) -> bool:
        return self.may is Move.NEVER


@dataclass(frozen=True)
class Lever:
    """What one change moves: one column, or a group of columns of which exactly one is 1."""

    name: str
    at: tuple[int, ...]

    @property
    def is_group(self) -> bool:
        return len(self.at) > 1


@dataclass(frozen=True, eq=False)
class ChangeRules:
    """All rules, one a column, in the order in which rows are coded.

    Attributes
    ----------
    levers : what may be changed, each alone.
    relations : between columns; those that follow are set anew after each change.
    currency : of the prices; None where no change is priced.
    notes : what was assumed because nobody declared it, in sentences.
    """

    columns: tuple[ColumnRule, ...]
    levers: tuple[Lever, ...]
    relations: tuple[Kept, ...] = ()
    currency: str | None = None
    notes: tuple[str, ...] = ()

    @cached_property
    def place(self) -> Mapping[str, int]:
        """Place of each column by name."""
        return {rule.name: index for index, rule in enumerate(self.columns)}

    @cached_property
    def following(self) -> tuple[int, ...]:
        """Places of columns that follow from others."""
        return tuple(self.place[kept.sets] for kept in self.relations if kept.sets is not None)

    @property
    def free(self) -> tuple[str, ...]:
        """What may be changed, by the words that a person uses."""
        return tuple(
            self.columns[lever.at[0]].label if not lever.is_group else lever.name for lever in self.levers
        )

    @property
    def all_priced(self) -> bool:
        """Whether every possible change has a price, so that money decides between them."""
        return bool(self.levers) and all(self.columns[j].price for lever in self.levers for j in lever.at)
