"""The frozen scoring specification: everything between a request's row and a decision, as data.

Training fits and emits this; `airworthy.scoring.scorer.Scorer` executes it, for one row and for many with
the same arithmetic. Stored as `scorer.json` in the artefact.
"""

from __future__ import annotations

import msgspec

from airworthy.scoring.contract import Contract
from airworthy.scoring.decision_spec import (
    ClassSet,
    CostMatrix,
    Decision,
    ErrorCost,
    Interval,
    LeastCost,
    Move,
    Review,
    Shift,
    Threshold,
)
from airworthy.scoring.tagged import Tagged

__all__ = [
    "Additive",
    "Averaged",
    "Blend",
    "Boosted",
    "Calibration",
    "ClassSet",
    "Clip",
    "Code",
    "CostMatrix",
    "DatePart",
    "Decision",
    "ErrorCost",
    "Feature",
    "Filed",
    "Fill",
    "FlagMissing",
    "Identity",
    "Interval",
    "IsNull",
    "Isotonic",
    "Learner",
    "LeastCost",
    "Linear",
    "MapText",
    "Member",
    "Move",
    "Network",
    "Number",
    "OneHot",
    "ParseDay",
    "ParseNumber",
    "Platt",
    "Rekey",
    "Relative",
    "Review",
    "Scale",
    "Scaled",
    "ScorerSpec",
    "SentinelToNull",
    "Shift",
    "Single",
    "Step",
    "TargetMean",
    "Term",
    "TextLength",
    "TextScore",
    "Threshold",
    "bare",
    "parts",
]


# Row steps: repairs learned from training rows, applied to the parsed row before encoding.


class SentinelToNull(Tagged, frozen=True, tag="sentinel-to-null"):
    """Numbers that stand for "missing" become null."""

    column: str
    values: tuple[float, ...]


class Clip(Tagged, frozen=True, tag="clip"):
    """Numbers outside [low, high] are moved to the bound."""

    column: str
    low: float | None = None
    high: float | None = None


class MapText(Tagged, frozen=True, tag="map-text"):
    """Texts among `values` become another spelling, or null; `folded`: blanks and case do not count.

    With `folded` the keys are folded texts (`airworthy.scoring.text_steps.fold`).
    """

    column: str
    values: dict[str, str | None]
    folded: bool = False


class ParseNumber(Tagged, frozen=True, tag="parse-number"):
    """Texts become numbers: digits times the factor of their unit; what is no such number becomes null.

    A key of `units` is a unit in lower case without its last full stop; "" stands for no unit at all.
    """

    column: str
    units: dict[str, float]
    decimal: str = "."
    thousands: str = ""


class ParseDay(Tagged, frozen=True, tag="parse-day"):
    """Texts become days: 2024-12-31, 31.12.2024, 31 Dec 2024, and 31/12/2024 or 12/31/2024 by `day_first`."""

    column: str
    day_first: bool = True


class Rekey(Tagged, frozen=True, tag="rekey"):
    """Keys in one spelling: characters of `drop` go, letters become capitals, digits lose leading zeros."""

    column: str
    drop: str = ""
    upper: bool = False
    zeros: bool = False


class Scale(Tagged, frozen=True, tag="scale"):
    """x * factor + offset, where `since` <= `clock` < `before` (UTC epoch seconds; an open bound is None).

    A row without a clock is of now: later than any bound.
    """

    column: str
    factor: float = 1.0
    offset: float = 0.0
    clock: str | None = None
    since: float | None = None
    before: float | None = None


class FlagMissing(Tagged, frozen=True, tag="flag-missing"):
    """A new column `into`: 1 where `column` is null at this step, else 0."""

    column: str
    into: str


class Fill(Tagged, frozen=True, tag="fill"):
    """Null becomes `value`."""

    column: str
    value: float | str


Step = SentinelToNull | Clip | MapText | ParseNumber | ParseDay | Rekey | Scale | FlagMissing | Fill


# Features: each yields one float64; null is NaN unless said otherwise.


class Number(Tagged, frozen=True, tag="number"):
    """The number itself (flags 0/1, instants UTC epoch seconds)."""

    column: str


class Scaled(Tagged, frozen=True, tag="scaled"):
    """(x - center) / scale; null becomes `fill` and x moves into [low, high] before scaling."""

    column: str
    fill: float
    center: float
    scale: float
    low: float | None = None
    high: float | None = None


class IsNull(Tagged, frozen=True, tag="is-null"):
    """1 when null, else 0."""

    column: str


class Code(Tagged, frozen=True, tag="code"):
    """Position in the vocabulary; unseen is len(vocabulary); null is NaN."""

    column: str
    vocabulary: tuple[str, ...]


class OneHot(Tagged, frozen=True, tag="one-hot"):
    """1 when the value equals `value`."""

    column: str
    value: str


class TargetMean(Tagged, frozen=True, tag="target-mean"):
    """A number by category, learned out of fold; unseen and null get `default`."""

    column: str
    values: dict[str, float]
    default: float


class DatePart(Tagged, frozen=True, tag="date-part"):
    """Part of an instant in `zone`: hour | weekday (0=Monday) | month | day | yearday | days (epoch)."""

    column: str
    part: str
    zone: str = "UTC"
    center: float = 0.0
    scale: float = 1.0
    fill: float | None = None  # None: null is NaN


class TextLength(Tagged, frozen=True, tag="text-length"):
    """Characters in a text; null is 0."""

    column: str
    scale: float = 1.0


class TextScore(Tagged, frozen=True, tag="text-score"):
    """Linear score of a text over weighted words and word pairs: intercept + sum(tfidf * weight) / norm.

    Tokens: lower case, runs of two or more word characters; pairs are joined by one space.
    `tokens[t] = (idf, weight)`.
    """

    column: str
    intercept: float
    tokens: dict[str, tuple[float, float]]
    pairs: bool = True


Feature = Number | Scaled | IsNull | Code | OneHot | TargetMean | DatePart | TextLength | TextScore


# Learners.


class Boosted(Tagged, frozen=True, tag="boosted"):
    """A LightGBM text model; scores are raw margins, one a class (one in all for binary and regression)."""

    weights: str  # file name in the artefact
    outputs: int = 1


class Linear(Tagged, frozen=True, tag="linear"):
    """intercept[k] + sum(x * coefficients[k]); features must be free of NaN."""

    coefficients: tuple[tuple[float, ...], ...]
    intercepts: tuple[float, ...]


class Term(msgspec.Struct, frozen=True, kw_only=True):
    """One additive term over one or two features.

    Feature j's bin is: NaN -> 0, else 1 + number of cuts <= x (cuts ascending); codes are cut the same way.
    `scores` is indexed by bin (one feature) or bin_a * len_b + bin_b (two), one row an output.
    """

    features: tuple[int, ...]
    cuts: tuple[tuple[float, ...], ...]
    scores: tuple[tuple[float, ...], ...]


class Additive(Tagged, frozen=True, tag="additive"):
    """An explainable boosting machine: intercepts plus the sum of its terms."""

    intercepts: tuple[float, ...]
    terms: tuple[Term, ...]


class Averaged(Tagged, frozen=True, tag="averaged"):
    """A forest in LightGBM's text form, whose sums are probabilities; a margin is their log-odds.

    Beyond two classes a margin is the logarithm of the class's probability.
    """

    weights: str
    outputs: int = 1


class Network(Tagged, frozen=True, tag="network"):
    """Small nets whose margins are averaged; features must be free of NaN.

    Each net reads the features at its positions in `reads`, moved into [-10, 10], and is layers of weighted
    sums of the sizes `hidden` and at last `outputs`; a hidden sum below 0 counts as 0. The file holds all
    numbers in one row (npy, float64), layer by layer: weights [net][size][input], then biases [net][size].
    """

    weights: str
    reads: tuple[tuple[int, ...], ...]
    hidden: tuple[int, ...]
    outputs: int = 1


Single = Boosted | Linear | Additive | Averaged | Network
Filed = Boosted | Averaged | Network
"""Learners whose numbers stand in a file of their own."""


class Relative(Tagged, frozen=True, tag="relative"):
    """What another learner says of the features after the first two, in the row's own unit.

    The first feature is a forecast that was known when the row was decided, the second the row's usual size;
    the margin is forecast + size * the inner margin. Features one and two must be free of NaN.
    """

    learner: Single


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """One model of a blend: it reads `count` features from position `first` on."""

    weight: float
    first: int
    count: int
    learner: Single | Relative


class Blend(Tagged, frozen=True, tag="blend"):
    """intercepts[k] + the weighted sum of the members' margins, in their order (a log-opinion pool)."""

    members: tuple[Member, ...]
    intercepts: tuple[float, ...]


Learner = Single | Relative | Blend


def parts(learner: Learner, features: int) -> tuple[Member, ...]:
    """The members of a blend; of anything else itself, reading all features."""
    if isinstance(learner, Blend):
        return learner.members
    return (Member(weight=1.0, first=0, count=features, learner=learner),)


def bare(learner: Single | Relative | Blend) -> Single | Blend:
    """What a relative learner says in shares; anything else is itself."""
    return learner.learner if isinstance(learner, Relative) else learner


# Calibration of probabilities; identity for regression.


class Identity(Tagged, frozen=True, tag="identity"):
    """The link function's value as it is."""


class Platt(Tagged, frozen=True, tag="platt"):
    """Binary: sigmoid(slope * margin + offset). Multiclass: softmax(slope * margins)."""

    slope: float = 1.0
    offset: float = 0.0


class Isotonic(Tagged, frozen=True, tag="isotonic"):
    """Binary: linear interpolation of probability over the margin, flat outside."""

    margins: tuple[float, ...]
    probabilities: tuple[float, ...]


Calibration = Identity | Platt | Isotonic


class ScorerSpec(msgspec.Struct, frozen=True, kw_only=True):
    """The whole path from row to decision."""

    format: int = 1
    task: str  # binary | multiclass | regression
    contract: Contract
    steps: tuple[Step, ...] = ()
    features: tuple[Feature, ...]
    learner: Learner
    calibration: Calibration = Identity()
    decision: Decision
    baseline: tuple[float, ...] = ()  # mean of each feature over training rows, for reasons
    glossary: dict[str, str] = {}
