"""REC002: how much of the catalogue stands in anybody's list?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from airworthy.assurance.lists.found import ListCheck, lists_of, users
from airworthy.assurance.wording import measured, percent
from airworthy.charter.scope import Scope
from airworthy.kernel.fact import Facts
from airworthy.kernel.result import Estimate, Limit, NotApplicable, Result, Subject


class FewItemsShown(ListCheck):
    """## What it measures
    The share of all items that stand in at least one measured user's list.

    ## Why it matters
    An item that stands in no list is not found through this model, however good it is. Lists of the same few
    best-sellers can score well and still hide most of a shop.

    ## How it is measured
    A count over the lists of the measured users (at most 5,000, drawn by the seed): nothing is sampled beyond
    that, so there is no interval. More users show more items.

    ## Limit
    None is shipped: how much should be shown is yours to say. `[checks.limits] REC002 = { low = 0.2 }` has it
    judged.

    ## What to do
    Choose lists that read what each user had, make them longer, or give new items places of their own.

    ## Example
    Lists of 1,318 users hold 1,190 of 3,700 items: 32.2 %.

    ## References
    Ge, Delgado-Battenfeld and Jannach, RecSys (2010) 257.
    """

    code: ClassVar[str] = "REC002"
    name: ClassVar[str] = "few-items-shown"
    title: ClassVar[str] = "Lists show enough of the catalogue"
    advice: ClassVar[str] = (
        "Make lists longer, give new items places of their own, or agree on another limit and say why."
    )

    def limit(self, scope: Scope, subject: Subject) -> Limit:
        return scope.limit(self.code, Limit(source="informs only"))

    def estimate(self, facts: Facts, scope: Scope) -> Mapping[Subject, Estimate | NotApplicable]:
        from airworthy.measures.proportion import Exact  # imports numpy; listing checks must not

        found = lists_of(facts)
        if not len(found):
            return {"lists": NotApplicable("No user came back, so no list was measured.")}
        return {"lists": Exact(_shown(facts) / len(found.took), "share", len(found))}

    def details(self, facts: Facts, scope: Scope, subject: Subject) -> Mapping[str, Any]:
        known = {**super().details(facts, scope, subject)}
        return {**known, "shown": _shown(facts), "items": len(lists_of(facts).took)}

    def finding(self, result: Result) -> str:
        found, d = measured(result), result.details
        return (
            f"Lists of {users(found.n)} hold {d['shown']:,} of {d['items']:,} items: {percent(found.value)}."
        )


def _shown(facts: Facts) -> int:
    import numpy as np  # listing checks must not import numpy

    lists = lists_of(facts).lists
    return len(np.unique(lists[lists >= 0]))
