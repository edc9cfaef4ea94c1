"""REC001: are the lists better than those that need no model?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from airworthy.assurance.lists.found import FEWEST_USERS, ListCheck, lists_of, users
from airworthy.assurance.quality_check import seed_for
from airworthy.assurance.wording import interval, measured, number
from airworthy.charter.scope import Scope
from airworthy.kernel.fact import Facts
from airworthy.kernel.result import Estimate, Limit, NotApplicable, Result, Subject

LEAST = 0.001
WORDS = {
    "popular": "the items that most users took",
    "recent": "the items that most users took lately",
    "again": "what each user took most, lately",
}


class NoBetterThanBaseline(ListCheck):
    """## What it measures
    How far the lists lead three that need no model, in NDCG of their first k items: `popular` (the items that
    most users took), `recent` (the same, lately) and `again` (what the user took most, lately).

    ## Why it matters
    Much of what people take next is what everybody takes, or what they took before. A figure without these
    beside it looks good on its own and earns nothing.

    ## How it is measured
    NDCG is 1 for a list that begins with as many items as it can that the user then took, and less where hits
    stand lower. For the same users, on later rows: the lists less the baseline. The interval is a bootstrap
    over users (1,000 resamples).

    ## Limit
    The lead is at least 0.001 in NDCG: the least that deserves the name. Where the code is required,
    `popular` and `recent` are: they are one list for all. `again` informs. Where the chosen lists are a
    baseline themselves, that one does not apply, and a required one keeps the gate shut.

    ## What to do
    Collect more rows or a longer past, or allow repeats where users come back for an item. If nothing helps,
    show the popular items: they cost less to run.

    ## Example
    NDCG@10 .377 for the lists and .313 for `again`: a lead of 0.064, interval 0.055 to 0.074.

    ## References
    Jarvelin and Kekalainen, ACM TOIS 20 (2002) 422. Dacrema, Cremonesi and Jannach, RecSys (2019) 101.
    """

    code: ClassVar[str] = "REC001"
    name: ClassVar[str] = "no-better-than-baseline"
    title: ClassVar[str] = "Better lists than the same one for all"
    about: ClassVar[tuple[Subject, ...]] = ("baseline:popular", "baseline:recent", "baseline:again")
    advice: ClassVar[str] = (
        "Collect more rows or a longer past. If nothing helps, show the popular items: they cost less to run."
    )

    def may_require(self, scope: Scope, subject: Subject) -> bool:
        return subject != "baseline:again"

    def limit(self, scope: Scope, subject: Subject) -> Limit:
        return scope.limit(self.code, Limit(low=LEAST, source="default: more than nothing"))

    def estimate(self, facts: Facts, scope: Scope) -> Mapping[Subject, Estimate | NotApplicable]:
        return {subject: self._lead(facts, _way(subject)) for subject in self.about}

    def _lead(self, facts: Facts, way: str) -> Estimate | NotApplicable:
        from airworthy.measures.bootstrap import Bootstrap  # imports numpy; listing checks must not

        found = lists_of(facts)
        if way == found.chosen:
            return NotApplicable(f"The chosen lists are these: {WORDS[way]}. No other way told more.")
        if way not in found.ndcg:
            return NotApplicable("Lists leave out what users had, so there is no such list.")
        if len(found) < FEWEST_USERS:
            return NotApplicable(f"Only {users(len(found))} came back: {FEWEST_USERS} are needed.")
        lead = (found.ndcg[found.chosen] - found.ndcg[way])[:, None]
        return Bootstrap.of_each(
            lead, unit="NDCG", seed=seed_for(facts, f"{self.code} {way}"), ends=(-1.0, 1.0)
        )[0]

    def details(self, facts: Facts, scope: Scope, subject: Subject) -> Mapping[str, Any]:
        found, way = lists_of(facts), _way(subject)
        return {
            "rows_are": found.rows_are,
            "k": found.k,
            "chosen": found.chosen,
            "model": float(found.ndcg[found.chosen].mean()),
            "baseline": float(found.ndcg[way].mean()),
        }

    def finding(self, result: Result) -> str:
        found, d = measured(result), result.details
        return (
            f"NDCG@{d['k']} is {number(d['model'])}; {WORDS[_way(result.subject)]} reach "
            f"{number(d['baseline'])}: a lead of {number(found.value)}, {interval(found)}, for "
            f"{users(found.n)} on {d['rows_are']} rows."
        )


def _way(subject: Subject) -> str:
    return subject.removeprefix("baseline:")
