"""What the evidence of a forecast lacks: months without a row, values never seen. It is said first."""

from __future__ import annotations

from calendar import month_name
from collections.abc import Iterator, Sequence

import polars as pl

from airworthy.scoring.contract import Column, Contract, LogicalType

OUT_OF_REACH = (
    "Whether the same inputs still mean the same outcome shows in no row without its outcome: "
    "bring outcomes as they come."
)
NAMED = 5
"""Values or columns named in a sentence; the rest are counted."""
YEAR_DAYS = 365
WITH_VALUES = (LogicalType.CATEGORY, LogicalType.FLAG)


def lacking(times: pl.Series | None, contract: Contract, coming: pl.DataFrame | None) -> tuple[str, ...]:
    """Sentences on what no past row shows.

    Parameters
    ----------
    times : when the known rows were decided; None without dates.
    contract : the inputs with their training ranges and values.
    coming : rows without outcomes, in the canonical form.
    """
    found = [*_months(times)]
    if coming is not None:
        found += [*_values(coming, contract), *_ranges(coming, contract)]
    return tuple(found)


def _months(times: pl.Series | None) -> Iterator[str]:
    """Months of the year that less than a year of rows leaves out."""
    known = times.drop_nulls() if times is not None else pl.Series([], dtype=pl.Datetime)
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
