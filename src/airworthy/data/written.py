"""How a column was written before it was read: what the border makes alike stays known to the audit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

BLANK = " "
"""Stands for a cell that holds nothing but blanks."""

MOST_SPELLINGS = 50

PROGRAMS = ("NA", "NULL", "null", "NaN", "nan", "<NA>", "\\N")
"""Words with which programs write every gap of a file; people write n/a, ? and missing."""

Words = tuple[tuple[str, int], ...]
"""Words with their rows, the most frequent first."""


@dataclass(frozen=True)
class Decimals:
    """One value with a decimal comma and one with a decimal point; rows count from 1."""

    comma: str
    comma_row: int
    point: str
    point_row: int

    def __str__(self) -> str:
        return (
            f"data row {self.comma_row:,} has a decimal comma ({self.comma}) "
            f"and data row {self.point_row:,} a decimal point ({self.point})"
        )


@dataclass(frozen=True)
class Written:
    """What reading changed in one column; every count is exact.

    Parameters
    ----------
    stripped
        Cells that lost blanks around their value.
    spellings, spelt_apart
        (as written, meant, rows) of the cells whose blanks set them apart from a more frequent spelling of
        the same value, most rows first; and the rows of all such cells.
    missing
        Words, or blanks, that were read as "no value".
    usual
        The word with which the file itself writes every gap of this column, if it does.
    forms
        (form, rows, example) of the dates, most rows first; an order of day and month that others prove
        counts as the form that it was read as.
    either
        Dates whose day and month could be exchanged, as in 03/04/2015.
    decimals
        A value with a decimal comma and one with a decimal point, with their rows, where numbers stand in
        both ways; the column is then left as text.
    was_text
        The caller's own frame holds this column as text, whatever its values were read as.
    """

    stripped: int = 0
    spellings: tuple[tuple[str, str, int], ...] = ()
    spelt_apart: int = 0
    missing: Words = ()
    usual: Words = ()
    forms: tuple[tuple[str, int, str], ...] = ()
    either: int = 0
    decimals: Decimals | None = None
    was_text: bool = False

    @property
    def gaps(self) -> int:
        """Rows of all words that were read as "no value" and are not the file's own."""
        return sum(rows for _, rows in self.missing)

    def with_missing(self, words: Words) -> Written:
        """With further words that were read as "no value"."""
        rows = dict(self.missing)
        for word, count in words:
            rows[word] = rows.get(word, 0) + count
        return replace(self, missing=most_first(rows))


NOTHING = Written()
"""The record of a column in which reading changed nothing."""


@dataclass(frozen=True)
class Gaps:
    """The gaps of one column of a text file: empty cells, and words for "no value"."""

    empty: int = 0
    words: Words = ()


def told_of(record: Written) -> str:
    """What was made alike, in words; empty where nothing was that a person would miss.

    >>> print(told_of(Written(spellings=(("Delft ", "Delft", 20),), spelt_apart=20, missing=(("?", 3),))))
    blanks were taken off 20 values (as 'Delft '); read as missing: '?' (3)
    """
    parts = []
    if record.spelt_apart:
        parts.append(f"blanks were taken off {record.spelt_apart:,} values (as {record.spellings[0][0]!r})")
    if record.missing:
        words = ", ".join(f"{word!r} ({rows:,})" for word, rows in record.missing)
        parts.append(f"read as missing: {words}")
    return "; ".join(parts)


def most_first(rows: Mapping[str, int]) -> Words:
    return tuple(sorted(rows.items(), key=lambda pair: (-pair[1], pair[0])))


def with_gaps(written: Mapping[str, Written], gaps: Mapping[str, Gaps]) -> dict[str, Written]:
    """The words of a text file beside what else was read.

    A program that writes a file has one word for every gap: where a column has this word only, and no empty
    cell, it is how the file writes "missing". Every other word stands beside the file's own way.

    >>> told = with_gaps({}, {"a": Gaps(0, (("NA", 9),)), "b": Gaps(0, (("NA", 5), ("?", 2)))})
    >>> told["a"].usual, told["a"].missing, told["b"].missing
    ((('NA', 9),), (), (('NA', 5), ('?', 2)))
    """
    own = _own_word(gaps)
    result = dict(written)
    for name, found in gaps.items():
        if not found.words:
            continue
        record = result.get(name, Written())
        if not found.empty and [word for word, _ in found.words] == [own]:
            result[name] = replace(record, usual=found.words)
        else:
            result[name] = record.with_missing(found.words)
    return result


def _own_word(gaps: Mapping[str, Gaps]) -> str | None:
    rows: dict[str, int] = {}
    for found in gaps.values():
        for word, count in found.words:
            if word in PROGRAMS:
                rows[word] = rows.get(word, 0) + count
    return most_first(rows)[0][0] if rows else None
