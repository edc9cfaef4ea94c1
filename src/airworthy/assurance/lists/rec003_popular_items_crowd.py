"""REC003: how many places of the lists go to the few most popular items?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from airworthy.assurance.lists.found import FEWEST_USERS, ListCheck, lists_of, users
from airworthy.assurance.quality_check import seed_for
from airworthy.assurance.wording import level, measured, percent
from airworthy.charter.scope import Scope
from airworthy.kernel.fact import Facts
from airworthy.kernel.result import Estimate, Limit, NotApplicable, Result, Subject

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

TOP_SHARE = 0.01


class PopularItemsCrowd(ListCheck):
    """## What it measures
    The share of list places that go to the one item in a hundred that most users took before.

    ## Why it matters
    What is shown is taken more, and what is taken more is shown more. Lists that feed on themselves narrow
    what users find, and the next rows then look like the lists.

    ## How it is measured
    The mean over users of the share of their list, with a bootstrap interval over users (1,000 resamples).
    Beside it stands the share of what the same users then really took that was among these items.

    ## Limit
    None is shipped. `[checks.limits] REC003 = { high = 0.3 }` has it judged.

    ## What to do
    Choose lists that read what each user had, or reserve places for items that few users took.

    ## Example
    37 popular items of 3,700 hold 11 % of all places, and were 8 % of what users then took.

    ## References
    Abdollahpouri, Burke and Mobasher, RecSys (2017) 42.
    """

    code: ClassVar[str] = "REC003"
    name: ClassVar[str] = "popular-items-crowd"
    title: ClassVar[str] = "Popular items do not crowd the lists"
    advice: ClassVar[str] = "Reserve places for items that few users took, or agree on another limit."

    def limit(self, scope: Scope, subject: Subject) -> Limit:
        return scope.limit(self.code, Limit(source="informs only"))

    def estimate(self, facts: Facts, scope: Scope) -> Mapping[Subject, Estimate | NotApplicable]:
        import numpy as np  # listing checks must not import numpy

        from airworthy.measures.bootstrap import Bootstrap

        found = lists_of(facts)
        if len(found) < FEWEST_USERS:
            text = f"Only {users(len(found))} came back: {FEWEST_USERS} are needed."
            return {"lists": NotApplicable(text)}
        places = np.maximum((found.lists >= 0).sum(axis=1), 1)
        share = np.isin(found.lists, _top(facts)).sum(axis=1) / places
        seed = seed_for(facts, self.code)
        drawn = Bootstrap.of_each(share[:, None], unit="share", seed=seed, ends=(0.0, 1.0))
        return {"lists": drawn[0]}

    def details(self, facts: Facts, scope: Scope, subject: Subject) -> Mapping[str, Any]:
        import numpy as np  # listing checks must not import numpy

        found, top = lists_of(facts), _top(facts)
        known = {**super().details(facts, scope, subject)}
        taken = float(np.isin(found.taken, top).mean()) if len(found.taken) else 0.0
        return {**known, "top": len(top), "items": len(found.took), "taken": taken}

    def finding(self, result: Result) -> str:
        found, d = measured(result), result.details
        most = "item holds" if d["top"] == 1 else "items hold"
        return (
            f"The {d['top']:,} most popular {most} {percent(found.value)} of all list places ({level(found)} "
            f"interval {percent(found.low)} to {percent(found.high)}, {users(found.n)}), and "
            f"{percent(d['taken'])} of what the same users then took."
        )


def _top(facts: Facts) -> NDArray[np.int64]:
    """The 1 % of items with the most users, at least one; ties by item."""
    import numpy as np  # listing checks must not import numpy

    took = lists_of(facts).took
    return np.argsort(-took, kind="stable")[: max(1, round(TOP_SHARE * len(took)))]
