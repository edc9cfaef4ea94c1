"""What servers answer, read as numbers, labels or probabilities; what is no answer is named with its row."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from airworthy.adapters.remote_channel import ServerFailed
from airworthy.assurance.asked import label_of
from airworthy.charter.problems import listed

SCORES = ("probability", "probabilities", "proba", "score", "scores", "prediction", "predictions")
LABELS = ("decision", "label", "class")


@dataclass(frozen=True, eq=False)
class Said:
    """Answers for n rows: values (n,) or (n, k), the classes of the k columns, and decided labels, if any."""

    values: NDArray[Any]
    classes: tuple[str, ...] = ()
    decided: tuple[str, ...] | None = None


def join(parts: Sequence[Said]) -> Said:
    """The answers of several requests, in their order. Raises `ServerFailed` where they are of two kinds."""
    first = parts[0]
    for part in parts:
        if part.values.shape[1:] != first.values.shape[1:] or part.classes != first.classes:
            raise ServerFailed(
                "The server answers some rows in another form than others.",
                value=str(part.values.shape),
                remedy="Ask its owner for one form of answer.",
            )
    decided = [label for part in parts for label in part.decided or ()]
    values = np.concatenate([part.values for part in parts])
    return Said(values, first.classes, tuple(decided) if len(decided) == len(values) else None)


def read_answers(found: object, rows: int, start: int, answer: str | None = None) -> Said:
    """The answers of a list with one item a row.

    Parameters
    ----------
    start : how many rows of the table came before, so that a row is named by its place in the table.
    answer : the key that holds the answer, where an item holds several.

    Raises `ServerFailed` for another number of rows, and for null, NaN and what is no answer.

    >>> read_answers([0.25, 1], 2, 0).values
    array([0.25, 1.  ])
    """
    if not isinstance(found, list):
        raise ServerFailed(
            f"The server answers with {_kind(found)}, not with a list of answers.",
            value=_kind(found),
            remedy="Say what it speaks: --format airworthy, mlflow, kserve or records",
        )
    if len(found) != rows:
        raise ServerFailed(
            f"The server answers {rows:,} rows with {len(found):,} values.",
            value=len(found),
            remedy="It must answer each row with one value, in the same order.",
        )
    if found and all(isinstance(item, dict) for item in found):
        return _of_records(found, start, answer)
    return Said(_values(found, start))


def _of_records(items: list[dict[str, Any]], start: int, answer: str | None) -> Said:
    keys = list(items[0])
    if any(list(item) != keys for item in items):
        keys = [key for key in keys if all(key in item for item in items)]
    score = answer or next((key for key in SCORES if key in keys and items[0][key] is not None), None)
    if score is not None and score not in keys:
        raise ServerFailed(
            f"The answers hold no {score!r}, but {listed(keys)}.",
            value=score,
            remedy="Name another: --answer",
        )
    labels = next((key for key in LABELS if key in keys and key != score), None)
    decided = None if labels is None else tuple(label_of(item[labels]) for item in items)
    if score is not None:
        return _of_score([item[score] for item in items], start, decided)
    if labels is not None:
        return Said(_values([item[labels] for item in items], start))
    if len(keys) > 1 and all(_is_number(value) for value in items[0].values()):
        return _of_score(items, start, None)  # the probability of each class
    if len(keys) == 1:
        return _of_score([item[keys[0]] for item in items], start, None)
    raise ServerFailed(
        f"Each answer holds {listed(keys)}, and which of them is the score cannot be told.",
        value=", ".join(keys[:8]),
        remedy=f"Name it: --answer {keys[0] if keys else 'KEY'}",
    )


def _of_score(items: list[Any], start: int, decided: tuple[str, ...] | None) -> Said:
    if items and all(isinstance(item, dict) for item in items):
        classes = list(items[0])
        if any(set(item) != set(classes) for item in items):
            raise ServerFailed(
                "The server names other classes in some rows than in others.",
                value=listed(classes),
                remedy="Ask its owner for the probability of each class in each row.",
            )
        wide = [[item[name] for name in classes] for item in items]
        return Said(_values(wide, start), tuple(map(str, classes)), decided)
    return Said(_values(items, start), (), decided)


def _values(items: list[Any], start: int) -> NDArray[Any]:
    """(n,) numbers or labels, or (n, k) numbers, all of them there."""
    for place, item in enumerate(items):
        cells = item if isinstance(item, list) else [item]
        if not cells or any(_is_nothing(cell) for cell in cells):
            raise ServerFailed(
                f"The server answers data row {start + place + 1:,} with {item!r:.80}.",
                value=str(item)[:80],
                remedy="Leave this row out, or ask the owner of the model what it means.",
            )
    if items and isinstance(items[0], list):
        if len({len(item) if isinstance(item, list) else 0 for item in items}) > 1:
            raise _mixed(items)
        if all(_is_number(cell) for item in items for cell in item):
            wide = np.array(items, float)
            return wide[:, 0] if wide.shape[1] == 1 else wide
        if len(items[0]) == 1:
            return _values([item[0] for item in items], start)
        raise _mixed(items)
    if all(_is_number(item) for item in items):
        return np.array(items, np.int64 if all(isinstance(item, int) for item in items) else float)
    if all(isinstance(item, bool | str) for item in items):
        return np.array([str(item) for item in items], object)
    raise _mixed(items)


def _mixed(items: list[Any]) -> ServerFailed:
    return ServerFailed(
        f"The server's answers are neither all numbers nor all labels, such as {items[0]!r:.80}.",
        value=str(items[0])[:80],
        remedy="Name the part that is the score: --answer KEY",
    )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_nothing(value: object) -> bool:
    return value is None or (isinstance(value, float) and not math.isfinite(value))


def _kind(found: object) -> str:
    return f"an object of {listed(list(found))}" if isinstance(found, dict) else type(found).__name__
