"""What each column is, decided from its values: nine logical types, with the charter's overrides."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

import polars as pl

from airworthy.charter.problems import did_you_mean
from airworthy.kernel.errors import InputError
from airworthy.scoring.contract import LogicalType

MAX_CATEGORIES = 10_000
"""More distinct values than this are a key (no blanks) or text (with blanks), never a category."""

MIN_KEY_ROWS = 50
"""Below this many rows, unique numbers or words are taken for values, not for keys."""

RESERVED_ROW, RESERVED_TARGET, RESERVED_TIME = "__row__", "__target__", "__time__"
RESERVED = (RESERVED_ROW, RESERVED_TARGET, RESERVED_TIME)

_KEY_NAME = re.compile(
    r"(?:^|[_\W])(?:id|key|uuid|guid|identifier|rownames?|row|index|nr|number)$|[a-z](?:ID|Id)$",
    re.IGNORECASE,
)
_TEXT_WORDS = 3.0
_SAMPLE = 5_000


def named_as_key(name: str) -> bool:
    """Whether a column's name says that it is a key.

    >>> named_as_key("customer_id"), named_as_key("paid")
    (True, False)
    """
    return bool(_KEY_NAME.search(name))


def refuse_reserved(names: Collection[str], label: str) -> None:
    """Raise `InputError` when a table of a person's own has a column with a reserved name."""
    for name in RESERVED:
        if name in names:
            raise InputError(
                f'{label} has a column "{name}", a name that Airworthy keeps for itself.',
                value=name,
                remedy="Rename that column.",
            )


def infer_types(
    frame: pl.DataFrame,
    overrides: Mapping[str, str] | None = None,
    *,
    money: Collection[str] = (),
) -> dict[str, LogicalType]:
    """The logical type of every column that is not reserved.

    Parameters
    ----------
    frame
        Native types, as the readers give them.
    overrides
        Column to logical type, as a person declared in the charter.
    money
        Columns that carried a currency sign.

    Notes
    -----
    Truth values, and numbers that are only 0 and 1, are flags. Text is an identifier where it names rows
    (nearly unique, no blanks), text where it is prose, else a category. Whole numbers are an identifier
    where they count the rows or are unique under a name such as `id`.

    Raises `InputError` when an override names no column.

    >>> infer_types(pl.DataFrame({"a": [0, 1, 1], "b": [1.5, None, 2.0]}))
    {'a': <LogicalType.FLAG: 'flag'>, 'b': <LogicalType.REAL: 'real'>}
    """
    overrides = overrides or {}
    names = [name for name in frame.columns if name not in RESERVED]
    for name in overrides:
        if name not in names:
            raise InputError(
                f'data.types names the column "{name}", which the tables do not have.',
                value=name,
                remedy=did_you_mean(name, names, "Remove it from data.types."),
            )
    return {
        name: LogicalType(overrides[name])
        if name in overrides
        else (LogicalType.MONEY if name in money else infer_type(frame[name]))
        for name in names
    }


def infer_type(column: pl.Series) -> LogicalType:
    """The logical type of one column of native type.

    >>> infer_type(pl.Series("tailnum", ["N1", "N2", "N1"])).value
    'category'
    """
    dtype = column.dtype
    if dtype == pl.Boolean:
        return LogicalType.FLAG
    if dtype.is_integer():
        return _whole_number(column)
    if dtype.is_numeric():
        return LogicalType.REAL
    if dtype == pl.Date:
        return LogicalType.DAY
    if isinstance(dtype, pl.Datetime):
        return LogicalType.INSTANT
    return _words(column)


def count_distinct(column: pl.Series) -> int:
    """Different values, missing ones left out; of much text, different 64-bit hashes: a tenth of the time."""
    counted = column.hash() if column.dtype == pl.String and len(column) > MAX_CATEGORIES else column
    return counted.n_unique() - (1 if column.null_count() else 0)


def _whole_number(column: pl.Series) -> LogicalType:
    low, high = column.min(), column.max()
    if (low, high) == (0, 1):
        return LogicalType.FLAG
    present = len(column) - column.null_count()
    if present < MIN_KEY_ROWS or not isinstance(low, int) or not isinstance(high, int):
        return LogicalType.INTEGER
    named = named_as_key(column.name)
    counts_rows = high - low + 1 == present and low in (0, 1)
    if not (named or counts_rows):
        return LogicalType.INTEGER
    distinct = count_distinct(column)
    if distinct == present or (named and distinct >= max(MIN_KEY_ROWS, present // 20)):
        return LogicalType.IDENTIFIER
    return LogicalType.INTEGER


def _words(column: pl.Series) -> LogicalType:
    present = len(column) - column.null_count()
    if present == 0:
        return LogicalType.CATEGORY
    distinct = count_distinct(column)
    share = distinct / present
    if distinct <= MIN_KEY_ROWS or (share < 0.05 and distinct <= MAX_CATEGORIES):
        return LogicalType.CATEGORY
    words = column.drop_nulls().head(_SAMPLE).str.strip_chars().str.count_matches(r"\s+") + 1
    mean_words = float(words.mean() or 1.0)  # type: ignore[arg-type]
    if mean_words < 1.05:
        key = share > 0.5 or distinct > MAX_CATEGORIES or named_as_key(column.name)
        return LogicalType.IDENTIFIER if key else LogicalType.CATEGORY
    prose = (mean_words > _TEXT_WORDS and share > 0.2) or share > 0.9 or distinct > MAX_CATEGORIES
    return LogicalType.TEXT if prose else LogicalType.CATEGORY
