"""The audit's facts: frozen names of what one visit to each column, or one sample, tells about a table.

Naming a fact costs nothing; the modules that compute it load polars and numpy when it is first read.

To add a fact about one column on every row, give it `batch = per_column` and name its module:

    @dataclass(frozen=True)
    class LongestText:
        column: str
        version: ClassVar[int] = 1
        answered_by: ClassVar[str] = "longest"        # airworthy/data/facts/longest.py
        batch: ClassVar[Batch] = per_column

    def answer(fact: LongestText, view: ColumnView, facts: Facts) -> object:   # in longest.py

All facts that the checks want of a column are answered in one visit to it, and share what the view makes at
most once: `view.values` (polars Series), `nulls`, `is_null`, `numbers` (float64, seconds for dates),
`hashes`, `distinct`, `tally` (the different values with their rows, if they are few), and counts by outcome
and by bin of time, `view.groups.by_outcome(flags)` and `by_bin(flags)`. Look at `tally` before you look at
every cell of text. Return numbers and short tuples, never an array as long as the table: it would stay in
memory. Judge a fit or a pairwise question on `facts[Sample()]`, or `facts[OutcomeSample()]`.

A fact over several columns reads them with `scan.column_of(facts, name)`, one at a time: `Table` may be a
file larger than memory, a LazyFrame of which a plan should name the few columns that it needs.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from airworthy.kernel.errors import InputError
from airworthy.kernel.fact import Facts

ROW, TARGET, TIME = "__row__", "__target__", "__time__"
RESERVED = (ROW, TARGET, TIME)

Batch = Callable[[Sequence[Any], Facts], Mapping[Any, object]]


def _given(wanted: Sequence[Any], facts: Facts) -> Mapping[Any, object]:
    raise InputError("The audit was given no table.", remedy="Pass Facts({Table(): frame}).")


def _scan(wanted: Sequence[Any], facts: Facts) -> Mapping[Any, object]:
    return _computed("scan", wanted, facts)


def per_column(wanted: Sequence[Any], facts: Facts) -> Mapping[Any, object]:
    """Batch of the facts that one visit to each column answers, by `answer` of their own modules."""
    return _computed("visit", wanted, facts)


def _groups(wanted: Sequence[Any], facts: Facts) -> Mapping[Any, object]:
    return _computed("groups", wanted, facts)


def _sample(wanted: Sequence[Any], facts: Facts) -> Mapping[Any, object]:
    return _computed("sample", wanted, facts)


def _repeats(wanted: Sequence[Any], facts: Facts) -> Mapping[Any, object]:
    return _computed("repeats", wanted, facts)


def _foretell(wanted: Sequence[Any], facts: Facts) -> Mapping[Any, object]:
    return _computed("foretell", wanted, facts)


def _jumps(wanted: Sequence[Any], facts: Facts) -> Mapping[Any, object]:
    return _computed("jumps", wanted, facts)


def _computed(module: str, wanted: Sequence[Any], facts: Facts) -> Mapping[Any, object]:
    # Loaded when first read: listing checks must import no numeric library.
    computed: Mapping[Any, object] = importlib.import_module(f"{__name__}.{module}").compute(wanted, facts)
    return computed


@dataclass(frozen=True)
class Table:
    """The root, always given: a polars DataFrame or LazyFrame in the canonical form."""

    version: ClassVar[int] = 1
    batch: ClassVar[Batch] = _given


@dataclass(frozen=True)
class Watch:
    """A root that may be given: a function that is told the name of each column when its visit is over."""

    version: ClassVar[int] = 1
    batch: ClassVar[Batch] = _given


@dataclass(frozen=True)
class RowCount:
    """Rows of the table (int)."""

    version: ClassVar[int] = 1
    batch: ClassVar[Batch] = _scan


@dataclass(frozen=True)
class ColumnCounts:
    """`Counts` of one column over all rows."""

    column: str
    version: ClassVar[int] = 1
    answered_by: ClassVar[str] = "counts"
    batch: ClassVar[Batch] = per_column


@dataclass(frozen=True)
class Counts:
    """`distinct` counts non-null values; of real numbers and instants it only tells 0, 1 and 2 (more).

    `low` and `high` are the finite range of numbers; instants and days in seconds since 1970.
    """

    rows: int
    nulls: int
    infinite: int
    distinct: int
    low: float | None
    high: float | None


@dataclass(frozen=True)
class OutcomeCounts:
    """`ByOutcome` of the rows with an outcome; None when the table has none."""

    version: ClassVar[int] = 1
    batch: ClassVar[Batch] = _scan


@dataclass(frozen=True)
class ColumnByOutcome:
    """`ByOutcome` of one column; None when the table has no outcome."""

    column: str
    version: ClassVar[int] = 1
    answered_by: ClassVar[str] = "by_outcome"
    batch: ClassVar[Batch] = per_column


@dataclass(frozen=True)
class ByOutcome:
    """Rows, nulls and empty cells by outcome, most frequent outcome first.

    Empty is null, and also zero, False or blank text where the type has it. A number's outcomes are
    its two halves, `at most M` and `above M`, M being the median.
    """

    outcomes: tuple[str, ...]
    rows: tuple[int, ...]
    nulls: tuple[int, ...] = ()
    empty: tuple[int, ...] = ()


@dataclass(frozen=True)
class RowGroups:
    """`groups.Groups`: each row's outcome and bin of time, numbered."""

    version: ClassVar[int] = 1
    batch: ClassVar[Batch] = _groups


@dataclass(frozen=True)
class RowsByTime:
    """`Timeline` of rows; None when the table has no time."""

    version: ClassVar[int] = 1
    batch: ClassVar[Batch] = _scan


@dataclass(frozen=True)
class NullsByTime:
    """`Timeline` of one column's nulls; None when the table has no time."""

    column: str
    version: ClassVar[int] = 1
    answered_by: ClassVar[str] = "by_time"
    batch: ClassVar[Batch] = per_column


@dataclass(frozen=True)
class Timeline:
    """Counts in equal bins of `seconds`, empty bins included; bin i starts at `start + i * seconds` (UTC)."""

    start: int
    seconds: int
    rows: tuple[int, ...]
    hits: tuple[int, ...] = ()

    def starts(self) -> list[float]:
        return [float(self.start + i * self.seconds) for i in range(len(self.rows))]


@dataclass(frozen=True)
class RowsByMonth:
    """Rows of each (year, month) that has any, in order (mapping); None when the table has no time."""

    version: ClassVar[int] = 1
    batch: ClassVar[Batch] = _scan


@dataclass(frozen=True)
class RowHashes:
    """One 64-bit hash a row over `columns` (polars Series), the sum of the columns' own hashes."""

    columns: tuple[str, ...]
    version: ClassVar[int] = 1
    batch: ClassVar[Batch] = _scan


@dataclass(frozen=True)
class Sample:
    """At most 100,000 rows (polars DataFrame), the same ones for the same table."""

    version: ClassVar[int] = 1
    batch: ClassVar[Batch] = _sample


@dataclass(frozen=True)
class OutcomeSample:
    """At most 30,000 rows of each outcome; a tuple (DataFrame, outcome codes, outcomes), or None."""

    version: ClassVar[int] = 1
    batch: ClassVar[Batch] = _sample


@dataclass(frozen=True)
class Forms:
    """`FormCounts` of a text column: how its values are written."""

    column: str
    version: ClassVar[int] = 1
    answered_by: ClassVar[str] = "forms"
    batch: ClassVar[Batch] = per_column


@dataclass(frozen=True)
class FormCounts:
    """`main` is the form that most values have; None where there is none, as in free text."""

    values: int
    main: str | None
    disagree: int
    forms: tuple[tuple[str, int], ...]
    examples: tuple[str, ...]


@dataclass(frozen=True)
class Sentinels:
    """`SentinelCounts` of one column: values that seem to stand for "missing"."""

    column: str
    version: ClassVar[int] = 1
    answered_by: ClassVar[str] = "sentinels"
    batch: ClassVar[Batch] = per_column


@dataclass(frozen=True)
class SentinelCounts:
    """Stand-ins with their counts over all rows; `bars` is a histogram (left edge, right edge, count)."""

    values: int
    found: tuple[tuple[str, int], ...]
    bars: tuple[tuple[float, float, int], ...] = ()


@dataclass(frozen=True)
class Repeats:
    """`RepeatCounts` of the rows over `columns`."""

    columns: tuple[str, ...]
    version: ClassVar[int] = 1
    batch: ClassVar[Batch] = _repeats


@dataclass(frozen=True)
class RepeatCounts:
    """Rows that repeat an earlier row, and rows whose twin has another outcome (None without outcome).

    `chance` and `contradictions_chance` are how many of each coincidence would explain. `groups` is the
    number of different rows that occur more than once, `largest` the most often that one occurs.
    """

    rows: int
    repeats: int
    chance: float
    contradictions: int | None
    contradictions_chance: float
    groups: int
    largest: int


@dataclass(frozen=True)
class Foretold:
    """`Foretelling` of one column: how well it alone gives the outcome on rows it was not fitted on."""

    column: str
    version: ClassVar[int] = 1
    batch: ClassVar[Batch] = _foretell


@dataclass(frozen=True)
class Foretelling:
    """The outcome that the column separates best; None where fewer than two rows have it.

    `auc` is 0.5 for nothing and 1 for certain; `events`, `others` are the rows compared; `outcomes` is how
    many outcomes were tried. `bars` are (value or range, rows, share with the outcome).
    """

    outcome: str
    auc: float
    events: int
    others: int
    outcomes: int
    error: float
    bars: tuple[tuple[str, int, float], ...]


@dataclass(frozen=True)
class Jump:
    """`JumpSize` of a numeric column: its sharpest lasting change of level in time, None without time."""

    column: str
    version: ClassVar[int] = 3
    batch: ClassVar[Batch] = _jumps


@dataclass(frozen=True)
class JumpSize:
    """Change of level in units of the spread within a block of time; `blocks` is 0 with too few rows.

    `excess` is how far it goes beyond the largest change elsewhere, with its sign; `error` is the sampling
    error. `before` and `after` are medians; `levels` are (block start in seconds since 1970, median).
    `stretch` is the ratio of the spreads within a block after and before: a new unit changes both alike.
    """

    values: int
    blocks: int
    size: float = 0.0
    excess: float = 0.0
    error: float = 0.0
    at: float = 0.0
    before: float = 0.0
    after: float = 0.0
    rows_after: int = 0
    stretch: float = 1.0
    levels: tuple[tuple[float, float], ...] = ()
