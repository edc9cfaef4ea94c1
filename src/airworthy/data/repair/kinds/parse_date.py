"""Dates written in several ways become days."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from airworthy.data.facts.forms import DAY_FIRST, DOTS, ISO, MONTH_FIRST, NAMED, SLASHES
from airworthy.data.repair.kinds.kind import Cells, Kind, Look, proposed
from airworthy.data.repair.kinds.sentinel_to_null import PLAIN_WORDS
from airworthy.data.repair.readers import Key, flag
from airworthy.data.repair.step import Parameters, RepairStep
from airworthy.scoring.columns import STRINGS
from airworthy.scoring.spec import ParseDay, Step
from airworthy.scoring.text_steps import fold, parse_day


@dataclass(frozen=True)
class Order(Parameters):
    day_first: bool


class ParseDateKind(Kind[Order]):
    name: ClassVar[str] = "parse-date"
    does: ClassVar[str] = "Read {column} as days"
    about: ClassVar[str] = "Text becomes a day, whichever way it is written; a time of day is left out."
    type: ClassVar[type[Parameters]] = Order
    reads: ClassVar[str] = "text"
    keys: ClassVar[tuple[Key, ...]] = (
        Key("day_first", flag, "true", "whether 03/04/2024 is the third of April"),
    )

    def propose(self, look: Look) -> Iterator[RepairStep]:
        for result, column in look.findings("type-disagreement"):
            dates = (ISO, DAY_FIRST, MONTH_FIRST, SLASHES, DOTS, NAMED)
            if result.details.get("main_form") not in dates or column.type not in STRINGS:
                continue
            values = set(look.frame[column.name].drop_nulls().to_list())
            if any(":" in value for value in values):
                continue  # a day would lose the time
            forms = result.details["forms"]
            day, month = forms.get(DAY_FIRST, 0), forms.get(MONTH_FIRST, 0)
            order = Order(day >= month)
            read = parse_day(ParseDay(column=column.name, day_first=order.day_first))
            whole = all(read(v) == read(v) or fold(v) in PLAIN_WORDS for v in values)
            certain = not (day and month) and (bool(day or month) or not forms.get(SLASHES))
            yield proposed(self, result, column.name, order, safe=whole and certain)

    def fit(self, parameters: Order, cells: Cells) -> tuple[Step, ...]:
        return (ParseDay(column=cells.column.name, day_first=parameters.day_first),)
