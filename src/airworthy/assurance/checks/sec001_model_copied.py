"""SEC001: how many answers does somebody need to copy the model?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from airworthy.assurance.extraction.words import DAILY, days, free_words, needed_words
from airworthy.assurance.facts import CopiedModel
from airworthy.assurance.given import ONLY_PREDICTIONS, SCORER, ModelRefused
from airworthy.assurance.quality_check import MODEL, AssuranceCheck
from airworthy.assurance.wording import interval, measured, percent
from airworthy.charter.scope import Scope
from airworthy.kernel.check import Cost
from airworthy.kernel.fact import Fact, Facts
from airworthy.kernel.result import NO_LIMIT, Chart, Estimate, Limit, NotApplicable, Result, Subject


class ModelCopied(AssuranceCheck):
    """## What it measures
    How far a copy agrees with the model, when somebody teaches it by the model's own answers: the share of
    held-out rows that both decide alike; of numbers, the share of their spread that the copy gives back (R2).

    ## Why it matters
    Who can ask can copy. A copy saves its owner your labels, shows an attacker offline what to change in a
    row, and answers without your log, your limits and your fallback.

    ## How it is measured
    A third of the rows, at most 1,000, is held out. The others play the rows that a client owns; beyond
    them, rows are mixed of two real ones. After 100, 300, 1,000 and 3,000 answers (1,000 of a model trained
    elsewhere) a linear copy and boosted trees are taught, by probabilities and by labels alone; trees read no
    running text. The better copy counts. Shares have Wilson's interval, R2 a bootstrap. Answers needed for
    90, 95 and 99 % are read between these sizes, with the interval of resampled held-out rows; that other
    queries would be drawn is not in it. Beside it: always the most frequent decision, and a copy taught by
    true outcomes of as many rows, which asks the model nothing.

    ## Limit
    None unless you declare one. Most models can be copied; what matters is how long it takes and who notices.

    ## What to do
    Limit the answers of one caller in the gateway before the server: `airworthy serve` limits nobody. Answer
    decisions where nobody needs probabilities. Watch for callers whose rows are like no others.

    ## Known problems
    A cleverer client, who chooses its questions by the answers, needs fewer: the counts are upper bounds of
    what is needed. `airworthy stress` tries 20,000 answers, and random rows inside the known ranges.

    ## Example
    A logistic regression of five columns is copied to 99 % by 300 probabilities. A model that hashes its row
    gives a copy nothing: it agrees no further than always the most frequent decision.

    ## References
    Tramèr et al., USENIX Security 2016 (stealing models through prediction interfaces). OWASP Machine
    Learning Security Top 10, ML05:2023 (model theft).
    """

    code: ClassVar[str] = "SEC001"
    name: ClassVar[str] = "model-copied"
    title: ClassVar[str] = "Takes many answers to copy"
    cost: ClassVar[Cost] = Cost.EXPENSIVE
    advice: ClassVar[str] = (
        "Limit the answers of one caller in the gateway before the server, and answer decisions where nobody "
        "needs probabilities."
    )

    def needs(self, scope: Scope) -> Sequence[Fact]:
        return (*super().needs(scope), SCORER)

    def limit(self, scope: Scope, subject: Subject) -> Limit:
        return scope.limit(self.code, NO_LIMIT)

    def estimate(self, facts: Facts, scope: Scope) -> Mapping[Subject, Estimate | NotApplicable]:
        if facts[SCORER] is None:
            return {MODEL: NotApplicable(f"{ONLY_PREDICTIONS}; a copy learns from the model's answers.")}
        try:
            found = facts[_fact(scope)]
        except ModelRefused as refusal:
            return {MODEL: NotApplicable(f"The model refuses mixed rows: {refusal.value}")}
        return {MODEL: found if isinstance(found, NotApplicable) else found.ways[0].last}

    def details(self, facts: Facts, scope: Scope, subject: Subject) -> Mapping[str, Any]:
        found = facts[_fact(scope)].as_json()
        at_most = [
            {"daily": daily, "days": days(found["ways"][0]["points"][-1]["queries"], daily)}
            for daily in DAILY
        ]
        return {**super().details(facts, scope, subject), **found, "limit_a_caller": at_most}

    def finding(self, result: Result) -> str:
        found, d = measured(result), result.details
        way, truth = d["ways"][0], d["taught_by_outcomes"]
        asked = way["points"][-1]["queries"]
        alike = "decides" if "alike" in d["measure"] else "gives back"
        what = "rows as the model does" if "alike" in d["measure"] else "of the spread of the model's numbers"
        first, slow = (
            needed_words(way["needed"][1], way["points"][0]["queries"], asked),
            d["limit_a_caller"][0],
        )
        free = (
            f"Without a question, true outcomes of {truth['queries']:,} rows teach a copy "
            f"{percent(truth['agreement'])}, and {free_words(d['measure'])} gives {percent(d['majority'])}."
        )
        return (
            f"A copy taught by {asked:,} answers ({way['answers']}, {way['queries_are']}) {alike} "
            f"{percent(found.value)} of {found.n:,} held-out {what}, {interval(found)}; {first}. "
            f"{free} A limit of {slow['daily']} answers a caller and day would stretch {asked:,} to "
            f"{slow['days']:,} days; `airworthy serve` limits nobody."
        )

    def chart(self, facts: Facts, scope: Scope, subject: Subject) -> Chart | None:
        found = facts[_fact(scope)].as_json()
        values = [
            {"answers": f"{p['queries']:,} {way['answers']}", **p}
            for way in found["ways"]
            for p in way["points"]
        ]
        y = {"field": "answers", "type": "nominal", "sort": None, "title": None}
        x = {"field": "agreement", "type": "quantitative", "title": found["measure"]}
        return {
            "data": {"values": values},
            "layer": [
                {"mark": "bar", "encoding": {"x": x, "y": y}},
                {"mark": "rule", "encoding": {"x": {"field": "low"}, "x2": {"field": "high"}, "y": y}},
            ],
        }


def _fact(scope: Scope) -> CopiedModel:
    return CopiedModel(scope.contract.inputs)
