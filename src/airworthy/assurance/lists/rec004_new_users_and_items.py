"""REC004: for how many users and items is there no past to read?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from airworthy.assurance.lists.found import FEWEST_USERS, ListCheck, lists_of
from airworthy.assurance.quality_check import seed_for
from airworthy.assurance.wording import level, measured, number, percent
from airworthy.charter.scope import Scope
from airworthy.kernel.fact import Facts
from airworthy.kernel.result import Estimate, Limit, NotApplicable, Result, Subject

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class NewUsersAndItems(ListCheck):
    """## What it measures
    Of the later rows: the share of users without a history (`users`), who get the most popular items, and the
    share of takings whose item nobody had taken before (`items`), which no list can hold.

    ## Why it matters
    All other figures are of users with a history. How far they speak for everybody depends on these two.

    ## How it is measured
    Counts of users and of (user, item) pairs with Wilson's interval; pairs of one user are counted together.
    Beside the users stands what the list for new ones is worth to them.

    ## Limit
    None is shipped. `[checks.limits] REC004 = { high = 0.3 }` has both judged.

    ## What to do
    Train again more often, ask new users for a first choice, and give new items places of their own.

    ## Example
    310 of 1,628 later users are new (19.0 %); the list they get has an NDCG@10 of 0.071.

    ## References
    Schein et al., "Methods and metrics for cold-start recommendations", SIGIR (2002) 253.
    """

    code: ClassVar[str] = "REC004"
    name: ClassVar[str] = "new-users-and-items"
    title: ClassVar[str] = "Few users and items without a past"
    about: ClassVar[tuple[Subject, ...]] = ("users", "items")
    advice: ClassVar[str] = "Train again more often, and give new items places of their own."

    def limit(self, scope: Scope, subject: Subject) -> Limit:
        return scope.limit(self.code, Limit(source="informs only"))

    def estimate(self, facts: Facts, scope: Scope) -> Mapping[Subject, Estimate | NotApplicable]:
        import numpy as np  # listing checks must not import numpy

        from airworthy.measures.proportion import Wilson

        found = lists_of(facts)
        if not found.later_users:
            nobody = NotApplicable("There are no later rows.")
            return dict.fromkeys(self.about, nobody)
        new = np.arange(found.later_users) < found.new_users
        return {"users": Wilson.of(new), "items": Wilson.of(found.new_items, found.pair_users)}

    def details(self, facts: Facts, scope: Scope, subject: Subject) -> Mapping[str, Any]:
        found = lists_of(facts)
        known = {**super().details(facts, scope, subject)}
        if subject == "items":
            return {**known, "new": int(found.new_items.sum()), "of": len(found.new_items)}
        told = {"ndcg": found.new_ndcg, "recall": found.new_recall}
        worth = {name: _mean(values, seed_for(facts, self.code)) for name, values in told.items()}
        return {**known, "new": found.new_users, "of": found.later_users, "get": worth}

    def finding(self, result: Result) -> str:
        found, d = measured(result), result.details
        share = (
            f"{percent(found.value)}, {level(found)} interval {percent(found.low)} to {percent(found.high)}"
        )
        if result.subject == "items":
            return (
                f"{d['new']:,} of {d['of']:,} later takings are of items that nobody had taken before "
                f"({share}): no list can hold them."
            )
        said = f"{d['new']:,} of {d['of']:,} later users have no history ({share})."
        worth = d["get"]["ndcg"]
        if worth is None:
            return f"{said} They get the most popular items; too few to say what these are worth to them."
        return (
            f"{said} The most popular items, which they get, have an NDCG@{d['k']} of "
            f"{number(worth['value'])} ({number(worth['low'])} to {number(worth['high'])})."
        )


def _mean(values: NDArray[np.float64], seed: int) -> dict[str, float | None] | None:
    from airworthy.measures.bootstrap import Bootstrap  # imports numpy; listing checks must not

    if len(values) < FEWEST_USERS:
        return None
    found = Bootstrap.of_each(values[:, None], unit="", seed=seed, ends=(0.0, 1.0))[0]
    low, high = found.interval(0.95)
    return {"value": found.value, "low": low, "high": high}
