"""What a comparison found: one frozen value each for schema, rows, cells, words and spread."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Factor:
    """Numbers that are `factor` times what they were, plus `offset`, in `share` of the changed rows.

    `name` says which units that fits, empty for none. `rows` is 0 where only the distributions were compared.
    """

    factor: float
    offset: float
    name: str
    share: float
    rows: int


@dataclass(frozen=True)
class Renamed:
    """A column that has another name now; `share` of the matched rows hold the same value under both.

    Without matched rows it is the share of all values that stand in both. None: the names differ by letter
    case or by the writing of letters only, so that no value had to be asked. With a `factor` the numbers are
    in another unit besides.
    """

    before: str
    after: str
    share: float | None
    factor: Factor | None = None


@dataclass(frozen=True)
class Retyped:
    """A column that was read as another kind of value."""

    column: str
    before: str
    after: str


@dataclass(frozen=True)
class Schema:
    """The columns; `reordered` when the common ones stand in another order, which alone is no difference."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    renamed: tuple[Renamed, ...] = ()
    retyped: tuple[Retyped, ...] = ()
    reordered: bool = False

    @property
    def differs(self) -> bool:
        return bool(self.added or self.removed or self.renamed or self.retyped)


@dataclass(frozen=True)
class Rows:
    """How rows were matched and what became of them.

    `before = matched + removed` and `after = matched + added`; `changed` of the matched differ in a cell.
    `how` is "given", "charter" or "found" for a key, "place" for rows matched by where they stand, and
    "whole rows" where only identical ones were matched. `repeated` counts rows whose key is not theirs alone.
    """

    before: int
    after: int
    matched: int
    changed: int
    removed: int
    added: int
    how: str
    key: tuple[str, ...] = ()
    repeated: int = 0
    reordered: bool = False
    examples_removed: tuple[str, ...] = ()
    examples_added: tuple[str, ...] = ()

    @property
    def differs(self) -> bool:
        return bool(self.changed or self.removed or self.added)


@dataclass(frozen=True)
class Transition:
    """One value that became another in `rows` matched rows; `at` names the first of them."""

    before: str | None
    after: str | None
    rows: int
    at: str


@dataclass(frozen=True)
class Changed:
    """A column whose values differ in matched rows; `filled` were missing before, `emptied` are now."""

    column: str
    rows: int
    filled: int
    emptied: int
    transitions: tuple[Transition, ...]
    factor: Factor | None = None


@dataclass(frozen=True)
class Words:
    """Words of a column of categories, with rows: new ones, gone ones, and such as are written otherwise."""

    column: str
    added: tuple[tuple[str, int], ...]
    removed: tuple[tuple[str, int], ...]
    renamed: tuple[tuple[str, str, int], ...]


@dataclass(frozen=True)
class Interval:
    """A measured value between two ends."""

    value: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Moved:
    """How far a column's distribution lies from what it was.

    `psi` is the population stability index less what drawing rows anew gives, with an interval that holds for
    all compared columns at once. `missing` are shares of the rows, `middle` medians of numbers, `word` the
    value whose share moved most, with its shares.
    """

    column: str
    psi: Interval
    missing: tuple[float, float]
    missing_change: Interval | None = None
    middle: tuple[float, float] | None = None
    word: tuple[str, float, float] | None = None
    factor: Factor | None = None

    @property
    def surely(self) -> bool:
        """Whether drawing rows anew does not explain it."""
        return (self.psi.low or 0) > 0 or self.more_missing

    @property
    def more_missing(self) -> bool:
        """Whether another share is surely missing."""
        change = self.missing_change
        return change is not None and ((change.low or 0) > 0 or (change.high or 0) < 0)


@dataclass(frozen=True)
class Difference:
    """What changed from the first table to the second; `same` rows and columns may stand in another order."""

    names: tuple[str, str]
    columns: tuple[int, int]
    schema: Schema
    rows: Rows
    changed: tuple[Changed, ...]
    words: tuple[Words, ...]
    moved: tuple[Moved, ...]
    target: Moved | None = None
    notes: tuple[str, ...] = ()

    @property
    def same(self) -> bool:
        return not self.schema.differs and not self.rows.differs

    @property
    def verdict(self) -> str:
        """One sentence: how many rows and columns differ."""
        from airworthy.data.compare.told import verdict  # it tells all of the above

        return verdict(self)

    def text(self) -> str:
        """All that was found, for a terminal."""
        from airworthy.data.compare.told import told

        return "\n".join(told(self))

    def as_json(self) -> dict[str, Any]:
        """The document of `airworthy data diff --json`."""
        return {"same": self.same, "verdict": self.verdict, **asdict(self)}
