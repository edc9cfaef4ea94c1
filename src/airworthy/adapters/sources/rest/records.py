"""What a page held: rows by their key, flat, and what is no row and set aside with the reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from airworthy.data.quarantine import SetAside

_NESTED = frozenset({dict, list})
_JOINT = "\x1f"
_SHOWN = 2000


@dataclass
class Records:
    """The rows of one page, in its order.

    Attributes
    ----------
    keys, rows : text of each row's key, and the row as JSON.
    aside : what is no row, with its place on the page.
    fields : names of all fields that any row of the page has, in the order of first sight.
    """

    keys: list[str] = field(default_factory=list)
    rows: list[bytes] = field(default_factory=list)
    aside: list[SetAside] = field(default_factory=list)
    fields: list[str] = field(default_factory=list)


class Unfit(ValueError):
    """A row that cannot be told apart or written down; `column` is the field at fault."""

    def __init__(self, reason: str, column: str = "", value: object = "") -> None:
        super().__init__(reason)
        self.column, self.value = column, value


def records_of(items: Sequence[Any], key: Sequence[str], page: int) -> Records:
    """Take a page apart.

    Nested objects become fields of their own (`address_city`), lists become JSON text.

    >>> made = records_of([{"id": 7, "at": {"town": "Delft"}}, "soon"], ["id"], 1)
    >>> made.keys, made.rows, made.aside[0].reason
    (['7'], [b'{"id":7,"at_town":"Delft"}'], 'no object with fields')
    """
    made, names = Records(), dict[str, object]()
    for place, item in enumerate(items, 1):
        try:
            row = _flat(item)
            made.keys.append(_key(row, key))
        except Unfit as error:
            made.aside.append(_aside(item, error, page, place))
            continue
        try:
            made.rows.append(msgspec.json.encode(row))
        except UnicodeEncodeError:
            made.keys.pop()
            made.aside.append(_aside(item, Unfit("text that is not Unicode"), page, place))
            continue
        names.update(row)  # for the order of its names
    made.fields = list(names)
    return made


def _aside(item: Any, error: Unfit, page: int, place: int) -> SetAside:
    return SetAside(
        file=f"page {page}",
        row=place,
        reason=str(error),
        column=error.column,
        value=str(error.value),
        raw=ascii(item)[:_SHOWN] if isinstance(error.__cause__, UnicodeError) else _written(item),
    )


def _written(item: Any) -> str:
    try:
        return msgspec.json.encode(item).decode()[:_SHOWN]
    except UnicodeEncodeError:
        return ascii(item)[:_SHOWN]


def _flat(item: Any) -> Mapping[str, Any]:
    if not isinstance(item, dict):
        raise Unfit("no object with fields", value=str(item)[:80])
    if _NESTED.isdisjoint(map(type, item.values())):
        return item
    row: dict[str, Any] = {}
    for name, value in _leaves(item):
        if name in row:
            raise Unfit(f"two fields would be named {name}", name)
        row[name] = value
    return row


def _leaves(item: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in item.items():
        if isinstance(value, dict):
            yield from _leaves(value, f"{prefix}{name}_")
        elif isinstance(value, list):
            yield prefix + name, _written(value)
        else:
            yield prefix + name, value


def _key(row: Mapping[str, Any], names: Sequence[str]) -> str:
    if len(names) == 1 and type(value := row.get(names[0])) is str and value:
        return value
    return _JOINT.join(_part(row, name) for name in names)


def _part(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    if value is None or value == "":
        raise Unfit(f"without its key {name}", name)
    return spelled(value)


def spelled(value: Any) -> str:
    """A value as text: the same for 17 and "17", so that a change of type is no change of value.

    >>> spelled(17), spelled("17"), spelled(1.5), spelled(True)
    ('17', '17', '1.5', 'true')
    """
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
