"""The picture of a whole model: what it looks at, in which shape, and what counts only together."""

from __future__ import annotations

from dataclasses import dataclass

FEW = 20
"""Rows below which a point of a shape is marked."""


@dataclass(frozen=True)
class InputPart:
    """How much one column moves the score.

    `size` is the mean of |contribution| over the rows, `rise` how much the loss rises when it is shuffled;
    each with its 95 % interval, None where one cannot be told.
    """

    name: str
    label: str
    size: float
    low: float | None = None
    high: float | None = None
    rise: float | None = None
    rise_low: float | None = None
    rise_high: float | None = None
    protected: bool = False


@dataclass(frozen=True)
class Point:
    """The shape at one value: `at` is the number (None for a category or a gap), `rows` stand behind it."""

    label: str
    value: float
    low: float | None
    high: float | None
    rows: int
    at: float | None = None
    few: bool = False


@dataclass(frozen=True)
class Shape:
    """How the score moves with one column.

    A number's points are accumulated local effects, 0 on average over the rows; a category's are differences
    from `reference`, the most frequent one, among the rows of both.
    """

    name: str
    label: str
    points: tuple[Point, ...]
    unit: str
    rows: int
    reference: str = ""
    left_out: int = 0
    of: str = ""


@dataclass(frozen=True)
class Pair:
    """Two columns that count together: `share` of the score's variance, with its interval."""

    names: tuple[str, str]
    labels: tuple[str, str]
    share: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Pairs:
    """The pairs that were found among `searched`; a pair below `limit` of the variance is not told apart."""

    found: tuple[Pair, ...]
    searched: int
    rows: int
    limit: float


@dataclass(frozen=True)
class Picture:
    """Why a model decides so, over n rows.

    Attributes
    ----------
    explained : the class that is explained, "" for a number.
    unit, method : of the contributions, see `Contributions`.
    shape_unit : of the shapes: "probability", "target" or "decision".
    parts : all columns, the largest first.
    cautions : what the tests of the reasons say against them.
    """

    explained: str
    unit: str
    method: str
    rows: int
    parts: tuple[InputPart, ...]
    shapes: tuple[Shape, ...] = ()
    shape_unit: str = ""
    pairs: Pairs | None = None
    notes: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()
