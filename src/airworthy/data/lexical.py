"""From text to values: numbers, truth values and dates, where every value of the column agrees; else text."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

import polars as pl

from airworthy.data.dates import looks_like_date, parse_dates
from airworthy.data.numbers import NumberText, parse_numbers

_SAMPLE = 100
BLANK_AMONG_NUMBERS = ("", "-", "--", ".", "None", "none", "missing", "na", "n.a.", "N.A.", "nil")
"""Spellings that mean "no value" where every other value of the column is a number."""


@dataclass(frozen=True)
class Note:
    """Something about one column that a person should know; `text` follows "name: "."""

    column: str
    text: str


@dataclass(frozen=True)
class Typed:
    """A frame of native types. `money` names columns written with a currency sign."""

    frame: pl.DataFrame
    notes: tuple[Note, ...] = ()
    money: frozenset[str] = frozenset()


def type_text(
    frame: pl.DataFrame, label: str, *, keep: Collection[str] = (), european: bool = False
) -> Typed:
    """Give every `String` column the type that all its values agree on.

    Parameters
    ----------
    frame
        Any frame; columns that are not `String` pass through.
    label
        The file's name, for messages.
    keep
        Columns that stay text whatever they hold.
    european
        Fields are separated by semicolons, so a lone comma in a number is a decimal comma.

    Notes
    -----
    Exact and conservative: "007" stays text (the zeros are lost in a number), integers beyond 64 bits stay
    text, one value that is no number keeps the whole column text.

    Raises `InputError` when a column mixes decimal commas and decimal points.

    >>> type_text(pl.DataFrame({"a": ["1", None], "b": ["007", "010"]}), "f").frame.dtypes
    [Int64, String]
    """
    columns, notes, money = [], [], set()
    for column in frame.iter_columns():
        if column.dtype != pl.String:
            columns.append(column)
            continue
        typed = _kept(column) if column.name in keep else _type_column(column, label, european)
        columns.append(typed.values.alias(column.name))
        notes += [Note(column.name, typed.note)] if typed.note else []
        if typed.money:
            money.add(column.name)
    return Typed(pl.DataFrame(columns), tuple(notes), frozenset(money))


def _kept(column: pl.Series) -> NumberText:
    return NumberText(_trim(column))


def _trim(column: pl.Series) -> pl.Series:
    """Values without blanks around them; blank values as null."""
    stripped = column.str.strip_chars()
    return stripped.set(stripped == "", None)


def _type_column(column: pl.Series, label: str, european: bool) -> NumberText:
    nulls = column.null_count()
    if nulls == len(column):
        return NumberText(column)
    sample = [value.strip() for value in column.drop_nulls().head(_SAMPLE)]
    if _may_be_number(sample):
        numbers = parse_numbers(column, label, european, BLANK_AMONG_NUMBERS)
        if numbers is not None:
            return numbers
    text = _trim(column)
    if all(value.casefold() in ("true", "false", "") for value in sample):
        lowered = text.str.to_lowercase()
        if lowered.drop_nulls().is_in(["true", "false"]).all():
            return NumberText(lowered == "true")
    first = next((value for value in sample if value), "")
    if looks_like_date(first):
        dates = parse_dates(text)
        return NumberText(text if dates.values is None else dates.values, dates.note)
    return NumberText(text)


def _may_be_number(sample: list[str]) -> bool:
    """Whether every sampled value could be one: the full parse decides."""
    return all(
        value in BLANK_AMONG_NUMBERS
        or re.search(r"\d", value)
        or value.lower().strip("+-") in ("inf", "infinity")
        for value in sample
    ) and any(re.match(r"[^A-Za-z]{0,4}(\d|inf)", value, re.IGNORECASE) for value in sample)
