"""What a named feature is: which events of whom, from which stretch of time, and what is made of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from enum import StrEnum

import msgspec

from airworthy.kernel.canonical import Json
from airworthy.kernel.digest import digest_json


class Aggregate(StrEnum):
    """What is made of the events of a window."""

    COUNT = "count"
    SUM = "sum"
    MEAN = "mean"
    MIN = "min"
    MAX = "max"
    FIRST = "first"
    LAST = "last"
    DISTINCT = "distinct"
    SHARE = "share"
    SECONDS_SINCE_LAST = "seconds_since_last"
    TREND = "trend"


WITHOUT_COLUMN = frozenset({Aggregate.COUNT, Aggregate.SHARE, Aggregate.SECONDS_SINCE_LAST})
"""These may be asked of events as such; the others need a column's values."""
OF_WORDS = frozenset({Aggregate.COUNT, Aggregate.DISTINCT, Aggregate.FIRST, Aggregate.LAST})
"""These can be asked of a column of words; of anything but numbers the others mean nothing."""
NOTHING_IS_ZERO = frozenset({Aggregate.COUNT, Aggregate.SUM, Aggregate.DISTINCT})
"""Without an event these are 0; the others are null, where the definition names no other value."""

OF_NO_WORD = -1.0
"""Place of the text that stands where no event counts: before those of the words."""


class Definition(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One feature with everything that its numbers depend on, as an artefact carries it.

    An event counts for a decision at t when it was known at t (its time plus `known_after` is not after t)
    and its time lies after t - `window`; of these, only the last `last` count where that is given. Without
    both, all the key's earlier events count. `key` pairs a column of the row with one of the source.
    """

    name: str
    source: str
    event_time: str
    key: tuple[tuple[str, str], ...]
    aggregate: Aggregate
    column: str | None = None
    of: str | None = None
    where: str | None = None
    window: float | None = None
    last: int | None = None
    missing: float | str | None = None
    known_after: float = 0.0
    zone: str = "UTC"

    @property
    def digest(self) -> str:
        """Of all that changes a number. Descriptions and owners stand in the features file only."""
        return digest_json({name: _tagged(getattr(self, name)) for name in self.__struct_fields__})

    @property
    def events_of(self) -> tuple[object, ...]:
        """Equal for features of the same events: these are sorted once."""
        pairs = tuple(column for _, column in self.key)
        return self.source, self.event_time, self.zone, pairs, self.where

    @property
    def asked_of(self) -> tuple[object, ...]:
        """Equal for features of the same events and values: these are kept once."""
        return *self.events_of, self.column, self.of

    @property
    def of_nothing(self) -> float | str | None:
        """Its value where no event counts."""
        if self.missing is not None:
            return self.missing
        return 0.0 if self.aggregate in NOTHING_IS_ZERO else None

    @property
    def number_of_nothing(self) -> float:
        """`of_nothing` as `windows.as_of` gives it: NaN for null, and `OF_NO_WORD` for a text."""
        found = self.of_nothing
        return math.nan if found is None else OF_NO_WORD if isinstance(found, str) else found


def digest_of(definitions: Sequence[Definition]) -> str:
    """Digest of several definitions, whatever their order."""
    return digest_json({"features": sorted(one.digest for one in definitions)})


def _tagged(value: object) -> Json:
    """Floats have no canonical form in RFC 8785 without floats: they travel as tagged texts."""
    if isinstance(value, float):
        return {"float": repr(value)}
    if isinstance(value, tuple):
        return [[str(part) for part in pair] for pair in value]
    if value is None or isinstance(value, int):
        return value
    return str(value)
