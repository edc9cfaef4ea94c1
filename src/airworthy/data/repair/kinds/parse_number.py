"""Numbers that a few values keep from being numbers: units, thousands separators, decimal commas, words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import ClassVar

from airworthy.data.facts.forms import COMMA, GROUPED, NUMBER, UNIT
from airworthy.data.repair.kinds.kind import Cells, Kind, Look, proposed
from airworthy.data.repair.kinds.sentinel_to_null import PLAIN_WORDS
from airworthy.data.repair.readers import Key, factors, sign
from airworthy.data.repair.step import Parameters, RepairStep
from airworthy.data.repair.unit_names import factor_between, is_known, same_unit
from airworthy.kernel.result import Verdict
from airworthy.scoring.columns import STRINGS
from airworthy.scoring.contract import Column, LogicalType
from airworthy.scoring.spec import ParseNumber, Step
from airworthy.scoring.text_steps import fold, parse_number, plain_digits, split_number

NUMERIC = (NUMBER, COMMA, GROUPED, UNIT)
FEWEST_ROWS, LEAST_SHARE = 5, 0.01
"""Rows of a word beside the digits that make it a unit, where nobody knows such a unit."""

GLANCE = 1_000
MOST_LOST = 0.2
"""More values than this without a number: the column is no number."""

STYLES = ((".", ""), (".", ","), (",", ""), (",", "."), (".", "'"), (".", " "), (",", " "))
"""Decimal sign and thousands separator, tried in order; the first that reads most wins."""

_PADDED = re.compile(r"[+-]?0\d")


@dataclass(frozen=True)
class Written(Parameters):
    units: dict[str, float]
    decimal: str = "."
    thousands: str = ""


class ParseNumberKind(Kind[Written]):
    name: ClassVar[str] = "parse-number"
    does: ClassVar[str] = "Read {column} as a number"
    about: ClassVar[str] = "Text becomes a number in one unit; what is no such number becomes missing."
    type: ClassVar[type[Parameters]] = Written
    reads: ClassVar[str] = "text"
    keys: ClassVar[tuple[Key, ...]] = (
        Key("units", factors, '{ "" = 1.0, "oz" = 1.0 }', 'what each unit is multiplied by; "" is no unit'),
        Key("decimal", sign, '","', "the decimal sign", required=False),
        Key("thousands", sign, '"."', "what groups thousands; empty where nothing does", required=False),
    )

    def propose(self, look: Look) -> Iterator[RepairStep]:
        for result, column in look.results("type-disagreement"):
            if column.type not in STRINGS:
                continue
            disagrees = result.verdict is Verdict.FAIL and result.details.get("main_form") in NUMERIC
            counts = Counter(value for value in look.frame[column.name].to_list() if value is not None)
            read = read_column(counts, column)
            if read is not None and (disagrees or _has_known_unit(read[0])):
                yield proposed(self, result, column.name, read[0], safe=read[1])

    def fit(self, parameters: Written, cells: Cells) -> tuple[Step, ...]:
        return (
            ParseNumber(
                column=cells.column.name,
                units=parameters.units,
                decimal=parameters.decimal,
                thousands=parameters.thousands,
            ),
        )


def read_column(counts: Mapping[str, int], column: Column) -> tuple[Written, bool] | None:
    """How the numbers of a column are written, and whether reading them so loses and guesses nothing."""
    first = list(islice(counts, GLANCE))
    if sum(split_number(value) is None for value in first) > 2 * MOST_LOST * len(first):
        return None  # words: the other values, perhaps a million, need not be looked at
    parts = {value: found for value in counts if (found := split_number(value)) is not None}
    if not parts or any(_PADDED.match(digits) for digits, _ in parts.values()):
        return None  # leading zeros: a key, not a quantity
    decimal, thousands = _style({value: digits for value, (digits, _) in parts.items()}, counts)
    units = Counter[str]()
    for value, (digits, unit) in parts.items():
        if plain_digits(digits, decimal, thousands) is not None:
            units[unit] += counts[value]
    if not units or (column.type is LogicalType.IDENTIFIER and set(units) == {""} and decimal == "."):
        return None
    kept = _kept(units)
    if not kept:
        return None
    written = Written(kept, decimal, thousands)
    read = parse_number(ParseNumber(column=column.name, units=kept, decimal=decimal, thousands=thousands))
    lost = {value: rows for value, rows in counts.items() if (x := read(value)) != x}
    if sum(lost.values()) > MOST_LOST * sum(counts.values()):
        return None
    told = all(fold(value) in PLAIN_WORDS for value in lost)
    return written, told and len({same_unit(unit) for unit in kept}) == 1 and not thousands


def _has_known_unit(written: Written) -> bool:
    """Units that a word after a digit cannot be by accident; such a column passes the audit as words."""
    return any(is_known(unit) for unit in written.units if unit)


def _style(digits: Mapping[str, str], counts: Mapping[str, int]) -> tuple[str, str]:
    def read(style: tuple[str, str]) -> int:
        return sum(counts[v] for v, text in digits.items() if plain_digits(text, *style) is not None)

    return max(STYLES, key=read)


def _kept(units: Counter[str]) -> dict[str, float]:
    """The factor of each unit towards the most frequent one; a rare word is a slip, no unit."""
    least = max(FEWEST_ROWS, LEAST_SHARE * sum(units.values()))
    kept = [unit for unit, rows in units.most_common() if not unit or is_known(unit) or rows >= least]
    main = next((unit for unit in kept if unit), "")
    return {unit: factor_between(unit, main) for unit in kept}
