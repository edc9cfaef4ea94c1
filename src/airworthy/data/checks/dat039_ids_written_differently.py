"""DAT039: do two sources write the same IDs in one way?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from airworthy.charter.scope import Scope
from airworthy.data.checks.audit_check import AuditCheck
from airworthy.data.checks.words import measured, share
from airworthy.data.facts.joins import Joins
from airworthy.kernel.fact import Fact, Facts
from airworthy.kernel.result import Estimate, Limit, NotApplicable, Result, Subject, Verdict

if TYPE_CHECKING:
    from airworthy.data.join import JoinReport

MOST = 0.005
_PREFIX = "join:"


@dataclass(frozen=True)
class Perhaps:
    """A share that may be all chance: its interval reaches down to nothing."""

    value: float
    n: int
    unit: str = "share of IDs"

    def interval(self, level: float) -> tuple[float, float]:
        return 0.0, self.value

    def rows_to_settle(self, level: float) -> int | None:
        return None


class IdsWrittenDifferently(AuditCheck):
    """## What it finds
    IDs of the rows that stand in a joined source in another form: "C-00123" in the orders, "123" in the CRM;
    a check digit more, a constant added in a migration, and since when.

    ## Why it matters
    Rows that find no partner lose all columns of that source, and no error says so. After a migration it is
    just the older customers.

    ## How it is found
    Where 1 % of the rows or more found nothing in a join on one key, rules are tried that the forms of both
    sides suggest: prefixes, zeros, case, signs, check digits (Luhn, EAN, ISBN-10, mod 10, 11, 97, Verhoeff,
    Damm), a constant added, pieces in another order, hexadecimal and base 36, damage by spreadsheets, and
    several of these one after the other. Made-up IDs, changed at one place or put together of two, tell how
    many would meet by chance; columns of one name in both tables tell whether rows brought together are the
    same thing. With a decision time, the day that best parts the rows by which rules answer is the day of
    the migration (two multinomials; its interval holds the days up to 20 times less likely). A rule is sure
    where chance would do as well once in a million and explains at most half of the matches, or where
    another column agrees in half of the rows beyond chance; else the check is UNSURE.

    ## Limit
    At most 0.5 % of the different IDs find a partner only in another form.

    ## What to do
    Write the rule into the join, as the finding shows it; what each step changed is then told. Where it is
    unsure, hold another column in both tables (a name, a phone), or look up ten IDs by hand.

    ## Known problems
    Numbers that count from 1 in both tables meet with any constant: without another column nothing can be
    proved. One day of change is looked for, not several. Keys of two or more columns are not looked at.

    ## Example
    1,200 of 2,000 customers stand in the CRM as written, 1,960 once "C-" is taken off and zeros fill eight
    digits: 38 % find a partner only by the rule, FAIL.

        >>> import airworthy as aw, polars as pl
        >>> from pathlib import Path
        >>> from airworthy.charter.parse import parse_charter
        >>> from airworthy.data.audit import audit_frame
        >>> from airworthy.data.id_rules.advice import advice_of
        >>> from airworthy.data.join import JoinReport
        >>> charter = parse_charter('''
        ... name = "returns"
        ... purpose = "See which orders come back"
        ... task = "binary"
        ... target = { column = "back" }
        ... budget = { time = "3m" }
        ... sources = [{ name = "orders", path = "orders.csv" }, { name = "crm", path = "crm.csv" }]
        ... joins = [{ source = "crm", on = { customer = "no" } }]
        ... ''', Path("airworthy.toml"))
        >>> orders = pl.DataFrame({"customer": [f"C-{7919 * n % 100003}" for n in range(1, 61)]})
        >>> crm = pl.DataFrame({"no": [7919 * n % 100003 for n in range(1, 50)]})
        >>> told = advice_of(aw.id_rule(orders, crm, "customer", "no"))
        >>> told.rule
        'rule = ["remove prefix \\'C-\\'"]'
        >>> table = orders.with_columns(pl.Series("__target__", ["no", "yes"] * 30))
        >>> report = audit_frame(table, charter=charter, joins=[JoinReport("crm", 0, 60, other_writing=told)])
        >>> [result.subject for result in report.failures if result.code == "DAT039"]
        ['join:crm']

    ## References
    Christen, Data Matching, Springer 2012, chapter 3. ISO/IEC 7064:2003 and 7812-1, on check digits.
    Chernoff, Annals of Mathematical Statistics 23 (1952) 493, on the bound by which chance is excluded.
    """

    code: ClassVar[str] = "DAT039"
    name: ClassVar[str] = "ids-written-differently"
    title: ClassVar[str] = "Joined sources write IDs in one way"
    default: ClassVar[Limit] = Limit(high=MOST, source="default: 0.5 % of IDs")
    advice: ClassVar[str] = "Write the rule into the join of airworthy.toml."

    def subjects(self, scope: Scope) -> Sequence[Subject]:
        return [_PREFIX + join.source for join in scope.charter.joins if len(join.on) == 1]

    def needs(self, scope: Scope) -> Sequence[Fact]:
        return [Joins()] if self.subjects(scope) else []

    def estimate(self, facts: Facts, scope: Scope) -> Mapping[Subject, Estimate | NotApplicable]:
        return {subject: _measure(_report(facts, subject)) for subject in self.subjects(scope)}

    def finding(self, result: Result) -> str:
        value, n = measured(result)
        told = result.details
        if not told["rule"]:
            return f"No ID in {n:,} rows joined with {_source(result.subject)} was found in another form."
        since = f" The writing changed on {told['day']}{_between(told)}." if told["day"] else ""
        return (
            f"{told['as_written']:,} of {n:,} IDs meet {_source(result.subject)} now, and "
            f"{told['matched']:,} by the rule: {told['steps']}. {share(value)} meet only so.{since} "
            f"{told['why'][:1].upper()}{told['why'][1:]}."
        )

    def remedy(self, result: Result) -> str:
        if result.verdict is Verdict.PASS or not result.details.get("rule"):
            return ""
        where = f"[[joins]] of {_source(result.subject)}"
        settle = result.details["settle"]
        before = f"{settle} If it is so, write" if result.verdict is Verdict.UNSURE else "Write"
        return f"{before} into the {where}: {result.details['rule']}"

    def details(self, facts: Facts, scope: Scope, subject: Subject) -> Mapping[str, Any]:
        report = _report(facts, subject)
        told = report.other_writing if report else None
        if told is None:
            return {"rows_touched": 0, "rule": ""}
        return {
            "rows_touched": report.unmatched if report else 0,
            "as_written": told.as_written,
            "matched": told.matched,
            "rule": told.rule,
            "steps": told.steps,
            "sure": told.sure,
            "day": told.day,
            "earliest": told.earliest,
            "latest": told.latest,
            "why": told.why,
            "settle": told.settle,
        }


def _source(subject: Subject) -> str:
    return subject.removeprefix(_PREFIX)


def _between(told: Mapping[str, Any]) -> str:
    if told["earliest"] == told["latest"]:
        return ""
    return f" (between {told['earliest']} and {told['latest']})"


def _report(facts: Facts, subject: Subject) -> JoinReport | None:
    reports: Sequence[JoinReport] = facts[Joins()]
    return next((report for report in reports if report.source == _source(subject)), None)


def _measure(report: JoinReport | None) -> Estimate | NotApplicable:
    from airworthy.data.facts.estimates import Census  # loads with the measuring code

    if report is None:
        return NotApplicable("The table came joined: what its keys found is not known here.")
    told = report.other_writing
    rows = report.matched + report.unmatched + report.too_old + report.not_yet_known
    if told is None:
        return Census(0, max(1, rows), "share of IDs")
    if told.sure:
        return Census(told.gained, told.ids, "share of IDs")
    return Perhaps(max(told.gained, 1) / told.ids, told.ids)
