"""Which evidence speaks to which clause of NIST AI RMF and the EU AI Act: dated data, and how far it goes.

The status says what this dossier holds. Whether duties are met is for people to judge.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from airworthy.kernel.result import Verdict
from airworthy.kernel.units import format_energy
from airworthy.registry.dossier.document import DossierInput
from airworthy.registry.dossier.store import Item, Store

AS_OF = "November 2026"
EVIDENCED, PARTIAL, HUMAN = "evidenced", "partial", "human-required"


@dataclass(frozen=True)
class Clause:
    """One row of the table."""

    evidence: str
    nist: str
    eu: str
    status: str
    why: str
    items: tuple[Item, ...]


Answer = tuple[str, str, tuple[str, ...]]
Rule = Callable[[DossierInput], Answer]


def clauses(given: DossierInput, store: Store) -> tuple[Clause, ...]:
    """The whole table, with the status that this version's evidence earns."""
    found = []
    for evidence, nist, eu, rule in TABLE:
        status, why, documents = rule(given)
        items = tuple(store.document(key) for key in documents)
        found.append(Clause(evidence, nist, eu, status, why, items))
    return tuple(found)


def _codes(given: DossierInput, *prefixes: str) -> Answer:
    """Evidenced when every result of these codes is decided, partial when some are not."""
    found = [r for r in given.everything if r.code.startswith(prefixes)]
    measured = [r for r in found if r.verdict is not Verdict.NOT_APPLICABLE]
    if not measured:
        return HUMAN, f"No check of {', '.join(prefixes)} measured anything: a person must look.", ("plan",)
    open_ = sum(r.verdict in (Verdict.UNSURE, Verdict.NOT_RUN, Verdict.ERROR) for r in measured)
    failed = sum(r.verdict is Verdict.FAIL for r in measured)
    tail = f"{len(measured):,} measured, {failed:,} failed, {open_:,} undecided."
    return (PARTIAL if open_ else EVIDENCED), tail, ("plan",)


def _purpose(given: DossierInput) -> Answer:
    if given.charter.purpose and given.charter.kpi:
        return EVIDENCED, "Purpose and the figure it serves are declared.", ("charter",)
    if given.charter.purpose:
        return PARTIAL, "The purpose is declared; the figure it serves is not.", ("charter",)
    return HUMAN, "Declare the purpose in airworthy.toml.", ("charter",)


def _costs(given: DossierInput) -> Answer:
    if given.charter.costs or given.charter.currency:
        return EVIDENCED, "Costs are declared and the decision rule follows them.", ("charter", "decision")
    return HUMAN, "Nobody declared what errors cost.", ("charter",)


def _lineage(given: DossierInput) -> Answer:
    sources = given.dataset.sources
    if not given.audit or not sources:
        return PARTIAL, "Sources or their audit are missing from the evidence.", ("data",)
    if all(s.owner and s.legal_basis for s in sources):
        return EVIDENCED, f"{len(sources):,} sources with digest, owner and legal basis; audited.", ("data",)
    return PARTIAL, "Audited with digests; some sources name no owner or legal basis.", ("data",)


def _compute(given: DossierInput) -> Answer:
    if given.environment and given.spend.limit_seconds:
        return (
            EVIDENCED,
            "Learner, packages, time and limit are recorded.",
            ("environment", "spend", "candidates"),
        )
    return PARTIAL, "Environment or budget is missing from the evidence.", ("environment", "spend")


def _energy(given: DossierInput) -> Answer:
    if given.spend.energy_kwh is not None:
        carbon = f", {given.spend.carbon_g:.3g} g CO2e" if given.spend.carbon_g is not None else ""
        text = f"{format_energy(given.spend.energy_kwh)}{carbon} ({given.spend.energy_source})."
        text += "".join(
            f" {r.finding}" for r in given.everything if r.code == "EFF004" and r.measurement is not None
        )
        return (PARTIAL if given.spend.energy_source.startswith("estimated") else EVIDENCED), text, ("spend",)
    return HUMAN, "Energy was not measured on this machine.", ("spend",)


def _report(given: DossierInput) -> Answer:
    if given.ledger_head and given.approvals and not given.stamps:
        return EVIDENCED, "Results are digested, signed for and in the ledger.", ("ledger", "plan")
    why = (
        "the signatures are stamped " + ", ".join(given.stamps) if given.stamps else "signatures are missing"
    )
    return PARTIAL, f"Results are digested; {why}.", ("ledger", "plan")


def _groups(given: DossierInput) -> Answer:
    if not given.charter.protected:
        return HUMAN, "No protected column is declared.", ("charter",)
    return _codes(given, "FAI")


def _explained(given: DossierInput) -> Answer:
    if given.explanation.features:
        return (
            PARTIAL,
            "Global importance is measured; each decision's reasons come from serving.",
            ("explanation",),
        )
    return HUMAN, "Nothing was explained.", ("explanation",)


def _oversight(given: DossierInput) -> Answer:
    if given.charter.fallback and given.approvals:
        return EVIDENCED, "A fallback rule is declared and named people signed.", ("charter",)
    return PARTIAL, "A fallback rule or signatures are missing.", ("charter",)


def _ledger(given: DossierInput) -> Answer:
    if given.ledger_head:
        return PARTIAL, "The ledger is signed; how long logs are kept is for people to set.", ("ledger",)
    return HUMAN, "No ledger head is quoted.", ("ledger",)


def _changes(given: DossierInput) -> Answer:
    if given.previous:
        return (
            PARTIAL,
            "Differences to the version before are listed; retraining needs a policy.",
            ("previous",),
        )
    return PARTIAL, "This is the first version to compare; retraining needs a policy.", ("previous",)


def _watch(given: DossierInput) -> Answer:
    if given.charter.monitoring_window:
        return PARTIAL, "Windows and alarms are declared; live evidence comes after release.", ("charter",)
    return HUMAN, "No monitoring is quoted in this evidence.", ("charter",)


def _worth(given: DossierInput) -> Answer:
    if "cost_per_1000" in given.metrics:
        return PARTIAL, "Cost of errors is estimated; realised value comes after release.", ("decision",)
    return HUMAN, "Value was not measured.", ("decision",)


def _packages(given: DossierInput) -> Answer:
    return PARTIAL, "Package versions are recorded; suppliers are for people to assess.", ("environment",)


def _people(why: str) -> Rule:
    return lambda given: (HUMAN, why, ("charter",))


TABLE: tuple[tuple[str, str, str, Rule], ...] = (
    ("Purpose, KPI, users", "MAP 1.1, 1.4", "Annex IV.1(a), Art 13(3)(b)(i)", _purpose),
    ("Error costs, thresholds, trade-offs", "MAP 3.2, MANAGE 1.1", "Annex IV.2(b), IV.4", _costs),
    (
        "Risk register, residual risk",
        "MANAGE 1.3, 1.4",
        "Art 9, Annex IV.5",
        _people("Keep the risk register."),
    ),
    ("Data audit, lineage, datasheet", "MAP 2.3", "Art 10, Annex IV.2(d)", _lineage),
    ("Architecture, compute, budget", "MAP 2.1", "Annex IV.2(c), IV.1(e)", _compute),
    ("Energy", "MEASURE 2.12", "–", _energy),
    ("Test report, digested and signed", "MEASURE 2.1, 2.5", "Annex IV.2(g), Art 15(3)", _report),
    ("Groups, with intervals", "MEASURE 2.11", "Annex IV.3, IV.2(g), Art 13(3)(b)(v), 10(2)(f)-(g)", _groups),
    (
        "Robustness, messy input, shift",
        "MEASURE 2.5, 2.6",
        "Art 15(4)",
        lambda given: _codes(given, "ROB", "STA"),
    ),
    ("Attacks, poisoning", "MEASURE 2.7", "Art 15(5), Annex IV.2(h)", lambda given: _codes(given, "SEC")),
    ("Privacy tests", "MEASURE 2.10", "Art 15(5), 10(5)", lambda given: _codes(given, "PRI")),
    ("Explanations", "MEASURE 2.9", "Art 13(3)(b)(iv),(vii), 86, Annex IV.2(e)", _explained),
    ("Override, stop, approvals", "MAP 3.5, GOVERN 3.2, MANAGE 2.4", "Art 14, Annex IV.3", _oversight),
    ("Ledger, logs of decisions", "MEASURE 2.8, GOVERN 1.4", "Art 12, 18, 19, 26(6)", _ledger),
    ("Version difference, retraining", "MANAGE 4.2", "Annex IV.6, IV.2(f)", _changes),
    ("Monitoring plan, drift, alarms", "MEASURE 2.4, MANAGE 4.1", "Art 72, Annex IV.9", _watch),
    (
        "Incidents, rollback",
        "MANAGE 2.3, 4.3",
        "Art 73, 20",
        _people("Rollback is built in; incidents need a process."),
    ),
    ("Bill of materials", "MANAGE 3.1, 3.2", "Annex IV.1(c), IV.2(a)", _packages),
    ("Return on investment", "MAP 3.1, MANAGE 2.2", "–", _worth),
    ("Standards, declaration", "GOVERN 1.1", "Annex IV.7, IV.8", _people("Supplied by people.")),
)
