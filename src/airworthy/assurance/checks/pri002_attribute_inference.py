"""PRI002: do the model's answers tell of a protected column that the client does not know?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from airworthy.assurance.facts import GuessedColumn
from airworthy.assurance.given import ONLY_PREDICTIONS, SCORER
from airworthy.assurance.quality_check import AssuranceCheck
from airworthy.assurance.wording import level, measured, percent, points, rows
from airworthy.charter.groups import protected_columns
from airworthy.charter.scope import Scope
from airworthy.kernel.check import Cost
from airworthy.kernel.fact import Fact, Facts
from airworthy.kernel.result import Estimate, Limit, NotApplicable, Result, Subject
from airworthy.scoring.contract import Column, LogicalType, Role

MOST_GAIN = 0.05
TOO_FEW = "Too few rows: two values of {} with 30 rows each, and 200 rows in all, are needed."


class AttributeInference(AssuranceCheck):
    """## What it measures
    How much better somebody who knows all other columns of a row guesses a protected one once he also sees
    the model's answer.

    ## Why it matters
    A client who knows nearly everything of a person can read the rest off the answers: a dose tells the gene
    that the dosing model reads. A column that the model was given is then as public as its answers.

    ## How it is measured
    Two guesses of each protected column on at most 3,000 rows, by the same small trees, each row by trees
    that have not seen it: one from the other columns alone, one also from the answers. Where the model reads
    the column it is also asked what it would answer for each value, and how far that is from the answer that
    was given. Numbers are guessed by thirds, of more than six values the six most common ones. The figure is
    the share guessed rightly, each value counting the same, with the answers less without them; paired
    t-interval, Holm over the protected columns. The details have each value alone, with the level divided by
    the number of values.

    ## Limit
    At most 0.05, five points. Of 201 models that do not read the column, none failed; of 30 that read it and
    whose answers follow it, 30 did.

    ## What to do
    Leave the column out of the inputs (`fairness.protected` does), or answer with decisions or rounded
    probabilities.

    ## Known problems
    Guesses that need no model, from columns that stand in for the protected one, are no leak of the model:
    DAT029 and `airworthy mitigate` find those. A better attacker than small trees guesses more.

    ## Example
    On adult_income sex is guessed rightly in 84 % from the other columns, beside the answers of boosted trees
    that read it in 97 %: 13 points more, FAIL. Of a model that does not read it: no point more.

    ## References
    Fredrikson and others, USENIX Security 2014 (a dose betrays a gene); Jayaraman and Evans, Are Attribute
    Inference Attacks Just Imputation?, ACM CCS 2022 (the guess without the model beside it).
    """

    code: ClassVar[str] = "PRI002"
    name: ClassVar[str] = "attribute-inference"
    title: ClassVar[str] = "Answers tell little of protected columns"
    cost: ClassVar[Cost] = Cost.EXPENSIVE
    advice: ClassVar[str] = (
        "Leave the column out of the model's inputs, or answer with decisions or rounded probabilities."
    )

    def subjects(self, scope: Scope) -> Sequence[Subject]:
        return tuple(f"column:{column.name}" for column in _columns(scope))

    def needs(self, scope: Scope) -> Sequence[Fact]:
        return (*super().needs(scope), SCORER)

    def limit(self, scope: Scope, subject: Subject) -> Limit:
        return scope.limit(self.code, Limit(high=MOST_GAIN, source="default: five points"))

    def estimate(self, facts: Facts, scope: Scope) -> Mapping[Subject, Estimate | NotApplicable]:
        return {f"column:{column.name}": self._of(column, facts) for column in _columns(scope)}

    def _of(self, column: Column, facts: Facts) -> Estimate | NotApplicable:
        if facts[SCORER] is None:
            return NotApplicable(f"{ONLY_PREDICTIONS}; an attacker asks the model.")
        found = facts[_fact(column)]
        return NotApplicable(TOO_FEW.format(column.name)) if found is None else found.gain

    def details(self, facts: Facts, scope: Scope, subject: Subject) -> Mapping[str, Any]:
        found = facts[_fact(next(c for c in _columns(scope) if f"column:{c.name}" == subject))]
        return {
            **super().details(facts, scope, subject),
            "column": found.column,
            "is_input": found.asked,
            "without": found.rate(found.without),
            "with_answers": found.rate(found.beside),
            "by_value": found.by_value(1 - 0.05 / len(found.values)),
        }

    def finding(self, result: Result) -> str:
        found, d = measured(result), result.details
        reads = "reads" if d["is_input"] else "does not read"
        return (
            f"From the other columns {d['column']} is guessed rightly in {percent(d['without'])} (mean of "
            f"{len(d['by_value'])} values), beside the answers of the model, which {reads} it, in "
            f"{percent(d['with_answers'])}: {points(found.value)}, {level(found)} interval "
            f"{points(found.low)} to {points(found.high)}, {rows(found.n)}."
        )


def _columns(scope: Scope) -> tuple[Column, ...]:
    return tuple(c for c in protected_columns(scope) if c.type is not LogicalType.TEXT)


def _fact(column: Column) -> GuessedColumn:
    return GuessedColumn(column.name, column.role is Role.INPUT)
