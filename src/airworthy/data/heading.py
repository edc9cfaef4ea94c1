"""Where the names of a table's columns stand: below titles, in one row or in two of which one is merged."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from airworthy.data.lexical import Note

Cells = Sequence[str]

MOST_TITLES = 20
_SHOWN = 60
_MOST_HEADER_ROWS = 3
_VALUE = re.compile(
    r"[-+(]?[\s€$£¥%]*[-+]?\d[\d\s.,'’%€$£)eE+-]*"  # a number, also with signs and groups
    r"|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[T ].*)?"  # a date
    r"|true|false",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Heading:
    """`titles` rows stand above the heading, which takes `rows` rows and gives `names`."""

    titles: int
    rows: int
    names: tuple[str, ...]

    def told(self, rows: Sequence[Cells], label: str) -> list[Note]:
        """What was left out above the names, and whether they were put together."""
        notes = []
        titles = [title for row in rows[: self.titles] if (title := " ".join(filter(None, row)))]
        if titles:
            lines = f"{self.titles:,} lines" if self.titles > 1 else "1 line"
            notes.append(Note(label, f"{lines} above the column names left out ({titles[0][:_SHOWN]!r})"))
        if self.rows > 1:
            shown = next((name for name in self.names if " " in name), self.names[0])
            notes.append(Note(label, f"column names put together from {self.rows} rows (as {shown!r})"))
        return notes


def find_heading(rows: Sequence[Cells]) -> Heading:
    """The heading of a table from its first rows, blanks as "".

    A row that fills at most one of three or more cells above a row of names is a title. A row with gaps whose
    next row holds names too, above columns of numbers or dates, is a merged heading: "2023" over "Q1" and
    "Q2" gives "2023 Q1" and "2023 Q2". Without such evidence the first row is the heading.

    >>> find_heading([["Report", "", ""], ["", "2023", ""], ["shop", "Q1", "Q2"], ["a", "1", "2"]])
    Heading(titles=1, rows=2, names=('shop', '2023 Q1', '2023 Q2'))
    """
    if not rows:
        return Heading(0, 1, ())
    titles = _titles(rows)
    names = list(rows[titles])
    used = 1
    while used < _MOST_HEADER_ROWS and _is_merged(names, rows[titles + used :]):
        names = _joined(names, rows[titles + used])
        used += 1
    return Heading(titles, used, tuple(name.strip() for name in names))


def _titles(rows: Sequence[Cells]) -> int:
    """Leading rows that are no names, where a row of names follows them."""
    wide = max(len(row) for row in rows)
    skip = 0
    while skip < min(MOST_TITLES, len(rows) - 1) and is_title(rows[skip], wide):
        if not _fills_first_only(rows[skip]) and _is_merged(rows[skip], rows[skip + 1 :]):
            return skip
        skip += 1
    blank_before = skip > 0 and not any(cell.strip() for cell in rows[skip - 1])
    names, below = rows[skip], rows[skip + 1 :]
    is_heading = blank_before or _are_names_above(names, below, wide) or _is_merged(names, below)
    return skip if is_heading else 0


def _fills_first_only(row: Cells) -> bool:
    return bool(row) and bool(row[0].strip()) and not any(cell.strip() for cell in row[1:])


def is_title(row: Cells, wide: int) -> bool:
    """Whether a row fills too few of the table's `wide` columns to name or hold anything.

    >>> is_title(["Sales of 2024", "", ""], 3), is_title(["a", "b", ""], 3), is_title(["a", ""], 2)
    (True, False, False)
    """
    filled = sum(bool(cell.strip()) for cell in row)
    if not filled or len(row) < wide:
        return filled <= wide // 2 or row[0].startswith("#")
    return wide >= 3 and filled <= max(1, wide // 3)


def is_value(cell: str) -> bool:
    """Whether a cell is written like a number, a date or a truth value, as no name is.

    >>> is_value("1.234,5"), is_value("2024-01-31"), is_value("Q1"), is_value("2024")
    (True, True, False, True)
    """
    return bool(_VALUE.fullmatch(cell.strip()))


def _are_names_above(names: Cells, below: Sequence[Cells], wide: int) -> bool:
    filled = [name for name in names if name.strip()]
    if len(filled) * 2 < wide or any(is_value(name) for name in filled):
        return False
    return _names_some_values(names, below)


def _names_some_values(names: Cells, below: Sequence[Cells]) -> bool:
    """Whether a word stands above nothing but numbers or dates."""
    for place, name in enumerate(names):
        values = [row[place] for row in below if place < len(row) and row[place].strip()]
        if name.strip() and values and not is_value(name) and all(map(is_value, values)):
            return True
    return False


def _is_merged(names: Sequence[str], below: Sequence[Cells]) -> bool:
    """Whether the next row goes on with the heading that `names` began."""
    if len(below) < 2 or all(name.strip() for name in names):
        return False
    following = [*below[0], *[""] * (len(names) - len(below[0]))]
    spans = any(
        names[place].strip() and not names[place + 1].strip() and following[place].strip() and after.strip()
        for place, after in enumerate(following[1 : len(names)])
    )
    words = not any(is_value(cell) for cell in following)
    return spans and words and _names_some_values(following, below[1:])


def _joined(above: Sequence[str], below: Cells) -> list[str]:
    """Two rows of names as one: a merged cell stands for all columns up to the next filled one."""
    names, over = [], ""
    for place, name in enumerate(above):
        under = below[place].strip() if place < len(below) else ""
        over = name.strip() or (over if under else "")
        names.append(f"{over} {under}".strip())
    return names
