"""DAT027: does the same entity stand on both sides of the split?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from airworthy.charter.model import SplitMethod
from airworthy.charter.scope import Scope
from airworthy.data.checks.audit_check import AuditCheck
from airworthy.data.checks.dat021_near_duplicates import compared_rows
from airworthy.data.checks.subjects import TABLE
from airworthy.data.checks.words import counted, listing, measured, share
from airworthy.data.facts import RowHashes
from airworthy.data.facts.contents import NearCounts
from airworthy.data.facts.straddle import Straddle, Straddled
from airworthy.kernel.fact import Fact, Facts
from airworthy.kernel.result import Estimate, Limit, NotApplicable, Result, Subject
from airworthy.scoring.contract import LogicalType, Role

MOST_ROWS = 0.01
_PREFIX = "column:"


class SplitEntity(AuditCheck):
    """## What it finds
    The same customer, patient or machine, or a copy of the same row, in the rows that the model learns from
    and in those that it is tested on.

    ## Why it matters
    The model recognises who it has seen. The measured quality is theirs, and does not come back with
    strangers.

    ## How it is found
    Where a column says which part each row is in: of the rows outside the largest part, the share whose
    entity also stands in another part; rows that are the same in every input and the outcome are counted
    likewise, less those that coincidence explains (see DAT003), or, if they are more, those that are the same
    but for a cell or two (see DAT021). An entity whose name is written another way (C-17, c17) is the same
    one, unless names that differ so stand side by side within a part. Where the charter splits by chance: the
    same share for each identifier that returns and is not declared as an entity, as dealing single rows would
    give. Declared entities are kept together by the split itself, and a split by time has returning entities
    as use has them.

    ## Limit
    At most 1 % of the rows tested on: then a quality that rests on recognising them is out by less than a
    point.

    ## What to do
    Name the columns under `data.entity`; the split then keeps each entity on one side. Where the parts were
    made elsewhere, make them again by entity.

    ## Known problems
    An entity under another key is found only by rows that are nearly the same. Whether the entity matters for
    the outcome is not asked.

    ## Example
    40 of 400 rows with part = test are of a `customer` who is also in part = train: 10 %, FAIL.

        >>> import airworthy as aw, polars as pl
        >>> customers = [n // 2 for n in range(800)] + list(range(0, 400, 10)) + list(range(400, 760))
        >>> table = pl.DataFrame({"customer": customers, "part": ["train"] * 800 + ["test"] * 400})
        >>> report = aw.audit(table, entity="customer", split="part")
        >>> [result.subject for result in report.failures if result.code == "DAT027"]
        ['column:customer']

    ## References
    Kaufman et al., Leakage in data mining, ACM TKDD 6 (2012).
    """

    code: ClassVar[str] = "DAT027"
    name: ClassVar[str] = "split-entity"
    title: ClassVar[str] = "No entity stands on both sides of the split"
    default: ClassVar[Limit] = Limit(high=MOST_ROWS, source="default: 1 % of the rows tested on")
    advice: ClassVar[str] = "Name it under data.entity, so that the split keeps each on one side."

    def subjects(self, scope: Scope) -> Sequence[Subject]:
        return list(_asked(scope))

    def needs(self, scope: Scope) -> Sequence[Fact]:
        found: list[Fact] = list(_asked(scope).values())
        for fact in _asked(scope).values():
            found += [RowHashes(fact.keys), compared_rows(scope)] if fact.copies else []
        return found

    def estimate(self, facts: Facts, scope: Scope) -> Mapping[Subject, Estimate | NotApplicable]:
        from airworthy.data.facts.estimates import Census  # loads with the measuring code

        answers: dict[Subject, Estimate | NotApplicable] = {}
        for subject, fact in _asked(scope).items():
            told: Straddled = facts[fact]
            if not told.tested:
                answers[subject] = NotApplicable("All rows stand in one part: there is no other side.")
            else:
                touched = _touched(fact, facts, scope)
                answers[subject] = Census(touched, told.tested, "share of the rows tested on")
        return answers

    def finding(self, result: Result) -> str:
        value, n = measured(result)
        told = result.details
        if result.subject == TABLE:
            what = "are a copy of a row"
            if told["near_copies"]:
                what += f" ({told['near_copies']:,} of them but for a cell or two)"
        else:
            what = f"have a {' and '.join(told['keys'])} that also stands"
        where = "in another part" if told["part"] else "on the other side, if rows are dealt by chance"
        rows = counted(told["rows_touched"], "row")
        text = f"{rows} of {n:,} that are tested on {what} {where}: {share(value)}"
        if told["other_spellings"]:
            text += f", {told['other_spellings']:,} of them in another spelling"
        if told["example"]:
            text += (
                f'; "{told["example"]}" is one of {counted(told["entities"], "such entity", "such entities")}'
            )
        return text + "."

    def details(self, facts: Facts, scope: Scope, subject: Subject) -> Mapping[str, Any]:
        fact = _asked(scope)[subject]
        told: Straddled = facts[fact]
        near = _near(fact, facts, scope)
        return {
            "rows_touched": _touched(fact, facts, scope),
            "near_copies": near,
            "other_spellings": told.respelled,
            "keys": [] if fact.copies else list(fact.keys),
            "part": fact.part or "",
            "parts": listing([f"{name} ({rows:,} rows)" for name, rows in told.parts]),
            "entities": told.entities,
            "example": told.example,
        }


def _near(fact: Straddle, facts: Facts, scope: Scope) -> int:
    """Rows tested on that another part holds but for a cell or two."""
    if not fact.copies:
        return 0
    counts: NearCounts = facts[compared_rows(scope)]
    return counts.copies_across


def _touched(fact: Straddle, facts: Facts, scope: Scope) -> int:
    """A copy under another key is counted in both ways: so the larger number, and not the sum."""
    told: Straddled = facts[fact]
    return max(told.touched, _near(fact, facts, scope))


def _asked(scope: Scope) -> dict[Subject, Straddle]:
    """One fact for each entity, and one for copies where the parts are known."""
    charter, contract = scope.charter, scope.contract
    if scope.part is not None:
        asked = {}
        if charter.data.entity:
            asked[_PREFIX + charter.data.entity[0]] = Straddle(charter.data.entity, scope.part)
        read = tuple(column.name for column in contract.inputs)
        return asked | ({TABLE: Straddle(read, scope.part, copies=True)} if read else {})
    if not charter.sources or charter.split.method is not SplitMethod.STRATIFIED or charter.data.entity:
        return {}
    keys = [c.name for c in contract.columns if c.type is LogicalType.IDENTIFIER and c.role is Role.EXCLUDED]
    return {_PREFIX + key: Straddle((key,), None, charter.split.sealed) for key in keys}
