"""Is a column of digits a national number? By the share of its values whose check digits are right.

One arbitrary number in ten or eleven passes such a check, so a column is told by how many pass, with the odds
that as many would do so by chance. It does not matter whether the reader kept leading zeros.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from airworthy.data.facts.national_rules import NATIONAL, Digits, Flags, National, number

LOOKED_AT, FEWEST = 5_000, 20
"""Most different values that a column is judged by, and the fewest that are judged at all."""

LEAST_RIGHT = 0.5
"""Share of the different values that must pass: a column of several things is none of them."""

LEAST_ODDS = 1e-9
"""Chance of as many right ones in a column: 41 rules on 5,000 columns leave it below one in 1,000."""

LOST_ZEROS = 3
"""Leading zeros that a number may have lost: a birth in 2000 begins with two of them, and more."""

_SHORTEST, _LONGEST = 10**6, 10**18
_WRITTEN = r"^[0-9][0-9 ./-]{5,22}[0-9]$"
_SIGNS_BETWEEN = r"[ ./-]"
_CHUNK = 100_000


@dataclass(frozen=True)
class Checked:
    """Of `looked` different values `right` keep `rule`; by chance a share of `rule.chance` do."""

    rule: National
    looked: int
    right: int


def plain_numbers(values: pl.Series) -> pl.Series:
    """The values (n,) as whole numbers, null where one is none or has fewer than seven digits.

    >>> plain_numbers(pl.Series(["85.07.30-033.28", "A-17", "12"])).to_list()
    [85073003328, None, None]
    """
    if values.dtype == pl.String:
        written = pl.select(pl.when(values.str.contains(_WRITTEN)).then(values)).to_series()
        values = written.str.replace_all(_SIGNS_BETWEEN, "").cast(pl.Int64, strict=False)
    elif values.dtype.is_float():
        values = pl.select(pl.when(values == values.round()).then(values)).to_series()
        values = values.cast(pl.Int64, strict=False)
    return pl.select(pl.when(values.is_between(_SHORTEST, _LONGEST)).then(values)).to_series()


def recognise(values: pl.Series) -> Checked | None:
    """The national number that the values (n,) are; None where chance would explain as many right ones.

    >>> recognise(pl.Series(range(100_000_000, 100_001_000))) is None     # one in eleven is a Dutch number
    True
    """
    present = values.drop_nulls()
    if not len(present) or plain_numbers(present.head(1_000)).null_count() > LEAST_RIGHT * min(
        1_000, len(present)
    ):
        return None
    different = present.unique(maintain_order=True).head(LOOKED_AT)
    numbers = plain_numbers(different).drop_nulls().unique(maintain_order=True).to_numpy()
    if len(different) < FEWEST or not len(numbers):
        return None
    found = []
    for rule in (*NATIONAL, SOCIAL_SECURITY):
        right = int(passes(numbers, rule).sum())
        told = Checked(rule, len(different), right)
        if rule is SOCIAL_SECURITY and (right < len(numbers) or not _spread(numbers)):
            continue
        if right >= LEAST_RIGHT * len(different) and odds(told) < LEAST_ODDS:
            found.append(told)
    return max(found, key=lambda told: (told.right, -told.rule.chance), default=None)


def odds(told: Checked) -> float:
    """At most the chance of so many right ones among arbitrary values (Chernoff's bound).

    >>> f"{odds(Checked(NATIONAL[0], 20, 20)):.0e}"      # (1/11)^20
    '1e-21'
    """
    share, chance = told.right / told.looked, told.rule.chance
    if share <= chance:
        return 1.0
    wrong = (1 - share) * math.log((1 - share) / (1 - chance)) if share < 1 else 0.0
    return math.exp(-told.looked * (share * math.log(share / chance) + wrong))


def passes(numbers: NDArray[np.int64], rule: National) -> Flags:
    """Which of the numbers (n,) have the rule's length, lost zeros aside, and keep it."""
    right = np.zeros(len(numbers), bool)
    fits = np.flatnonzero((numbers >= 10 ** (rule.length - LOST_ZEROS - 1)) & (numbers < 10**rule.length))
    for start in range(0, len(fits), _CHUNK):
        rows = fits[start : start + _CHUNK]
        right[rows] = rule.rule(_digits(numbers[rows], rule.length))
    return right


def _digits(numbers: NDArray[np.int64], length: int) -> Digits:
    return numbers[:, None] // 10 ** np.arange(length - 1, -1, -1, dtype=np.int64) % 10


def _social_security(digits: Digits) -> Flags:
    """The three parts (area, group, serial) are never 000, 666 or from 900, never 00, never 0000."""
    area, group, serial = number(digits, 0, 3), number(digits, 3, 5), number(digits, 5, 9)
    return np.asarray((area > 0) & (area != _NO_AREA) & (area < _AREAS) & (group > 0) & (serial > 0))


def _spread(numbers: NDArray[np.int64]) -> bool:
    """Whether areas and groups lie so wide, and are so many, that the missing ones are no accident.

    No digit of a social security number checks another, so nine arbitrary digits keep its rule too often.
    """
    digits = _digits(numbers[numbers < 10**9], 9)
    if 0.99 ** len(digits) > _ACCIDENT:
        return False
    firsts = np.bincount(digits[:, 0], minlength=7)[:7]
    groups = len(np.unique(number(digits, 3, 5)))
    return bool(firsts.min() >= _EACH * len(digits) and groups >= _GROUPS)


_NO_AREA, _AREAS, _GROUPS, _EACH, _ACCIDENT = 666, 900, 80, 0.05, 1e-3

SOCIAL_SECURITY = National("US social security number", 9, 0.889, _social_security)
"""898 of 1,000 areas, 99 of 100 groups and 9,999 of 10,000 serials are in use."""
