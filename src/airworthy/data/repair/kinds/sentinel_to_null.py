"""Stand-ins for "missing" become missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar

from airworthy.data.facts.sentinels import is_code
from airworthy.data.repair.kinds.kind import Cells, Kind, Look, proposed
from airworthy.data.repair.readers import Key, stand_ins
from airworthy.data.repair.step import Parameters, RepairStep
from airworthy.kernel.errors import InputError
from airworthy.scoring.columns import STRINGS, TIMES
from airworthy.scoring.contract import Column
from airworthy.scoring.spec import MapText, SentinelToNull, Step
from airworthy.scoring.text_steps import fold

PLAIN_WORDS = frozenset(
    {"?", "??", ".", "..", "-", "--", "---", "*", "n/a", "n.a.", "#n/a", "#na", "nan", "null", "(null)"}
    | {
        "<null>",
        "missing",
        "(missing)",
        "(blank)",
        "not available",
        "not provided",
        "not recorded",
        "no data",
    }
)
"""Words that no answer can be. "unknown", "na" and "blank" may be one, so a person decides."""

CERTAIN = 900.0
"""A known code (-999, 9999) of at least this size is no measurement that stands apart; -1 and 99 may be."""


@dataclass(frozen=True)
class StandIns(Parameters):
    values: tuple[float | str, ...]


class SentinelToNullKind(Kind[StandIns]):
    name: ClassVar[str] = "sentinel-to-null"
    does: ClassVar[str] = "Read stand-ins in {column} as missing"
    about: ClassVar[str] = "Numbers or words that stand for “missing” become missing."
    type: ClassVar[type[Parameters]] = StandIns
    keys: ClassVar[tuple[Key, ...]] = (
        Key(
            "values", stand_ins, "[-999]", "what stands for missing; words without regard to case and blanks"
        ),
    )

    def propose(self, look: Look) -> Iterator[RepairStep]:
        for result, column in look.findings("sentinel-values"):
            told = list(result.details["stand_ins"])
            values = _values(told, column)
            if values:
                safe = all(_certain(value, column) for value in values)
                yield proposed(self, result, column.name, StandIns(values), safe=safe)

    def fit(self, parameters: StandIns, cells: Cells) -> tuple[Step, ...]:
        name, values = cells.column.name, parameters.values
        if cells.column.type in STRINGS:
            texts = (v if isinstance(v, str) else f"{v:.15g}" for v in values)
            return (MapText(column=name, values={fold(text): None for text in texts}, folded=True),)
        if any(isinstance(value, str) for value in values):
            raise InputError(
                f"{name} holds {cells.column.type}, and texts cannot stand for missing there: {values}.",
                value=name,
                remedy="Write values = [-999], numbers without quotes.",
            )
        return (SentinelToNull(column=name, values=tuple(float(v) for v in values)),)


def _values(told: list[str], column: Column) -> tuple[float | str, ...]:
    """The audit writes words in quotes and dates as days."""
    if column.type in STRINGS:
        return tuple(dict.fromkeys(fold(word.strip('"')) for word in told))
    if column.type in TIMES:
        days = (word for word in told if word.count("-") == 2)
        return tuple(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp() for day in days)
    return tuple(float(word) for word in told)


def _certain(value: float | str, column: Column) -> bool:
    if isinstance(value, str):
        return value in PLAIN_WORDS
    return column.type not in TIMES and is_code(value) and abs(value) >= CERTAIN
