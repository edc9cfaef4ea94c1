"""DAT029: do other inputs give a protected attribute away?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from airworthy.charter.scope import Scope
from airworthy.data.checks.audit_check import AuditCheck
from airworthy.data.checks.charts import bar_chart
from airworthy.data.checks.subjects import inputs
from airworthy.data.checks.words import listing, measured
from airworthy.data.facts.proxies import Proxies, ProxyOf
from airworthy.kernel.check import Cost
from airworthy.kernel.fact import Fact, Facts
from airworthy.kernel.result import Chart, Estimate, Limit, NotApplicable, Result, Subject
from airworthy.scoring.contract import LogicalType

MOST_AUC = 0.8
_PREFIX = "protected:"


class ProtectedProxy(AuditCheck):
    """## What it finds
    Protected columns that the inputs foretell, and the inputs that do so best: a title for a gender, a
    postcode for an origin.

    ## Why it matters
    Leaving the protected column out changes little when another input says the same. Differences between the
    groups come in through it.

    ## How it is found
    On at most 10,000 sampled rows, small boosted trees over all inputs, cross-fitted in three folds, and
    each input alone, cross-fitted in two halves, foretell each of the up to eight largest groups against
    the rest (a number of many values: above its median or not). The best AUC counts, with DeLong's
    interval at a level shared among all that was tried.

    ## Limit
    AUC at most 0.8: of a pair of rows from inside and outside the group, four times in five the inputs say
    which is which. Below it, groups mix in every score that the inputs can give.

    ## What to do
    Ask of each named input whether the decision may rest on it. Leave it out, or keep it and watch the gaps
    between the groups (FAI001 and following).

    ## Known problems
    Columns that are inputs and protected are foretold by the others only. Free text and dates are not read.
    A proxy that works in a few rows only does not reach the limit.

    ## Example
    `title` alone foretells gender = f with AUC 0.95 in 4,000 rows: FAIL.

        >>> import airworthy as aw, numpy as np, polars as pl
        >>> rng = np.random.default_rng(0)
        >>> gender = rng.choice(["f", "m"], 2000)
        >>> right = rng.random(2000) < 0.95
        >>> title = np.where((gender == "f") == right, "Ms", "Mr")
        >>> table = pl.DataFrame({"gender": gender, "title": title, "hired": rng.choice(["no", "yes"], 2000)})
        >>> report = aw.audit(table, target="hired", protected="gender", effects=False)
        >>> [result.subject for result in report.failures if result.code == "DAT029"]
        ['protected:gender']

    ## References
    Barocas and Selbst, Big data's disparate impact, California Law Review 104 (2016) 671. Feldman et al.,
    Certifying and removing disparate impact, KDD 2015.
    """

    code: ClassVar[str] = "DAT029"
    name: ClassVar[str] = "protected-proxy"
    title: ClassVar[str] = "Other inputs do not give protected attributes away"
    cost: ClassVar[Cost] = Cost.SAMPLED
    default: ClassVar[Limit] = Limit(high=MOST_AUC, source="default: AUC 0.8 of a protected group")
    advice: ClassVar[str] = (
        "Ask whether the decision may rest on these inputs; leave them out, or watch the gaps."
    )

    def subjects(self, scope: Scope) -> Sequence[Subject]:
        names = scope.charter.fairness.protected
        return [_PREFIX + column.name for column in scope.contract.columns if column.name in names]

    def needs(self, scope: Scope) -> Sequence[Fact]:
        return [_fact(subject, scope) for subject in self.subjects(scope)]

    def estimate(self, facts: Facts, scope: Scope) -> Mapping[Subject, Estimate | NotApplicable]:
        return {subject: _measure(facts[_fact(subject, scope)]) for subject in self.subjects(scope)}

    def finding(self, result: Result) -> str:
        value, n = measured(result)
        name, told = result.subject.removeprefix(_PREFIX), result.details
        alone = listing([f"{column} ({auc:.3f})" for column, auc in told["alone"]])
        return (
            f'The inputs foretell {name} = "{told["group"]}" with AUC {value:.3f} in {n:,} sampled rows; '
            f"alone do so best: {alone}."
        )

    def details(self, facts: Facts, scope: Scope, subject: Subject) -> Mapping[str, Any]:
        told: ProxyOf = facts[_fact(subject, scope)]
        return {
            "rows_touched": told.events + told.others,
            "group": told.group,
            "together": told.together,
            "alone": [[name, round(auc, 4)] for name, auc, _ in told.alone],
        }

    def chart(self, facts: Facts, scope: Scope, subject: Subject) -> Chart | None:
        told: ProxyOf = facts[_fact(subject, scope)]
        name = subject.removeprefix(_PREFIX)
        bars = [(column, auc) for column, auc, _ in told.alone]
        return bar_chart(f"What foretells {name}", bars, x="input", y="AUC alone")


def _measure(told: ProxyOf | None) -> Estimate | NotApplicable:
    from airworthy.data.facts.estimates import RankInterval, Searched  # loads with the measuring code

    if told is None:
        return NotApplicable("Fewer than two groups have 30 rows, or there is no input to foretell them.")
    return Searched(RankInterval(told.auc, told.error, told.events, told.others), told.tried)


def _fact(subject: Subject, scope: Scope) -> Proxies:
    unfit = (LogicalType.TEXT, LogicalType.INSTANT, LogicalType.DAY)
    protected = scope.charter.fairness.protected
    return Proxies(
        subject.removeprefix(_PREFIX),
        tuple(c.name for c in inputs(scope) if c.type not in unfit and c.name not in protected),
    )
