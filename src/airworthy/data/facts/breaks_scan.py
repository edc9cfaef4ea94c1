"""The table held against an earlier contract, in one collect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from airworthy.data.facts import RESERVED, RowCount, Table
from airworthy.data.facts.as_written import AsWritten
from airworthy.data.facts.breaks import Breaks, Broken, NewColumns
from airworthy.data.facts.scan import one_row
from airworthy.kernel.fact import Facts
from airworthy.scoring.contract import Column, LogicalType, Role

_EXAMPLES = 5
_DATED = (LogicalType.INSTANT, LogicalType.DAY)


def compute(wanted: Sequence[Any], facts: Facts) -> Mapping[Any, object]:
    facts.prepare([RowCount()])
    table, rows = facts[Table()].lazy(), facts[RowCount()]
    schema = table.collect_schema()
    computed: dict[Any, object] = {}
    asks: dict[Broken, list[pl.Expr]] = {}
    for place, fact in enumerate(wanted):
        if isinstance(fact, NewColumns):
            computed[fact] = tuple(c for c in schema if c not in fact.agreed and c not in RESERVED)
        elif fact.agreed.name not in schema:
            computed[fact] = Breaks(rows, absent=True)
        else:
            asks[fact] = _asks(fact.agreed, schema[fact.agreed.name], place)
    if asks:
        facts.prepare([AsWritten(fact.agreed.name) for fact in asks])
        row = one_row(table, facts, list(asks.values()))
        for place, fact in enumerate(wanted):
            if fact in asks:
                kind = schema[fact.agreed.name]
                was_text = facts[AsWritten(fact.agreed.name)].was_text
                computed[fact] = _breaks(fact.agreed, kind, row, place, rows, was_text=was_text)
    return computed


def _asks(agreed: Column, kind: pl.DataType, place: int) -> list[pl.Expr]:
    cell = pl.col(agreed.name)
    asks = [cell.null_count().alias(f"n{place}")]
    words = _unseen(agreed, kind)
    if words is not None:
        counted = words.value_counts(sort=True).struct.field(agreed.name).head(_EXAMPLES)
        asks += [words.len().alias(f"u{place}"), counted.implode().alias(f"e{place}")]
    numbers = _outside(agreed, kind)
    if numbers is not None:
        ends = pl.concat([numbers.min(), numbers.max()]).drop_nulls().unique().sort()
        asks += [numbers.len().alias(f"o{place}"), ends.implode().alias(f"x{place}")]
    return asks


def _unseen(agreed: Column, kind: pl.DataType) -> pl.Expr | None:
    """The words, or codes in numbers, that the contract does not know; None where it lists none."""
    listed = (agreed.type is LogicalType.CATEGORY or agreed.type.numeric) and agreed.vocabulary
    if not listed or kind == pl.Boolean or kind.is_temporal():
        return None
    words = pl.col(agreed.name).cast(pl.String).drop_nulls()
    if kind.is_float():
        words = words.str.strip_suffix(".0")
    return words.filter(~words.is_in(list(agreed.vocabulary)))


def _outside(agreed: Column, kind: pl.DataType) -> pl.Expr | None:
    """The numbers outside the agreed range; dates move on by nature and are not asked about."""
    ranged = agreed.low is not None or agreed.high is not None
    if not ranged or not agreed.type.numeric or not kind.is_numeric():
        return None
    numbers = pl.col(agreed.name).cast(pl.Float64).drop_nulls()
    low, high = agreed.low, agreed.high
    below = numbers < low if low is not None else pl.lit(value=False)
    above = numbers > high if high is not None else pl.lit(value=False)
    return numbers.filter(below | above)


def _breaks(
    agreed: Column, kind: pl.DataType, row: Mapping[str, Any], place: int, rows: int, *, was_text: bool
) -> Breaks:
    nulls = row[f"n{place}"]
    words, numbers = row.get(f"e{place}") or [], row.get(f"x{place}") or []
    return Breaks(
        rows,
        retyped="" if nulls == rows else _retyped(agreed, kind, was_text=was_text),
        unseen=row.get(f"u{place}") or 0,
        outside=row.get(f"o{place}") or 0,
        nulls=0 if agreed.nullable or agreed.role is Role.TARGET else nulls,
        examples=(*(str(w) for w in words), *(f"{x:.6g}" for x in numbers)),
    )


def _retyped(agreed: Column, kind: pl.DataType, *, was_text: bool) -> str:
    """What a column holds, where that is of another kind than was agreed; else an empty text."""
    if agreed.type.numeric or agreed.type is LogicalType.FLAG:
        fits = kind.is_numeric() or kind == pl.Boolean
        # A flag in words (yes, no) is read as one when it is typed; a number in words is not.
        fits = fits or (agreed.type is LogicalType.FLAG and kind == pl.String)
    elif agreed.type in _DATED:
        fits = kind.is_temporal()
    elif agreed.type is LogicalType.TEXT:
        fits = kind == pl.String or was_text  # dates in words are text to whoever agreed on text
    else:
        fits = not kind.is_temporal() or was_text
    if fits:
        return ""
    held = "numbers" if kind.is_numeric() else "dates" if kind.is_temporal() else "truth values"
    return "text" if kind == pl.String else held
