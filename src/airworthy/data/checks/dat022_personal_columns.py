"""DAT022: does a column hold personal data?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from airworthy.charter.scope import Scope
from airworthy.data.checks.audit_check import ColumnAudit
from airworthy.data.checks.subjects import column_of, watched
from airworthy.data.checks.words import counted, measured, share
from airworthy.data.facts.contents import PersonalCounts, PersonalData
from airworthy.kernel.fact import Fact, Facts
from airworthy.kernel.result import Estimate, Limit, NotApplicable, Result, Subject
from airworthy.scoring.contract import Column, LogicalType

MOST_PERSONAL = 0.05
SHORTEST_KEY = 1e6


class PersonalColumns(ColumnAudit):
    """## What it finds
    Columns of e-mail addresses, phone numbers, bank accounts, payment cards, national numbers, IP addresses,
    names, street addresses and dates of birth.

    ## Why it matters
    Such a column tells who a row is. It is seldom an input that a model may rest on, it makes every copy of
    the table a liability, and the law asks for a purpose, a basis and an end of its keeping.

    ## How it is found
    Every different value is held against the patterns of these things, and cards and IBANs against their
    check digits (at least half of the candidates must pass: one card in ten does by chance). A column of
    digits, whether it was read as text or as numbers without their leading zeros, is held against the check
    digits of the 39 kinds of national numbers, and against the parts that no US social security number
    has. It is one when at least half of up to 5,000 different values pass, and as many would by chance in
    fewer than one of 10⁹ columns: that bound leaves 41 rules on 5,000 columns below one in 1,000. Spanish,
    Finnish, Irish, Italian and British numbers have letters, and patterns. Phone numbers written as little
    else is (06 67 26 45 64, +44 7700 900123, (415) 555-0132) count one by one; those written as amounts and
    orders are too (601 234 567) where 90 % of the values are, of which 20 are different. Names, streets,
    phones, dates of birth and national numbers are also known by the column's name, where at least half of
    the values have the shape that it promises. The sentence shows the shape of a value, letters as x and
    digits as 9, never the value. In columns of more than 10,000 different values, a kind that no row
    of the sample of 100,000 holds is not looked for.

    ## Limit
    At most 5 % of the values: below that it is a slip, above it is what the column is for. DAT023 looks
    inside texts.

    ## What to do
    Leave the column out (data.exclude), or replace it by a key where rows of one person must stay together
    (data.entity). Note the purpose and the legal basis of the source in the charter.

    ## Known problems
    Data about companies look the same, and some of their numbers follow the same rule (nine digits by Luhn
    are Canadian persons or French companies). Names without a telling column name, national numbers without
    check digits (Malaysia, Indonesia, Denmark since 2007) and fewer than 20 different ones are not known.
    What is personal in context (a rare job in a small town) no pattern finds.

    ## Example
    `contact` holds a phone number in 96 % of 10,000 rows, such as +99 9 99999999: FAIL.

        >>> import airworthy as aw, polars as pl
        >>> table = pl.DataFrame({"contact": [f"+31 6 {20_000_000 + n * 7919}" for n in range(500)]})
        >>> [result.subject for result in aw.audit(table).failures if result.code == "DAT022"]
        ['column:contact']

    ## References
    ISO/IEC 7812-1 (cards), ISO 13616-1 (IBAN), ISO/IEC 7064 (German and Croatian numbers); Hoeffding, JASA
    58 (1963) 13, on the odds; GDPR, Article 4(1) and 5.
    """

    code: ClassVar[str] = "DAT022"
    name: ClassVar[str] = "personal-data-column"
    title: ClassVar[str] = "No column holds personal data"
    default: ClassVar[Limit] = Limit(high=MOST_PERSONAL, source="default: 5 % of values")
    advice: ClassVar[str] = (
        "Leave the column out (data.exclude) or use it only as a key (data.entity), and note why it is kept."
    )

    def columns(self, scope: Scope) -> Sequence[Column]:
        keys = scope.charter.data.entity
        return [c for c in watched(scope) if _may_name(c) and c.name not in keys]

    def fact(self, column: str) -> Fact:
        return PersonalData(column)

    def measure(self, column: Column, facts: Facts, scope: Scope) -> Estimate | NotApplicable:
        from airworthy.data.facts.estimates import Census  # loads with the measuring code

        counts: PersonalCounts = facts[PersonalData(column.name)]
        if not counts.values:
            return NotApplicable(f"{column.name} holds no value.")
        return Census(_most(counts)[1], counts.values, "share of values")

    def finding(self, result: Result) -> str:
        value, n = measured(result)
        name, kind = column_of(result.subject), result.details["kind"]
        if not kind:
            return f"{name} shows no personal data in {n:,} values."
        article = "an" if kind[0] in "aeioI" else "a"
        told, shape = counted(result.details["rows_touched"], "value"), result.details["shape"]
        text = f"{told} of {n:,} in {name} ({share(value)}) look like {article} {kind}, such as {shape}"
        if checked := result.details.get("checked"):
            text += (
                f": {checked['pass']:,} of {checked['looked_at']:,} different ones follow its rule, "
                f"{share(checked['by_chance'])} do by chance"
            )
        return text + "."

    def details(self, facts: Facts, scope: Scope, subject: Subject) -> Mapping[str, Any]:
        counts: PersonalCounts = facts[PersonalData(column_of(subject))]
        kind, rows, shape = _most(counts)
        kinds = {kind: rows for kind, rows, _ in counts.whole}
        told = {"rows_touched": rows, "kind": kind, "shape": shape, "kinds": kinds}
        if counts.checked is not None:
            names = ("looked_at", "pass", "by_chance", "odds")
            told["checked"] = dict(zip(names, counts.checked, strict=True))
        return told


def _may_name(column: Column) -> bool:
    """Real numbers only where they are whole and long: so a reader that met gaps keeps keys."""
    if column.type in (LogicalType.MONEY, LogicalType.FLAG):
        return False
    if column.type is not LogicalType.REAL:
        return True
    low, high = column.low, column.high
    if low is None or high is None or low < 0 or high < SHORTEST_KEY:
        return False
    return low.is_integer() and high.is_integer()


def _most(counts: PersonalCounts) -> tuple[str, int, str]:
    return counts.whole[0] if counts.whole else ("", 0, "")
