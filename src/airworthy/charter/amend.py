"""Changes one key of a charter's text and leaves every other byte as a person wrote it."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from typing import Any

from airworthy.charter.locate import locate_keys
from airworthy.kernel.errors import InputError

Setting = str | float | Sequence[str] | Mapping[str, str]


def amended(text: str, table: str, key: str, value: Setting) -> str:
    """`text` where `key` of `[table]` has `value`; a comment behind the old value stays.

    Raises
    ------
    InputError
        The key stands where one line cannot replace it, such as in an inline table.

    >>> amended('[fairness]\\nprotected = ["sex"]  # by law\\n', "fairness", "mitigate", ["reweighing"])
    '[fairness]\\nmitigate = ["reweighing"]\\nprotected = ["sex"]  # by law\\n'
    """
    wanted = _with(tomllib.loads(text), table, key, value)
    for changed in _attempts(text, table, key, value):
        try:
            if tomllib.loads(changed) == wanted:
                return changed
        except tomllib.TOMLDecodeError:
            continue  # the table is written in a way that a line of its own does not fit
    raise InputError(
        f"The place of {table}.{key} in airworthy.toml cannot be changed by one line.",
        value=f"{table}.{key}",
        remedy=f"Write below [{table}] by hand: {setting_line(key, value)}",
    )


def setting_line(key: str, value: Setting) -> str:
    """The line that declares it.

    >>> setting_line("exclude", ["college"]), setting_line("monotone", {"debt": "up"})
    ('exclude = ["college"]', 'monotone = { debt = "up" }')
    """
    return f"{_name(key)} = {_spelt(value)}"


def _attempts(text: str, table: str, key: str, value: Setting) -> list[str]:
    """The text with the key replaced, else put below its table's header, else in a table at the end."""
    lines, places = text.split("\n"), locate_keys(text)
    new = setting_line(key, value)
    if (table, key) in places:
        first = places[(table, key)] - 1
        last = _last_line(lines, first)
        before, comment = _indent(lines[first]), _comment("\n".join(lines[first : last + 1]))
        return ["\n".join([*lines[:first], f"{before}{new}{comment}", *lines[last + 1 :]])]
    if (table,) in places:
        header = places[(table,)]
        return ["\n".join([*lines[:header], new, *lines[header:]])]
    return [f"{text.rstrip()}\n\n[{table}]\n{new}\n"]


def _last_line(lines: Sequence[str], first: int) -> int:
    """Where the value that begins on line `first` ends: the first line with which it can be read."""
    for last in range(first, len(lines)):
        try:
            tomllib.loads("\n".join(lines[first : last + 1]))
        except tomllib.TOMLDecodeError:
            continue
        return last
    return first


def _comment(pair: str) -> str:
    """The comment behind a pair of key and value, with two blanks before it; empty without one."""
    try:
        wanted = tomllib.loads(pair)
    except tomllib.TOMLDecodeError:
        return ""
    for at, sign in enumerate(pair):
        if sign == "#" and "\n" not in pair[at:] and _reads(pair[:at], wanted):
            return f"  {pair[at:].rstrip()}"
    return ""


def _reads(text: str, wanted: Mapping[str, Any]) -> bool:
    try:
        return tomllib.loads(text) == wanted
    except tomllib.TOMLDecodeError:
        return False


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def _with(document: dict[str, Any], table: str, key: str, value: Setting) -> dict[str, Any]:
    own = document.get(table, {})
    plain = (
        value
        if isinstance(value, str | float)
        else dict(value)
        if isinstance(value, Mapping)
        else list(value)
    )
    return {**document, table: {**own, key: plain}}


def _spelt(value: Setting) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_name(name)} = {_spelt(own)}" for name, own in value.items()) + " }"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, Sequence):
        return f"[{', '.join(_spelt(one) for one in value)}]"
    return f"{value:g}"


def _name(key: str) -> str:
    """A key as TOML writes it: bare where it may be."""
    bare = key.isascii() and key.replace("_", "").replace("-", "").isalnum()
    return key if bare else json.dumps(key, ensure_ascii=False)
