"""EXP001: does one input carry nearly all that the model knows?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from airworthy.assurance.facts import PermutationImportance
from airworthy.assurance.given import ONLY_PREDICTIONS, SCORER
from airworthy.assurance.quality_check import MODEL, AssuranceCheck, seed_for
from airworthy.assurance.wording import interval, measured, percent, rows
from airworthy.charter.scope import Scope
from airworthy.data.series.names import FORECAST, SIZE
from airworthy.kernel.check import Cost
from airworthy.kernel.fact import Fact, Facts
from airworthy.kernel.result import Chart, Estimate, Limit, NotApplicable, Result, Subject
from airworthy.scoring.contract import LogicalType

MOST_SHARE = 0.8
TEXT_LEADS = (
    "{} carries {} of what the {} inputs tell. A free text is many inputs in one, so no limit holds it: make "
    "sure that it was written before the outcome."
)


class OneInputDecides(AssuranceCheck):
    """## What it measures
    How much worse the predictions become when one input is shuffled among the rows, for each input; and
    which share of the sum the most important one carries.

    ## Why it matters
    One input with nearly all the weight is often a copy of the outcome, or known only after it. If it is
    honest, the model hangs on one feed.

    ## How it is measured
    On a sample of at most 2,000 rows through the saved scorer, up to three shuffles an input, in log loss or
    squared error of each row; fewer of both where many inputs would make more than 60,000 scores. The share
    has a bootstrap interval over rows; each input's rise has a t-interval (in the details). It works for any
    model. Shuffling breaks inputs that hang together apart, so two copies of one input share its importance.

    ## Limit
    At most 0.8 of the sum. Not a law: a planted copy of the outcome carries .95 and more, ordinary models
    on six public data sets .1 to .7. A free text is many inputs in one: where it leads, its share is told,
    and no limit holds it.

    ## What to do
    Find out when that input becomes known. If after the decision, name it in data.after_decision.

    ## Example
    Shuffling `duration` of a call costs 0.36 log loss, four other inputs 0.01 each: a share of 0.36 / 0.40 =
    0.90. The duration is unknown before the call.

    ## References
    Fisher, Rudin and Dominici, JMLR 20 (2019) 177. Kaufman et al., ACM TKDD 6 (2012) 15 (leakage).
    """

    code: ClassVar[str] = "EXP001"
    name: ClassVar[str] = "one-input-decides"
    title: ClassVar[str] = "No single input carries nearly everything"
    cost: ClassVar[Cost] = Cost.SAMPLED
    advice: ClassVar[str] = (
        "Find out when that input becomes known. If after the decision, name it in data.after_decision."
    )

    def needs(self, scope: Scope) -> Sequence[Fact]:
        return (*super().needs(scope), SCORER)

    def limit(self, scope: Scope, subject: Subject) -> Limit:
        return scope.limit(self.code, Limit(high=MOST_SHARE, source="default: four fifths"))

    def estimate(self, facts: Facts, scope: Scope) -> Mapping[Subject, Estimate | NotApplicable]:
        import numpy as np  # listing checks must not import it

        from airworthy.measures.bootstrap import Bootstrap

        if facts[SCORER] is None:
            return {MODEL: NotApplicable(f"{ONLY_PREDICTIONS}; explaining needs the model.")}
        found = facts[_fact(scope)]
        rises = found.rises.mean(axis=0)
        if len(found.names) < 2:
            return {MODEL: NotApplicable("The model has a single input.")}
        if not (rises > 0).any():
            return {MODEL: NotApplicable("Shuffling no input makes the predictions worse.")}
        top = int(np.argmax(rises))
        if next(c for c in scope.contract.inputs if c.name == found.names[top]).type is LogicalType.TEXT:
            part = float(rises[top] / np.maximum(rises, 0).sum())
            return {MODEL: NotApplicable(TEXT_LEADS.format(found.names[top], percent(part, 0), len(rises)))}

        def share(means: Any) -> Any:
            positive = np.maximum(means, 0)
            total = positive.sum(axis=1)
            return np.divide(positive[:, top], total, out=np.zeros(len(total)), where=total > 0)

        answer = Bootstrap.of_means(
            found.rises, share, unit="share", seed=seed_for(facts, self.code), clusters=found.clusters
        )
        return {MODEL: answer}

    def details(self, facts: Facts, scope: Scope, subject: Subject) -> Mapping[str, Any]:
        return {**super().details(facts, scope, subject), "features": features(facts, scope)}

    def finding(self, result: Result) -> str:
        found, d = measured(result), result.details
        top = d["features"][0]
        return (
            f"{top['label']} carries {percent(found.value, 0)} of what the {len(d['features'])} inputs tell, "
            f"{interval(found, 2)}, {rows(found.n, 'sampled ' + d['rows_are'])}."
        )

    def chart(self, facts: Facts, scope: Scope, subject: Subject) -> Chart | None:
        shown = features(facts, scope)[:15]
        y = {"field": "label", "type": "nominal", "sort": None, "title": None}
        x = {"field": "importance", "type": "quantitative", "title": "rise of the loss when shuffled"}
        return {
            "data": {"values": shown},
            "layer": [
                {"mark": "bar", "encoding": {"x": x, "y": y}},
                {"mark": "rule", "encoding": {"x": {"field": "low"}, "x2": {"field": "high"}, "y": y}},
            ],
        }


def _fact(scope: Scope) -> PermutationImportance:
    # The forecast that a model corrects is shuffled only between series of other sizes: that asks nothing.
    corrected = (FORECAST, SIZE) if scope.charter.forecast else ()
    return PermutationImportance(tuple(c for c in scope.contract.inputs if c.name not in corrected))


def features(facts: Facts, scope: Scope) -> list[dict[str, Any]]:
    """Each input's importance with its 95 % interval, most important first; the dossier's table."""
    from airworthy.measures.means import MeanT  # imports numpy

    found, glossary = facts[_fact(scope)], scope.charter.glossary
    table = []
    for index, name in enumerate(found.names):
        rise = MeanT(found.rises[:, index], "", found.clusters)
        low, high = rise.interval(0.95)
        table.append(
            {
                "name": name,
                "label": glossary.get(name, name),
                "importance": rise.value,
                "low": low,
                "high": high,
            }
        )
    return sorted(table, key=lambda row: (-float(row["importance"] or 0.0), str(row["name"])))
