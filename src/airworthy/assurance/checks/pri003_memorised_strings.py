"""PRI003: does the model's own file publish data of persons?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from airworthy.assurance.facts import PublishedStrings
from airworthy.assurance.given import ONLY_PREDICTIONS, SCORER
from airworthy.assurance.quality_check import MODEL, AssuranceCheck
from airworthy.charter.scope import Scope
from airworthy.kernel.check import Cost
from airworthy.kernel.fact import Fact, Facts
from airworthy.kernel.result import Estimate, Limit, NotApplicable, Result, Subject

FOREIGN = "Only the file of a model that Airworthy trained can be read for strings."


class MemorisedStrings(AssuranceCheck):
    """## What it measures
    How many strings stand in the model's file that look like data of a person: e-mail addresses, phone
    numbers, bank accounts, cards, national numbers, IP addresses, names and street addresses by the name of
    their column; in texts also numbers of seven or more digits and account names (@...) of fewer than five
    rows. Beside it: how many strings are of fewer than five rows, and of one.

    ## Why it matters
    A model file travels: to servers, to partners, into backups. Words and categories are written in it as
    they came, so that whoever holds the file reads them without asking the model anything, and an erasure
    that stops at the table leaves them there.

    ## How it is measured
    Every vocabulary of the file is read: categories of the contract (columns that the model does not use
    too), codes, means by category, repairs, and the words of text scores. Values are recognised as in DAT022
    and DAT023. Rows of a category were counted in training; rows of a word are counted in the measured texts.
    It is a count, so it has no interval. No value is ever shown, only its shape.

    ## Limit
    None: 0 strings. Rare words and categories alone are not judged: most are no secret.

    ## What to do
    Leave the column out of the table (`data.exclude` keeps it in the contract), join rare categories, or
    replace names, addresses and numbers in texts before training; then train again.

    ## Known problems
    What is personal by its context no pattern finds. A number of seven digits may be an order. Weights can
    hold rows too: PRI001 measures that.

    ## Example
    A column `contact` became a category of 212 values, of which 212 look like an e-mail address, such as
    xxx.xxxxx@xxxx.xxx: FAIL.

    ## References
    Carlini and others, The Secret Sharer, USENIX Security 2019; GDPR, Article 17.
    """

    code: ClassVar[str] = "PRI003"
    name: ClassVar[str] = "memorised-strings"
    title: ClassVar[str] = "The model's file publishes no data of persons"
    cost: ClassVar[Cost] = Cost.SAMPLED
    advice: ClassVar[str] = (
        "Leave the column out of the table, or replace names, addresses and numbers before training; then "
        "train again."
    )

    def needs(self, scope: Scope) -> Sequence[Fact]:
        return (*super().needs(scope), SCORER)

    def limit(self, scope: Scope, subject: Subject) -> Limit:
        return scope.limit(self.code, Limit(high=0.0, source="default: none"))

    def estimate(self, facts: Facts, scope: Scope) -> Mapping[Subject, Estimate | NotApplicable]:
        from airworthy.measures.proportion import Exact  # listing checks must not import it

        if facts[SCORER] is None:
            return {MODEL: NotApplicable(f"{ONLY_PREDICTIONS}; this reads the model's file.")}
        found = facts[PublishedStrings()]
        if found is None:
            return {MODEL: NotApplicable(FOREIGN)}
        strings = sum(column.strings for column in found)
        if not strings:
            return {MODEL: NotApplicable("No string stands in the model's file: all its inputs are numbers.")}
        return {MODEL: Exact(sum(column.told for column in found), "strings", strings)}

    def details(self, facts: Facts, scope: Scope, subject: Subject) -> Mapping[str, Any]:
        return {"columns": [column.as_json() for column in facts[PublishedStrings()]]}

    def finding(self, result: Result) -> str:
        columns = result.details["columns"]
        strings = sum(column["strings"] for column in columns)
        rare = sum(column["of_fewer_than_5_rows"] or 0 for column in columns)
        single = sum(column["of_1_row"] or 0 for column in columns)
        told = [
            f"{kind['strings']:,} in {column['column']} look like {_a(kind['kind'])}, such as {kind['shape']}"
            for column in columns
            for kind in column["personal"]
        ]
        found = "; ".join(told[:3]) if told else "none looks like data of a person"
        return (
            f"{strings:,} strings stand in the model's file, {rare:,} of fewer than five rows and {single:,} "
            f"of one row: {found}."
        )


def _a(kind: str) -> str:
    return f"{'an' if kind[0] in 'aeioI' else 'a'} {kind}"
