"""Dummy scores as extreme as the real ones can get: longest names, largest ids, foreign letters, nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from airworthy.charter.delivering import Sink
from airworthy.charter.model import Charter, Task
from airworthy.data.source import open_source
from airworthy.data.target import make_target
from airworthy.kernel.errors import AirworthyError
from airworthy.lifecycle.scored_rows import REASONS, key_text
from airworthy.scoring.decision import REVIEW

MARK = "airworthy-check"
WORDS = "Größe 12 € +, 年齢 −, naïve 🙂"
PROBABILITIES = (0.7312345678901234, 0.0, 1.0, 1e-9)
"""A typical one with every digit, both ends, and one that fixed decimals cannot hold."""


@dataclass(frozen=True)
class Shape:
    """How long and large what is delivered can get; `notes` says where nobody could tell."""

    ids: tuple[str, ...]  # the longest id of each key column, empty where unknown
    classes: tuple[str, ...]
    reason: int  # letters of the longest reason
    largest: float  # in size, of a regression's outcomes
    notes: tuple[str, ...] = ()


def shape_of(charter: Charter, sink: Sink) -> Shape:
    """The shape as the sources show it, where they can be read here."""
    frames, notes = [], []
    for source in charter.sources:
        try:
            frames.append(open_source(source, charter).frame)
        except AirworthyError as error:
            notes.append(f"was tried without the rows of {source.name}: {error.message}")
    ids = tuple(_longest(frames, ours) for ours, _ in sink.key)
    names = sorted((len(name) for frame in frames for name in frame.columns), reverse=True)
    classes, largest = _outcomes(charter, frames)
    return Shape(ids, classes, sum(names[:REASONS]) + 4 * REASONS, largest, tuple(notes))


def _longest(frames: list[pl.DataFrame], column: str) -> str:
    texts = {
        key_text(value) for frame in frames if column in frame.columns for value in frame[column].unique()
    }
    return max(texts, key=len, default="")


def _outcomes(charter: Charter, frames: list[pl.DataFrame]) -> tuple[tuple[str, ...], float]:
    """Classes, with the word for a case that a person decides; and the largest number in size."""
    name = charter.target.column
    frame = next((one for one in frames if name in one.columns), None)
    if frame is None:
        return (charter.target.positive or "yes", REVIEW), 1000.0
    try:
        outcome = make_target(frame[name], charter)
    except AirworthyError:  # the audit says what is wrong with the target
        return (charter.target.positive or "yes", REVIEW), 1000.0
    if charter.task is Task.REGRESSION:
        return (), float(outcome.values.abs().max() or 1.0)  # type: ignore[arg-type]
    reviewed = (REVIEW,) if charter.decision.review_cost is not None else ()
    return (*outcome.classes, *reviewed), 0.0


def dummies(
    charter: Charter, sink: Sink, shape: Shape, at: str
) -> Iterator[tuple[tuple[str, ...], dict[str, str | float | None]]]:
    """Key and values of each dummy, by our own names.

    Parameters
    ----------
    at : when they were decided, RFC 3339.
    """
    ordered = sorted(shape.classes, key=len, reverse=True) or [""]
    for number, chance in enumerate(PROBABILITIES):
        known = sink.sandbox_keys[number : number + 1]
        if sink.sandbox_keys and not known:
            return
        key = tuple(known[0].split("/")) if known else tuple(_key(one, number) for one in shape.ids)
        predicted = shape.largest * chance * (-1.0) ** number
        numeric = charter.task is Task.REGRESSION
        yield (
            key,
            {
                "score": rounded(predicted if numeric else chance, sink),
                "probability": rounded(chance, sink),
                "prediction": rounded(predicted, sink),
                "decision": rounded(predicted, sink) if numeric else ordered[number % len(ordered)],
                "reason": (WORDS.ljust(shape.reason, "x"), None)[number % 2],
                "version": "v0-check",
                "decided_at": at,
                "expires": at,
            },
        )


def rounded(value: float, sink: Sink) -> float:
    """As deliveries round it."""
    return value if sink.digits is None else round(value, sink.digits)


def _key(longest: str, number: int) -> str:
    """A made-up id as long as the longest real one; no real id is sent to a sandbox.

    >>> _key("104233", 0), _key("C-0042", 1), _key("", 2)
    ('999999', 'zz1zzz', 'airworthy-check-2')
    """
    if longest.isascii() and longest.isdigit():
        return str(10 ** len(longest) - 1 - number)
    if longest and len(longest) < len(MARK) + 2:
        return f"zz{number}".ljust(len(longest), "z")[: len(longest)]
    return f"{MARK}-{number}".ljust(len(longest), "x")
