"""What `[changes]` cannot mean: prices and relations that cannot be read, and limits that contradict."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from airworthy.charter.changing import ColumnChange, Move, parse_price
from airworthy.charter.locate import Path
from airworthy.charter.model import Charter
from airworthy.charter.problems import Problems
from airworthy.charter.relations import parse_relation
from airworthy.kernel.errors import InputError

T = TypeVar("T")


def check_changes(charter: Charter, problems: Problems) -> None:
    """File every contradiction in `[changes]` and its tables of columns."""
    for index, text in enumerate(charter.changes.relations):
        _read(parse_relation, text, ("changes", "relations", index), problems)
    currencies: dict[str, str] = {}
    for name, rule in charter.changes.columns.items():
        at: Path = ("changes", name)
        if name == charter.target.column:
            problems.add(at, f'"{name}" is the target.', name, "Say what may change among the inputs.")
        _column(rule, at, problems)
        if rule.price is not None and (price := _read(parse_price, rule.price, (*at, "price"), problems)):
            currencies.setdefault(price.currency, name)
    if len(currencies) > 1:
        (one, first), (other, second) = list(currencies.items())[:2]
        message = f"{first} is priced in {one} and {second} in {other}: such prices do not add up."
        problems.add(("changes", second, "price"), message, other, f"Write both in {one}.")


def _column(rule: ColumnChange, at: Path, problems: Problems) -> None:
    bounds = {name: getattr(rule, name) for name in ("low", "high", "step")}
    said = [name for name, value in bounds.items() if value is not None]
    if rule.low is not None and rule.high is not None and rule.low > rule.high:
        message = f"low = {rule.low:g} lies above high = {rule.high:g}."
        problems.add((*at, "low"), message, rule.low, "Exchange the two.")
    if rule.step == 0:
        problems.add((*at, "step"), "a step of 0 changes nothing.", 0, "Write a step above 0.")
    if rule.to and said:
        message = f"to is for words, and {said[0]} for numbers."
        problems.add((*at, said[0]), message, bounds[said[0]], "Keep one of them.")
    if rule.to and rule.may in (Move.UP, Move.DOWN):
        message = f'may = "{rule.may}" is for numbers, and to for words.'
        problems.add((*at, "may"), message, str(rule.may), 'Write may = "any".')
    if rule.may is Move.NEVER and (said or rule.to or rule.price is not None):
        message = 'may = "never", so nothing else of it counts.'
        problems.add((*at, "may"), message, "never", "Take the other lines out, or this one.")


def _read(reads: Callable[[str], T], text: str, at: Path, problems: Problems) -> T | None:
    """What the text says; None, with the fault filed, where it cannot be read."""
    try:
        return reads(text)
    except InputError as error:
        problems.add(at, error.message, error.value, error.remedy)
        return None
