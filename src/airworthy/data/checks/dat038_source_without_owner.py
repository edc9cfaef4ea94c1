"""DAT038: does each source say who answers for it, what it may be used for, and on what legal basis?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from airworthy.charter.model import Source
from airworthy.charter.scope import Scope
from airworthy.data.checks.audit_check import AuditCheck
from airworthy.data.checks.words import listing, measured
from airworthy.kernel.fact import Fact, Facts
from airworthy.kernel.result import Estimate, Limit, NotApplicable, Result, Subject, Verdict

PREFIX = "source:"
ASKED = ("owner", "purpose", "legal_basis")


class SourceWithoutOwner(AuditCheck):
    """## What it finds
    A source of the charter that does not say who answers for it (`owner`), what its data may be used for
    (`purpose`), or the legal basis of the processing (`legal_basis`).

    ## Why it matters
    Whoever must release the model will ask, and the answer may be no: then the work was for nothing. While
    the data are being connected the question costs one mail, and it tells whom to ask when a column is odd.

    ## How it is found
    The three lines are looked up in `airworthy.toml`. Nothing is measured in the rows. A table that is
    audited without a charter has no sources, and is not asked.

    ## Limit
    No line may be blank. The finding is advisory unless the charter requires DAT038.

    ## What to do
    Ask the person who gave you the data, and write the line. Data about nobody have a legal basis too:
    `legal_basis = "no personal data"`.

    ## Known problems
    It reads what stands there, and cannot tell whether it is true.

    ## Example
    The source `customers` names an owner, and neither a purpose nor a legal basis: 2 of 3 lines, FAIL.

        >>> from pathlib import Path
        >>> import polars as pl
        >>> from airworthy.charter import parse_charter
        >>> from airworthy.data.audit import audit_frame
        >>> charter = parse_charter('''
        ... name = "stay"
        ... purpose = "Call customers before they leave"
        ... task = "binary"
        ... [target]
        ... column = "left"
        ... [[sources]]
        ... name = "customers"
        ... path = "customers.csv"
        ... owner = "Ana, CRM"
        ... ''', Path("airworthy.toml"))
        >>> table = pl.DataFrame({"calls": [1, 2] * 50, "__target__": ["no", "yes"] * 50})
        >>> report = audit_frame(table, charter=charter)
        >>> [result.subject for result in report.failures if result.code == "DAT038"]
        ['source:customers']

    ## References
    Regulation (EU) 2016/679 (GDPR), articles 5(1)(b), 6 and 30.
    """

    code: ClassVar[str] = "DAT038"
    name: ClassVar[str] = "source-without-owner"
    title: ClassVar[str] = "Each source names its owner, purpose and legal basis"
    default: ClassVar[Limit] = Limit(high=0.0, source="default: no line is blank")
    advice: ClassVar[str] = "Ask who gave you the data, and write the missing lines in airworthy.toml."

    def subjects(self, scope: Scope) -> Sequence[Subject]:
        return [PREFIX + source.name for source in scope.charter.sources]

    def needs(self, scope: Scope) -> Sequence[Fact]:
        return []

    def estimate(self, facts: Facts, scope: Scope) -> Mapping[Subject, Estimate | NotApplicable]:
        # Loads with the measuring code.
        from airworthy.measures.proportion import Exact

        return {
            PREFIX + source.name: Exact(float(len(blanks(source))), "blank lines", len(ASKED))
            for source in scope.charter.sources
        }

    def finding(self, result: Result) -> str:
        value, n = measured(result)
        name = result.subject.removeprefix(PREFIX)
        if not value:
            return f"The source {name} names its owner, its purpose and its legal basis."
        missing = listing(result.details["missing"])
        return f"The source {name} leaves {value:.0f} of {n} lines blank: {missing}."

    def remedy(self, result: Result) -> str:
        if result.verdict is not Verdict.FAIL:
            return ""
        name = result.subject.removeprefix(PREFIX)
        lines = ", ".join(f'{key} = "..."' for key in result.details["missing"])
        return f'Ask who gave you the data, and write below [[sources]] with name = "{name}": {lines}.'

    def details(self, facts: Facts, scope: Scope, subject: Subject) -> Mapping[str, Any]:
        source = next(source for source in scope.charter.sources if PREFIX + source.name == subject)
        return {"rows_touched": 0, "missing": blanks(source)}


def blanks(source: Source) -> list[str]:
    """Which of the three lines a source leaves out, or fills with blanks."""
    return [key for key in ASKED if not str(getattr(source, key) or "").strip()]
