"""What the child may say, when, and in which shape; anything else ends it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from airworthy.adapters.sandbox.messages import MOST_CLASSES, ROW, SMALL, Answered, Ask, Failed, Told
from airworthy.adapters.sandbox.process import Process
from airworthy.kernel.errors import AirworthyError

BATCH = 10_000
"""Rows in one message: an answer of the largest allowed width stays below 100 MB."""
OPENING, SCORING = "it was opened", "it scored rows"

MessageT = TypeVar("MessageT", bound=Told)


def expected(
    process: Process,
    message: Told,
    kind: type[MessageT],
    doing: str,
    failure: Callable[[Failed], AirworthyError],
) -> MessageT:
    """The message as the kind that must come now; raises what `failure` makes of an error of the model."""
    if isinstance(message, kind):
        return message
    if isinstance(message, Failed):
        raise failure(message)
    raise process.broken(f"it says {type(message).__name__.lower()} out of turn", doing)


def scored(
    process: Process, ask: Ask, count: int, failure: Callable[[Failed], AirworthyError]
) -> NDArray[Any]:
    """The answers to the `count` rows of a message: (n,) or (n, k) numbers, or (n,) labels."""
    process.say(ask, SCORING)
    said = process.hear(SCORING, SMALL + count * ROW)
    answered = expected(process, said, Answered, SCORING, failure)
    shape = answered.shape
    if len(shape) not in (1, 2) or shape[0] != count or not all(0 < k <= MOST_CLASSES for k in shape[1:]):
        raise process.broken(f"its answer to {count:,} rows has the shape {shape[:4]}", SCORING)
    if answered.labels:
        if len(shape) != 1 or len(answered.labels) != count:
            raise process.broken(f"it gives {len(answered.labels):,} labels", SCORING)
        return np.array(answered.labels)
    wanted, found = 8 * int(np.prod(shape)), len(answered.numbers)
    if found != wanted:
        raise process.broken(f"its answer holds {found:,} bytes of numbers, not {wanted:,}", SCORING)
    return np.frombuffer(answered.numbers, "<f8").reshape(shape)
