"""The audit path: how to reproduce it, every digest, every result, signatures, and what changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from airworthy.kernel.result import Result, Verdict
from airworthy.registry.dossier.charts import ChartView, chart_views
from airworthy.registry.dossier.document import DossierInput, Evidence
from airworthy.registry.dossier.facts_of import facts_of
from airworthy.registry.dossier.privacy_views import HEADS, account_line, account_rows
from airworthy.registry.dossier.ranking import OPEN, ranked
from airworthy.registry.dossier.store import DOCUMENTS, Item, Sentence, Store
from airworthy.registry.dossier.views import ResultView, result_view
from airworthy.registry.dossier.words import VERDICTS, VerdictWords, bare, count, number, verdict_words

METRIC_HEADS = ("Metric", "Value", "Low", "High", "Level", "Naive baseline", "Rows")
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
    metric_heads: tuple[str, ...]
    undecided: tuple[Sentence, ...]
    differences: tuple[Difference, ...]
    privacy: tuple[Sentence, ...] = ()
    privacy_heads: tuple[str, ...] = HEADS
    privacy_rows: tuple[tuple[str, ...], ...] = ()


def audit_path(given: DossierInput, store: Store) -> Audit:
    """Build the page."""
    order = ranked(given.everything)
    shown, left_out = _shown(order, given.version)
    return Audit(
        commands=_commands(given),
        digests=tuple(_digests(given)),
        documents=tuple((store.document(key), tuple(facts_of(key, given))) for key in DOCUMENTS),
        tally=tuple(_tally(order)),
        results=tuple(result_view(result, store) for result in shown),
        left_out=left_out,
        charts=chart_views(shown, store),
        metrics=tuple(_metric_rows(given, store)),
        metric_heads=METRIC_HEADS,
        undecided=tuple(_undecided(order, store)),
        differences=tuple(_differences(given.previous, given)) if given.previous else (),
        privacy=tuple(_privacy(given, store)),
        privacy_rows=tuple(account_rows(given.privacy.account)) if given.privacy else (),
    )


def _privacy(given: DossierInput, store: Store) -> Iterable[Sentence]:
    """What the guarantee covers, what it does not, and the account."""
    if given.privacy is None:
        return
    told = given.privacy
    for text in (*told.covered, *told.without_noise, account_line(told.account)):
        yield store.say(text, "privacy")


def _commands(given: DossierInput) -> tuple[tuple[str, str], ...]:
    version = given.version
    return (
        ("airworthy verify", "checks the ledger, its signed head and every artefact"),
        (f"airworthy show {version} --json", "prints this evidence document"),
        ("airworthy run", _again(given)),
        (f"airworthy dossier {version}", "writes this file again"),
    )


def _again(given: DossierInput) -> str:
    if given.privacy is not None:
        return "finds it again while it is kept; a new fit draws other noise and spends epsilon again"
    return "makes it again; with the same data, charter and packages nothing changes"


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
    if given.repairs is not None:
        yield "Repairs", given.repairs.digest
    for source in given.dataset.sources:
        yield f"Source {source.name}", source.digest
    if given.ledger_head:
        yield f"Ledger root of {given.ledger_head.size:,} entries", given.ledger_head.root


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


def _recipe(given: Evidence) -> str:
    return given.repairs.digest if given.repairs is not None else "none"


def _differences(before: Evidence, now: DossierInput) -> Iterable[Difference]:
    pairs = (
        ("charter", before.charter.digest, now.charter.digest),
        ("data", before.dataset.digest, now.dataset.digest),
        ("repairs", _recipe(before), _recipe(now)),
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
