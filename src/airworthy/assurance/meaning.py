"""What a model's answers and the outcomes are about: the task, its classes, and which is the event."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from airworthy.assurance.asked import Answers, classes_of, in_order, is_regressor, label_of
from airworthy.assurance.plain_report import coded
from airworthy.assurance.read_task import last_of_two, read_task
from airworthy.charter.model import Task
from airworthy.kernel.errors import InputError


@dataclass(frozen=True, eq=False)
class Meaning:
    """What the outcomes are about: `event` is one of several classes, where all others count as one."""

    task: Task
    classes: tuple[str, ...]
    outcomes: NDArray[Any] | list[str]
    event: str | None = None
    notes: tuple[str, ...] = ()

    def coded(self, outcomes: NDArray[Any]) -> NDArray[Any] | list[str]:
        """Further outcomes as these ones are held."""
        if self.event is None:
            return coded(outcomes, self.task)
        return [self.event if label_of(v) == self.event else self.classes[0] for v in outcomes.tolist()]


def meaning_of(
    model: object,
    outcomes: NDArray[Any],
    answers: Answers,
    task: Task | str | None = None,
    positive: str | None = None,
) -> Meaning:
    """The task and its classes, as the model knows them where it does."""
    own, seen = classes_of(model), in_order({label_of(value) for value in outcomes.tolist()})
    named = own or seen
    kind = Task(task) if task is not None else _likely_task(model, outcomes, answers, named)
    if kind is Task.REGRESSION:
        if outcomes.dtype.kind not in "fiub":
            raise InputError(
                f"The model predicts numbers, and the outcomes are words such as {seen[0]!r}.",
                value=seen[0],
                remedy="Give the numbers that came true, or name the task: task='binary'.",
            )
        return Meaning(kind, (), outcomes)
    _refuse_other_labels(own, seen)
    if positive is not None and len(named) > 2 and task is None:
        return _one_against_rest(positive, named, outcomes)
    fractions = answers.values if answers.values.ndim == 1 and answers.values.dtype.kind == "f" else None
    ordered = list(named if answers.values.ndim == 2 else own)
    found = read_task(outcomes, fractions, kind, positive or last_of_two(ordered), named)
    return Meaning(found[0], found[1], coded(outcomes, found[0]), None, found[2])


def _likely_task(
    model: object, outcomes: NDArray[Any], answers: Answers, named: tuple[str, ...]
) -> Task | None:
    """The task that the model's answers tell; None where only the outcomes can tell it."""
    values = answers.values
    if is_regressor(model):
        return Task.REGRESSION
    if classes_of(model) or hasattr(model, "predict_proba") or values.ndim == 2:
        return Task.BINARY if len(named) == 2 else Task.MULTICLASS
    numbers = outcomes.dtype.kind in "fi" and len(named) > 2
    if numbers and values.dtype.kind == "f" and (values != np.floor(values)).any():
        return Task.REGRESSION
    return None


def _one_against_rest(event: str, named: tuple[str, ...], outcomes: NDArray[Any]) -> Meaning:
    if event not in named:
        raise InputError(
            f"No outcome is {event!r}.",
            value=event,
            remedy=f"Name one of these as the event: {', '.join(named[:8])}.",
        )
    other = f"not {event}"
    held = [event if label_of(value) == event else other for value in outcomes.tolist()]
    note = f"The event is {event!r}; the other {len(named) - 1} outcomes are no event."
    return Meaning(Task.BINARY, (other, event), held, event, (note,))


def _refuse_other_labels(own: tuple[str, ...], seen: tuple[str, ...]) -> None:
    if own and (strange := [label for label in seen if label not in own]):
        raise InputError(
            f"The model knows the classes {', '.join(own[:8])}, and an outcome is {strange[0]!r}.",
            value=strange[0],
            remedy="Give outcomes in the model's own labels.",
        )
