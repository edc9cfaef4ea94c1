"""Missing and empty cells of one column by outcome."""

from __future__ import annotations

from typing import Any

import polars as pl

from airworthy.data.facts import ByOutcome
from airworthy.data.facts.visit import ColumnView, Flags
from airworthy.kernel.fact import Facts


def answer(fact: Any, view: ColumnView, facts: Facts) -> ByOutcome | None:
    groups = view.groups
    if groups.outcome is None:
        return None
    none = (0,) * len(groups.outcomes)
    nulls = groups.by_outcome(view.is_null) if view.nulls else none
    blank = _blank(view)
    blanks = none if blank is None else groups.by_outcome(blank)
    empty = tuple(a + b for a, b in zip(nulls, blanks, strict=True))
    return ByOutcome(groups.outcomes, groups.outcome_rows, nulls, empty)


def _blank(view: ColumnView) -> Flags | None:
    """(rows,) True for zero, False and blank text; None when the column has none."""
    values = view.values
    if view.kind.is_numeric():
        blank = values == 0
    elif view.kind == pl.Boolean:
        blank = ~values
    elif view.kind == pl.String and _has_blank(view):
        blank = values.str.strip_chars() == ""
    else:
        return None
    return blank.fill_null(value=False).to_numpy() if blank.any() else None


def _has_blank(view: ColumnView) -> bool:
    """Whether text may hold blanks only; told by the different values where they are few."""
    return view.tally is None or bool((view.tally["value"].str.strip_chars() == "").any())
