"""National numbers that are digits only: how many digits, and the rule that their check digits follow.

A rule takes the digits (n, length) and tells which rows keep it. Where the number holds a date of birth, that
must be a date too; `chance` counts the check digits alone, so that it is never below what strangers reach.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Digits = NDArray[np.int64]
Flags = NDArray[np.bool_]
Rule = Callable[[Digits], Flags]

_VERHOEFF_TURN = np.array([1, 5, 7, 6, 2, 8, 3, 0, 9, 4])


@dataclass(frozen=True)
class National:
    """`chance` is the share of arbitrary numbers of this length that keep `rule`, or a bound on it."""

    kind: str
    length: int
    chance: float
    rule: Rule


def rest(weights: Sequence[int], modulus: int = 11, ten: int | None = None) -> Rule:
    """The last digit is the weighted sum's remainder; `ten` stands for a remainder of 10, if any does."""

    def keeps(digits: Digits) -> Flags:
        left = _sum(digits, weights) % modulus
        expected = left if ten is None else np.where(left == 10, ten, left)
        return np.asarray(expected == digits[:, len(weights)])

    return keeps


def lacking(weights: Sequence[int], modulus: int = 11, ten: int | None = None) -> Rule:
    """As `rest`, of what the sum lacks to a multiple of `modulus`."""

    def keeps(digits: Digits) -> Flags:
        left = -_sum(digits, weights) % modulus
        expected = left if ten is None else np.where(left == 10, ten, left)
        return np.asarray(expected == digits[:, len(weights)])

    return keeps


def multiple(weights: Sequence[int], modulus: int, more: int = 0) -> Rule:
    """The weighted sum of all digits is a multiple, or `more` than one."""
    return lambda digits: np.asarray(_sum(digits, weights) % modulus == more)


def luhn(digits: Digits) -> Flags:
    doubled = digits[:, -2::-2] * 2
    total = digits[:, ::-2].sum(1) + np.where(doubled > 9, doubled - 9, doubled).sum(1)
    return np.asarray(total % 10 == 0)


def verhoeff(digits: Digits) -> Flags:
    """The dihedral group of ten elements (Verhoeff, 1969)."""
    first, second = np.divmod(np.arange(10)[:, None], 5), np.divmod(np.arange(10)[None, :], 5)
    turned = np.where(first[0] == 0, first[1] + second[1], first[1] - second[1]) % 5
    product = turned + 5 * (first[0] ^ second[0])
    check, turn = np.zeros(len(digits), np.int64), np.arange(10)
    for place in range(digits.shape[1] - 1, -1, -1):
        check = product[check, turn[digits[:, place]]]
        turn = _VERHOEFF_TURN[turn]
    return np.asarray(check == 0)


def eleven_ten(digits: Digits) -> Flags:
    """ISO/IEC 7064, MOD 11,10."""
    product = np.full(len(digits), 10)
    for place in range(digits.shape[1] - 1):
        total = (digits[:, place] + product) % 10
        product = np.where(total == 0, 10, total) * 2 % 11
    return np.asarray((11 - product) % 10 == digits[:, -1])


def ninety_seven(first: Digits, key: Digits) -> Flags:
    return np.asarray(97 - first % 97 == key)


def number(digits: Digits, start: int, stop: int) -> Digits:
    """The number that the digits from `start` to before `stop` make."""
    total = np.zeros(len(digits), np.int64)
    for place in range(start, stop):
        total = total * 10 + digits[:, place]
    return total


def dated(rule: Rule, month: int, day: int, add: Sequence[int] = (0,), late: int = 0) -> Rule:
    """And a month and a day at these places; `add` to months, `late` to days, marks centuries or sexes."""

    def keeps(digits: Digits) -> Flags:
        months, days = number(digits, month, month + 2), number(digits, day, day + 2)
        in_year = np.isin(months, [m + more for more in add for m in range(1, 13)])
        in_month = (days >= 1) & (days <= 31) | (days >= 1 + late) & (days <= 31 + late)
        return np.asarray(in_year & in_month & rule(digits))

    return keeps


def starting(rule: Rule, *firsts: int, of: int = 1) -> Rule:
    """And the first `of` digits are one of these."""
    return lambda digits: np.asarray(np.isin(number(digits, 0, of), firsts) & rule(digits))


def both(*rules: Rule) -> Rule:
    return lambda digits: np.asarray(np.logical_and.reduce([rule(digits) for rule in rules]))


def german(digits: Digits) -> Flags:
    """One of the first ten digits occurs two or three times, the others at most once."""
    counts = np.stack([(digits[:, :10] == digit).sum(1) for digit in range(10)], 1)
    several = (counts > 1).sum(1) == 1
    return np.asarray(several & (counts.max(1) <= 3) & (digits[:, 0] > 0) & eleven_ten(digits))


def belgian(digits: Digits) -> Flags:
    first, key = number(digits, 0, 9), number(digits, 9, 11)
    return ninety_seven(first, key) | ninety_seven(first + 2 * 10**9, key)


def french(digits: Digits) -> Flags:
    return ninety_seven(number(digits, 0, 13), number(digits, 13, 15))


def brazilian(digits: Digits) -> Flags:
    ends = rest(tuple(range(1, 10)), ten=0), rest(tuple(range(10)), ten=0)
    alike = (digits[:, :10] == digits[:, 1:]).all(1)
    return np.asarray(ends[0](digits) & ends[1](digits) & ~alike)


def turkish(digits: Digits) -> Flags:
    odd, even = digits[:, 0:9:2].sum(1), digits[:, 1:8:2].sum(1)
    tenth = (7 * odd - even) % 10 == digits[:, 9]
    return np.asarray(tenth & (digits[:, :10].sum(1) % 10 == digits[:, 10]) & (digits[:, 0] > 0))


def estonian(digits: Digits) -> Flags:
    """A remainder of 10 is tried again with other weights, and is then 0."""
    first = _sum(digits, (1, 2, 3, 4, 5, 6, 7, 8, 9, 1)) % 11
    second = _sum(digits, (3, 4, 5, 6, 7, 8, 9, 1, 2, 3)) % 11 % 10
    return np.asarray(np.where(first == 10, second, first) == digits[:, 10])


def russian(digits: Digits) -> Flags:
    left = _sum(digits, (9, 8, 7, 6, 5, 4, 3, 2, 1)) % 101 % 100
    return np.asarray(left == number(digits, 9, 11))


def last_of_eleven(weights: Sequence[int]) -> Rule:
    """The last digit of eleven less the weighted sum's remainder: 0 for 10, 1 for 11."""
    return lambda digits: np.asarray((11 - _sum(digits, weights) % 11) % 10 == digits[:, len(weights)])


def japanese(digits: Digits) -> Flags:
    left = _sum(digits, (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11
    return np.asarray(np.where(left <= 1, 0, 11 - left) == digits[:, 11])


def _sum(digits: Digits, weights: Sequence[int]) -> Any:
    return digits[:, : len(weights)] @ np.asarray(weights, np.int64)


_NORWAY = both(lacking((3, 7, 6, 1, 8, 9, 4, 5, 2)), lacking((5, 4, 3, 2, 7, 6, 5, 4, 3, 2)))


def _czech(digits: Digits) -> Flags:
    return np.asarray(number(digits, 0, 10) % 11 == 0)


def _austrian(digits: Digits) -> Flags:
    return np.asarray(_sum(digits, (3, 7, 9, 0, 5, 8, 4, 2, 1, 6)) % 11 == digits[:, 3])


def _swedish(digits: Digits) -> Flags:
    return luhn(digits[:, 2:])


def _luxembourgish(digits: Digits) -> Flags:
    """The twelfth digit checks the first eleven by Luhn, the thirteenth the same eleven by Verhoeff."""
    return luhn(digits[:, :12]) & verhoeff(digits[:, [*range(11), 12]])


def _icelandic(digits: Digits) -> Flags:
    """The last digit tells the century of birth."""
    return np.asarray(np.isin(digits[:, 9], _ICELAND_CENTURIES) & _ICELAND(digits))


def _latvian(digits: Digits) -> Flags:
    left = (1 + _sum(digits, (10, 5, 8, 4, 2, 1, 6, 3, 7, 9))) % 11 % 10
    return np.asarray(left == digits[:, 10])


_ICELAND = multiple((3, 2, 7, 6, 5, 4, 3, 2, 1), 11)
_ICELAND_CENTURIES = (8, 9, 0)
_DENMARK = multiple((4, 3, 2, 7, 6, 5, 4, 3, 2, 1), 11)
_BULGARIA = rest((2, 4, 8, 5, 10, 9, 7, 3, 6), ten=0)
_POLAND = lacking((1, 3, 7, 9, 1, 3, 7, 9, 1, 3), 10)
_ARGENTINA = lacking((5, 4, 3, 2, 7, 6, 5, 4, 3, 2), ten=9)
_ROMANIA = rest((2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9), ten=1)
_CHINA = multiple((7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2, 1), 11, more=1)
_KOREA = last_of_eleven((2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5))
_BALKAN = lacking((7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2))
_THAI = last_of_eleven(tuple(range(13, 1, -1)))

NATIONAL = (
    National("Dutch citizen service number", 9, 1 / 11, multiple((9, 8, 7, 6, 5, 4, 3, 2, -1), 11)),
    National("Portuguese tax number", 9, 2 / 11, starting(lacking(tuple(range(9, 1, -1)), ten=0), 1, 2, 3)),
    National("Canadian social insurance number", 9, 1 / 10, luhn),
    National("Hungarian social security number", 9, 1 / 10, rest((3, 7) * 4, 10)),
    National("Greek tax number", 9, 2 / 11, rest((256, 128, 64, 32, 16, 8, 4, 2), ten=0)),
    National("Australian tax file number", 9, 1 / 11, multiple((1, 4, 3, 7, 5, 8, 6, 9, 10), 11)),
    National("British NHS number", 10, 1 / 11, starting(lacking(tuple(range(10, 1, -1))), 3, 4, 6, 7, 9)),
    National("Swedish personal number", 10, 1 / 10, dated(luhn, 2, 4, late=60)),
    National("Swedish personal number", 12, 1 / 10, starting(dated(_swedish, 4, 6, late=60), 19, 20, of=2)),
    National("Danish personal number", 10, 1 / 11, dated(_DENMARK, 2, 0)),
    National("Icelandic identity number", 10, 1 / 11, dated(_icelandic, 2, 0, late=40)),
    National("Hungarian tax number", 10, 1 / 11, starting(rest(tuple(range(1, 10))), 8)),
    National("Czech or Slovak birth number", 10, 1 / 11, dated(_czech, 2, 4, (0, 20, 50, 70))),
    National("Austrian insurance number", 10, 1 / 11, dated(_austrian, 6, 4)),
    National("Bulgarian civil number", 10, 2 / 11, dated(_BULGARIA, 2, 4, (0, 20, 40))),
    National("Ukrainian tax number", 10, 2 / 11, rest((-1, 5, 7, 9, 4, 6, 10, 5, 7), ten=0)),
    National("Ecuadorian identity number", 10, 1 / 10, starting(luhn, *range(1, 25), 30, of=2)),
    National("Polish PESEL number", 11, 1 / 10, dated(_POLAND, 2, 4, (0, 20, 40, 60, 80))),
    National("German tax number", 11, 1 / 10, german),
    National("Croatian personal number", 11, 1 / 10, eleven_ten),
    National("Belgian national number", 11, 2 / 97, dated(belgian, 2, 4, (0, 20, 40))),
    National("Norwegian birth number", 11, 1 / 100, dated(_NORWAY, 2, 0, (0, 40, 80), 40)),
    National("Brazilian CPF number", 11, 1 / 50, brazilian),
    National(
        "Estonian or Lithuanian personal code", 11, 1 / 10, starting(dated(estonian, 3, 5), *range(1, 9))
    ),
    National("Latvian personal code", 11, 2 / 11, dated(_latvian, 2, 0)),
    National("Greek AMKA number", 11, 1 / 10, dated(luhn, 2, 0)),
    National("Turkish identity number", 11, 1 / 100, turkish),
    National("Russian insurance number", 11, 2 / 100, russian),
    National("Argentine CUIL number", 11, 1 / 11, starting(_ARGENTINA, 20, 23, 24, 27, of=2)),
    National("Indian Aadhaar number", 12, 1 / 10, starting(verhoeff, *range(2, 10))),
    National("Japanese My Number", 12, 2 / 11, japanese),
    National("Swiss insurance number", 13, 1 / 10, starting(lacking((1, 3) * 6, 10), 756, of=3)),
    National("Romanian personal number", 13, 2 / 11, starting(dated(_ROMANIA, 3, 5), *range(1, 9))),
    National(
        "Luxembourgish identity number", 13, 1 / 100, starting(dated(_luxembourgish, 4, 6), 18, 19, 20, of=2)
    ),
    National("South African identity number", 13, 1 / 10, dated(luhn, 2, 4)),
    National("Korean registration number", 13, 2 / 11, dated(_KOREA, 2, 4)),
    National("Balkan JMBG number", 13, 1 / 11, dated(_BALKAN, 2, 0)),
    National("Thai identity number", 13, 2 / 11, starting(_THAI, *range(1, 9))),
    National("French social security number", 15, 1 / 97, starting(french, 1, 2)),
    National("Chinese identity number", 18, 1 / 11, dated(_CHINA, 10, 12)),
)
