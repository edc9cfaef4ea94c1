"""The audit of a table: every check on shared facts, ordered by what it would cost to overlook."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from airworthy.charter.model import Charter
from airworthy.charter.scope import Scope
from airworthy.data.bare import scope_of_frame
from airworthy.data.checks import CHECKS
from airworthy.data.contract import learn_contract
from airworthy.data.digest import logical_digest
from airworthy.data.facts import RESERVED, Table
from airworthy.data.types import infer_types
from airworthy.kernel.errors import InputError
from airworthy.kernel.fact import Facts
from airworthy.kernel.plan import make_plan
from airworthy.kernel.result import Result, Verdict
from airworthy.kernel.run_checks import run_checks
from airworthy.scoring.contract import Contract

_ORDER = (
    Verdict.FAIL,
    Verdict.ERROR,
    Verdict.UNSURE,
    Verdict.NOT_RUN,
    Verdict.PASS,
    Verdict.NOT_APPLICABLE,
)


@dataclass(frozen=True)
class AuditReport:
    """One result for every planned (check, subject), the costliest first.

    `columns` counts the columns of the table, `digest` is the logical digest of the rows audited.
    """

    results: tuple[Result, ...]
    rows: int
    columns: int
    digest: str

    def with_verdict(self, verdict: Verdict) -> tuple[Result, ...]:
        return tuple(result for result in self.results if result.verdict is verdict)

    @property
    def failures(self) -> tuple[Result, ...]:
        return self.with_verdict(Verdict.FAIL)

    def as_json(self) -> dict[str, object]:
        """The document of `airworthy audit --json`."""
        return {
            "results": [result.as_json() for result in self.results],
            "dataset": {"rows": self.rows, "columns": self.columns, "digest": self.digest},
        }


def audit_frame(
    frame: object,
    *,
    charter: Charter | None = None,
    contract: Contract | None = None,
    target: str | None = None,
    time: str | None = None,
    required: Iterable[str] = (),
) -> AuditReport:
    """Audit a table.

    Parameters
    ----------
    frame
        With a charter: the canonical frame (polars), development rows only. Without: any pandas, Polars or
        Arrow frame; types, task and time are then read from its values.
    charter, contract
        What was declared, and the columns; the contract is learned from `frame` when it is not given.
    target, time
        Names of the outcome and of the decision time, for a frame without a charter. Without `time`, the
        only column of dates that has no gaps is taken.
    required
        Codes whose results are marked as required.

    Raises
    ------
    InputError
        The frame is empty or no table, or `target` or `time` is not one of its columns.

    >>> import polars as pl
    >>> report = audit_frame(pl.DataFrame({"age": [31.5, None] * 50, "land": ["NL"] * 100}))
    >>> [(r.code, r.subject) for r in report.failures]     # half of age is missing, land never varies
    [('DAT002', 'column:land'), ('DAT001', 'column:age'), ('DAT002', 'column:age')]
    """
    if charter is None:
        scope, table = scope_of_frame(frame, target, time)
    else:
        table = _canonical(frame)
        scope = Scope(charter, contract or learn_contract(table, charter, infer_types(table)))
    plan = make_plan(CHECKS, scope, required)
    results = run_checks(plan, CHECKS, Facts({Table(): table}), scope)
    visible = [name for name in table.columns if name not in RESERVED]
    return AuditReport(
        tuple(sorted(results, key=consequence)), table.height, len(visible), logical_digest(table)
    )


def consequence(result: Result) -> tuple[int, int, str, str]:
    """Sort key: verdict first, then the rows touched, then code and subject."""
    touched = int(result.details.get("rows_touched", 0))
    return (_ORDER.index(result.verdict), -touched, result.code, result.subject)


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
