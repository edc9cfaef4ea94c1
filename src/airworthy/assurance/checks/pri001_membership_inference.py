"""PRI001: do the model's answers betray which rows it learned?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from airworthy.assurance.facts import MembershipAttacks
from airworthy.assurance.privacy.attacks import FIGURES, NAMED, RANKED
from airworthy.assurance.quality_check import AssuranceCheck
from airworthy.assurance.wording import interval, measured, number, percent, rows
from airworthy.charter.scope import Scope
from airworthy.kernel.check import Cost
from airworthy.kernel.fact import Fact, Facts
from airworthy.kernel.result import Chart, Estimate, Limit, NotApplicable, Result, Subject

MOST_NAMED, BEST_RANKED = 0.05, 0.6


class MembershipInference(AssuranceCheck):
    """## What it measures
    Whether somebody who holds a row, its outcome and the model's answer can tell that the model had learned
    that row: the share of learned rows that an attack names while 1 % of the other rows are named too, and
    how well it ranks learned rows above others.

    ## Why it matters
    That a person's row was learned can be the secret itself: a model of the patients of a clinic tells who
    was one. Answers that are much surer of learned rows give it away, and so does a model that has learned
    rows by heart.

    ## How it is measured
    Needs rows that the model learned, `aw.check(model, X, y, trained_on=(X_train, y_train))`, beside rows
    that it did not: at most 5,000 of either, 2,000 of texts. First small trees try to tell the two apart
    without the model, by columns and outcome: where their AUC is surely above 0.55 the rows differ by
    themselves and nothing is judged. The attack looks at how sure the model is of the outcome that came,
    beyond how sure models are of that very row that have not learned it: eight boosted models, each of a
    random half of all these rows.
    With `aw.privacy(..., refit=...)` they are models of your own recipe, and the attack is the likelihood
    ratio of Carlini and others (LiRA).

    An attack that does well on average may name nobody for certain, and one that does badly on average may
    name a few for certain: so there are two figures. The share named at 1 % false positives has an
    interval that knows that its threshold is estimated from the other rows: with fewer than 505 of them its
    lower end is 0. The ranking is an AUC, 0.5 by chance. The details have the same of the plain attack with
    one threshold for all rows, and the share at 0.1 %, which takes 4,380 other rows.

    ## Limit
    At most 0.05 named, five times what guessing names, and at most 0.6 ranked. Of 52 models whose "learned"
    rows were new to them, none failed; of trees grown to the end and of nearest neighbours, 30 of 30 each.

    ## What to do
    Regularise (fewer leaves, more rows a leaf), average several fits, answer with labels or rounded
    probabilities, or train with differential privacy.

    ## Known problems
    It is a lower bound: who knows more than this attack finds more. Rows of one person on both sides hide
    what is betrayed about the person.

    ## Example
    A decision tree grown to the end on 3,000 noisy outcomes is certain of every learned row and right about
    60 % of the others: it ranks a learned row above another in 75 of 100 pairs.

    ## References
    Carlini, Chien, Nasr, Song, Terzis and Tramèr, Membership Inference Attacks From First Principles, IEEE
    S&P 2022. Yeom and others, CSF 2018 (one threshold). Watson and others, ICLR 2022 (difficulty).
    """

    code: ClassVar[str] = "PRI001"
    name: ClassVar[str] = "membership-inference"
    title: ClassVar[str] = "Answers do not betray who was learned"
    cost: ClassVar[Cost] = Cost.EXPENSIVE
    advice: ClassVar[str] = (
        "Regularise the model, average several fits, answer with labels or rounded probabilities, or train "
        "with differential privacy."
    )

    def subjects(self, scope: Scope) -> Sequence[Subject]:
        return FIGURES

    def needs(self, scope: Scope) -> Sequence[Fact]:
        return (*super().needs(scope), _fact(scope))

    def limit(self, scope: Scope, subject: Subject) -> Limit:
        if subject == RANKED:
            return Limit(high=BEST_RANKED, source="default: 60 of 100 pairs")
        return scope.limit(
            self.code, Limit(high=MOST_NAMED, source="default: five times what guessing names")
        )

    def estimate(self, facts: Facts, scope: Scope) -> Mapping[Subject, Estimate | NotApplicable]:
        from airworthy.assurance.privacy.membership import NotAttacked  # imports numpy

        found = facts[_fact(scope)]
        if isinstance(found, NotAttacked):
            return dict.fromkeys(FIGURES, NotApplicable(found.reason))
        if found.differ:
            low, high = found.apart.interval(0.95)
            reason = (
                "Learned and other rows differ by themselves: without the model small trees tell them apart, "
                f"AUC {found.apart.value:.3f} ({low:.3f} to {high:.3f}). Give rows of one draw."
            )
            return dict.fromkeys(FIGURES, NotApplicable(reason))
        return {subject: found.figure(subject) for subject in FIGURES}

    def details(self, facts: Facts, scope: Scope, subject: Subject) -> Mapping[str, Any]:
        from airworthy.assurance.privacy.told import attack_figures  # imports numpy

        return attack_figures(facts[_fact(scope)])

    def finding(self, result: Result) -> str:
        found, d = measured(result), result.details
        of = f"{rows(d['members'], 'learned')} and {rows(d['others'], 'other')}, {interval(found)}"
        if result.subject == NAMED:
            return (
                f"Naming 1 % of the others wrongly, an attack names {percent(found.value)} of the learned "
                f"rows (guessing: 1 %); {of}. {d['at_rarest']}"
            )
        return (
            f"The attack ranks a learned row above another with an AUC of {number(found.value)} (chance: "
            f"0.5); {of}."
        )

    def chart(self, facts: Facts, scope: Scope, subject: Subject) -> Chart | None:
        from airworthy.assurance.privacy.told import roc_chart  # imports numpy

        return roc_chart(facts[_fact(scope)])


def _fact(scope: Scope) -> MembershipAttacks:
    return MembershipAttacks(tuple(scope.contract.inputs))
