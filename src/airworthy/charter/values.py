"""One TOML value to one Python value, by the kind that the key table declares."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import StrEnum
from itertools import pairwise

from airworthy.charter.bad_value import BadValue, show
from airworthy.charter.changing import Move
from airworthy.charter.connecting import Auth, Pages
from airworthy.charter.delivering import Method
from airworthy.charter.id_rules import read_rule
from airworthy.charter.key import Key, Kind
from airworthy.charter.model import (
    Direction,
    GapMeasure,
    LearnerKind,
    Missing,
    Preference,
    Remedy,
    Selection,
    SplitMethod,
    Task,
)
from airworthy.charter.problems import did_you_mean, listed
from airworthy.kernel.result import Limit
from airworthy.kernel.units import parse_duration, parse_energy, parse_size
from airworthy.scoring.history.definition import Aggregate

_ROUNDING = 0.011
"""Shares that were rounded to whole per cent may add up to 0.99 or 1.01."""

Amount = tuple[float, float, str]
"""Money: low, high, and its currency where it was written beside the figure, else ""."""


def read_value(key: Key, value: object) -> object:
    """The Python value of `value` under `key`. Raises `BadValue`."""
    return _READERS[key.kind](key, value)


def _wrong(key: Key, value: object, at: tuple[str | int, ...] = ()) -> BadValue:
    return BadValue(
        f"expected {key.kind}, found {show(value)}.", f"Write for example {key.name} = {key.example}.", at
    )


def _text(key: Key, value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise _wrong(key, value)
    return value


def _texts(key: Key, value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise _wrong(key, value)
    for index, item in enumerate(value):
        if not isinstance(item, str) or not item:
            raise _wrong(key, item, (index,))
        if item in value[:index]:
            raise BadValue(f'"{item}" stands twice in {key.name}.', "Name it once.", (index,))
    return tuple(value)


def _flag(key: Key, value: object) -> bool:
    if not isinstance(value, bool):
        raise _wrong(key, value)
    return value


def _number(key: Key, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise _wrong(key, value)
    if key.low is not None and value < key.low:
        raise BadValue(f"{show(value)} is below {key.low:g}.", f"Write {key.low:g} or more.")
    if key.high is not None and value > key.high:
        raise BadValue(f"{show(value)} is above {key.high:g}.", f"Write {key.high:g} or less.")
    return float(value)


def _whole(key: Key, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise _wrong(key, value)
    _number(key, value)
    return value


def _share(key: Key, value: object) -> float:
    number = _number(key, value)
    if not 0 <= number <= 1:
        hint = f"For {number:g} % write {number / 100:g}." if 1 < number <= 100 else "Write for example 0.1."
        raise BadValue(f"{show(value)} is no share: shares lie from 0 to 1.", hint)
    return number


def _duration(key: Key, value: object) -> float:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        raise BadValue(
            f"{show(value)} has no unit.", f'Write a duration with its unit, such as "{value:g}s".'
        )
    try:
        return parse_duration(_text(key, value))
    except ValueError as error:
        raise BadValue(f"{show(value)} is not a duration.", f"Write for example {key.example}.") from error


def _size(key: Key, value: object) -> int:
    try:
        return parse_size(_text(key, value))
    except ValueError as error:
        raise BadValue(f"{show(value)} is not a size.", f"Write for example {key.example}.") from error


def _energy(key: Key, value: object) -> float:
    try:
        return parse_energy(_text(key, value))
    except ValueError as error:
        message = f"{show(value)} is no amount of energy."
        raise BadValue(message, f"Write for example {key.name} = {key.example}.") from error


def _cost(key: Key, value: object, at: tuple[str | int, ...] = ()) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise _wrong(key, value, at)
    if value < 0:
        error_price = "Write what one such error costs."
        remedy = error_price if key.kind is Kind.MONEY else f"Write for example {key.name} = {key.example}."
        raise BadValue(f"{show(value)} is negative: a cost is zero or more.", remedy, at)
    return float(value)


def _money(key: Key, value: object) -> Amount:
    if isinstance(value, str):
        return _written(key, value)
    if not isinstance(value, list):
        amount = _cost(key, value)
        return amount, amount, ""
    if len(value) != 2:
        raise BadValue(f"{show(value)} is no range.", "Write [low, high], for example [80, 200].")
    low, high = (_cost(key, item, (index,)) for index, item in enumerate(value))
    if low > high:
        raise BadValue(
            f"the range {show(value)} runs from high to low.", f"Write [{show(value[1])}, {show(value[0])}]."
        )
    return low, high, ""


def _amount(key: Key, value: object) -> Amount:
    """One amount; a range would leave open where to stop."""
    if isinstance(value, list):
        raise _wrong(key, value)
    return _money(key, value)


_WRITTEN = re.compile(r"(?:([A-Z]{3})\s*)?(-?\d+(?:\.\d+)?)(?:\s*([A-Z]{3}))?")


def _written(key: Key, text: str) -> Amount:
    """An amount with its currency, such as `4 USD` or `USD 4`."""
    match = _WRITTEN.fullmatch(text.strip())
    if not match or bool(match[1]) == bool(match[3]):
        raise BadValue(
            f"{show(text)} is no amount of money.", f'Write a number, or for example {key.name} = "4 USD".'
        )
    amount = _cost(key, float(match[2]))
    return amount, amount, match[1] or match[3]


def _costs(key: Key, value: object) -> dict[tuple[str, str], float]:
    if not isinstance(value, dict) or not value:
        raise _wrong(key, value)
    costs: dict[tuple[str, str], float] = {}
    for actual, row in value.items():
        if not isinstance(row, dict):
            raise _wrong(key, row, (actual,))
        for decided, cost in row.items():
            costs[actual, decided] = _cost(key, cost, (actual, decided))
    return costs


def _shares(key: Key, value: object) -> dict[str, dict[str, float]]:
    if not isinstance(value, dict) or not value:
        raise _wrong(key, value)
    shares: dict[str, dict[str, float]] = {}
    for column, row in value.items():
        if not isinstance(row, dict) or not row:
            raise _wrong(key, row, (column,))
        for word, part in row.items():
            if isinstance(part, bool) or not isinstance(part, (int, float)) or not 0 <= part <= 1:
                message = f"{show(part)} is no share: shares lie from 0 to 1."
                raise BadValue(message, "Write for example 0.4.", (column, word))
        total = sum(row.values())
        if not math.isclose(total, 1.0, abs_tol=_ROUNDING):
            message = f"the shares of {column} add up to {total:g}, not to 1."
            raise BadValue(message, "Name every value, if need be as one called other.", (column,))
        shares[column] = {word: float(part) for word, part in row.items()}
    return shares


def _bands(key: Key, value: object) -> dict[str, tuple[float, ...]]:
    """By column where its second, third and further bands begin."""
    if not isinstance(value, dict):
        raise _wrong(key, value)
    found: dict[str, tuple[float, ...]] = {}
    for column, edges in value.items():
        if not isinstance(edges, list) or not edges:
            raise _wrong(key, edges, (column,))
        for index, edge in enumerate(edges):
            if isinstance(edge, bool) or not isinstance(edge, (int, float)) or not math.isfinite(edge):
                raise BadValue(f"{show(edge)} is no number.", "Write for example 40.", (column, index))
        if any(low >= high for low, high in pairwise(edges)):
            message = f"the bands {show(edges)} of {column} do not rise."
            raise BadValue(message, f"Write {sorted(set(edges))}.", (column,))
        found[column] = tuple(float(edge) for edge in edges)
    return found


def _answer(key: Key, value: object) -> str | float:
    return _text(key, value) if isinstance(value, str) else _number(key, value)


def _label(key: Key, value: object) -> str:
    if isinstance(value, (bool, int)):
        return str(value).lower()
    return _text(key, value)


_CHOICES: tuple[type[StrEnum], ...] = (
    *(Task, Missing, SplitMethod, Preference, LearnerKind),
    *(Remedy, GapMeasure, Move, Selection, Pages, Auth, Method, Aggregate),
)
_ENUMS: Mapping[tuple[str, ...], type[StrEnum]] = {tuple(enum): enum for enum in _CHOICES}


def _one_of(key: Key, value: object, at: tuple[str | int, ...] = ()) -> str:
    if not isinstance(value, str) or value not in key.choices:
        offered = f"Write one of {listed(key.choices)}."
        raise BadValue(
            f"{show(value)} is not known here.", did_you_mean(str(value), key.choices, offered), at
        )
    return value


def _choice(key: Key, value: object) -> StrEnum:
    return _ENUMS[key.choices](_one_of(key, value))


def _choices(key: Key, value: object) -> tuple[str, ...]:
    words = _texts(key, value)
    if not words:
        raise BadValue("the list is empty.", f"Name at least one of {listed(key.choices)}.")
    read = [_one_of(key, word, (index,)) for index, word in enumerate(words)]
    return tuple(map(_ENUMS[key.choices], read)) if key.choices in _ENUMS else tuple(read)


def _words(key: Key, value: object) -> dict[str, str]:
    if not isinstance(value, dict):
        raise _wrong(key, value)
    for name, word in value.items():
        if not isinstance(word, str) or not word:
            raise _wrong(key, word, (name,))
        if key.kind is Kind.TYPES:
            _one_of(key, word, (name,))
    return dict(value)


def _directions(key: Key, value: object) -> dict[str, Direction]:
    if not isinstance(value, dict):
        raise _wrong(key, value)
    return {name: Direction(_one_of(key, word, (name,))) for name, word in value.items()}


def _sets(key: Key, value: object) -> tuple[tuple[str, ...], ...]:
    if value == "none":
        return ()
    if not isinstance(value, list) or not value:
        raise _wrong(key, value)
    for index, names in enumerate(value):
        if not isinstance(names, list) or len(names) < 2 or not all(isinstance(n, str) and n for n in names):
            message = f"{show(names)} is no list of two or more columns."
            raise BadValue(message, f"Write for example {key.name} = {key.example}.", (index,))
    return tuple(tuple(dict.fromkeys(names)) for names in value)


def _pairs(key: Key, value: object) -> tuple[tuple[str, str], ...]:
    if isinstance(value, list) and value:
        return tuple((name, name) for name in _texts(key, value))
    if isinstance(value, dict) and value:
        return tuple(_words(key, value).items())
    raise _wrong(key, value)


_CODE = re.compile(r"[A-Z]{3}\d{3}")


def _limits(key: Key, value: object) -> dict[str, Limit]:
    if not isinstance(value, dict):
        raise _wrong(key, value)
    return {code: _limit(key, code, bounds) for code, bounds in value.items()}


def _limit(key: Key, code: str, bounds: object) -> Limit:
    if not _CODE.fullmatch(code):
        raise BadValue(f'"{code}" is no check code.', "`airworthy explain` lists the codes.", (code,))
    if not isinstance(bounds, dict) or not bounds:
        raise BadValue(
            f"{show(bounds)} is no limit.", f"Write {code} = {{ low = 0.7 }}, or high, or both.", (code,)
        )
    for name, bound in bounds.items():
        if name not in ("low", "high"):
            raise BadValue(
                f'unknown key "{name}".',
                did_you_mean(name, ("low", "high"), "Use low and high."),
                (code, name),
            )
        if isinstance(bound, bool) or not isinstance(bound, (int, float)) or not math.isfinite(bound):
            raise BadValue(f"{show(bound)} is no finite number.", "Leave an open side out.", (code, name))
    low, high = bounds.get("low"), bounds.get("high")
    if low is not None and high is not None and low > high:
        raise BadValue(f"low = {low} lies above high = {high}.", "Exchange the two.", (code,))
    return Limit(
        None if low is None else float(low),
        None if high is None else float(high),
        f"airworthy.toml: checks.limits.{code}",
    )


def _dates(key: Key, value: object) -> dict[str, date]:
    if not isinstance(value, dict) or not value:
        raise _wrong(key, value)
    return {name: _date(key, day, (name,)) for name, day in value.items()}


def _date(key: Key, day: object, at: tuple[str | int, ...]) -> date:
    """A day as TOML writes it, or as a text."""
    if isinstance(day, date) and not isinstance(day, datetime):
        return day
    try:
        return date.fromisoformat(day if isinstance(day, str) else "")
    except ValueError:
        message = f"{show(day)} is no day."
        raise BadValue(message, f"Write year, month and day, for example {key.example}.", at) from None


def _lists(key: Key, value: object) -> dict[str, tuple[str, ...]]:
    if not isinstance(value, dict):
        raise _wrong(key, value)
    found: dict[str, tuple[str, ...]] = {}
    for column, words in value.items():
        if not isinstance(words, list) or not words:
            raise _wrong(key, words, (column,))
        for index, word in enumerate(words):
            if not isinstance(word, str) or word in words[:index]:
                raise BadValue(f"{show(word)} is no word, or stands twice.", "Name it once.", (column, index))
        found[column] = tuple(words)
    return found


_READERS: Mapping[Kind, Callable[[Key, object], object]] = {
    Kind.TEXT: _text,
    Kind.COLUMN: _text,
    Kind.TEXTS: _texts,
    Kind.COLUMNS: _texts,
    Kind.COLUMN_WORDS: _words,
    Kind.TYPES: _words,
    Kind.FLAG: _flag,
    Kind.WHOLE: _whole,
    Kind.NUMBER: _number,
    Kind.SHARE: _share,
    Kind.DURATION: _duration,
    Kind.SIZE: _size,
    Kind.MONEY: _money,
    Kind.AMOUNT: _amount,
    Kind.ENERGY: _energy,
    Kind.COSTS: _costs,
    Kind.SHARES: _shares,
    Kind.BANDS: _bands,
    Kind.LISTS: _lists,
    Kind.ANSWER: _answer,
    Kind.LABEL: _label,
    Kind.CHOICE: _choice,
    Kind.CHOICES: _choices,
    Kind.DIRECTIONS: _directions,
    Kind.SETS: _sets,
    Kind.PAIRS: _pairs,
    Kind.LIMITS: _limits,
    Kind.DATES: _dates,
    Kind.RULE: lambda key, value: read_rule(value, key.example),
}
