"""What the place of a row, and the parts of a key, tell of the outcome on rows that were not looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from airworthy.data.facts import TIME, Foretelling, OutcomeSample
from airworthy.data.facts.foretell import foretell
from airworthy.data.facts.order import Numbering
from airworthy.kernel.fact import Facts

Teller = Callable[[pl.Series], Foretelling | None]

IN_STEP = 0.9
"""Rank correlation with time from which on a running number is a clock."""

CLOSE = 0.03
"""Where time alone is this close in AUC to the number, the number adds nothing to it."""


def compute(wanted: Sequence[Any], facts: Facts) -> Mapping[Any, object]:
    drawn = facts[OutcomeSample()]
    if drawn is None:
        return dict.fromkeys(wanted)
    rows, codes, outcomes = drawn
    outcome = np.asarray(codes, np.int64)

    def teller(by: pl.Series) -> Teller:
        half = (by.hash(78) % 2 == 0).to_numpy()
        return lambda column: foretell(column, outcome, tuple(outcomes), half)

    by_place = teller(pl.int_range(rows.height, dtype=pl.UInt64, eager=True))
    clock = by_place(rows[TIME]) if TIME in rows.columns else None
    found: dict[Any, object] = dict.fromkeys(wanted)
    for fact in wanted:
        if fact.column in rows.columns:
            # All rows of one key are dealt to one half: what a key tells of itself is no order.
            found[fact] = _best(rows, fact.column, teller(rows[fact.column]), clock)
    return found


def _best(rows: pl.DataFrame, column: str, told: Teller, clock: Foretelling | None) -> Numbering | None:
    best: tuple[Foretelling, str] | None = None
    tried = 0
    for by, series in parts(rows[column]):
        found = told(series)
        tried += 1
        if found is not None and (best is None or found.auc > best[0].auc):
            best = found, by
    if best is None:
        return None
    timed = clock is not None and clock.auc >= best[0].auc - CLOSE and _in_step(rows, column)
    return Numbering(best[0], best[1], tried, timed)


def parts(key: pl.Series) -> Iterator[tuple[str, pl.Series]]:
    """What may tell: the number, its last digit, and the letters before it.

    >>> [(by, part.to_list()) for by, part in parts(pl.Series("k", ["A-017", "B-018"]))]
    [('number', [17, 18]), ('last digit', ['7', '8']), ('letters', ['A-', 'B-'])]
    """
    if key.dtype == pl.String:
        number = key.str.extract(r"(\d{1,18})\D*$").cast(pl.Int64)
        letters = key.str.extract(r"^(\D+)").fill_null("")
        few = 1 < letters.n_unique() <= MOST_LETTERS
    else:
        number, letters, few = key.cast(pl.Int64, strict=False), key, False
    if number.null_count() < len(number):
        yield "number", number
        if not key.name.startswith("__"):
            yield "last digit", (number % 10).cast(pl.String)
    if few:
        yield "letters", letters


MOST_LETTERS = 50


def _in_step(rows: pl.DataFrame, column: str) -> bool:
    number = next((part for by, part in parts(rows[column]) if by == "number"), None)
    if number is None:
        return False
    both = pl.DataFrame({"a": number, "b": rows[TIME].to_physical()}).drop_nulls()
    ranks: list[NDArray[np.float64]] = [both[name].rank().to_numpy() for name in ("a", "b")]
    if len(ranks[0]) < 3 or min(float(r.std()) for r in ranks) == 0:
        return False
    return bool(abs(np.corrcoef(ranks[0], ranks[1])[0, 1]) >= IN_STEP)
