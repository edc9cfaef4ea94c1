"""DAT036: do systems write the keys of one thing in one way?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from airworthy.charter.scope import Scope
from airworthy.data.checks.audit_check import ColumnAudit
from airworthy.data.checks.charts import bar_chart
from airworthy.data.checks.subjects import WORDS, column_of, watched
from airworthy.data.checks.words import counted, listing, measured, share
from airworthy.data.facts import FormCounts, Forms
from airworthy.data.facts.contents import KeyForms, KeyWriting
from airworthy.kernel.fact import Fact, Facts
from airworthy.kernel.result import Chart, Estimate, Limit, NotApplicable, Result, Subject
from airworthy.scoring.contract import Column, LogicalType

MOST_OTHER = 0.005


class KeyFormats(ColumnAudit):
    """## What it finds
    Keys of one thing that two systems write differently: C-00123 in the shop, 123 in the call centre; AB-1096
    and AB1096.

    ## Why it matters
    The same customer is two customers: rows do not join, histories are cut in two, and one person can stand
    on both sides of a split.

    ## How it is found
    A key is put as its shape: runs of capitals, small letters and digits, and the signs between them. For
    each column of 2 to 12 values, every value with 20 different keys or more whose keys follow one shape
    (90 %) is a system with a form. Two forms disagree when they are the same letters and digits with other
    separators, another letter case or zeros in front; or when one is a bare number and the other the number
    with the same letters always, and also separators, zeros, or the keys themselves (20 % of one system's
    stand in the other, beyond chance) show that the numbers are the same. Without such a column, two forms
    must make up 95 % of the rows, with 20 different keys and 2 % each, and one be the other with zeros, a
    prefix and its sign, other signs or case, or ".0" of a float added or lost, its numbers spread alike
    (Kolmogorov-Smirnov, 1 %); or ten keys and 20 % of the rarer form stand in the column in both forms.
    Looked for in at most 100,000 rows, counted in all. Columns named as phone numbers are let be there.

    ## Limit
    At most 0.5 % of the keys are in another form than the usual one.

    ## What to do
    Write the keys in one way before anything joins or splits on them: `airworthy repair` proposes the step
    `rekey`. Then let each system's export do it.

    ## Known problems
    Different letters (HOME-12, CAR-12) are taken for different things. A letter alone that marks a kind of
    record (C536379 cancels 536379) is let be. Two systems that number different things alike are accused
    when they also write them differently; refuse the repair then.

    ## Example
    Of 1,000 orders 500 from the shop hold customers as "C-00123" and 500 from the call centre as "123":
    half of the keys are in another form, FAIL.

        >>> import airworthy as aw, polars as pl
        >>> orders = [(f"C-{n:05d}", "shop") for n in range(300)] + [(str(n), "phone") for n in range(300)]
        >>> table = pl.DataFrame(orders, schema=["customer", "system"], orient="row")
        >>> [result.subject for result in aw.audit(table).failures if result.code == "DAT036"]
        ['column:customer']

    ## References
    Christen, Data Matching, Springer 2012, chapter 3, on bringing keys to one form before linking.
    """

    code: ClassVar[str] = "DAT036"
    name: ClassVar[str] = "key-format"
    title: ClassVar[str] = "All systems write a key in one way"
    default: ClassVar[Limit] = Limit(high=MOST_OTHER, source="default: 0.5 % of keys")
    advice: ClassVar[str] = (
        "Write these keys in one way before anything joins or splits on them: airworthy repair proposes how."
    )

    def columns(self, scope: Scope) -> Sequence[Column]:
        kinds = (*WORDS, LogicalType.IDENTIFIER)
        return [column for column in watched(scope) if column.type in kinds]

    def fact(self, column: str) -> Fact:
        raise NotImplementedError("its fact also names the columns that may be the source")

    def needs(self, scope: Scope) -> Sequence[Fact]:
        return [
            fact
            for column in self.columns(scope)
            for fact in (Forms(column.name), KeyForms(column.name, _sources(scope, column.name)))
        ]

    def measure(self, column: Column, facts: Facts, scope: Scope) -> Estimate | NotApplicable:
        from airworthy.data.facts.estimates import Census  # loads with the measuring code

        told = _told(facts, scope, column.name)
        forms: FormCounts = facts[Forms(column.name)]
        if forms.main is not None and "date" in forms.main:
            return NotApplicable(f"{column.name} is mostly {forms.main}, and no key.")
        if not told.keys:
            return NotApplicable(f"{column.name} holds no keys, or too few to tell how they are written.")
        return Census(told.other, told.values, "share of keys")

    def finding(self, result: Result) -> str:
        value, n = measured(result)
        name, forms = column_of(result.subject), result.details["forms"]
        if not forms:
            return f"{name} shows no two ways of writing its {n:,} keys."
        other = counted(result.details["rows_touched"], "key")
        if not result.details["by"]:
            usual, rare = forms[0]["example"], forms[1]["example"]
            twins = result.details["twins"]
            both = counted(twins, "key") if twins else "keys"
            return (
                f'{name} holds {both} in two ways, such as "{usual}" and "{rare}": '
                f"{other} of {n:,} ({share(value)}) are not in the usual form."
            )
        ways = listing([f'"{form["example"]}" where {form["source"]}' for form in forms])
        return (
            f"{name} is written differently by {result.details['by']}: {ways}; {other} of {n:,} "
            f"({share(value)}) are not in the usual form."
        )

    def details(self, facts: Facts, scope: Scope, subject: Subject) -> Mapping[str, Any]:
        told = _told(facts, scope, column_of(subject))
        return {
            "rows_touched": told.other,
            "by": told.by,
            "forms": [
                {"source": form.source, "form": form.shape, "rows": form.rows, "example": form.example}
                for form in told.forms
            ],
            "twins": told.twins,
            "drop": told.drop,
            "zeros": told.zeros,
            "pointed": told.pointed,
        }

    def chart(self, facts: Facts, scope: Scope, subject: Subject) -> Chart | None:
        told = _told(facts, scope, column_of(subject))
        if not told.forms:
            return None
        bars = [(f"{form.source} {form.example}".strip(), float(form.rows)) for form in told.forms]
        return bar_chart(f"Ways of writing {column_of(subject)}", bars, x=told.by or "key", y="sampled rows")


def _told(facts: Facts, scope: Scope, column: str) -> KeyWriting:
    told: KeyWriting = facts[KeyForms(column, _sources(scope, column))]
    return told


def _sources(scope: Scope, column: str) -> tuple[str, ...]:
    """Columns of words or flags that may say which system a row comes from."""
    kinds = (LogicalType.CATEGORY, LogicalType.FLAG)
    return tuple(c.name for c in watched(scope) if c.type in kinds and c.name != column)
