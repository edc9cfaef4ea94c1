"""`aw.changes`: what may change in a row, said in a call instead of a charter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

from airworthy.charter.changing import SHARE_BROKEN, Changes, ColumnChange, Move, parse_price
from airworthy.charter.problems import did_you_mean, listed
from airworthy.charter.relations import parse_relation
from airworthy.kernel.errors import InputError

Said = str | Mapping[str, Any]
"""Of one column: `never`, `up`, `down`, `any`, or a mapping as `[changes.COLUMN]` has it."""


def changes(
    columns: Mapping[str, Said] | None = None,
    *,
    relations: Sequence[str] = (),
    one_of: Sequence[Sequence[str]] = (),
    max_broken: float = SHARE_BROKEN,
) -> Changes:
    """What may change in a row, as `[changes]` of a charter says it.

    Parameters
    ----------
    columns : by column `never`, `up`, `down` or `any`, or a mapping with `may`, `low`, `high`, `step`, `to`,
        `price` ("20 EUR" a change, or "20 EUR per 100") and `hard`.
    relations : what every row keeps, such as `"total = net + tax"`.
    one_of : groups of columns of 0 and 1 of which exactly one is 1.
    max_broken : share of rows that may break a relation.

    Raises
    ------
    InputError : something of it cannot be read.

    >>> changes({"age": "never", "income": {"may": "up", "price": "5 EUR per 100"}}).columns["age"].may
    <Move.NEVER: 'never'>
    """
    for text in relations:
        parse_relation(text)
    read = {name: _column(name, said) for name, said in (columns or {}).items()}
    return Changes(tuple(relations), max_broken, tuple(map(tuple, one_of)), read)


def read_changes(given: Changes | Mapping[str, Said] | None) -> Changes:
    """Whatever a caller gave as `changes=`."""
    return given if isinstance(given, Changes) else changes(given)


def _column(name: str, said: Said) -> ColumnChange:
    if isinstance(said, str):
        return ColumnChange(may=_move(name, said))
    known = [field.name for field in fields(ColumnChange)]
    if unknown := [key for key in said if key not in known]:
        raise InputError(
            f"changes of {name!r} say {unknown[0]!r}.",
            value=unknown[0],
            remedy=did_you_mean(unknown[0], known, f"Known are: {listed(known)}."),
        )
    settings = dict(said)
    settings["may"] = _move(name, str(settings.get("may", Move.ANY)))
    settings["to"] = tuple(map(str, settings.get("to", ())))
    made = ColumnChange(**settings)
    if made.price is not None:
        parse_price(made.price)
    if made.step is not None and not made.step > 0:
        raise InputError(f"The step of {name!r} is {made.step}.", value=made.step, remedy="Give one above 0.")
    return made


def _move(name: str, word: str) -> Move:
    known = [str(move) for move in Move]
    if word not in known:
        raise InputError(
            f"changes of {name!r} say {word!r}.",
            value=word,
            remedy=did_you_mean(word, known, f"Write one of: {listed(known)}."),
        )
    return Move(word)
