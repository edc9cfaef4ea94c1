"""What the owner of a bare table can say about it, beside its target and its time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from airworthy.charter.problems import did_you_mean, listed
from airworthy.data.frame import from_any
from airworthy.data.types import RESERVED_ROW
from airworthy.kernel.errors import InputError
from airworthy.scoring.contract import Column, Contract, LogicalType

Terms = Mapping[str, Mapping[str, Any]]
"""A contract in plain words: column to `type`, and where agreed `values`, `low` and `high`."""

_TYPES = (
    ("bool", LogicalType.FLAG),
    ("uint", LogicalType.INTEGER),
    ("int", LogicalType.INTEGER),
    ("float", LogicalType.REAL),
    ("decimal", LogicalType.REAL),
    ("datetime", LogicalType.INSTANT),
    ("date", LogicalType.DAY),
    ("str", LogicalType.TEXT),
    ("utf8", LogicalType.TEXT),
    ("object", LogicalType.TEXT),
    ("cat", LogicalType.CATEGORY),
    ("enum", LogicalType.CATEGORY),
)


@dataclass(frozen=True)
class Declared:
    """Columns by what they are for, a population to hold the rows against, and an earlier contract.

    `part` names the column that says which part of a split each row is in.
    """

    protected: tuple[str, ...] = ()
    entity: tuple[str, ...] = ()
    part: str | None = None
    population: pl.DataFrame | None = None
    contract: Contract | None = None


def declared(
    *,
    protected: Sequence[str] | str = (),
    entity: Sequence[str] | str = (),
    split: str | None = None,
    population: object = None,
    contract: Contract | Terms | None = None,
) -> Declared:
    """Read what a person passed; a single name may stand without a list.

    Raises `InputError` where the population is no table or a type of the contract is unknown.

    >>> declared(protected="sex").protected
    ('sex',)
    """
    return Declared(
        protected=(protected,) if isinstance(protected, str) else tuple(protected),
        entity=(entity,) if isinstance(entity, str) else tuple(entity),
        part=split,
        population=None if population is None else from_any(population),
        contract=contract if contract is None or isinstance(contract, Contract) else agreed(contract),
    )


def agreed(terms: Terms) -> Contract:
    """A contract from plain words.

    >>> agreed({"age": {"type": "Int64", "low": 0, "high": 120}})["age"].type.value
    'integer'
    """
    return Contract(columns=tuple(_column(name, words) for name, words in terms.items()))


def _column(name: str, words: Mapping[str, Any]) -> Column:
    values = tuple(str(value).removesuffix(".0") for value in words.get("values", ()))
    kind = _kind(name, str(words.get("type", "category" if values else "")))
    if kind is LogicalType.TEXT and values:
        kind = LogicalType.CATEGORY
    low, high = words.get("low"), words.get("high")
    return Column(
        name=name,
        type=kind,
        nullable=bool(words.get("nullable", True)),
        low=None if low is None else float(low),
        high=None if high is None else float(high),
        vocabulary=values,
    )


def _kind(name: str, word: str) -> LogicalType:
    plain = word.lower()
    if plain in tuple(LogicalType):
        return LogicalType(plain)
    for start, kind in _TYPES:
        if plain.startswith(start):
            return kind
    raise InputError(
        f'The contract gives {name} the type "{word}", which is not known.',
        value=word,
        remedy=did_you_mean(plain, tuple(LogicalType), f"Write one of {listed(tuple(LogicalType))}."),
    )


def require_columns(told: Declared, columns: Sequence[str]) -> None:
    """Raise `InputError` where a declared column is not one of `columns`."""
    part = (told.part,) if told.part is not None else ()
    for what, names in (("protected", told.protected), ("entity", told.entity), ("split", part)):
        for name in names:
            if name not in columns or name == RESERVED_ROW:
                raise InputError(
                    f'The {what} column "{name}" is not a column of the table.',
                    value=name,
                    remedy=did_you_mean(name, columns, f"It has: {listed(list(columns))}."),
                )
