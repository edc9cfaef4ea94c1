"""`docs/charter.md`, one entry a key: `python -m airworthy.charter.page` prints it."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from dataclasses import MISSING

from airworthy.charter.comments import documented
from airworthy.charter.feature_keys import FEATURE
from airworthy.charter.key import Key, Kind, Table
from airworthy.charter.keys import CHARTER, every_table
from airworthy.kernel.units import format_duration

_INTRO = """\
# The charter: every key of `airworthy.toml`

The charter says what a model is for, what its errors cost, what it may use and who must sign. It is read
once, whole: an unknown key, a wrong unit or a contradiction stops the run and names the line.
`airworthy init` writes a first one from your table; [how to write one by hand](how-to/charter.md) walks
through a joined, time-dependent one.

Durations are texts with a unit (`50ms`, `30s`, `3m`, `1h30m`, `2d`, `1w`), sizes too (`500MB`, `4GiB`),
money is a number or a range `[low, high]` in the currency of `[costs]`, or a text such as `4 USD`, and
shares are numbers from 0 to 1.

This page is generated from the code: `python -m airworthy.charter.page > docs/charter.md`. Editors find a
JSON Schema in `airworthy/charter/charter.schema.json`.
"""

_FEATURES = """\
## `[[features]]` of a features file

Features files stand beside the charter and are named by `features.files`, so that several charters share
their definitions ([how to use them](how-to/use-features.md)). Beside `[[features]]` they may hold
`[[sources]]` as above; paths start at the file's folder.

"""


def charter_page() -> str:
    """The page as Markdown."""
    parts = [_INTRO]
    for name, table in every_table():
        parts.append(_section(name, table))
    parts.append(_FEATURES + _keys(FEATURE))
    return "\n".join(parts)


def _section(name: str, table: Table) -> str:
    heading = f"`[[{name}]]`" if table.many else f"`[{name}]`" if name else "Top of the file"
    lines = [f"## {heading}", ""]
    if table is not CHARTER:
        lines += [_paragraph(table.type), ""]
    return "\n".join(lines) + "\n" + _keys(table)


def _keys(table: Table) -> str:
    lines = ["| key | type | default | meaning | example |", "|---|---|---|---|---|"]
    return "\n".join([*lines, *(_row(table, key) for key in table.keys)]) + "\n"


def _paragraph(kind: type) -> str:
    return " ".join((kind.__doc__ or "").split())


def _row(table: Table, key: Key) -> str:
    meaning = documented(table.type, key.attribute)
    if key.choices:
        meaning += f" ({', '.join(key.choices)})"
    meaning = meaning[0].upper() + meaning[1:]
    cells = (
        f"`{key.name}`",
        key.kind,
        _default(key, table.default(key)),
        meaning,
        f"`{key.name} = {key.example}`",
    )
    return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"


def _default(key: Key, value: object) -> str:
    if value is MISSING:
        return "**needed**"
    if value is None or (isinstance(value, (tuple, Mapping, str)) and not value):
        return "none"
    if key.kind is Kind.DURATION and isinstance(value, float):
        return format_duration(value) if value else "none"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Iterable) and not isinstance(value, str):
        return ", ".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value)


if __name__ == "__main__":
    sys.stdout.write(charter_page())
