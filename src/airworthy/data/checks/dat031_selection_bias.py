"""DAT031: do the rows stand for the population that was declared?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from airworthy.charter.scope import Scope
from airworthy.data.checks.audit_check import AuditCheck
from airworthy.data.checks.charts import bar_chart
from airworthy.data.checks.subjects import DATED
from airworthy.data.checks.words import listing, measured, share
from airworthy.data.facts.groups_by_outcome import GroupOutcomes, GroupRows
from airworthy.data.facts.population import Selected, Selection
from airworthy.kernel.check import Cost
from airworthy.kernel.fact import Fact, Facts
from airworthy.kernel.result import Chart, Estimate, Limit, NotApplicable, Result, Subject
from airworthy.scoring.contract import LogicalType, Role

MOST_AUC, MOST_GAP = 0.55, 0.1
POPULATION = "population"
_PREFIX = "column:"
_UNKNOWN = (
    "How those would have turned out who were never selected is not in the rows: weights mend only what the "
    "shared columns tell."
)


class SelectionBias(AuditCheck):
    """## What it finds
    Rows that do not stand for the population the model will meet: those who got past a sign-up, one country,
    the large accounts.

    ## Why it matters
    A model is measured on who is in the file. Whoever is missing there is decided upon all the same.

    ## How it is found
    Against `population.source`: small boosted trees, cross-fitted in three folds on at most 10,000 rows of
    either side, try to tell the rows from the population by the inputs that both have; each column is tried
    alone as well. The best AUC counts, with DeLong's interval at a level shared among all tried. Coverage is
    the share of the population that looks at least as likely as one row in a hundred does; weights by the
    odds (trimmed at 50 times their median) give the effective number of rows. Against `population.shares`:
    the largest difference of a share, over all rows, with Wilson's interval.

    ## Limit
    AUC at most 0.55: a shift of one number by a sixth of its standard deviation. A declared share at most 10
    points off.

    ## What to do
    Collect rows of those who are missing, or state in the purpose whom the model is for. Weighting helps
    where coverage is high; how those would have turned out who were never selected cannot be concluded.

    ## Known problems
    A population file that was itself selected shows nothing. Dates, texts and keys are not compared.

    ## Example
    Trees tell 500 customers from the population of 2,000 with AUC 0.66; mean `income` is 4,100 against
    3,200; 310 effective rows: FAIL.

        >>> import airworthy as aw, numpy as np, polars as pl
        >>> rng = np.random.default_rng(0)
        >>> customers = pl.DataFrame({"income": rng.lognormal(8.4, 0.5, 1000)})
        >>> everybody = pl.DataFrame({"income": rng.lognormal(7.9, 0.5, 2000)})
        >>> report = aw.audit(customers, population=everybody)
        >>> [result.subject for result in report.failures if result.code == "DAT031"]
        ['population']

    ## References
    Shimodaira, J. Statistical Planning and Inference 90 (2000) 227. Kish, Survey Sampling (1965).
    """

    code: ClassVar[str] = "DAT031"
    name: ClassVar[str] = "selection-bias"
    title: ClassVar[str] = "The rows stand for the declared population"
    cost: ClassVar[Cost] = Cost.SAMPLED
    default: ClassVar[Limit] = Limit(high=MOST_AUC, source="default: AUC 0.55 of rows against population")
    advice: ClassVar[str] = "Collect rows of those who are missing, or state whom the model is for."

    def subjects(self, scope: Scope) -> Sequence[Subject]:
        declared = scope.charter.population
        whole = [POPULATION] if declared.source is not None else []
        return whole + [_PREFIX + name for name in declared.shares]

    def needs(self, scope: Scope) -> Sequence[Fact]:
        return [_fact(subject, scope) for subject in self.subjects(scope)]

    def limit(self, scope: Scope, subject: Subject) -> Limit:
        if subject == POPULATION:
            return scope.limit(self.code, self.default)
        return scope.limit(self.code, Limit(-MOST_GAP, MOST_GAP, "default: 10 points off the declared share"))

    def estimate(self, facts: Facts, scope: Scope) -> Mapping[Subject, Estimate | NotApplicable]:
        return {subject: _measure(facts, scope, subject) for subject in self.subjects(scope)}

    def finding(self, result: Result) -> str:
        value, n = measured(result)
        told = result.details
        if result.subject != POPULATION:
            name = result.subject.removeprefix(_PREFIX)
            return (
                f'"{told["value"]}" is {share(told["share"])} of {n:,} rows by {name}, and was declared as '
                f"{share(told['declared'])} of the population."
            )
        shifts = listing([f"{what} {ours} against {theirs}" for what, ours, theirs in told["shifts"]])
        return (
            f"The rows can be told from the population with AUC {value:.3f} ({n:,} sampled rows): {shifts}. "
            f"{share(told['coverage'])} of the population is covered; weighted to it, {told['rows']:,} rows "
            f"count as {told['effective_rows']:,}."
        )

    def details(self, facts: Facts, scope: Scope, subject: Subject) -> Mapping[str, Any]:
        if subject != POPULATION:
            counted: GroupRows = facts[_fact(subject, scope)]
            gap = _gap(counted, scope.charter.population.shares[subject.removeprefix(_PREFIX)])
            found = {"value": gap[0], "share": gap[1] / max(1, gap[2]), "declared": gap[3]}
            return {"rows_touched": gap[1]} | found
        told: Selection = facts[_fact(subject, scope)]
        return {
            "rows_touched": told.events,
            "rows": told.events,
            "population_rows": told.others,
            "coverage": told.coverage,
            "effective_rows": round(told.effective),
            "columns": [name for name, _ in told.tellers],
            "alone": [round(alone, 4) for _, alone in told.tellers],
            "shifts": [list(shift) for shift in told.shifts],
            "cannot_be_concluded": _UNKNOWN,
        }

    def chart(self, facts: Facts, scope: Scope, subject: Subject) -> Chart | None:
        if subject != POPULATION:
            return None
        told: Selection = facts[_fact(subject, scope)]
        bars = list(told.tellers)
        return bar_chart("What tells the rows from the population", bars, x="column", y="AUC alone")


def _fact(subject: Subject, scope: Scope) -> Fact:
    if subject != POPULATION:
        return GroupOutcomes(subject.removeprefix(_PREFIX))
    unfit = (*DATED, LogicalType.TEXT, LogicalType.IDENTIFIER)
    kept = (Role.INPUT, Role.PROTECTED)
    return Selected(tuple(c.name for c in scope.contract.with_role(*kept) if c.type not in unfit))


def _measure(facts: Facts, scope: Scope, subject: Subject) -> Estimate | NotApplicable:
    from airworthy.data.facts.estimates import (
        RankInterval,
        Searched,
        ShareOff,
    )  # loads with the measuring code

    if subject == POPULATION:
        told: Selection | None = facts[_fact(subject, scope)]
        if told is None:
            return NotApplicable("Rows and population share no input, or either has fewer than 50 rows.")
        rank = RankInterval(told.auc, told.error, told.events, told.others)
        return Searched(rank, 1 + len(_fact(subject, scope).columns))  # type: ignore[attr-defined]
    name = subject.removeprefix(_PREFIX)
    counted: GroupRows = facts[_fact(subject, scope)]
    if not counted.groups:
        return NotApplicable(f"{name} has no value, or too many different ones to be shares.")
    shares = scope.charter.population.shares[name]
    _, hits, rows, declared = _gap(counted, shares)
    return ShareOff(hits, rows, declared, len(shares))


def _gap(counted: GroupRows, shares: Mapping[str, float]) -> tuple[str, int, int, float]:
    """The value whose share is furthest off: value, rows with it, rows with any, declared share."""
    rows = sum(n for _, n, _ in counted.groups)
    seen = {value: n for value, n, _ in counted.groups}
    words = sorted(set(shares) | set(seen))
    most = max(words, key=lambda w: abs(seen.get(w, 0) / rows - shares.get(w, 0.0)))
    return most, seen.get(most, 0), rows, shares.get(most, 0.0)
