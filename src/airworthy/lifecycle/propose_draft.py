"""What goes into a proposed charter, and how TOML strings, lists and comments are spelt."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING

from airworthy.kernel.units import MoneyRange
from airworthy.lifecycle.propose_look import Look
from airworthy.lifecycle.propose_options import ProposeOptions
from airworthy.lifecycle.propose_roles import Roles
from airworthy.scoring.contract import LogicalType

if TYPE_CHECKING:
    from airworthy.lifecycle.propose_series import Series

WIDTH = 100
DECIDE = "# DECIDE: "


@dataclass(frozen=True)
class Draft:
    """All that goes into the text."""

    path: str
    looks: tuple[Look, ...]
    roles: Roles
    options: ProposeOptions
    costs: tuple[tuple[str, MoneyRange], ...]
    required: tuple[tuple[str, str], ...]  # code and title
    series: Series | None = None

    @property
    def rows(self) -> int:
        return self.looks[0].rows

    @property
    def name(self) -> str:
        """The model's name: the option, else the file's, in words with hyphens."""
        stem = PurePath(self.path).name.split(".")[0]
        return self.options.name or re.sub(r"[\W_]+", "-", stem.casefold()).strip("-") or "model"

    @property
    def inputs(self) -> tuple[Look, ...]:
        """What is left for the model to read: as `airworthy.data.roles.role_of` will have it."""
        roles = self.roles
        gone = {roles.target.name, roles.time, *roles.entity}
        gone |= {look.name for look in self.looks if look.type is LogicalType.IDENTIFIER}
        gone |= {item.column for item in roles.excluded} | {leak.column for leak in roles.leaks}
        if not self.options.use_protected:
            gone |= set(roles.protected)
        return tuple(look for look in self.looks if look.name not in gone)


def quoted(text: str) -> str:
    """A TOML basic string; its escapes are those of JSON, and DEL.

    >>> quoted('a "b"')
    '"a \\\\"b\\\\""'
    """
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def listing(names: Iterable[str]) -> str:
    names = list(names)
    line = "[" + ", ".join(map(quoted, names)) + "]"
    if len(line) <= WIDTH - 20:
        return line
    return "[\n" + "".join(f"  {quoted(name)},\n" for name in names) + "]"


def note(text: str, mark: str = "# ") -> list[str]:
    """A comment, wrapped; line breaks and control characters in names never leave it."""
    clean = one_line(text)
    return textwrap.wrap(
        clean, WIDTH, initial_indent=mark, subsequent_indent="#   " if mark == DECIDE else "# "
    )


def one_line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def decide(text: str) -> list[str]:
    return note(text, DECIDE)
