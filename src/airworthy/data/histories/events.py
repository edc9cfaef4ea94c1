"""From a source's table to events in order: who, when, and the value that a feature takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from airworthy.data.histories.conditions import rows_where
from airworthy.data.times import instants
from airworthy.kernel.errors import InputError
from airworthy.scoring.history.definition import OF_WORDS, Definition
from airworthy.scoring.history.events import Events, Sorted, make_events, sort_events
from airworthy.scoring.history.exact import FloatArray, IntArray
from airworthy.scoring.history.typed import is_worded
from airworthy.scoring.history.windows import NOBODY, UNKNOWN

EXACT = 2**53
"""Whole numbers beyond it would fall together as floats: they are told apart as words."""


@dataclass(frozen=True)
class History:
    """The events that some features share.

    Attributes
    ----------
    keys : texts that name whose events they are, in the order of their bytes.
    left_out : rows of the source that met the condition and yet could not count: without a time, a key or,
        where one is needed, a value.
    """

    keys: pl.Series
    events: Events
    left_out: int

    def codes(self, keys: pl.Series) -> IntArray:
        """Place of each key: `UNKNOWN` where it has no events, `NOBODY` where it is null."""
        known = pl.DataFrame({"key": self.keys, "code": np.arange(len(self.keys))})
        found = pl.DataFrame({"key": keys}).join(known, on="key", how="left", maintain_order="left")["code"]
        codes = np.where(keys.is_null().to_numpy(), NOBODY, found.fill_null(UNKNOWN).to_numpy())
        return codes.astype(np.int64)


@dataclass(frozen=True)
class Dated:
    """Rows of a source that met a condition and name whose and when: in order, and their table."""

    frame: pl.DataFrame
    keys: pl.Series
    sorted: Sorted
    left_out: int


def dated_events(frame: pl.DataFrame, one: Definition) -> Dated:
    """Sort a table's rows by key and time, once for all features that ask for them.

    Raises `InputError` where a key, a time or a condition does not fit the columns.
    """
    if one.where is not None:
        frame = frame.filter(rows_where(frame, one.where, one.zone))
    who = keys_of(frame, [theirs for _, theirs in one.key], one.source)
    at = instants(frame[one.event_time], one.zone, one.source).dt.epoch("us")
    whole = who.is_not_null() & at.is_not_null()
    left_out = frame.height - int(whole.sum())
    if left_out:
        frame, who, at = frame.filter(whole), who.filter(whole), at.filter(whole)
    keys = who.unique().sort()
    codes = who.replace_strict(keys, np.arange(len(keys)), return_dtype=pl.Int64).to_numpy()
    return Dated(frame, keys, sort_events(codes, at.to_numpy(), len(keys)), left_out)


def make_history(dated: Dated, definitions: Sequence[Definition]) -> History:
    """Events for features of one `asked_of`: the same source, key, conditions and column.

    Raises `InputError` where a column's values are of a kind that the features cannot use.
    """
    values, words = _values(dated.frame, definitions)
    events = make_events(dated.sorted, values, {definition.aggregate for definition in definitions}, words)
    return History(dated.keys, events, dated.left_out + dated.frame.height - events.rows)


def keys_of(frame: pl.DataFrame, names: Sequence[str], label: str) -> pl.Series:
    """Keys of rows as text, spelled as `scoring.history.keys` spells those of a request; null for nobody."""
    parts = [_part(frame[name], label) for name in names]
    if len(parts) == 1:
        return parts[0]
    sized = [pl.concat_str(part.str.len_chars().cast(pl.String), pl.lit(":"), part) for part in parts]
    return pl.select(pl.concat_str(sized)).to_series()


def _part(column: pl.Series, label: str) -> pl.Series:
    kind = column.dtype
    if kind == pl.String:
        return column.set((column == "").fill_null(value=False), None)
    if kind == pl.Date or kind.is_integer() or kind == pl.Boolean:
        return column.cast(pl.String)
    if isinstance(kind, pl.Datetime):
        return column.dt.epoch("us").cast(pl.String)
    if kind.is_float():
        present = column.fill_nan(None)
        whole = present.cast(pl.Int64, strict=False)
        broken = present.filter((present != whole.cast(pl.Float64)).fill_null(value=False))
        if not len(broken):
            return whole.cast(pl.String)
        raise InputError(
            f'{label}, column "{column.name}" holds fractions such as {broken[0]}, and is no key.',
            value=float(broken[0]),
            remedy="Name the column that says whose events these are.",
        )
    raise InputError(
        f'{label}, column "{column.name}" holds {kind}, and is no key.',
        value=column.name,
        remedy="Name a column of texts or whole numbers.",
    )


def _values(
    frame: pl.DataFrame, definitions: Sequence[Definition]
) -> tuple[FloatArray | None, tuple[str, ...]]:
    """What is summed or compared, NaN for null, and the words where it is places of words."""
    one = definitions[0]
    if one.of is not None:
        return rows_where(frame, one.of, one.zone).cast(pl.Float64).to_numpy(), ()
    if one.column is None:
        return None, ()
    column = frame[one.column]
    if column.dtype == pl.Boolean or (column.dtype.is_numeric() and not _beyond(column)):
        numbers = column.cast(pl.Float64).to_numpy(writable=True)  # null becomes NaN
        numbers[~np.isfinite(numbers)] = np.nan
        return numbers, ()
    for definition in definitions:
        if definition.aggregate not in OF_WORDS:
            raise _no_number(definition, column)
    texts = column.cast(pl.String)
    words = texts.drop_nulls().unique().sort()
    places = texts.replace_strict(words, np.arange(len(words)), default=None, return_dtype=pl.Float64)
    return places.to_numpy(), tuple(words.to_list())


def _beyond(column: pl.Series) -> bool:
    ends = (column.min(), column.max())
    return column.dtype.is_integer() and any(isinstance(end, int) and abs(end) > EXACT for end in ends)


def _no_number(definition: Definition, column: pl.Series) -> InputError:
    first = column.drop_nulls().head(1).to_list()
    return InputError(
        f'{definition.name} asks for the {definition.aggregate} of "{column.name}" in {definition.source}, '
        f"which holds no plain numbers (for example {first[0]!r})."
        if first
        else f'{definition.name} asks for the {definition.aggregate} of "{column.name}" in '
        f"{definition.source}, which holds no value.",
        value=str(first[0]) if first else column.name,
        remedy=f"Of words ask for {', '.join(sorted(OF_WORDS))}; or name a column of numbers.",
    )


def refuse_other_missing(definition: Definition, history: History) -> None:
    """Raise `InputError` where `missing` is a text and the values are numbers, or the other way round."""
    worded = is_worded(definition, history.events)
    if definition.missing is None or worded == isinstance(definition.missing, str) or not len(history.keys):
        return
    kind = "words" if worded else "numbers"
    raise InputError(
        f'{definition.name} gives {kind} of "{definition.column}", and missing = '
        f"{definition.missing!r} is none.",
        value=str(definition.missing),
        remedy=f"Write a {'text' if worded else 'number'} as missing, or take the line out.",
    )
