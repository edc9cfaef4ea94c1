"""The evidence document as typed values: what one version's dossier, terminal view and JSON are made from.

The document is a JSON blob, written once by a run. Everything is read from it; nothing is measured again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from airworthy.kernel.digest import digest_bytes
from airworthy.kernel.errors import IntegrityError, WorkspaceError
from airworthy.kernel.gate import Obstacle, Waiver
from airworthy.kernel.ledger import Head
from airworthy.kernel.plan import PlanItem
from airworthy.kernel.result import Result
from airworthy.scoring.contract import Contract

FORMAT = 1


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """A number with its interval; open or unknown bounds are None."""

    value: float
    low: float | None = None
    high: float | None = None
    n: int | None = None
    unit: str = ""
    level: float | None = None


class Metric(Figure, frozen=True, kw_only=True):
    """A quality figure beside the naive baseline on the same rows."""

    higher_is_better: bool = True
    baseline: float | None = None
    baseline_name: str = ""
    rows: str = "validation"


class Fallback(msgspec.Struct, frozen=True, kw_only=True):
    """`column >= at_least` gives `decision`, else `otherwise`."""

    decision: str | float
    column: str | None = None
    at_least: float | None = None
    otherwise: str | float | None = None


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """A person named in the charter."""

    name: str
    roles: tuple[str, ...] = ()


class CharterView(msgspec.Struct, frozen=True, kw_only=True):
    """What the dossier quotes of the charter; `charter_section` makes it."""

    name: str
    purpose: str = ""
    kpi: str | None = None
    digest: str = ""
    target: str = ""
    protected: tuple[str, ...] = ()
    protected_as_input: bool = False
    min_rows: int | None = None
    max_gap: float | None = None
    people: tuple[Person, ...] = ()
    approvals: int = 1
    fallback: Fallback | None = None
    costs: Mapping[str, str] = {}
    max_openings: int | None = None
    monitoring_window: float | None = None
    persistence: int | None = None
    glossary: Mapping[str, str] = {}


class SourceView(msgspec.Struct, frozen=True, kw_only=True):
    """One table that was read."""

    name: str
    path: str = ""
    rows: int | None = None
    columns: int | None = None
    digest: str = ""
    owner: str | None = None
    purpose: str | None = None
    legal_basis: str | None = None


class DatasetView(msgspec.Struct, frozen=True, kw_only=True):
    """How many rows went where."""

    rows: int
    columns: int = 0
    digest: str = ""
    sources: tuple[SourceView, ...] = ()
    development_rows: int | None = None
    training_rows: int | None = None
    validation_rows: int | None = None
    sealed_rows: int | None = None
    seal_digest: str = ""
    split: str = ""
    without_outcome: int | None = None
    first_time: str | None = None
    last_time: str | None = None


class DecisionView(msgspec.Struct, frozen=True, kw_only=True):
    """The decision rule and what it is expected to do in 1,000 cases."""

    kind: str = ""
    threshold: float | None = None
    rows: str = "validation"
    n: int | None = None
    currency: str | None = None
    money_per_1000: Figure | float | None = None
    baseline_money_per_1000: Figure | float | None = None
    saving_per_1000: Figure | float | None = None
    errors_per_1000: Figure | float | None = None
    baseline_errors_per_1000: Figure | float | None = None
    caught_per_1000: Figure | float | None = None
    missed_per_1000: Figure | float | None = None
    false_alarms_per_1000: Figure | float | None = None
    baseline_name: str = ""
    cost_ratio: float | None = None
    flip_ratio: float | None = None
    note: str = ""


class GroupCounts(msgspec.Struct, frozen=True, kw_only=True):
    """One group's four cells at the decision threshold, on the rows of the decision."""

    column: str
    value: str
    tp: int
    fp: int
    fn: int
    tn: int

    @property
    def n(self) -> int:
        return self.tp + self.fp + self.fn + self.tn


class CandidateView(msgspec.Struct, frozen=True, kw_only=True):
    """One model that was tried."""

    name: str
    learner: str = ""
    chosen: bool = False
    quality: float | None = None
    metric: str = ""
    seconds: float | None = None
    latency_us: float | None = None
    note: str = ""


class FeatureView(msgspec.Struct, frozen=True, kw_only=True):
    """How much one input matters."""

    name: str
    importance: float
    label: str = ""
    low: float | None = None
    high: float | None = None


class ExplanationView(msgspec.Struct, frozen=True, kw_only=True):
    """What drives the model, and how that was measured."""

    features: tuple[FeatureView, ...] = ()
    method: str = ""
    unit: str = ""
    n: int | None = None


class ExpectedView(msgspec.Struct, frozen=True, kw_only=True):
    """What is expected of the next period, sealed before it happened."""

    metric: str = ""
    value: float | None = None
    low: float | None = None
    high: float | None = None
    level: float | None = None
    random_split: float | None = None
    period: str = ""
    note: str = ""


class SpendView(msgspec.Struct, frozen=True, kw_only=True):
    """What the run cost, against its limit."""

    seconds: float = 0.0
    limit_seconds: float | None = None
    money: float | None = None
    currency: str | None = None
    energy_kwh: float | None = None
    stages: Mapping[str, float] = {}


class OpeningView(msgspec.Struct, frozen=True, kw_only=True):
    """One opening of the sealed test set, with the figures that it gave."""

    time: str = ""
    actor: str = ""
    stage: str = ""
    seq: int | None = None
    metrics: Mapping[str, Metric] = {}


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """One version's evidence. Optional parts are shown as gaps, never made up."""

    format: int = FORMAT
    version: str
    digest: str
    task: str
    charter: CharterView
    plan: tuple[PlanItem, ...] = ()
    plan_digest: str = ""
    dataset: DatasetView
    audit: tuple[Result, ...] = ()
    results: tuple[Result, ...] = ()
    metrics: Mapping[str, Metric] = {}
    decision: DecisionView = DecisionView()
    groups: tuple[GroupCounts, ...] = ()
    candidates: tuple[CandidateView, ...] = ()
    explanation: ExplanationView = ExplanationView()
    expected: ExpectedView | None = None
    spend: SpendView = SpendView()
    environment: Mapping[str, Any] = {}
    openings: tuple[OpeningView, ...] = ()
    contract: Contract | None = None
    created: str = ""
    author: str = ""

    @property
    def everything(self) -> tuple[Result, ...]:
        """Data audit and assurance together."""
        return self.audit + self.results


class Approval(msgspec.Struct, frozen=True, kw_only=True):
    """A signed statement of a named person."""

    person: str
    time: str = ""
    stage: str = ""
    key_id: str = ""
    comment: str = ""
    seq: int | None = None
    self_approved: bool = False


@dataclass(frozen=True)
class DossierInput:
    """The evidence of one version, plus all that people and the ledger said about it since."""

    evidence: Evidence
    evidence_digest: str
    stage: str = "candidate"
    stamp: str = ""
    obstacles: tuple[Obstacle, ...] = ()
    approvals: tuple[Approval, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    head: Head | None = None
    previous: Evidence | None = None
    written: str = ""


def read_evidence(data: bytes) -> Evidence:
    """Read an evidence blob.

    Parameters
    ----------
    data : UTF-8 JSON bytes, format 1.

    Raises
    ------
    IntegrityError : the bytes are not an evidence document; the message names the field.
    WorkspaceError : a newer Airworthy wrote it.

    >>> read_evidence(b'{"version":"v1","digest":"d","task":"binary","charter":{"name":"late"},'
    ...               b'"dataset":{"rows":7}}').dataset.rows
    7
    """
    try:
        evidence = msgspec.json.decode(data, type=Evidence)
    except msgspec.DecodeError as error:
        raise IntegrityError(
            f"The evidence document cannot be read: {error}.",
            value=digest_bytes(data),
            remedy="Run `airworthy verify` to see whether the stored bytes were changed.",
        ) from error
    if evidence.format > FORMAT:
        raise WorkspaceError(
            f"The evidence document has format {evidence.format}; this Airworthy reads up to {FORMAT}.",
            value=evidence.format,
            remedy="Upgrade Airworthy: pip install --upgrade airworthy",
        )
    return evidence


def figure(value: Figure | float | None) -> Figure | None:
    """A bare number becomes a figure without an interval.

    >>> figure(3.0)
    Figure(value=3.0, low=None, high=None, n=None, unit='', level=None)
    """
    return Figure(value=value) if isinstance(value, (int, float)) else value
