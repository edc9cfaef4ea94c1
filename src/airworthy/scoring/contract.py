"""The contract: the columns a model was trained on, their logical types, ranges and vocabularies.

Fitted by `airworthy.data`, frozen here, and all that serving knows of a request.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property

import msgspec


class LogicalType(StrEnum):
    """Decided once, from values and not from dtypes."""

    REAL = "real"
    INTEGER = "integer"
    FLAG = "flag"
    CATEGORY = "category"
    TEXT = "text"
    INSTANT = "instant"
    DAY = "day"
    IDENTIFIER = "identifier"
    MONEY = "money"

    @property
    def numeric(self) -> bool:
        return self in (LogicalType.REAL, LogicalType.INTEGER, LogicalType.MONEY)


class Role(StrEnum):
    """What a column is for."""

    INPUT = "input"
    TARGET = "target"
    ENTITY = "entity"
    TIME = "time"
    PROTECTED = "protected"  # measured, not used as input
    EXCLUDED = "excluded"
    AFTER_DECISION = "after-decision"


class Column(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One column. `low`/`high` are the training range of numbers (instants: UTC epoch seconds)."""

    name: str
    type: LogicalType
    role: Role = Role.INPUT
    nullable: bool = True
    null_share: float = 0.0
    low: float | None = None
    high: float | None = None
    vocabulary: tuple[
        str, ...
    ] = ()  # categories, flags and protected columns: values seen, most frequent first
    counts: tuple[int, ...] = ()  # training rows of each value in `vocabulary`, where it was counted


class Contract(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, dict=True):
    """All columns of the joined table, in order."""

    format: int = 1
    columns: tuple[Column, ...]
    classes: tuple[str, ...] = ()  # of the target; binary: (negative, positive)
    rows: int = 0  # training rows it was learned from

    def __getitem__(self, name: str) -> Column:
        return self._by_name[name]

    def __contains__(self, name: object) -> bool:
        return name in self._by_name

    @cached_property
    def _by_name(self) -> Mapping[str, Column]:
        return {column.name: column for column in self.columns}

    def with_role(self, *roles: Role) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.role in roles)

    @property
    def inputs(self) -> tuple[Column, ...]:
        return self.with_role(Role.INPUT)
