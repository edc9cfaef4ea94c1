"""The charter as values: everything a person declared about a model, frozen, with nothing measured.

Read from `airworthy.toml` by `airworthy.charter.parse`. Every field's comment is its documentation: the
charter page is generated from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from airworthy.kernel.result import Limit
from airworthy.kernel.units import MoneyRange

FORMAT = 1


class Task(StrEnum):
    """What kind of answer the model gives."""

    BINARY = "binary"
    MULTICLASS = "multiclass"
    REGRESSION = "regression"


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

    name: str
    path: str  # relative to the charter, or absolute; CSV, TSV, JSON lines, Parquet, Excel; .gz/.zip allowed
    sheet: str | None = None  # Excel only
    event_time: str | None = None  # column that says when the row's fact happened
    known_after: float = 0.0  # seconds from event_time until the row could be known
    zone: str = "UTC"  # of naive times in this source
    rows: int | None = None  # expected row count; a different count stops the run
    sha256: str | None = None  # expected file hash; a different hash stops the run
    owner: str | None = None
    purpose: str | None = None  # permitted purpose
    legal_basis: str | None = None


@dataclass(frozen=True)
class Join:
    """How a further source is brought to the rows of the main one: always at most one match a row."""

    source: str
    on: tuple[tuple[str, str], ...]  # (column of the rows so far, column of the source)
    as_of: bool = False  # the last source row known at the row's decision_time
    max_age: float | None = None  # seconds; older than this is missing. Required when as_of
    columns: tuple[str, ...] = ()  # empty: all
    prefix: str = ""  # put before the joined columns' names


@dataclass(frozen=True)
class Target:
    """The outcome."""

    column: str
    above: float | None = None  # binary from a number: the outcome is "column > above"
    positive: str | None = None  # binary: the value (as text) that counts as the event
    missing: Missing = Missing.LEAVE_OUT
    matures_after: float = 0.0  # seconds from decision to known outcome


@dataclass(frozen=True)
class DataRules:
    """What is known when, and what may be used."""

    decision_time: str | None = None  # column (UTC or zone of the main source); None: rows have no time
    entity: tuple[str, ...] = ()  # columns that together name the person or thing that repeats
    exclude: tuple[str, ...] = ()  # never used as input
    after_decision: tuple[str, ...] = ()  # known only after the decision: refused as input
    types: Mapping[str, str] = field(default_factory=dict)  # column -> logical type, where a person overrides


@dataclass(frozen=True)
class Split:
    """How rows are divided into training, validation and the sealed test."""

    method: SplitMethod = SplitMethod.STRATIFIED
    sealed: float = 0.2  # share of rows (of time: the latest) that is sealed
    validation: float = 0.2  # share of the development rows
    max_openings: int = 3  # of one sealed set; beyond it the gate demands fresh rows


@dataclass(frozen=True)
class Costs:
    """What errors cost. None where nobody declared: then no currency is printed."""

    currency: str | None = None
    false_positive: MoneyRange | None = None
    false_negative: MoneyRange | None = None
    matrix: Mapping[tuple[str, str], float] | None = None  # multiclass: (actual, decided) -> cost
    over: MoneyRange | None = None  # regression: per unit predicted too high
    under: MoneyRange | None = None  # regression: per unit predicted too low


@dataclass(frozen=True)
class BudgetRules:
    """Hard limits of a run."""

    seconds: float = 300.0
    rate_per_hour: float | None = None
    currency: str | None = None
    memory_bytes: int | None = None


@dataclass(frozen=True)
class Person:
    """A named person; the private key stays with them, outside the workspace."""

    name: str
    roles: tuple[str, ...]  # of: author, approver, owner, expert, compliance
    public_key: str | None = None  # Ed25519, 64 hex digits


@dataclass(frozen=True)
class Fairness:
    """Who must not be treated worse, and by how much is too much."""

    protected: tuple[str, ...] = ()
    max_gap: float = 0.1  # difference of rates from the rest of the population
    min_rows: int = 100  # below it a group is shown but advisory
    use_as_input: bool = False  # whether protected columns may be inputs of the model


@dataclass(frozen=True)
class Fallback:
    """Decides when the model may not: `column >= at_least` gives `decision`, else `otherwise`."""

    decision: str | float
    column: str | None = None
    at_least: float | None = None
    otherwise: str | float | None = None


@dataclass(frozen=True)
class ServingRules:
    """What serving must keep."""

    latency_seconds: float = 0.05  # 99th percentile of one decision
    fallback: Fallback | None = None


@dataclass(frozen=True)
class MonitoringRules:
    """How live traffic is watched."""

    window: float = 86400.0  # seconds
    persistence: int = 2  # consecutive windows before an alarm on drift
    min_rows: int = 200  # below it a window is merged with the next


@dataclass(frozen=True)
class Promotion:
    """Who must sign before a version is live."""

    approvals: int = 1


@dataclass(frozen=True)
class CheckRules:
    """Which checks must pass, and limits that differ from the shipped ones."""

    required: tuple[str, ...] | None = None  # None: the documented default for the task
    limits: Mapping[str, Limit] = field(default_factory=dict)  # code -> limit


@dataclass(frozen=True)
class Charter:
    """The whole of `airworthy.toml`."""

    name: str
    purpose: str
    task: Task
    target: Target
    sources: tuple[Source, ...]
    path: Path  # the file itself; relative source paths start at its folder
    digest: str  # of the file's parsed content, canonical (comments and layout do not matter)
    seed: int = 0
    kpi: str | None = None
    joins: tuple[Join, ...] = ()
    data: DataRules = field(default_factory=DataRules)
    split: Split = field(default_factory=Split)
    costs: Costs = field(default_factory=Costs)
    budget: BudgetRules = field(default_factory=BudgetRules)
    people: tuple[Person, ...] = ()
    fairness: Fairness = field(default_factory=Fairness)
    serving: ServingRules = field(default_factory=ServingRules)
    monitoring: MonitoringRules = field(default_factory=MonitoringRules)
    promotion: Promotion = field(default_factory=Promotion)
    checks: CheckRules = field(default_factory=CheckRules)
    glossary: Mapping[str, str] = field(default_factory=dict)  # column -> words a person uses

    def people_with(self, role: str) -> tuple[Person, ...]:
        return tuple(person for person in self.people if role in person.roles)
