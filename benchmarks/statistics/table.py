"""A table of the page: its rows, the bar that they are held against, and whether it was kept."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from airworthy.kernel.atomic import write_atomic

BEGIN, END = "<!-- generated: {} -->", "<!-- end of generated: {} -->"


@dataclass(frozen=True)
class Row:
    """Cells as they are printed; `kept` is None where no bar was set."""

    cells: tuple[str, ...]
    kept: bool | None = None


@dataclass(frozen=True)
class Table:
    """Printed with its bar, and the rows that miss it in bold."""

    heads: tuple[str, ...]
    rows: tuple[Row, ...]
    bar: str

    @property
    def missed(self) -> int:
        return sum(row.kept is False for row in self.rows)

    def __str__(self) -> str:
        lines = [_line(self.heads), "|" + "---|" * len(self.heads)]
        lines += [
            _line([f"**{c}**" for c in row.cells] if row.kept is False else row.cells) for row in self.rows
        ]
        held = sum(row.kept is not None for row in self.rows)
        kept = f"Kept by {held - self.missed} of {held} rows." if held else ""
        return "\n".join([*lines, "", f"Bar: {self.bar}. {kept}".rstrip()])


def percent(share: float, digits: int = 1) -> str:
    """A share as the page prints it.

    >>> percent(0.9512)
    '95.1 %'
    """
    return f"{100 * share:.{digits}f} %"


def write(page: Path, name: str, table: Table) -> None:
    """Put the table between its marks in the page.

    Raises
    ------
    ValueError : the page holds no such marks.
    """
    begin, end = BEGIN.format(name), END.format(name)
    text = page.read_text(encoding="utf-8")
    made, count = re.subn(
        f"{re.escape(begin)}.*?{re.escape(end)}", lambda _: f"{begin}\n{table}\n{end}", text, flags=re.DOTALL
    )
    if not count:
        raise ValueError(f'{page} has no lines "{begin}" and "{end}"; add them where the table belongs')
    write_atomic(page, made.encode())


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
