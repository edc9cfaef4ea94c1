"""The audit of a table: every check on shared facts, ordered by what it would cost to overlook."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import polars as pl

from airworthy.charter.model import Charter
from airworthy.charter.scope import Scope
from airworthy.data.bare import scope_of_plain
from airworthy.data.checks import CHECKS
from airworthy.data.consequence import Consequence, Estimation, consequence_order
from airworthy.data.consequence.estimate import estimate_consequences
from airworthy.data.contract import learn_contract
from airworthy.data.declared import Declared
from airworthy.data.digest import logical_digest
from airworthy.data.facts import RESERVED, RowCount, Sample, Table, Watch
from airworthy.data.facts.as_written import written_facts
from airworthy.data.facts.joins import Joins
from airworthy.data.facts.scan import column_of
from airworthy.data.frame import take
from airworthy.data.interrupted import finished_results, swallow_the_echo
from airworthy.data.join import JoinReport
from airworthy.data.noticed import notes_of_table
from airworthy.data.population import population_facts
from airworthy.data.types import infer_types
from airworthy.data.written import Written
from airworthy.kernel.errors import InputError
from airworthy.kernel.fact import Facts
from airworthy.kernel.plan import make_plan
from airworthy.kernel.ports import Progress, ProgressStage
from airworthy.kernel.progress import QuietProgress
from airworthy.kernel.result import Result, Verdict
from airworthy.kernel.run_checks import run_checks
from airworthy.scoring.contract import Contract

MOST_IN_JSON, MOST_CHARTS_IN_JSON = 2_000, 200
"""Results, and charts, that the JSON document holds in full. 5,000 columns make 75,000 results and more:
written out they were 70 MB that nobody reads, so the rest is counted by code."""


@dataclass(frozen=True)
class Finding:
    """A result that found something, and what it costs; `also` are further findings on the same column."""

    result: Result
    consequence: Consequence | None
    also: tuple[Result, ...] = ()


@dataclass(frozen=True)
class AuditReport:
    """One result for every planned (check, subject), the costliest first.

    `columns` counts the columns of the table, `digest` is the logical digest of the rows audited. `notes` are
    what was noticed on the way and no check judges. `consequences` are by (code, subject). An `interrupted`
    audit has NOT_RUN results for what it did not reach.
    """

    results: tuple[Result, ...]
    rows: int
    columns: int
    digest: str
    notes: tuple[str, ...] = ()
    consequences: Mapping[tuple[str, str], Consequence] = field(default_factory=dict)
    estimation: Estimation | None = None
    target: str | None = None
    interrupted: bool = False

    def with_verdict(self, *verdicts: Verdict) -> tuple[Result, ...]:
        return tuple(result for result in self.results if result.verdict in verdicts)

    @property
    def failures(self) -> tuple[Result, ...]:
        return self.with_verdict(Verdict.FAIL)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was found (FAIL, and checks that broke), the costliest first."""
        return tuple(
            Finding(result, self.consequence(result))
            for result in self.with_verdict(Verdict.FAIL, Verdict.ERROR)
        )

    def top(self, most: int = 3) -> tuple[Finding, ...]:
        """The `most` findings that cost most, one a column; further ones on it stand in `also`."""
        first: dict[str, Finding] = {}
        for finding in self.findings:
            subject = finding.result.subject
            if subject not in first:
                first[subject] = finding
            else:
                before = first[subject]
                first[subject] = replace(before, also=(*before.also, finding.result))
        return tuple(first.values())[:most]

    def consequence(self, result: Result) -> Consequence | None:
        """What `result` costs; None where costs were not asked for."""
        return self.consequences.get((result.code, result.subject))

    def as_json(self) -> dict[str, object]:
        """The document of `airworthy audit --json`: at most 2,000 results, all of them counted."""
        shown = self.results[:MOST_IN_JSON]
        return {
            "results": [
                result.as_json() | ({} if place < MOST_CHARTS_IN_JSON else {"chart": None})
                for place, result in enumerate(shown)
            ],
            "results_left_out": len(self.results) - len(shown),
            "counts": _counts(self.results),
            "consequences": [
                {"code": result.code, "subject": result.subject} | found.as_json()
                for result in shown
                if (found := self.consequence(result)) is not None
            ],
            "estimation": self.estimation.as_json() if self.estimation else None,
            "notes": list(self.notes),
            "interrupted": self.interrupted,
            "dataset": {"rows": self.rows, "columns": self.columns, "digest": self.digest},
        }


class AuditInterrupted(KeyboardInterrupt):
    """Ctrl-C during an audit; `report` holds the results of the checks that were complete."""

    def __init__(self, report: AuditReport) -> None:
        super().__init__()
        self.report = report


def audit_frame(
    frame: object,
    *,
    charter: Charter | None = None,
    contract: Contract | None = None,
    target: str | None = None,
    time: str | None = None,
    required: Iterable[str] = (),
    effects_seconds: float | None = None,
    progress: Progress | None = None,
    notes: Sequence[str] = (),
    told: Declared | None = None,
    written: Mapping[str, Written] | None = None,
    joins: Sequence[JoinReport] = (),
) -> AuditReport:
    """Audit a table.

    Parameters
    ----------
    frame : with a charter the canonical frame (polars), development rows only. Without: any pandas, Polars or
        Arrow frame; types, task and time are then read from its values.
    charter, contract : what was declared, and the columns; the contract is learned from `frame` when absent.
    target, time : the outcome and the decision time of a frame without a charter. Without `time`, the only
        column of dates that has no gaps is taken.
    required : codes whose results are marked as required.
    effects_seconds : time that estimating the cost of the findings may take; None estimates none.
    notes : what was noticed while the table was read.
    told : what else its owner declares about a frame without a charter.
    written : how the columns of a file were written before they were read (`Read.written`); the frame is then
        of plain types already.
    joins : what became of the joins that made the frame.

    Raises
    ------
    InputError : the frame is empty or no table, or `target` or `time` is not one of its columns.
    AuditInterrupted : on Ctrl-C, with the report of what was complete.

    >>> import polars as pl
    >>> report = audit_frame(pl.DataFrame({"age": [31.5, None] * 50, "land": ["NL"] * 100}))
    >>> [(r.code, r.subject) for r in report.failures][:2]     # land never varies; half of age is missing
    [('DAT002', 'column:land'), ('DAT001', 'column:age')]
    """
    known = written or {}
    if charter is None:
        plain, known = _plain(frame, written)
        scope, table = scope_of_plain(plain, target, time, told)
    else:
        table = _canonical(frame)
        scope = Scope(charter, contract or learn_contract(table, charter, infer_types(table)))
    return judge_table(
        scope,
        table,
        logical_digest(table),
        told=told,
        required=required,
        effects_seconds=effects_seconds,
        progress=progress,
        notes=notes,
        written=known,
        joins=joins,
    )


def judge_table(
    scope: Scope,
    table: pl.DataFrame | pl.LazyFrame,
    digest: str,
    *,
    told: Declared | None = None,
    required: Iterable[str] = (),
    effects_seconds: float | None = None,
    progress: Progress | None = None,
    notes: Sequence[str] = (),
    written: Mapping[str, Written] | None = None,
    joins: Sequence[JoinReport] = (),
) -> AuditReport:
    """The report on a canonical table, in memory or in a file, whose digest is known."""
    population = population_facts(scope.charter, told.population if told else None)
    visible = [name for name in table.collect_schema() if name not in RESERVED]
    outcome = scope.charter.target.column or None
    with (progress or QuietProgress()).stage("Look at every column", len(visible)) as stage:
        facts = Facts(
            {
                Table(): table,
                Watch(): _watcher(stage),
                Joins(): tuple(joins),
                **population,
                **written_facts(written or {}),
            }
        )
        results, stopped = _judged(facts, scope, tuple(required), len(visible))
    consequences: Mapping[tuple[str, str], Consequence] = {}
    estimation = None
    if effects_seconds is not None and not stopped:
        consequences, estimation = estimate_consequences(
            results,
            lambda: facts[Sample()],
            facts[RowCount()],
            scope,
            progress or QuietProgress(),
            allowance=effects_seconds,
        )
    results.sort(key=lambda r: consequence_order(r, consequences.get((r.code, r.subject))))
    noticed = notes_of_table(visible, column_of(facts, outcome) if outcome in visible else None)
    report = AuditReport(
        results=tuple(results),
        rows=facts[RowCount()],
        columns=len(visible),
        digest=digest,
        notes=(*([stopped] if stopped else []), *notes, *noticed),
        consequences=consequences,
        estimation=estimation,
        target=outcome,
        interrupted=bool(stopped),
    )
    if stopped:
        raise AuditInterrupted(report)
    return report


def _judged(facts: Facts, scope: Scope, required: Sequence[str], columns: int) -> tuple[list[Result], str]:
    """All results; after Ctrl-C those that were complete, and a note that says so."""
    plan = make_plan(CHECKS, scope, required)
    try:
        return run_checks(plan, CHECKS, facts, scope), ""
    except KeyboardInterrupt:
        swallow_the_echo()
        results, looked = finished_results(plan, CHECKS, facts, scope, required)
        return results, f"Interrupted, incomplete: {looked:,} of {columns:,} columns were looked at."


def _watcher(stage: ProgressStage) -> Callable[[str], None]:
    """Tells the stage of each column once."""
    told: set[str] = set()

    def watch(name: str) -> None:
        if name not in told and name not in RESERVED:
            told.add(name)
            stage.advance(1.0, name)

    return watch


def _counts(results: Sequence[Result]) -> dict[str, dict[str, int]]:
    """How many results of each code had each verdict."""
    counts: dict[str, dict[str, int]] = {}
    for result in sorted(results, key=lambda r: r.code):
        of_code = counts.setdefault(result.code, {})
        of_code[str(result.verdict)] = of_code.get(str(result.verdict), 0) + 1
    return counts


def _plain(
    frame: object, written: Mapping[str, Written] | None
) -> tuple[pl.DataFrame, Mapping[str, Written]]:
    """The frame in plain types, as a reader gives it already, and how its columns were written."""
    if written is not None and isinstance(frame, pl.DataFrame):
        return frame, written
    typed = take(frame)
    return typed.frame, {**typed.written, **(written or {})}


def _canonical(frame: object) -> pl.DataFrame:
    table = frame.collect() if isinstance(frame, pl.LazyFrame) else frame
    if not isinstance(table, pl.DataFrame):
        raise InputError(
            f"With a charter the audit needs its canonical frame, not {type(frame).__name__}.",
            value=type(frame).__name__,
            remedy="Pass the frame that assemble() made, or leave the charter out.",
        )
    if not table.height:
        raise InputError(
            "The table to audit has no rows.", value=0, remedy="Give a table with at least one row."
        )
    return table
