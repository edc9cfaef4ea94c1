"""The audit path: how to reproduce it, every digest, every result, signatures, and what changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from airworthy.kernel.result import Result, Verdict
from airworthy.kernel.units import format_duration
from airworthy.registry.dossier.charts import ChartView, chart_views
from airworthy.registry.dossier.document import DossierInput, Evidence
from airworthy.registry.dossier.ranking import OPEN, ranked
from airworthy.registry.dossier.store import DOCUMENTS, Item, Sentence, Store
from airworthy.registry.dossier.views import ResultView, result_view
from airworthy.registry.dossier.words import VERDICTS, VerdictWords, bare, count, number, verdict_words

MOST_OPEN = 300
MOST_QUIET = 200


@dataclass(frozen=True)
class MetricRow:
    """One metric in numbers."""

    item: Item
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Difference:
    """One thing that differs from the version before."""

    what: str
    before: str
    now: str


@dataclass(frozen=True)
class Audit:
    """The audit path."""

    commands: tuple[tuple[str, str], ...]
    digests: tuple[tuple[str, str], ...]
    documents: tuple[tuple[Item, tuple[tuple[str, str], ...]], ...]
    tally: tuple[tuple[str, VerdictWords, int], ...]
    results: tuple[ResultView, ...]
    left_out: str
    charts: Mapping[str, ChartView]
    metrics: tuple[MetricRow, ...]
    undecided: tuple[Sentence, ...]
    differences: tuple[Difference, ...]


def audit_path(given: DossierInput, store: Store) -> Audit:
    """Build the page."""
    order = ranked(given.everything)
    shown, left_out = _shown(order, given.version)
    return Audit(
        commands=_commands(given),
        digests=tuple(_digests(given)),
        documents=tuple((store.document(key), tuple(_facts(key, given))) for key in DOCUMENTS),
        tally=tuple(_tally(order)),
        results=tuple(result_view(result, store) for result in shown),
        left_out=left_out,
        charts=chart_views(shown, store),
        metrics=tuple(_metric_rows(given, store)),
        undecided=tuple(_undecided(order, store)),
        differences=tuple(_differences(given.previous, given)) if given.previous else (),
    )


def _commands(given: DossierInput) -> tuple[tuple[str, str], ...]:
    version = given.version
    return (
        ("airworthy verify", "checks the ledger, its signed head and every artefact"),
        (f"airworthy show {version} --json", "prints this evidence document"),
        ("airworthy run", "makes it again; with the same data, charter and packages nothing changes"),
        (f"airworthy dossier {version}", "writes this file again"),
    )


def _shown(order: list[Result], version: str) -> tuple[list[Result], str]:
    """Every result, unless there are so many that the file would be too heavy to open."""
    opened = [r for r in order if r.verdict in OPEN or r.required]
    quiet = [r for r in order if not (r.verdict in OPEN or r.required)]
    shown = opened[:MOST_OPEN] + quiet[:MOST_QUIET]
    if len(shown) == len(order):
        return shown, ""
    hidden = len(order) - len(shown)
    open_hidden = max(0, len(opened) - MOST_OPEN)
    return shown, (
        f"{count(hidden, 'more result')} ({open_hidden:,} of them open) would make this file too heavy. "
        f"All of them: airworthy show {version} --json"
    )


def _digests(given: DossierInput) -> Iterable[tuple[str, str]]:
    yield "Model version", given.digest
    yield "Evidence document", given.evidence_digest
    yield "Plan", given.plan_digest
    yield "Charter", given.charter.digest
    yield "Data", given.dataset.digest
    yield "Seal", given.dataset.seal_digest
    for source in given.dataset.sources:
        yield f"Source {source.name}", source.digest
    if given.ledger_head:
        yield f"Ledger root of {given.ledger_head.size:,} entries", given.ledger_head.root


def _facts(key: str, given: DossierInput) -> Iterable[tuple[str, str]]:
    """The plain content of one document, a line each."""
    make = FACTS.get(key)
    return [(name, value) for name, value in make(given) if value] if make else []


def _version(given: DossierInput) -> list[tuple[str, str]]:
    return [
        ("version", given.version),
        ("stage", given.stage),
        ("task", given.task),
        ("made", given.created),
        ("by", given.author),
    ]


def _charter(given: DossierInput) -> list[tuple[str, str]]:
    charter = given.charter
    people = ", ".join(f"{p.name} ({', '.join(p.roles)})" for p in charter.people)
    costs = "; ".join(f"{what}: {cost}" for what, cost in charter.costs.items())
    return [
        ("name", charter.name),
        ("purpose", charter.purpose),
        ("target", charter.target),
        ("protected", ", ".join(charter.protected)),
        ("people", people),
        ("costs", costs or (charter.currency or "not declared")),
        ("approvals for production", str(charter.approvals)),
    ]


def _plan(given: DossierInput) -> list[tuple[str, str]]:
    required = sum(item.required for item in given.plan)
    return [("planned", f"{len(given.plan):,}"), ("required", f"{required:,}"), ("digest", given.plan_digest)]


def _data(given: DossierInput) -> list[tuple[str, str]]:
    data = given.dataset
    rows = {
        "rows": data.rows,
        "columns": data.columns,
        "development rows": data.development_rows,
        "training rows": data.training_rows,
        "validation rows": data.validation_rows,
        "sealed rows": data.sealed_rows,
        "without outcome": data.without_outcome,
    }
    found = [(name, f"{n:,}") for name, n in rows.items() if n is not None]
    found += [("split", data.split)]
    found += [
        (f"source {s.name}", f"{s.path} · {s.rows or 0:,} rows · owner {s.owner or 'not declared'}")
        for s in data.sources
    ]
    return found


def _contract(given: DossierInput) -> list[tuple[str, str]]:
    if given.contract is None:
        return [("contract", "not in this evidence")]
    return [
        ("columns", f"{len(given.contract.columns):,}"),
        ("inputs", f"{len(given.contract.inputs):,}"),
        ("classes", ", ".join(given.contract.classes)),
        ("learned from", f"{given.contract.rows:,} rows"),
    ]


def _decision(given: DossierInput) -> list[tuple[str, str]]:
    decision = given.decision
    threshold = "" if decision.threshold is None else f"{decision.threshold!r}"
    return [("kind", decision.kind), ("threshold", threshold), ("note", decision.note)]


def _groups(given: DossierInput) -> list[tuple[str, str]]:
    return [
        (
            f"{g.column} = {g.value}",
            f"{g.tp:,} caught, {g.fn:,} missed, {g.fp:,} false alarms, {g.tn:,} rightly passed",
        )
        for g in given.groups
    ] or [("groups", "no counts by group in this evidence")]


def _candidates(given: DossierInput) -> list[tuple[str, str]]:
    found = []
    for c in given.candidates:
        parts = [
            c.learner,
            f"quality {number(c.quality)}" if c.quality is not None else "",
            format_duration(c.seconds) if c.seconds is not None else "",
            f"{c.latency_us:,.0f} µs a row" if c.latency_us is not None else "",
            "chosen" if c.chosen else "",
            c.note,
        ]
        found.append((c.name, " · ".join(part for part in parts if part)))
    return found


def _explanation(given: DossierInput) -> list[tuple[str, str]]:
    return [(f.name, number(f.importance)) for f in given.explanation.features[:20]]


def _expected(given: DossierInput) -> list[tuple[str, str]]:
    e = given.expected
    if e is None:
        return [("expected", "nothing was sealed")]
    figures = {
        "value": e.value,
        "low": e.low,
        "high": e.high,
        "level": e.level,
        "random split": e.random_split,
    }
    return [("metric", e.metric)] + [(name, bare(v)) for name, v in figures.items() if v is not None]


def _spend(given: DossierInput) -> list[tuple[str, str]]:
    spend = given.spend
    found = [("time", format_duration(spend.seconds))]
    found += [("limit", format_duration(spend.limit_seconds))] if spend.limit_seconds else []
    found += [("money", number(spend.money, spend.currency or ""))] if spend.money is not None else []
    return found + [(f"stage {name}", format_duration(s)) for name, s in spend.stages.items()]


def _environment(given: DossierInput) -> list[tuple[str, str]]:
    found = []
    for name, value in given.environment.items():
        if isinstance(value, Mapping):
            found += [(str(key), str(item)) for key, item in value.items()]
        else:
            found.append((name, str(value)))
    return found


def _openings(given: DossierInput) -> list[tuple[str, str]]:
    most = given.charter.max_openings
    found = [
        (f"opening {o.number or i + 1}", " · ".join(p for p in (o.version, o.purpose, o.time, o.actor) if p))
        for i, o in enumerate(given.openings)
    ] or [("openings", "none yet")]
    return found + ([("allowed", f"{most:,}")] if most is not None else [])


def _ledger(given: DossierInput) -> list[tuple[str, str]]:
    head = given.ledger_head
    if head is None:
        return [("head", "not quoted")]
    return [
        ("entries", f"{head.size:,}"),
        ("root", head.root),
        ("time", head.time),
        ("key", head.key_id),
        ("signature", head.signature),
    ]


def _previous(given: DossierInput) -> list[tuple[str, str]]:
    if given.previous is None:
        return [("previous", "no version to compare with")]
    return [("version", given.previous.version), ("digest", given.previous.digest)]


FACTS = {
    "version": _version,
    "charter": _charter,
    "plan": _plan,
    "data": _data,
    "contract": _contract,
    "decision": _decision,
    "groups": _groups,
    "candidates": _candidates,
    "explanation": _explanation,
    "expected": _expected,
    "spend": _spend,
    "environment": _environment,
    "openings": _openings,
    "ledger": _ledger,
    "previous": _previous,
}


def _tally(results: list[Result]) -> Iterable[tuple[str, VerdictWords, int]]:
    for verdict in VERDICTS:
        yield str(verdict), verdict_words(verdict), sum(r.verdict == verdict for r in results)


def _undecided(results: list[Result], store: Store) -> Iterable[Sentence]:
    """What was planned and gave no answer: an auditor asks for it first."""
    for verdict in (Verdict.ERROR, Verdict.NOT_RUN, Verdict.UNSURE):
        found = [r for r in results if r.verdict is verdict]
        if found:
            words = verdict_words(verdict)
            codes = ", ".join(dict.fromkeys(r.code for r in found))
            yield store.say(
                f"{count(len(found), 'result').capitalize()}: {words.word} ({codes}). {words.meaning}",
                *found[:6],
            )


def _metric_rows(given: DossierInput, store: Store) -> Iterable[MetricRow]:
    for name, m in given.metrics.items():
        bounds = tuple("open" if bound is None else bare(bound, m.unit) for bound in (m.low, m.high))
        naive = "–" if m.baseline is None else f"{bare(m.baseline, m.unit)} {m.baseline_name or ''}".strip()
        rows = f"{m.n:,} {m.rows}" if m.n else m.rows
        level = f"{m.level * 100:.4g} %" if m.level else "–"
        yield MetricRow(store.metric(name), (name, number(m.value, m.unit), *bounds, level, naive, rows))


def _differences(before: Evidence, now: DossierInput) -> Iterable[Difference]:
    pairs = (
        ("charter", before.charter.digest, now.charter.digest),
        ("data", before.dataset.digest, now.dataset.digest),
        ("plan", before.plan_digest, now.plan_digest),
        ("rows", f"{before.dataset.rows:,}", f"{now.dataset.rows:,}"),
        ("chosen model", _chosen(before), _chosen(now)),
        ("threshold", str(before.decision.threshold or ""), str(now.decision.threshold or "")),
    )
    yield from (Difference(what, old, new) for what, old, new in pairs if old != new)
    for name in now.metrics:
        if name in before.metrics:
            old, new = before.metrics[name], now.metrics[name]
            if old.value != new.value:
                yield Difference(name, number(old.value, old.unit), number(new.value, new.unit))
    earlier = {(r.code, r.subject): r.verdict for r in before.everything}
    for result in now.everything:
        was = earlier.get((result.code, result.subject))
        if was is not None and was != result.verdict:
            words = verdict_words(was).word, verdict_words(result.verdict).word
            yield Difference(f"{result.code} {result.subject}", *words)


def _chosen(evidence: Evidence) -> str:
    return next((c.name for c in evidence.candidates if c.chosen), "")
