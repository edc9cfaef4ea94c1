"""Names of the facts about values and text: far values, formats, spellings, copies, personal data, prose.

As in the package itself, naming a fact loads nothing.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from airworthy.data.facts import Batch, per_column
from airworthy.kernel.fact import Facts

FEWEST_NEAR, CLEARLY = 3, 4
"""Fewest near rows that are called copies, and how many there must be for each row a little farther."""


def _near(wanted: Sequence[Any], facts: Facts) -> Mapping[Any, object]:
    # Loaded when first read: listing checks must import no numeric library.
    module = importlib.import_module("airworthy.data.facts.near_repeats")
    computed: Mapping[Any, object] = module.compute(wanted, facts)
    return computed


@dataclass(frozen=True)
class FarValues:
    """`FarCounts` of a numeric column: values beyond what its own distribution leads to."""

    column: str
    version: ClassVar[int] = 1
    answered_by: ClassVar[str] = "far_values"
    batch: ClassVar[Batch] = per_column


@dataclass(frozen=True)
class FarCounts:
    """Values below `low` and above `high`, where these could be told; `examples` are the farthest.

    `explained` names the column, `time` included, in whose groups such values are usual.
    """

    values: int
    below: int = 0
    above: int = 0
    low: float | None = None
    high: float | None = None
    middle: tuple[float, float] = (0.0, 0.0)
    examples: tuple[float, ...] = ()
    explained: str = ""
    bars: tuple[tuple[float, float, int], ...] = ()


@dataclass(frozen=True)
class Variants:
    """`VariantCounts` of a column of words: spellings of one value beside a more frequent one."""

    column: str
    version: ClassVar[int] = 1
    answered_by: ClassVar[str] = "variants"
    batch: ClassVar[Batch] = per_column


@dataclass(frozen=True)
class VariantCounts:
    """Rows with another spelling: `written` apart by case, accents, blanks; `slips` by one letter.

    `chance` is how many slips a dense vocabulary explains. `pairs` are (spelling, value it stands for, rows),
    most rows first. `told` is False where the column has too many different values to compare; `different`
    counts these where they were.
    """

    values: int
    told: bool = True
    written: int = 0
    slips: int = 0
    chance: float = 0.0
    pairs: tuple[tuple[str, str, int], ...] = ()
    different: int = 0


@dataclass(frozen=True)
class PersonalData:
    """`PersonalCounts` of a column: values that are, or hold, data about a person."""

    column: str
    version: ClassVar[int] = 2
    answered_by: ClassVar[str] = "personal"
    batch: ClassVar[Batch] = per_column


@dataclass(frozen=True)
class PersonalCounts:
    """(kind, rows, example) of the values that are one such thing, and of those that hold it among words.

    Examples are masked: letters as x, digits as 9. `inside_rows` counts a text once, whatever it holds.
    `checked` is there where check digits told the first kind: different values looked at, those that pass,
    the share that passes by chance, and the odds of as many.
    """

    values: int
    whole: tuple[tuple[str, int, str], ...] = ()
    inside: tuple[tuple[str, int, str], ...] = ()
    inside_rows: int = 0
    checked: tuple[int, int, float, float] | None = None


@dataclass(frozen=True)
class KeyForms:
    """`KeyWriting` of a column: whether its keys are written differently where one of `sources` differs."""

    column: str
    sources: tuple[str, ...] = ()
    version: ClassVar[int] = 1
    answered_by: ClassVar[str] = "key_forms"
    batch: ClassVar[Batch] = per_column


@dataclass(frozen=True)
class KeyForm:
    """How one source writes: its `shape` (A, a and 9 stand for runs), rows that were looked at, and a key."""

    source: str
    shape: str
    rows: int
    example: str
    width: int = 0


@dataclass(frozen=True)
class KeyWriting:
    """The forms of a column's keys, the usual one first; without `forms` they agree.

    `keys` is False for a column that holds none.
    `other` counts the rows that are not in the usual form, `by` names the column whose values (`source`) the
    forms go with, `twins` the keys that stand in the column in two ways. Left out, `drop` (and leading zeros
    where `zeros`) make the forms one; not so where one form is `pointed`, ending in ".0".
    """

    values: int
    keys: bool = True
    other: int = 0
    by: str = ""
    forms: tuple[KeyForm, ...] = ()
    drop: str = ""
    zeros: bool = False
    twins: int = 0
    pointed: bool = False


@dataclass(frozen=True)
class Formats:
    """`FormatCounts` of a column of text: whether its values follow one pattern, and those that break it."""

    column: str
    version: ClassVar[int] = 1
    answered_by: ClassVar[str] = "formats"
    batch: ClassVar[Batch] = per_column


@dataclass(frozen=True)
class FormatCounts:
    """`main` is the pattern that was learned, None where there is none. `shapes` and `examples` break it."""

    values: int
    main: str | None = None
    broken: int = 0
    shapes: tuple[tuple[str, int], ...] = ()
    examples: tuple[str, ...] = ()


@dataclass(frozen=True)
class SheetDamage:
    """`SheetCounts` of a column: values that a spreadsheet has changed."""

    column: str
    version: ClassVar[int] = 1
    answered_by: ClassVar[str] = "spreadsheets"
    batch: ClassVar[Batch] = per_column


@dataclass(frozen=True)
class SheetCounts:
    """(what happened, values, example), the most frequent first."""

    values: int
    found: tuple[tuple[str, int, str], ...] = ()


@dataclass(frozen=True)
class Readability:
    """`ReadCounts` of a column of words: what makes its texts hard to read."""

    column: str
    version: ClassVar[int] = 1
    answered_by: ClassVar[str] = "readability"
    batch: ClassVar[Batch] = per_column


@dataclass(frozen=True)
class ReadCounts:
    """Troubles as (what, texts, of how many, allowed share, example), the gravest first.

    `prose` is False for short values, of which only the letters are looked at. `languages` are shares.
    """

    values: int
    prose: bool = False
    troubles: tuple[tuple[str, int, int, float, str], ...] = ()
    languages: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class NearRepeats:
    """`NearCounts` of the rows over `columns`; those in `fixed`, such as dates, must agree.

    `part` names the column that says which part of a split a row is in.
    """

    columns: tuple[str, ...]
    fixed: tuple[str, ...] = ()
    part: str | None = None
    version: ClassVar[int] = 1
    batch: ClassVar[Batch] = _near


@dataclass(frozen=True)
class NearCounts:
    """Rows that equal an earlier row but for one or two cells, and rows but for a few more (`farther`).

    Copies have no farther neighbours; rows of the same subject, and coincidence, have more of these.
    `cells` are the columns that differ with their pairs; `example` is a pair of row numbers. `compared` is
    False where too few columns tell rows apart. `across` are the rows outside the largest part of the split
    that nearly equal a row of another part.
    """

    rows: int
    compared: bool
    near: int = 0
    farther: int = 0
    most_cells: int = 0
    cells: tuple[tuple[str, int], ...] = ()
    example: tuple[int, int] | None = None
    across: int = 0

    @property
    def copies(self) -> int:
        """Near rows that are copies: less the farther ones, 0 unless they clearly outnumber these."""
        found = self.near - self.farther
        return found if self.near >= CLEARLY * self.farther and found >= FEWEST_NEAR else 0

    @property
    def copies_across(self) -> int:
        """Of the rows `across`, the share that are copies."""
        return round(self.across * self.copies / self.near) if self.near else 0
