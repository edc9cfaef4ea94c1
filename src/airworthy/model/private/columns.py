"""What a private model may know of its columns before it sees a row: only what the charter declares.

Vocabularies, ranges, medians and means that are taken from the rows tell of them, so none of those is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from airworthy.charter.private import PrivacyRules
from airworthy.kernel.errors import InputError
from airworthy.model.private.plan import Plan
from airworthy.scoring.columns import TIMES
from airworthy.scoring.contract import Column, Contract, LogicalType, Role
from airworthy.scoring.spec import Code, DatePart, Feature, IsNull, OneHot, Scaled

PARTS = {"hour": (0.0, 23.0), "weekday": (0.0, 6.0), "month": (1.0, 12.0), "day": (1.0, 31.0)}
"""Parts of a time, which everybody knows the ends of; the date itself tells of its rows."""
FLAG = (0.0, 1.0)
_WORDS = (LogicalType.CATEGORY, LogicalType.IDENTIFIER)


@dataclass(frozen=True)
class Bounded:
    """A feature whose numbers lie between two public ends."""

    feature: Feature
    low: float
    high: float


def undeclared(contract: Contract, bounds: Sequence[str], categories: Sequence[str]) -> list[Column]:
    """Inputs of which the charter does not say enough."""

    def known(column: Column) -> bool:
        if column.type in TIMES or column.type is LogicalType.FLAG:
            return True
        return column.name in (categories if column.type in _WORDS else bounds if column.type.numeric else ())

    return [column for column in contract.inputs if not known(column)]


def require_declared(contract: Contract, rules: PrivacyRules) -> None:
    """Raise `InputError` where an input has no public bounds or words, naming each and what is missing."""
    absent = undeclared(contract, tuple(rules.bounds), tuple(rules.categories))
    if not absent:
        return
    numbers = [column.name for column in absent if column.type.numeric]
    words = [column.name for column in absent if column.type in _WORDS]
    texts = [column.name for column in absent if column.type is LogicalType.TEXT]
    told = [f"bounds of {', '.join(numbers)}"] if numbers else []
    told += [f"categories of {', '.join(words)}"] if words else []
    told += [f"a way to read the free text of {', '.join(texts)} with noise"] if texts else []
    raise InputError(
        f"[privacy] lacks {'; '.join(told)}. Taken from the rows, they would tell of the people in them.",
        value=", ".join(column.name for column in absent),
        remedy=_remedy(numbers, words, texts),
    )


def _remedy(numbers: Sequence[str], words: Sequence[str], texts: Sequence[str]) -> str:
    parts = [f'write "{numbers[0]}" = [lowest, highest] under [privacy.bounds]'] if numbers else []
    parts += [f'write "{words[0]}" = ["…", "…"] under [privacy.categories]'] if words else []
    said = f"From what you know without looking at the rows {' and '.join(parts)}" if parts else ""
    unread = texts or [*words, *numbers][:1]
    left_out = f"put {', '.join(unread)} into data.exclude"
    return f"{said}, or {left_out}." if said else f"{left_out[0].upper()}{left_out[1:]}."


def public_contract(contract: Contract, plan: Plan) -> Contract:
    """The contract as a private model's file may hold it: declared words and bounds, and no counts."""
    columns = tuple(_public(column, plan) for column in contract.columns)
    return msgspec.structs.replace(contract, columns=columns, rows=0)


def _public(column: Column, plan: Plan) -> Column:
    low, high = plan.bounds.get(column.name, (None, None))
    words = plan.categories.get(column.name, ())
    # A flag's two words are how it is written, and the classes stand in the contract itself.
    if column.type is LogicalType.FLAG or column.role is Role.TARGET:
        words = tuple(sorted(column.vocabulary))
    return Column(
        name=column.name,
        type=column.type,
        role=column.role,
        nullable=True,
        low=low,
        high=high,
        vocabulary=words,
    )


def public_row(contract: Contract) -> dict[str, object]:
    """A row that nobody is: the middle of each number, the first word of each category.

    >>> public_row(Contract(columns=(Column(name="age", type=LogicalType.REAL, low=20.0, high=60.0),)))
    {'age': 40.0}
    """
    return {column.name: _example(column) for column in contract.inputs}


def _example(column: Column) -> object:
    if column.type is LogicalType.FLAG:
        return False
    if column.type.numeric and column.low is not None and column.high is not None:
        middle = (column.low + column.high) / 2
        return int(middle) if column.type is LogicalType.INTEGER else middle
    if column.type is LogicalType.INSTANT:
        return "2024-01-01T00:00:00Z"
    if column.type is LogicalType.DAY:
        return "2024-01-01"
    return column.vocabulary[0] if column.vocabulary else None


def numbers_of(column: Column, plan: Plan, zone: str) -> list[Bounded]:
    """The numbers that a column is read as, words aside; a missing one counts as the middle.

    With `privacy.missing` it is told by a number of its own.
    """
    if column.type in TIMES:
        names = [part for part in PARTS if part != "hour" or column.type is LogicalType.INSTANT]
        return [_part(column.name, part, zone) for part in names]
    low, high = FLAG if column.type is LogicalType.FLAG else plan.bounds[column.name]
    value = Scaled(column=column.name, fill=(low + high) / 2, center=0.0, scale=1.0, low=low, high=high)
    found = [Bounded(value, low, high)]
    if column.name in plan.missing:
        found.append(Bounded(IsNull(column=column.name), *FLAG))
    return found


def _part(name: str, part: str, zone: str) -> Bounded:
    low, high = PARTS[part]
    return Bounded(DatePart(column=name, part=part, zone=zone, fill=(low + high) / 2), low, high)


def additive_features(contract: Contract, plan: Plan, zone: str) -> list[Bounded | Code]:
    """Features of an additive model: bounded numbers, and codes of declared words."""
    found: list[Bounded | Code] = []
    for column in contract.inputs:
        if column.type in _WORDS:
            found.append(Code(column=column.name, vocabulary=plan.categories[column.name]))
        else:
            found += numbers_of(column, plan, zone)
    return found


def network_features(contract: Contract, plan: Plan, zone: str) -> tuple[Feature, ...]:
    """Features of a net: numbers from -1 to 1, and one yes or no for each declared word."""
    found: list[Feature] = []
    for column in contract.inputs:
        if column.type in _WORDS:
            found += [OneHot(column=column.name, value=word) for word in plan.categories[column.name]]
            continue
        found += [_centred(one) for one in numbers_of(column, plan, zone)]
    return tuple(found)


def _centred(one: Bounded) -> Feature:
    center, scale = (one.low + one.high) / 2, (one.high - one.low) / 2
    if isinstance(one.feature, (Scaled, DatePart)):
        return msgspec.structs.replace(one.feature, center=center, scale=scale)
    return one.feature
