"""From text to values: numbers, truth values and dates, where every value of the column agrees; else text."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

import polars as pl

from airworthy.data.dates import looks_like_date, parse_dates
from airworthy.data.numbers import NumberText, parse_numbers, plain_numbers
from airworthy.data.written import BLANK, MOST_SPELLINGS, Written
from airworthy.kernel.errors import InputError

_SAMPLE = 100
SHORT_ROWS = 10_000
"""Up to so many rows the columns of text are asked together what they are."""
BLANK_AMONG_NUMBERS = ("", "-", "--", ".", "None", "none", "missing", "na", "n.a.", "N.A.", "nil")
"""Spellings that mean "no value" where every other value of the column is a number."""


@dataclass(frozen=True)
class Note:
    """Something about one column that a person should know; `text` follows "name: "."""

    column: str
    text: str


@dataclass(frozen=True)
class Typed:
    """A frame of native types. `money` names columns written with a currency sign.

    `written` tells of each column in which reading changed something how it was written.
    """

    frame: pl.DataFrame
    notes: tuple[Note, ...] = ()
    money: frozenset[str] = frozenset()
    written: Mapping[str, Written] = field(default_factory=dict)


def type_text(frame: pl.DataFrame, *, keep: Collection[str] = (), european: bool = False) -> Typed:
    """Give every `String` column the type that all its values agree on.

    Parameters
    ----------
    frame
        Any frame; columns that are not `String` pass through.
    keep
        Columns that stay text whatever they hold.
    european
        Fields are separated by semicolons, so a lone comma in a number is a decimal comma.

    Notes
    -----
    Exact and conservative: "007" stays text (the zeros are lost in a number), integers beyond 64 bits stay
    text, one value that is no number keeps the whole column text. So does a decimal comma among decimal
    points; `refuse_mixed` is for whoever needs the numbers.

    >>> type_text(pl.DataFrame({"a": ["1", None], "b": ["007", "010"]})).frame.dtypes
    [Int64, String]
    """
    columns, notes, money, written = [], [], set(), {}
    known = _known_numbers(frame, keep)
    for column in frame.iter_columns():
        if column.dtype != pl.String or column.name in known:
            columns.append(known.get(column.name, column))
            continue
        typed, record = _kept(column) if column.name in keep else _type_column(column, european)
        columns.append(typed.values.alias(column.name))
        notes += [Note(column.name, typed.note)] if typed.note else []
        if typed.money:
            money.add(column.name)
        if record != Written():
            written[column.name] = record
    return Typed(pl.DataFrame(columns), tuple(notes), frozenset(money), written)


def _known_numbers(frame: pl.DataFrame, keep: Collection[str]) -> dict[str, pl.Series]:
    """Columns of a short frame that are numbers beyond doubt: in a tall one they would be parsed twice."""
    names = [name for name, kind in frame.schema.items() if kind == pl.String and name not in keep]
    return plain_numbers(frame.select(names)) if names and frame.height <= SHORT_ROWS else {}


def refuse_mixed(written: Mapping[str, Written], label: str) -> None:
    """Raise `InputError` when a column mixes decimal commas and decimal points."""
    for name, record in written.items():
        if record.decimals is not None:
            raise InputError(
                f'{label}, column "{name}": {record.decimals}.',
                value=record.decimals.comma,
                remedy="Write the whole column one way, or declare it text: data.types in airworthy.toml.",
            )


def _kept(column: pl.Series) -> tuple[NumberText, Written]:
    text, record = _trim(column)
    return NumberText(text), record


def _trim(column: pl.Series) -> tuple[pl.Series, Written]:
    """Values without blanks around them, blank values as null; and how many cells that changed."""
    stripped = column.str.strip_chars()
    lost = (column.str.len_bytes() != stripped.str.len_bytes()).fill_null(value=False)
    if not lost.any():
        return stripped.set(stripped == "", None), Written()
    padded = pl.DataFrame({"written": column, "value": stripped}).filter(lost)
    blank = int((padded["value"] == "").sum())
    padded = padded.filter(pl.col("value") != "")
    record = Written(stripped=padded.height, missing=((BLANK, blank),) if blank else ())
    return stripped.set(stripped == "", None), _spelt_apart(record, padded, stripped.filter(~lost))


def _spelt_apart(record: Written, padded: pl.DataFrame, plain: pl.Series) -> Written:
    """Which blanks set a cell apart from a more frequent spelling: where all cells have them, none do."""
    spelt = padded.group_by("written", "value").len("rows")
    values = spelt["value"].unique()
    beside = plain.filter(plain.is_in(values.implode())).alias("value").value_counts(name="rows")
    spelt = pl.concat(
        [spelt, beside.select(pl.col("value").alias("written"), "value", "rows")], how="vertical_relaxed"
    )
    ordered = spelt.sort("rows", "written", descending=[True, False])
    meant = ordered.with_columns(pl.col("written").first().over("value").alias("meant"))
    apart = meant.filter(pl.col("written") != pl.col("meant")).select("written", "meant", "rows")
    return replace(
        record, spellings=tuple(apart.head(MOST_SPELLINGS).iter_rows()), spelt_apart=int(apart["rows"].sum())
    )


def _type_column(column: pl.Series, european: bool) -> tuple[NumberText, Written]:
    nulls = column.null_count()
    if nulls == len(column):
        return NumberText(column), Written()
    sample = [value.strip() for value in column.drop_nulls().head(_SAMPLE)]
    if _may_be_number(sample):
        numbers = parse_numbers(column, european, BLANK_AMONG_NUMBERS)
        if numbers is not None and numbers.decimals is not None:
            text, record = _trim(column)
            return replace(numbers, values=text), replace(record, decimals=numbers.decimals)
        if numbers is not None:
            return numbers, Written(missing=numbers.gone)
    text, record = _trim(column)
    if all(value.casefold() in ("true", "false", "") for value in sample):
        lowered = text.str.to_lowercase()
        if lowered.drop_nulls().is_in(["true", "false"]).all():
            return NumberText(lowered == "true"), Written(missing=record.missing)
    first = next((value for value in sample if value), "")
    if looks_like_date(first):
        dates = parse_dates(text)
        if dates.values is not None:
            told = Written(missing=record.missing, forms=dates.forms, either=dates.either)
            return NumberText(dates.values, dates.note), told
        return NumberText(text, dates.note), record
    return NumberText(text), record


def _may_be_number(sample: list[str]) -> bool:
    """Whether every sampled value could be one: the full parse decides."""
    return all(
        value in BLANK_AMONG_NUMBERS
        or re.search(r"\d", value)
        or value.lower().strip("+-") in ("inf", "infinity")
        for value in sample
    ) and any(re.match(r"[^A-Za-z]{0,4}(\d|inf)", value, re.IGNORECASE) for value in sample)
