"""The evidence document as typed values: what one version's dossier, terminal view and JSON are made from.

The document is a JSON blob, written once by a run. Everything is read from it; nothing is measured again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from airworthy.assurance.explain.picture import Picture
from airworthy.assurance.groups.table import GroupTable
from airworthy.kernel.errors import IntegrityError, WorkspaceError
from airworthy.kernel.gate import Obstacle
from airworthy.kernel.ledger import Head
from airworthy.kernel.plan import PlanItem
from airworthy.kernel.result import Result
from airworthy.registry.dossier.decision_views import DecisionView
from airworthy.registry.dossier.list_views import ListsView
from airworthy.registry.dossier.menu_views import ChoiceView, MenuView
from airworthy.registry.dossier.privacy_views import PrivacyView
from airworthy.scoring.contract import Contract

FORMAT = 1


class Metric(msgspec.Struct, frozen=True, kw_only=True):
    """A quality figure with its interval, beside the naive baseline on the same rows."""

    value: float
    low: float | None = None
    high: float | None = None
    n: int | None = None
    unit: str = ""
    level: float | None = None
    higher_is_better: bool = True
    baseline: float | None = None
    baseline_name: str | None = None
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
    currency: str | None = None
    max_openings: int | None = None
    monitoring_window: float | None = None
    persistence: int | None = None
    glossary: Mapping[str, str] = {}


class SourceView(msgspec.Struct, frozen=True, kw_only=True):
    """One table that was read: `rows` were kept, `quarantined` set aside, `repeated` stand in two files."""

    name: str
    path: str = ""
    rows: int | None = None
    quarantined: int = 0
    repeated: int = 0
    columns: int | None = None
    digest: str = ""
    owner: str | None = None
    purpose: str | None = None
    legal_basis: str | None = None


class AlteredView(msgspec.Struct, frozen=True, kw_only=True):
    """A source that is not what the version before learned from."""

    source: str
    since: str
    finding: str


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
    altered: tuple[AlteredView, ...] = ()
    first_time: str | None = None
    last_time: str | None = None


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
    """What drives the model, and how that was measured; `picture` where it was painted."""

    features: tuple[FeatureView, ...] = ()
    picture: Picture | None = None
    method: str = ""
    unit: str = ""
    n: int | None = None


class ScenarioView(msgspec.Struct, frozen=True, kw_only=True):
    """How much worse one kind of messy input made the newest past period."""

    noise: str = ""
    words: str = ""
    worse_by: float = 0.0
    low: float = 0.0
    high: float = 0.0
    rows: int = 0


class ExpectedView(msgspec.Struct, frozen=True, kw_only=True):
    """What is expected of the next period, sealed before it happened."""

    metric: str = ""
    value: float | None = None
    low: float | None = None
    high: float | None = None
    level: float | None = None
    random_split: float | None = None
    periods: tuple[float, ...] = ()
    scenarios: tuple[ScenarioView, ...] = ()
    note: str = ""


class ElsewhereView(msgspec.Struct, frozen=True, kw_only=True):
    """What is expected at a site that nobody has seen, of one column that names sites."""

    column: str
    low: float
    high: float
    level: float
    sites: tuple[Mapping[str, Any], ...] = ()


class PieceView(msgspec.Struct, frozen=True, kw_only=True):
    """What one stage, or one candidate, of the run used."""

    kind: str
    name: str
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    money: float | None = None
    energy_kwh: float | None = None
    carbon_g: float | None = None
    peak_memory_bytes: int = 0


class SpendView(msgspec.Struct, frozen=True, kw_only=True):
    """What the run cost, against its limits."""

    seconds: float = 0.0
    limit_seconds: float | None = None
    money: float | None = None
    currency: str | None = None
    energy_kwh: float | None = None
    energy_source: str = ""
    carbon_g: float | None = None
    grid: str = ""
    cpu_seconds: float = 0.0
    peak_memory_bytes: int = 0
    max_money: float | None = None
    max_energy_kwh: float | None = None
    limit_memory_bytes: int | None = None
    stages: Mapping[str, float] = {}
    pieces: tuple[PieceView, ...] = ()


class OpeningView(msgspec.Struct, frozen=True, kw_only=True):
    """One opening of the sealed test set; `number` counts all openings of the same rows."""

    number: int = 0
    version: str = ""
    purpose: str = ""
    time: str = ""
    actor: str = ""
    seq: int | None = None


class RepairEffect(msgspec.Struct, frozen=True, kw_only=True):
    """Loss of a small model without the step less that with it, on the same rows: above 0 it helps."""

    measure: str
    difference: float
    low: float | None = None
    high: float | None = None
    level: float = 0.95
    n: int = 0


class RepairView(msgspec.Struct, frozen=True, kw_only=True):
    """One step that runs before the model; `rows` of the training rows it changed, or left out."""

    id: str
    does: str
    rows: int = 0
    state: str = ""
    by: str = ""
    finding: str = ""
    effect: RepairEffect | None = None


class RepairsView(msgspec.Struct, frozen=True, kw_only=True):
    """The recipe that people accepted."""

    digest: str
    of: int = 0
    steps: tuple[RepairView, ...] = ()


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
    repairs: RepairsView | None = None
    audit: tuple[Result, ...] = ()
    results: tuple[Result, ...] = ()
    metrics: Mapping[str, Metric] = {}
    decision: DecisionView = DecisionView()
    groups: tuple[GroupCounts, ...] = ()
    group_table: GroupTable | None = None
    candidates: tuple[CandidateView, ...] = ()
    menu: MenuView | None = None
    choice: ChoiceView | None = None
    lists: ListsView | None = None
    explanation: ExplanationView = ExplanationView()
    expected: ExpectedView | None = None
    elsewhere: tuple[ElsewhereView, ...] = ()
    spend: SpendView = SpendView()
    not_run: tuple[str, ...] = ()
    environment: Mapping[str, Any] = {}
    openings: tuple[OpeningView, ...] = ()
    privacy: PrivacyView | None = None
    contract: Contract | None = None
    created: str = ""
    author: str = ""

    @property
    def everything(self) -> tuple[Result, ...]:
        """Data audit and assurance together."""
        return self.audit + self.results


class ApprovalView(msgspec.Struct, frozen=True, kw_only=True):
    """A signed statement of a named person that counts."""

    person: str
    time: str = ""
    comment: str = ""
    stamp: str = ""
    self_approved: bool = False


class WaiverView(msgspec.Struct, frozen=True, kw_only=True):
    """A signed waiver that counts; times are RFC 3339."""

    code: str
    subject: str
    person: str
    reason: str
    expires: str
    time: str = ""
    stamp: str = ""
    self_approved: bool = False


class GateView(msgspec.Struct, frozen=True, kw_only=True):
    """What the gate to the next stage answers."""

    stage: str = "staging"
    open: bool = False
    approvals_missing: int = 0
    may_approve: tuple[str, ...] = ()
    openings: int = 0
    note: str = ""


class DossierInput(Evidence, frozen=True, kw_only=True):
    """The evidence of one version, plus all that people and the ledger said about it since."""

    stage: str = "candidate"
    gate: GateView | None = None
    obstacles: tuple[Obstacle, ...] = ()
    approvals: tuple[ApprovalView, ...] = ()
    waivers: tuple[WaiverView, ...] = ()
    ledger_head: Head | None = None
    evidence_digest: str = ""
    previous: Evidence | None = None

    @property
    def stamps(self) -> tuple[str, ...]:
        """Stamps on signatures, such as DEMO SIGNATURE, each once."""
        found = [*(a.stamp for a in self.approvals), *(w.stamp for w in self.waivers)]
        return tuple(dict.fromkeys(stamp for stamp in found if stamp))


def read_document(document: Mapping[str, object]) -> DossierInput:
    """Read a version's document: its evidence, with or without stage, signatures, obstacles and ledger head.

    Raises
    ------
    IntegrityError : it is not an evidence document; the message names the field.
    WorkspaceError : a newer Airworthy wrote it.

    >>> read_document({"version": "v1", "digest": "d", "task": "binary", "charter": {"name": "late"},
    ...                "dataset": {"rows": 7}}).dataset.rows
    7
    """
    try:
        given = msgspec.convert(document, DossierInput)
    except msgspec.ValidationError as error:
        raise IntegrityError(
            f"The evidence document cannot be read: {error}.",
            value=str(document.get("version", "")),
            remedy="Run `airworthy verify` to see whether the stored bytes were changed.",
        ) from error
    if given.format > FORMAT:
        raise WorkspaceError(
            f"The evidence document has format {given.format}; this Airworthy reads up to {FORMAT}.",
            value=given.format,
            remedy="Upgrade Airworthy: pip install --upgrade airworthy",
        )
    return given
