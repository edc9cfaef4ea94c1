"""The values of a feature as its column holds them: whole numbers, numbers or words."""

from __future__ import annotations

import math

from airworthy.scoring.contract import LogicalType
from airworthy.scoring.history.definition import Aggregate, Definition
from airworthy.scoring.history.events import Events
from airworthy.scoring.history.exact import FloatArray

WHOLE = frozenset({Aggregate.COUNT, Aggregate.DISTINCT})


def is_worded(definition: Definition, events: Events) -> bool:
    """Whether the feature's values are words."""
    return definition.aggregate in (Aggregate.FIRST, Aggregate.LAST) and bool(events.words)


def type_of(definition: Definition, events: Events) -> LogicalType:
    """The logical type of the feature's column."""
    if is_worded(definition, events):
        return LogicalType.CATEGORY
    nothing = definition.of_nothing
    whole = definition.aggregate in WHOLE and (not isinstance(nothing, float) or nothing.is_integer())
    return LogicalType.INTEGER if whole else LogicalType.REAL


def typed_values(definition: Definition, events: Events, found: FloatArray) -> list[object]:
    """What `windows.as_of` found, as a request would send it; None for null."""
    kind = type_of(definition, events)
    if kind is LogicalType.CATEGORY:
        nothing = definition.missing if isinstance(definition.missing, str) else None
        return [
            None if math.isnan(place) else nothing if place < 0 else events.words[int(place)]
            for place in found.tolist()
        ]
    made = int if kind is LogicalType.INTEGER else float
    return [None if math.isnan(value) else made(value) for value in found.tolist()]
