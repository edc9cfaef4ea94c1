"""FAI004: do groups of users get worse lists than the rest?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from airworthy.assurance.lists.found import FEWEST_USERS, ListCheck, lists_of, users
from airworthy.assurance.quality_check import seed_for
from airworthy.assurance.wording import interval, measured, number
from airworthy.charter.groups import Group, groups_of, members
from airworthy.charter.model import Task
from airworthy.charter.scope import Scope
from airworthy.kernel.fact import Facts
from airworthy.kernel.result import Estimate, Limit, NotApplicable, Result, Subject

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class GroupGetsWorseLists(ListCheck):
    """## What it measures
    For each group of the protected columns: the mean NDCG of its users less that of all other users.

    ## Why it matters
    Lists learn from whoever has the most rows. A group that buys less, or buys other things, can get lists
    that miss it while the mean looks good.

    ## How it is measured
    The latest value of a user counts. The interval of the difference is a bootstrap over users (1,000
    resamples). A side with fewer than 10 users is not judged.

    ## Limit
    `fairness.max_gap` of the charter either way (0.1 when not declared), as a difference of NDCG. A group
    of fewer than `fairness.min_rows` known users informs only.

    ## What to do
    Ask the domain expert whether the gap has a reason that may count. Collect more rows of the group, or
    agree on another limit and say why.

    ## Example
    Users of France: .31 of 80 users; all others: .37 of 1,238. A gap of -0.06, interval -0.11 to -0.01.

    ## References
    Ekstrand et al., "All The Cool Kids, How Do They Fit In?", FAT* (2018) 172.
    """

    code: ClassVar[str] = "FAI004"
    name: ClassVar[str] = "group-gets-worse-lists"
    title: ClassVar[str] = "Groups of users get lists as good"
    advice: ClassVar[str] = (
        "Ask the domain expert whether the gap has a reason that may count. Collect more rows of the group, "
        "or agree on another limit in fairness.max_gap and say why."
    )

    def subjects(self, scope: Scope) -> Sequence[Subject]:
        if scope.charter.task is not Task.RANKING:
            return ()
        return tuple(group.subject for group in groups_of(scope))

    def may_require(self, scope: Scope, subject: Subject) -> bool:
        """A group that fewer known users are of than the floor is advisory: the contract counts users."""
        group = _named(scope, subject)
        counted = sum(scope.contract[group.column].counts)
        return not counted or (group.share or 0.0) * counted >= scope.charter.fairness.min_rows

    def limit(self, scope: Scope, subject: Subject) -> Limit:
        gap = scope.charter.fairness.max_gap
        return scope.limit(self.code, Limit(low=-gap, high=gap, source="fairness.max_gap"))

    def estimate(self, facts: Facts, scope: Scope) -> Mapping[Subject, Estimate | NotApplicable]:
        return {group.subject: self._gap(facts, group) for group in groups_of(scope)}

    def _gap(self, facts: Facts, group: Group) -> Estimate | NotApplicable:
        import numpy as np  # listing checks must not import numpy

        from airworthy.measures.bootstrap import Bootstrap

        found = lists_of(facts)
        inside = members(group, found.groups)
        for side, what in ((inside, "of the group"), (~inside, "beside it")):
            if (count := int(side.sum())) < FEWEST_USERS:
                return NotApplicable(f"Only {users(count)} {what} came back: {FEWEST_USERS} are needed.")
        ndcg = found.ndcg[found.chosen]
        columns = np.column_stack([ndcg * inside, inside, ndcg * ~inside, ~inside])
        seed = seed_for(facts, f"{self.code} {group.subject}")
        return Bootstrap.of_means(columns, _difference, unit="NDCG", seed=seed)

    def details(self, facts: Facts, scope: Scope, subject: Subject) -> Mapping[str, Any]:
        found = lists_of(facts)
        inside = members(_named(scope, subject), found.groups)
        ndcg = found.ndcg[found.chosen]
        return {
            **super().details(facts, scope, subject),
            "group": {"users": int(inside.sum()), "ndcg": float(ndcg[inside].mean())},
            "rest": {"users": int((~inside).sum()), "ndcg": float(ndcg[~inside].mean())},
        }

    def finding(self, result: Result) -> str:
        found, d = measured(result), result.details
        group, rest = d["group"], d["rest"]
        return (
            f"NDCG@{d['k']} of {users(group['users'])} in {result.subject.removeprefix('group:')} is "
            f"{number(group['ndcg'])}, of the other {users(rest['users'])} {number(rest['ndcg'])}: a gap of "
            f"{number(found.value)}, {interval(found)}."
        )


def _difference(means: NDArray[np.float64]) -> NDArray[np.float64]:
    import numpy as np  # listing checks must not import numpy

    inside, outside = (np.maximum(means[:, at], 1e-12) for at in (1, 3))  # a resample may miss one side
    return np.asarray(means[:, 0] / inside - means[:, 2] / outside)


def _named(scope: Scope, subject: Subject) -> Group:
    return next(group for group in groups_of(scope) if group.subject == subject)
