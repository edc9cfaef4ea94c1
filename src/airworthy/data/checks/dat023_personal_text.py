"""DAT023: do texts give away who somebody is?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from airworthy.charter.scope import Scope
from airworthy.data.checks.audit_check import ColumnAudit
from airworthy.data.checks.charts import bar_chart
from airworthy.data.checks.subjects import WORDS, column_of, watched
from airworthy.data.checks.words import counted, listing, measured, share
from airworthy.data.facts.contents import PersonalCounts, PersonalData
from airworthy.kernel.fact import Fact, Facts
from airworthy.kernel.result import Chart, Estimate, Limit, NotApplicable, Result, Subject
from airworthy.scoring.contract import Column

MOST_TEXTS = 0.002
FEWEST_TEXTS = 3


class PersonalText(ColumnAudit):
    """## What it finds
    Texts that hold, among other words, an e-mail address, a phone number, a bank account, a card, a national
    number, an IP address, a street with its number, or a name where people give theirs.

    ## Why it matters
    Nobody meant to collect these; they stand in notes, reviews and messages, and travel with every copy, into
    the model's vocabulary and its explanations.

    ## How it is found
    The patterns and check digits of DAT022, anywhere in a text; the thing found is less than 80 % of the
    text. A text counts once, whatever it holds. Examples show the shape, letters as x and digits as 9. In
    columns of more than 10,000 different texts, a kind that no row of the sample of 100,000 holds is not
    looked for.

    ## Limit
    At most 0.2 % of the texts, and fewer than three are let be.

    ## What to do
    Have the form say what not to write, and replace what was found by its kind ("[phone]") where the file is
    made.

    ## Known problems
    Names are known only in a greeting, before a farewell, or after "my name is"; streets only in English,
    Dutch and German form. A shop's own hotline counts as a phone number.

    ## Example
    31 of 2,000 notes hold an e-mail address, such as xxx@xxxx.xxx (1.5 %): FAIL.

        >>> import airworthy as aw, polars as pl
        >>> notes = [f"please call again about order {n} and the late parcel" for n in range(490)]
        >>> notes += [f"the parcel is late, write to jan{n}@example.org instead" for n in range(10)]
        >>> table = pl.DataFrame({"note": notes})
        >>> [result.subject for result in aw.audit(table).failures if result.code == "DAT023"]
        ['column:note']

    ## References
    ISO/IEC 7812-1 (cards), ISO 13616-1 (IBAN); GDPR, Article 5(1)(c), on data minimisation.
    """

    code: ClassVar[str] = "DAT023"
    name: ClassVar[str] = "personal-data-in-text"
    title: ClassVar[str] = "Texts hold no personal data"
    default: ClassVar[Limit] = Limit(high=MOST_TEXTS, source="default: 0.2 % of texts, and at least 3")
    advice: ClassVar[str] = (
        "Replace what was found by its kind at the source, or leave the column out (data.exclude)."
    )

    def columns(self, scope: Scope) -> Sequence[Column]:
        return [column for column in watched(scope) if column.type in WORDS]

    def fact(self, column: str) -> Fact:
        return PersonalData(column)

    def measure(self, column: Column, facts: Facts, scope: Scope) -> Estimate | NotApplicable:
        from airworthy.data.facts.estimates import Census  # loads with the measuring code

        counts: PersonalCounts = facts[PersonalData(column.name)]
        if not counts.values:
            return NotApplicable(f"{column.name} holds no value.")
        return Census(_counted(counts), counts.values, "share of texts")

    def finding(self, result: Result) -> str:
        value, n = measured(result)
        name, kinds = column_of(result.subject), result.details["kinds"]
        if not result.details["rows_touched"]:
            return f"{name} shows no personal data in {n:,} texts."
        told = counted(result.details["rows_touched"], "text")
        examples = listing([f"{kind} ({rows:,}, such as {shape})" for kind, (rows, shape) in kinds.items()])
        return f"{told} of {n:,} in {name} ({share(value)}) hold personal data: {examples}."

    def details(self, facts: Facts, scope: Scope, subject: Subject) -> Mapping[str, Any]:
        counts: PersonalCounts = facts[PersonalData(column_of(subject))]
        kinds = {kind: [rows, shape] for kind, rows, shape in counts.inside}
        return {"rows_touched": _counted(counts), "kinds": kinds}

    def chart(self, facts: Facts, scope: Scope, subject: Subject) -> Chart | None:
        counts: PersonalCounts = facts[PersonalData(column_of(subject))]
        if not _counted(counts):
            return None
        bars = [(kind, float(rows)) for kind, rows, _ in counts.inside]
        return bar_chart(f"Personal data in {column_of(subject)}", bars, x="kind", y="texts")


def _counted(counts: PersonalCounts) -> int:
    return counts.inside_rows if counts.inside_rows >= FEWEST_TEXTS else 0
