"""What the evidence of a forecast lacks: rows under the present regime, months, values and sites never seen.

It is said first.
"""

from __future__ import annotations

from calendar import month_name
from collections.abc import Iterator, Sequence

import numpy as np
import polars as pl

from airworthy.charter.model import Charter
from airworthy.lifecycle.outlook.changes import MIDDLE, MISSING, Moved, changes
from airworthy.lifecycle.outlook.regimes import Regime, regimes_of
from airworthy.lifecycle.outlook.rows import Upcoming
from airworthy.lifecycle.predict import order_of
from airworthy.scoring.contract import Column, Contract, LogicalType

OUT_OF_REACH = (
    "Whether the same inputs still mean the same outcome shows in no row without its outcome: "
    "bring outcomes as they come."
)
NAMED = 5
"""Values or columns named in a sentence; the rest are counted."""
YEAR_DAYS = 365
WITH_VALUES = (LogicalType.CATEGORY, LogicalType.FLAG)


def lacking(
    known: pl.DataFrame, charter: Charter, contract: Contract, coming: Upcoming | None
) -> tuple[str, ...]:
    """Sentences on what no past row shows, the regime first.

    Parameters
    ----------
    known : the rows with outcomes, in the canonical form.
    contract : the inputs with their training ranges and values.
    coming : rows without outcomes.
    """
    times = (
        known["__time__"].drop_nulls() if "__time__" in known.columns else pl.Series([], dtype=pl.Datetime)
    )
    declared = regimes_of(charter)
    found = [*_regimes(times, declared)] if declared else [*_changes(known, charter, contract)]
    found += _months(times)
    if coming is not None:
        found += [*_sites(known, coming), *_values(coming.rows, contract), *_ranges(coming.rows, contract)]
    return tuple(found)


def _regimes(times: pl.Series, declared: Sequence[Regime]) -> Iterator[str]:
    """How many rows there are since each declared change."""
    seconds = times.dt.epoch("us") / 1e6
    for regime in declared:
        since, all_ = int((seconds >= regime.seconds).sum()), f"{times.len():,} dated rows"
        began = f"under the {regime.name} that began on {regime.first}"
        if since:
            yield f"{since:,} of {all_} are {began}."
        else:
            newest = f"; the newest of {all_} is of {times.dt.date().max()!s}" if times.len() else ""
            yield f"No row {began}{newest}."


def _changes(known: pl.DataFrame, charter: Charter, contract: Contract) -> Iterator[str]:
    """Changes of the inputs that nobody declared, and how many rows there are since."""
    order = order_of(known, charter)
    if order is None:
        return
    rows = known[np.lexsort((known["__row__"].to_numpy(), order))]
    for change in changes(rows, contract):
        first = f"row {change.place + 1:,} in order"
        if "__time__" in rows.columns:
            first = f"about {rows['__time__'][change.place]:%Y-%m-%d}"
        moved = "; ".join(_moved(one) for one in change.columns[:NAMED])
        if (more := len(change.columns) - NAMED) > 0:
            moved += f"; {more} more columns"
        yield (
            f"Inputs changed from {first} on, and {change.rows:,} of {rows.height:,} rows are of since then: "
            f"{moved}. If it lasts, declare it as a regime."
        )


def _moved(one: Moved) -> str:
    if one.what == MIDDLE:
        return f"{one.column} has its middle at {one.since:.4g} ({one.before:.4g} before)"
    what = "is missing" if one.what == MISSING else f"is {one.what}"
    return f"{one.column} {what} in {100 * one.since:.0f} % of rows ({100 * one.before:.0f} % before)"


def _sites(known: pl.DataFrame, coming: Upcoming) -> Iterator[str]:
    """Names of sites among the coming rows that no known row has."""
    for sites in coming.sites:
        new = sites.drop_nulls().cast(pl.String)
        new = new.filter(~new.is_in(known[sites.name].drop_nulls().cast(pl.String).unique().implode()))
        if new.len():
            names = _listed(new.unique(maintain_order=True).to_list())
            yield f"{sites.name}: {new.len():,} of {sites.len():,} coming rows are of {names}, never seen."


def _months(known: pl.Series) -> Iterator[str]:
    """Months of the year that less than a year of rows leaves out."""
    if known.is_empty():
        return
    days = known.dt.date().sort().to_list()
    first, last = days[0], days[-1]
    if (last - first).days >= YEAR_DAYS:
        return
    present = set(known.dt.month().to_list())
    absent = [month_name[month] for month in range(1, 13) if month not in present]
    if absent:
        yield f"No row of {_listed(absent)}: the {known.len():,} dated rows reach from {first} to {last}."


def _values(coming: pl.DataFrame, contract: Contract) -> Iterator[str]:
    """Categories that no known row holds."""
    for column in contract.inputs:
        if column.type not in WITH_VALUES or not column.vocabulary or column.name not in coming.columns:
            continue
        cells = coming[column.name].cast(pl.String)
        new = cells.filter(cells.is_not_null() & ~cells.str.to_lowercase().is_in(_known(column)))
        if new.len():
            names = _listed(new.unique(maintain_order=True).to_list())
            yield f"{column.name}: {new.len():,} of {len(coming):,} coming rows hold {names}, never seen."


def _ranges(coming: pl.DataFrame, contract: Contract) -> Iterator[str]:
    """Numbers beyond what the known rows reach."""
    outside = []
    for column in contract.inputs:
        if column.type.numeric and column.low is not None and column.name in coming.columns:
            beyond = (coming[column.name] < column.low) | (coming[column.name] > column.high)
            if count := int(beyond.sum()):
                outside.append((count, column))
    for count, column in sorted(outside, key=lambda pair: -pair[0])[:NAMED]:
        yield (
            f"{column.name}: {count:,} of {len(coming):,} coming rows lie outside {column.low:g} to "
            f"{column.high:g}, all that was seen."
        )


def _known(column: Column) -> list[str]:
    return [value.lower() for value in column.vocabulary]


def _listed(names: Sequence[str]) -> str:
    """At most five names; the others as a number.

    >>> _listed(["May", "June"]), _listed(list("abcdefg"))
    ('May, June', 'a, b, c, d, e and 2 more')
    """
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {more} more" if more > 0 else "")
