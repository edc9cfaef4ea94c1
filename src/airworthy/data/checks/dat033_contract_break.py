"""DAT033: do the rows keep what was agreed, or learned, of their columns?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from airworthy.charter.scope import Scope
from airworthy.data.checks.audit_check import AuditCheck
from airworthy.data.checks.subjects import TABLE, column_of, subject_of
from airworthy.data.checks.words import counted, listing, measured, share
from airworthy.data.facts.breaks import Breaks, Broken, NewColumns
from airworthy.kernel.fact import Fact, Facts
from airworthy.kernel.result import Estimate, Limit, NotApplicable, Result, Subject
from airworthy.scoring.contract import Column, Role

MOST_ROWS = 0.001


class ContractBreak(AuditCheck):
    """## What it finds
    A second file that breaks the contract of the first, or one that was agreed: columns that are gone, new
    or of another type, words that the contract does not list, numbers outside its range, gaps where there
    were none.

    ## Why it matters
    The model scores such rows without complaint, as strangers. Whoever changed the export does not know it.

    ## How it is found
    One scan over all rows counts what does not fit each agreed column. A column that is absent, of another
    type or new breaks it in every row; of single values the share of rows has Wilson's interval. A date that
    moves on is no break. Asked only where a contract is given: `airworthy audit FILE --against VERSION`, or
    `aw.audit(frame, contract=...)`.

    ## Limit
    At most 0.1 % of the rows: a fresh file of a thousand rows may hold one new largest value of a column by
    nature.

    ## What to do
    Ask who changed the export. Map new words, convert units and types, bring lost columns back; train again
    where the change is meant to stay.

    ## Known problems
    Values inside the agreed range may still have changed (DAT015, DAT025 and monitoring look at that).

    ## Example
    `channel` holds "kiosk", which the contract does not list, in 80 of 4,000 rows: 2 %, FAIL.

        >>> import airworthy as aw, polars as pl
        >>> table = pl.DataFrame({"channel": ["web", "shop", "web", "shop", "kiosk"] * 100})
        >>> agreed = {"channel": {"values": ["web", "shop"]}}
        >>> report = aw.audit(table, contract=agreed)
        >>> [result.subject for result in report.failures if result.code == "DAT033"]
        ['column:channel']

    ## References
    Breck et al., Data validation for machine learning, MLSys 2019.
    """

    code: ClassVar[str] = "DAT033"
    name: ClassVar[str] = "contract-break"
    title: ClassVar[str] = "The rows keep their contract"
    default: ClassVar[Limit] = Limit(high=MOST_ROWS, source="default: 0.1 % of rows")
    advice: ClassVar[str] = (
        "Ask who changed the export; map or convert it back, or train again on the new form."
    )

    def subjects(self, scope: Scope) -> Sequence[Subject]:
        return [*(subject_of(column) for column in _agreed(scope)), TABLE] if scope.against else []

    def needs(self, scope: Scope) -> Sequence[Fact]:
        if scope.against is None:
            return []
        return [*(Broken(column) for column in _agreed(scope)), _new(scope)]

    def estimate(self, facts: Facts, scope: Scope) -> Mapping[Subject, Estimate | NotApplicable]:
        # Loads with the measuring code.
        from airworthy.data.facts.estimates import Census, Wilson
        from airworthy.measures.proportion import Exact

        answers: dict[Subject, Estimate | NotApplicable] = {}
        for column in _agreed(scope):
            told: Breaks = facts[Broken(column)]
            if told.absent and column.role is Role.TARGET:
                answers[subject_of(column)] = NotApplicable("New rows have no outcome yet.")
            elif told.absent or told.retyped:
                answers[subject_of(column)] = Exact(1.0, "share of rows", told.rows)
            elif not _touched(told):
                answers[subject_of(column)] = Census(0, told.rows)
            else:
                answers[subject_of(column)] = Wilson(_touched(told), told.rows, "share of rows")
        if scope.against is not None:
            new: tuple[str, ...] = facts[_new(scope)]
            answers[TABLE] = Exact(float(bool(new)), "share of rows", max(1, _rows(facts, scope)))
        return answers

    def finding(self, result: Result) -> str:
        value, n = measured(result)
        name, told = column_of(result.subject), result.details
        if result.subject == TABLE:
            new = told["new"]
            if not new:
                return "The table has no column that the contract does not know."
            return f"{counted(len(new), 'column')} that the contract does not know: {listing(new)}."
        if told["kind"] == "absent":
            return f"{name} is in the contract, and not in the table."
        if told["kind"] == "retyped":
            return f"{name} holds {told['holds']} in {n:,} rows, and was agreed to be {told['agreed']}."
        if not told["rows_touched"]:
            return f"{name} keeps its contract in {n:,} rows."
        said = {
            "unseen": "a value that the contract does not list",
            "outside": f"a number outside {told['agreed']}",
            "null": "no value, though it always had one",
        }[told["kind"]]
        shown = f", such as {listing([repr(e) for e in told['examples']])}" if told["examples"] else ""
        return (
            f"{name} has {said} in {counted(told['rows_touched'], 'row')} of {n:,} ({share(value)}){shown}."
        )

    def details(self, facts: Facts, scope: Scope, subject: Subject) -> Mapping[str, Any]:
        if subject == TABLE:
            new: tuple[str, ...] = facts[_new(scope)]
            return {"rows_touched": _rows(facts, scope) if new else 0, "new": list(new)}
        column = next(c for c in _agreed(scope) if c.name == column_of(subject))
        told: Breaks = facts[Broken(column)]
        if told.absent or told.retyped:
            kind = "absent" if told.absent else "retyped"
            return {
                "rows_touched": told.rows,
                "kind": kind,
                "holds": told.retyped,
                "agreed": str(column.type),
            }
        counts = {"unseen": told.unseen, "outside": told.outside, "null": told.nulls}
        kind = max(counts, key=lambda name: counts[name])
        span = " to ".join("any" if end is None else f"{end:.6g}" for end in (column.low, column.high))
        return {
            "rows_touched": _touched(told),
            "kind": kind,
            "agreed": span if kind == "outside" else str(column.type),
            "examples": list(told.examples) if kind != "null" else [],
        }


def _agreed(scope: Scope) -> list[Column]:
    """Columns of the contract that a table must bring."""
    if scope.against is None:
        return []
    return [column for column in scope.against.columns if column.role is not Role.EXCLUDED]


def _new(scope: Scope) -> NewColumns:
    known = scope.against.columns if scope.against is not None else ()
    return NewColumns(tuple(column.name for column in known))


def _touched(told: Breaks) -> int:
    return max(told.unseen, told.outside, told.nulls)


def _rows(facts: Facts, scope: Scope) -> int:
    rows = [facts[Broken(column)].rows for column in _agreed(scope)]
    return max(rows, default=0)
