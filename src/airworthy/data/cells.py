"""A table as its files hold it, before its values are typed, and where each of its rows stands."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate, compress

import polars as pl

from airworthy.data.lexical import Note
from airworthy.data.written import Gaps


@dataclass(frozen=True)
class Part:
    """Rows of one file or sheet. `rows` are their lines, rows of the sheet, or records; from 1."""

    file: str
    rows: Sequence[int]
    sheet: str = ""
    unit: str = "line"
    european: bool = False

    def place(self, at: int) -> str:
        """In words.

        >>> Part("a.xlsx", range(2, 9), "2024", "row").place(3)
        'a.xlsx, sheet 2024, row 5'
        """
        sheet = f", sheet {self.sheet}" if self.sheet else ""
        return f"{self.file}{sheet}, {self.unit} {self.rows[at]:,}"


@dataclass(frozen=True)
class Cells:
    """Columns of text or of native types.

    `european` says that a lone comma in a number is a decimal comma.
    """

    frame: pl.DataFrame
    form: str
    parts: tuple[Part, ...]
    european: bool = False
    gaps: Mapping[str, Gaps] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()

    @property
    def label(self) -> str:
        """What the table is called in messages."""
        first = self.parts[0]
        if len({part.file for part in self.parts}) > 1:
            return f"{first.file} and {len(self.parts) - 1:,} more"
        return f"{first.file}, sheet {first.sheet}" if first.sheet and len(self.parts) == 1 else first.file

    def origin(self, at: int) -> tuple[Part, int]:
        """The part that holds row `at` of the frame, and the row's place in it."""
        ends = list(accumulate(len(part.rows) for part in self.parts))
        number = bisect_right(ends, at)
        return self.parts[number], at - (ends[number - 1] if number else 0)

    def kept(self, keep: pl.Series) -> Cells:
        """The rows of which `keep` is true."""
        parts, start, told = [], 0, keep.to_list()
        for part in self.parts:
            end = start + len(part.rows)
            parts.append(replace(part, rows=list(compress(part.rows, told[start:end]))))
            start = end
        return replace(self, frame=self.frame.filter(keep), parts=tuple(parts))
