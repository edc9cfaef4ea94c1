"""What outcomes and scores are about, where nobody declared it: the task, its classes, which is the event."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from airworthy.assurance.asked import label_of
from airworthy.charter.model import Task
from airworthy.kernel.errors import InputError

POSITIVE_WORDS = frozenset({"1", "true", "yes", "y", "t", "positive", "pos", "event"})
MOST_CLASSES = 20


def read_task(
    outcomes: NDArray[Any],
    scores: NDArray[np.float64] | None,
    task: Task | str | None,
    positive: str | None,
    classes: Sequence[str] | None,
) -> tuple[Task, tuple[str, ...], tuple[str, ...]]:
    """The task, its classes, and a note of what was assumed: as said, else from the values."""
    wide = scores.shape[1] if scores is not None and scores.ndim == 2 else 1
    numbers = outcomes.dtype.kind in "fiu"
    seen = sorted({label_of(value) for value in outcomes.tolist()})
    if task is None:
        two = len(seen) <= 2 or positive is not None
        many = numbers and len(seen) > MOST_CLASSES
        task = Task.BINARY if two and wide <= 2 else Task.REGRESSION if many else Task.MULTICLASS
    kind = Task(task)
    if kind is Task.REGRESSION:
        return kind, (), ()
    named = [str(name) for name in classes] if classes else seen
    if kind is Task.MULTICLASS:
        return kind, tuple(named), ()
    assumed: tuple[str, ...] = ()
    if positive is None and len(named) == 2 and _likely_event(named) is None:
        positive, assumed = _event_of_scores(named, outcomes, scores)
    return kind, _two_classes(named, positive), assumed


def _event_of_scores(
    names: list[str], outcomes: NDArray[Any], scores: NDArray[np.float64] | None
) -> tuple[str | None, tuple[str, ...]]:
    """The label whose rows score higher, said aloud: a score is the probability of something."""
    if scores is None or scores.ndim != 1:
        return None, ()
    first = np.array([label_of(value) == names[0] for value in outcomes.tolist()])
    means = float(scores[first].mean()), float(scores[~first].mean())
    if means[0] == means[1]:
        return None, ()
    event, other = (names[0], names[1]) if means[0] > means[1] else (names[1], names[0])
    return event, (
        f"The event is taken to be {event!r}: its rows score {max(means):.2f} on average, those of {other!r} "
        f"{min(means):.2f}. If it is the other one: --positive {other!r}.",
    )


def _likely_event(names: list[str]) -> str | None:
    """The one label that says yes; None where none or both do."""
    likely = [name for name in names if name.strip().lower() in POSITIVE_WORDS]
    return likely[0] if len(likely) == 1 else None


def groups_note(kind: Task, labels: tuple[str, ...], protected: tuple[str, ...]) -> tuple[str, ...]:
    if kind is not Task.MULTICLASS or not protected:
        return ()
    return (
        f"Groups of {', '.join(protected)} were not compared: with {len(labels)} outcomes somebody must say "
        f"which one is the event. Name it: --positive {labels[0]!r}.",
    )


def _two_classes(names: list[str], positive: str | None) -> tuple[str, str]:
    """(negative, positive) of at most two labels."""
    if len(names) > 2:
        raise InputError(
            f"The outcome has {len(names)} values: {', '.join(names[:5])}.",
            value=len(names),
            remedy="Give an outcome of two values, or check it as multiclass with one score a class.",
        )
    event = positive or _likely_event(names)
    told = " and ".join(map(repr, names))
    if positive is not None and positive not in names and len(names) == 2:
        raise InputError(
            f"{positive!r} is no value of the outcome; it holds {told}.",
            value=positive,
            remedy=f"Name one of them as the event: --positive {names[-1]!r}.",
        )
    if event is None:
        only = " only" if len(names) == 1 else ""
        raise InputError(
            f"The outcome holds {told}{only}; which is the event cannot be told.",
            value=", ".join(names),
            remedy=f"Name it: --positive {names[-1]!r}.",
        )
    others = [name for name in names if name != event]
    return (others[0] if others else f"not {event}"), event


def last_of_two(classes: list[str]) -> str | None:
    return classes[1] if len(classes) == 2 else None
