"""What `[privacy]` demands of the rest of a charter."""

from __future__ import annotations

from airworthy.charter.model import Charter, LearnerKind, Task
from airworthy.charter.private import ROW, PrivacyRules
from airworthy.charter.problems import Problems, listed

PRIVATE = (LearnerKind.ADDITIVE, LearnerKind.NETWORK)
"""Kinds of models that can be trained with noise."""
MOST_EPSILON = 50.0
"""Beyond it the promise holds for any model whatever: a chance of e^50 to one is no protection."""


def check_privacy(charter: Charter, problems: Problems) -> None:
    """File contradictions between [privacy] and the rest."""
    rules = charter.privacy
    if rules is None:
        return
    _amounts(rules, problems)
    _unit(charter, rules, problems)
    _columns(charter, rules, problems)
    _task(charter, problems)
    _learner(charter, problems)
    _looks(charter, problems)


def _amounts(rules: PrivacyRules, problems: Problems) -> None:
    for name in ("epsilon", "total_epsilon"):
        value = getattr(rules, name)
        if not 0 < value <= MOST_EPSILON:
            message = f"privacy.{name} = {value:g} promises nothing, or lets nothing be learned."
            problems.add(("privacy", name), message, value, f"Write for example {name} = 1.0.")
    if not 0 < rules.delta < 0.01:
        message = f"privacy.delta = {rules.delta:g} is no small chance."
        remedy = "Write far less than one in the number of people, for example delta = 1e-6."
        problems.add(("privacy", "delta"), message, rules.delta, remedy)
    if rules.epsilon > rules.total_epsilon:
        message = f"one model spends {rules.epsilon:g}, and all together may spend {rules.total_epsilon:g}."
        remedy = "Lower privacy.epsilon, or raise privacy.total_epsilon."
        problems.add(("privacy", "epsilon"), message, rules.epsilon, remedy)


def _unit(charter: Charter, rules: PrivacyRules, problems: Problems) -> None:
    if rules.unit == ROW:
        if rules.rows_per_unit != 1:
            message = "each row is somebody else, so nobody has several."
            remedy = 'Name the column of the person: unit = "patient", or take rows_per_unit out.'
            problems.add(("privacy", "rows_per_unit"), message, rules.rows_per_unit, remedy)
        if charter.data.entity:
            message = f"rows repeat for {listed(charter.data.entity)}, and privacy.unit protects single rows."
            remedy = f'Write unit = "{charter.data.entity[0]}": a person is told by all of their rows.'
            problems.add(("privacy", "unit"), message, ROW, remedy)
    elif charter.data.entity != (rules.unit,):
        message = f'"{rules.unit}" does not name what repeats.'
        remedy = (
            f'Write entity = ["{rules.unit}"] under [data]: no person may be learned from and measured on.'
        )
        problems.add(("privacy", "unit"), message, rules.unit, remedy)


def _columns(charter: Charter, rules: PrivacyRules, problems: Problems) -> None:
    for name, ends in rules.bounds.items():
        if len(ends) != 2:
            message = f"the bounds of {name} are not two numbers."
            problems.add(("privacy", "bounds", name), message, str(list(ends)), "Write [lowest, highest].")
        if name in rules.categories:
            message = f"{name} has bounds and categories: it is a number or a word."
            problems.add(("privacy", "categories", name), message, name, "Keep one of them.")
    for name, words in rules.categories.items():
        if name == charter.target.column:
            message = f'"{name}" is the target.'
            remedy = "Take it out here: the outcomes' names are public."
            problems.add(("privacy", "categories", name), message, len(words), remedy)
    for index, name in enumerate(rules.missing):
        if name not in rules.bounds:
            message = f'"{name}" has no bounds; a missing word is a word of its own anyway.'
            remedy = "Give its bounds, or take it out here."
            problems.add(("privacy", "missing", index), message, name, remedy)


def _task(charter: Charter, problems: Problems) -> None:
    rules, at = charter.privacy, ("privacy",)
    assert rules is not None
    if charter.ranking is not None or charter.forecast is not None:
        message = "lists and forecasts cannot be trained with differential privacy."
        problems.add(at, message, str(charter.task), "Take [privacy] out, or ask for one answer a row.")
    elif charter.task is Task.MULTICLASS and kind_of(charter) is LearnerKind.ADDITIVE:
        message = "the private additive model knows two outcomes or a number."
        problems.add(at, message, "multiclass", 'Write learners = ["network"] under [search].')
    elif charter.task is Task.REGRESSION and charter.target.column not in rules.bounds:
        message = f"the outcome {charter.target.column} has no bounds, and noise is sized by them."
        remedy = f"Write {charter.target.column} = [lowest, highest] under [privacy.bounds]."
        problems.add(("privacy", "bounds"), message, charter.target.column, remedy)


def kind_of(charter: Charter) -> LearnerKind:
    """The kind of model that is trained with noise: the additive one, unless [search] names another."""
    named = [kind for kind in charter.search.learners or () if kind in PRIVATE]
    return named[0] if named else LearnerKind.ADDITIVE


def _learner(charter: Charter, problems: Problems) -> None:
    learners = charter.search.learners
    if learners is None or (len(learners) == 1 and learners[0] in PRIVATE):
        return
    message = f"search.learners names {listed(learners)}, and a private run trains one model, with noise."
    problems.add(("search", "learners"), message, ", ".join(learners), f"Name one of {listed(PRIVATE)}.")


def _looks(charter: Charter, problems: Problems) -> None:
    """Rules that would fit something else to the rows, without noise."""
    if charter.fairness.mitigate:
        message = "fairness.mitigate learns from the rows again, without noise."
        remedy = "Take it out: gaps between groups are still measured."
        problems.add(("fairness", "mitigate"), message, ", ".join(charter.fairness.mitigate), remedy)
    if charter.search.monotone or charter.search.interactions is not None:
        at = "monotone" if charter.search.monotone else "interactions"
        message = f"search.{at} is not kept by models that are trained with noise."
        problems.add(("search", at), message, at, "Take it out; private additive models join no two columns.")
