"""The charter as values: everything a person declared about a model, frozen, with nothing measured.

Read from `airworthy.toml` by `airworthy.charter.parse`. Every field's comment is its documentation: the
charter page is generated from it. Durations are seconds here, and texts such as `2d` in the file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path

from airworthy.charter.changing import Changes
from airworthy.charter.connecting import Api, Database
from airworthy.charter.delivering import Sink
from airworthy.charter.features import FeatureRules
from airworthy.charter.id_rules import IdRule
from airworthy.charter.linking import Link
from airworthy.charter.private import PrivacyRules
from airworthy.charter.stepping import Step, parse_horizon, parse_step
from airworthy.kernel.result import Limit
from airworthy.kernel.units import Money, MoneyRange

FORMAT = 1
ROW_ORDER = "__row__"
"""In `data.order_by`: the main source's own order of rows."""


class Task(StrEnum):
    """What kind of answer the model gives."""

    BINARY = "binary"
    MULTICLASS = "multiclass"
    REGRESSION = "regression"
    RANKING = "ranking"


ROW_TASKS = (Task.BINARY, Task.MULTICLASS, Task.REGRESSION)
"""Tasks that give one answer a row; a ranking gives each user a list."""


class Missing(StrEnum):
    """What a row without an outcome is: never dropped silently."""

    LEAVE_OUT = "leave-out"
    POSITIVE = "positive"
    NEGATIVE = "negative"


class SplitMethod(StrEnum):
    """How rows are set aside."""

    TIME = "time"
    ENTITY = "entity"
    STRATIFIED = "stratified"


@dataclass(frozen=True)
class Source:
    """One table. The first source is the main one: its rows are the decisions."""

    name: str  # short name that joins refer to
    path: str = ""  # file, or `s3://bucket/key`; a `*` takes all that match; needed without database and api
    sheet: str | None = None  # of an Excel file with several; with a `*`, all that match, one below the other
    event_time: str | None = None  # column that says when the row's fact happened
    known_after: float = 0.0  # from event_time until the row could be known
    zone: str = "UTC"  # time zone of times without one
    rows: int | None = None  # expected row count, of all files together; a different count stops the run
    sha256: str | None = None  # expected hash of the file; of several, of their hashes, one a line
    owner: str | None = None  # who answers for this table
    purpose: str | None = None  # what the data may be used for
    legal_basis: str | None = None  # of the processing, in the words of your own records
    secret: str | None = None  # where its password or token is kept: `env:NAME` or `keyring:SERVICE/USER`
    endpoint: str | None = None  # address of an S3-compatible store that is not Amazon's
    max_quarantined: float = 0.01  # share of rows that may be set aside as broken; 0 stops at the first one
    rename: Mapping[str, str] = field(default_factory=dict)  # what a column is called in a file, and here
    database: Database | None = None
    api: Api | None = None

    @property
    def remote(self) -> bool:
        """Whether its rows must be fetched before they can be read."""
        return self.database is not None or self.api is not None or "://" in self.path

    @property
    def place(self) -> str:
        """Where its rows come from, as the charter writes it."""
        return self.database.url if self.database else self.api.url if self.api else self.path


@dataclass(frozen=True)
class Join:
    """How a further source is brought to the rows of the main one: always at most one match a row."""

    source: str  # name of the source to bring in
    on: tuple[tuple[str, str], ...] = ()  # equal columns: of the rows so far, and of the source
    as_of: bool = False  # the last source row known at the row's decision_time
    max_age: float | None = None  # older than this is missing; needed with as_of
    columns: tuple[str, ...] = ()  # which to bring; when absent, all
    prefix: str = ""  # put before the joined columns' names
    rule: IdRule | None = None  # steps by which the rows' IDs become those of the source
    rule_time: str | None = None  # column that a rule with dates goes by; when absent, the decision time
    link: Link | None = None


@dataclass(frozen=True)
class Target:
    """The outcome."""

    column: str  # of the joined table
    above: float | None = None  # binary from a number: the outcome is "column > above"
    positive: str | None = None  # binary: the value (as text) that counts as the event
    missing: Missing = Missing.LEAVE_OUT  # what a row without an outcome counts as
    matures_after: float = 0.0  # from the decision until the outcome is known


@dataclass(frozen=True)
class DataRules:
    """What is known when, and what may be used."""

    decision_time: str | None = None  # column that says when each row is decided, in the main source's zone
    order_by: tuple[str, ...] = ()  # time order without a date: year, month, day; or __row__
    entity: tuple[str, ...] = ()  # columns that together name the person or thing that repeats
    exclude: tuple[str, ...] = ()  # never used as input
    after_decision: tuple[str, ...] = ()  # known only after the decision: refused as input
    at_decision: tuple[str, ...] = ()  # known at the decision, though the audit may take them for leaks
    types: Mapping[str, str] = field(default_factory=dict)  # logical type, where a person overrides


@dataclass(frozen=True)
class Split:
    """How rows are divided into training, validation and the sealed test."""

    method: SplitMethod = SplitMethod.STRATIFIED  # what the sealed rows are set aside by
    sealed: float = 0.2  # share of rows (of time: the latest) that is sealed
    validation: float = 0.2  # share of the development rows on which repairs are measured
    max_openings: int = 3  # of one sealed set; beyond it the gate demands fresh rows


@dataclass(frozen=True)
class Costs:
    """What errors cost. None where nobody declared: then no currency is printed."""

    currency: str | None = None  # ISO 4217 code
    false_positive: MoneyRange | None = None  # of one false alarm; the fixed part, where a column says more
    false_negative: MoneyRange | None = None  # of one missed event; the fixed part, where a column says more
    false_positive_column: str | None = None  # column with the amount that a false alarm costs in this row
    false_positive_share: float = 1.0  # of that amount
    false_positive_missing: float | None = None  # amount when served without one, or with a negative one
    false_negative_column: str | None = None  # column with the amount that a miss costs in this row
    false_negative_share: float = 1.0  # of that amount
    false_negative_missing: float | None = None  # amount when served without one, or with a negative one
    matrix: Mapping[tuple[str, str], float] | None = None  # multiclass: by actual class, then decided class
    over: MoneyRange | None = None  # regression: per unit predicted too high
    under: MoneyRange | None = None  # regression: per unit predicted too low


@dataclass(frozen=True)
class DecisionRules:
    """How many cases people can take, which go to a person, and what stands beside the model's own rule."""

    capacity: int | None = None  # positive decisions that people can follow up in one window
    per: float | None = None  # length of that window; needs data.decision_time
    per_rows: int | None = None  # that window as rows, where no column says when each row is decided
    volume: str | None = None  # decisions in a day, week, month or year; the menu then speaks of a month
    review_cost: MoneyRange | None = None  # of one case that a person decides
    review_error: float = 0.0  # share of cases in which that person errs
    review_capacity: int | None = None  # cases that people can decide in one window
    present: str | None = None  # today's rule: `column >= x`, or a column that holds today's decision
    interval: float | None = None  # share of outcomes that prediction intervals and sets are to hold


@dataclass(frozen=True)
class BudgetRules:
    """Hard limits of a run."""

    seconds: float = 300.0  # wall-clock time of one run
    rate_per_hour: float | None = None  # money that one hour of this machine costs
    currency: str | None = None  # of rate_per_hour; when absent, that of machine, or of costs
    memory_bytes: int | None = None  # memory that training may use
    machine: str | None = None  # rented machine whose hour has a listed price: `provider type region [spot]`
    region: str | None = None  # grid that powers it, for carbon: a country (`DE`) or a zone of your own table
    max_cost: Money | None = None  # money that one run may cost; needs rate_per_hour or machine
    max_kwh: float | None = None  # energy that one run may use, measured where possible, else estimated
    monthly: Money | None = None  # money that all runs and guarded commands of a month may cost


@dataclass(frozen=True)
class ForecastRules:
    """A regression whose row is a series and a time to be forecast; `data.decision_time` names that time.
    Each row is decided one to `horizon` steps earlier, from the past of its series as it was known then."""

    horizon: str  # how far ahead: steps (`12`) or a length of time that whole steps fill (`12mo`, `28d`)
    every: str  # length of a step: `1mo`, `1q`, `1y`, `1w`, `1d`, `1h`, `15m`
    season: int  # steps after which the pattern returns: 12 for months of a year; 1 for none
    series: tuple[str, ...] = ()  # columns that together name a series; when absent, there is one
    known_ahead: tuple[str, ...] = ()  # columns known before their time, such as prices; others are not read

    @property
    def step(self) -> Step:
        return parse_step(self.every, "forecast.every")

    @property
    def steps(self) -> int:
        """Of the horizon."""
        return parse_horizon(self.horizon, self.step)


@dataclass(frozen=True)
class RankingRules:
    """Lists of items for users, from a table of who took what when: one row a purchase, a play, a click."""

    user: str  # column that names who took it
    item: str  # column that names what was taken
    time: str  # column that dates the row, in the source's zone
    weight: str | None = None  # column that says how much a row counts; rows of 0 or less are left out
    k: int = 10  # items of a list
    repeats: bool | None = None  # whether lists may hold what the user had; when absent, the rows decide


@dataclass(frozen=True)
class OutlookRules:
    """What a forecast of the model's quality has to know beside the rows: where they come from, when the way
    they are made changed, and what it costs to look up an outcome."""

    sites: tuple[str, ...] = ()  # columns that say where a row comes from; each site is left out once
    regimes: Mapping[str, date] = field(default_factory=dict)  # what changed, and the first day of the change
    label_cost: Money | None = None  # what it costs to look up the outcome of one row


class Preference(StrEnum):
    """Which finished candidate is taken."""

    VALUE = "value"
    SIMPLE = "simple"


class LearnerKind(StrEnum):
    """Kinds of models that are trained, the most readable first."""

    LINEAR = "linear"
    ADDITIVE = "additive"
    LIGHTGBM = "lightgbm"
    EXTRA_TREES = "extra-trees"
    XGBOOST = "xgboost"
    CATBOOST = "catboost"
    NETWORK = "network"


class Direction(StrEnum):
    """Which way an answer may move when a number grows."""

    UP = "up"
    DOWN = "down"


READABLE = (LearnerKind.LINEAR, LearnerKind.ADDITIVE)
"""Models whose every reason is a number in a list or a curve that can be drawn."""


@dataclass(frozen=True)
class SearchRules:
    """Which models are trained, and which of them is taken: `value` takes the least expected cost (without
    declared costs the least loss), `simple` the simplest model that cannot be told apart from it."""

    prefer: Preference = Preference.VALUE  # what decides between finished candidates
    learners: tuple[LearnerKind, ...] | None = None  # the only kinds that are trained; when absent, all
    readable: bool = False  # train only models whose every reason can be read: linear and additive
    monotone: Mapping[str, Direction] = field(default_factory=dict)  # where a number may move the answer
    interactions: tuple[tuple[str, ...], ...] | None = None  # columns that may act together; `none`: no two
    max_latency: float | None = None  # seconds in which 99 of 100 rows are scored; slower is not taken
    max_size: int | None = None  # bytes of a model's files; a larger one is not taken


@dataclass(frozen=True)
class Person:
    """A named person; the private key stays with them, outside the workspace."""

    name: str  # as it stands under an approval
    roles: tuple[str, ...]  # what they do; an author cannot approve their own run
    public_key: str | None = None  # Ed25519, 64 hex digits


class Remedy(StrEnum):
    """What training may do about a gap between groups."""

    REWEIGHING = "reweighing"
    REDUCTIONS = "reductions"
    THRESHOLDS = "thresholds"


class GapMeasure(StrEnum):
    """Which rate is compared between groups."""

    SELECTION_RATE = "selection-rate"
    TRUE_POSITIVE_RATE = "true-positive-rate"


class Selection(StrEnum):
    """What it means to a person to be selected."""

    BENEFIT = "benefit"
    BURDEN = "burden"


@dataclass(frozen=True)
class Fairness:
    """Who must not be treated worse, and by how much is too much."""

    protected: tuple[str, ...] = ()  # columns whose groups are compared
    max_gap: float = 0.1  # difference of rates from the rest of the population
    min_rows: int = 100  # below it a group is shown but advisory
    use_as_input: bool = False  # whether protected columns may be inputs of the model
    mitigate: tuple[Remedy, ...] = ()  # what training may do to keep max_gap, which then limits the search
    measure: GapMeasure = GapMeasure.SELECTION_RATE  # the rate that those remedies bring together
    reference: Mapping[str, str] = field(default_factory=dict)  # whom groups are held against; else the rest
    bands: Mapping[str, tuple[float, ...]] = field(default_factory=dict)  # where the bands of a number begin
    max_cost_gap: float | None = None  # difference of what errors cost in one case, in the currency of costs
    selection: Selection = Selection.BENEFIT  # or a burden: the impact ratio then counts who is spared
    max_swap: float = 0.05  # change of the mean score when only the words for a person change


@dataclass(frozen=True)
class Population:
    """Whom the model will meet, so that the audit can tell whether the rows stand for them."""

    source: str | None = None  # a table of that population; a path as in sources, shared columns count
    shares: Mapping[str, Mapping[str, float]] = field(default_factory=dict)  # by column, then value


@dataclass(frozen=True)
class Fallback:
    """Decides when the model may not: `column >= at_least` gives `decision`, else `otherwise`."""

    decision: str | float  # a class, or a number for regression
    column: str | None = None  # what it looks at; when absent, always `decision`
    at_least: float | None = None  # from which value of `column` on `decision` holds
    otherwise: str | float | None = None  # the decision below it


@dataclass(frozen=True)
class ServingRules:
    """What serving must keep."""

    latency_seconds: float = 0.05  # 99th percentile of the time that one decision takes
    throughput: float | None = None  # rows a second that batches must reach; a median below it fails EFF001
    memory_bytes: int | None = None  # most that a serving process may hold in memory (EFF002)
    size_bytes: int | None = None  # most that the model's files may take on disk (EFF003)
    energy_kwh: float | None = None  # most that 1,000 predictions may take (EFF004)
    fallback: Fallback | None = None  # what decides when the model may not


@dataclass(frozen=True)
class MonitoringRules:
    """How live traffic is watched."""

    window: float = 86400.0  # length of one window of traffic
    persistence: int = 2  # consecutive windows before an alarm on drift
    min_rows: int = 200  # below it a window is merged with the next


@dataclass(frozen=True)
class Promotion:
    """Who must sign before a version is live."""

    approvals: int = 1  # signatures of approvers, never the author's own


@dataclass(frozen=True)
class CheckRules:
    """Which checks must pass, and limits that differ from the shipped ones."""

    required: tuple[str, ...] | None = None  # codes that must pass; when absent, the task's default
    limits: Mapping[str, Limit] = field(default_factory=dict)  # by check code, where not the shipped ones


@dataclass(frozen=True)
class Charter:
    """The whole of `airworthy.toml`."""

    name: str  # of the model, in file names and dossiers
    purpose: str  # what the model's answer is used for, in one sentence
    task: Task  # kind of answer
    target: Target
    sources: tuple[Source, ...]
    path: Path  # the file itself; relative source paths start at its folder
    digest: str  # of the file's parsed content, canonical (comments and layout do not matter)
    format: int = FORMAT  # of this file; a newer one is refused
    seed: int = 0  # of every random choice
    kpi: str | None = None  # business figure that the model is meant to move
    joins: tuple[Join, ...] = ()
    features: FeatureRules | None = None
    sinks: tuple[Sink, ...] = ()
    data: DataRules = field(default_factory=DataRules)
    split: Split = field(default_factory=Split)
    costs: Costs = field(default_factory=Costs)
    decision: DecisionRules = field(default_factory=DecisionRules)
    search: SearchRules = field(default_factory=SearchRules)
    budget: BudgetRules = field(default_factory=BudgetRules)
    forecast: ForecastRules | None = None
    ranking: RankingRules | None = None
    outlook: OutlookRules = field(default_factory=OutlookRules)
    people: tuple[Person, ...] = ()
    fairness: Fairness = field(default_factory=Fairness)
    privacy: PrivacyRules | None = None
    population: Population = field(default_factory=Population)
    serving: ServingRules = field(default_factory=ServingRules)
    changes: Changes = field(default_factory=Changes)
    monitoring: MonitoringRules = field(default_factory=MonitoringRules)
    promotion: Promotion = field(default_factory=Promotion)
    checks: CheckRules = field(default_factory=CheckRules)
    glossary: Mapping[str, str] = field(default_factory=dict)  # words that a person uses for a column
    units: Mapping[str, str] = field(default_factory=dict)  # what a column's numbers count; reasons name it

    def people_with(self, role: str) -> tuple[Person, ...]:
        return tuple(person for person in self.people if role in person.roles)
