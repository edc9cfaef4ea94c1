"""Why one row is scored as it is: each column's part in points and in the unit that parts add up in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from airworthy.assurance.explain.asked_rows import AskedRows
from airworthy.assurance.explain.contributions import Contributions, contributions_of
from airworthy.assurance.explain.shapes import value_words
from airworthy.assurance.explain.told import classes_known, scores_by_class
from airworthy.assurance.explain.without import score_without
from airworthy.assurance.given import Scores
from airworthy.assurance.predictions import Values
from airworthy.kernel.errors import InputError
from airworthy.scoring.columns import TIMES

Floats = NDArray[np.float64]
MOST_WORDS = 40
MISSING, UNSEEN, BEYOND = "missing", "unseen", "beyond"


@dataclass(frozen=True)
class ColumnReason:
    """One column of one row.

    `contribution` is in the unit of the explanation; `error` its standard error where it was sampled.
    `without` is the score once it is taken away, and `moves` the difference: the score less `without`.
    `noted` says "missing", "unseen" (a category that no known row has) or "beyond" (a number outside of all
    known rows), else nothing.
    """

    name: str
    label: str
    value: str
    contribution: float
    moves: float
    without: float
    error: float | None = None
    noted: str = ""


@dataclass(frozen=True)
class WordReason:
    """One word of a text: the score less the score of the row without that word."""

    name: str
    word: str
    moves: float


@dataclass(frozen=True)
class RowReasons:
    """Why one row is scored as it is.

    Attributes
    ----------
    explained : the class whose score is explained, "" for a number. decided : what the model decides.
    score : probability of the class, or the number. base : the same before any column is known.
    unit : of the contributions. shown : "probability", "target" or "decision", of `score` and `moves`.
    reasons : the largest first. silent : columns that added nothing.
    converted : how contributions became points, in words.
    """

    explained: str
    decided: str
    target: str
    score: float
    base: float
    unit: str
    shown: str
    target_unit: str
    method: str
    exact: bool
    reasons: tuple[ColumnReason, ...]
    silent: tuple[str, ...]
    words: tuple[WordReason, ...]
    converted: str
    cautions: tuple[str, ...] = ()


CONVERTED = {
    "log-odds": "Points say how far the probability would fall or rise were the column's part taken out of "
    "the log-odds, all others kept. They need not add up; the log-odds do.",
    "probability": "Points are shares of the way from the base to this probability, and add up to it.",
    "decision": "Points are shares of the way from the base to this decision, and add up to it.",
    "target": "Parts are in the unit of what is predicted, and add up to the prediction.",
}


def row_reasons(
    asked: AskedRows, index: int, *, of: str | None = None, cautions: Sequence[str] = ()
) -> RowReasons:
    """Explain the row at `index`.

    Parameters
    ----------
    of : the class to explain; by default the event of two classes, else the one that is decided.

    Raises
    ------
    InputError : no such row, or no such class.
    """
    if not 0 <= index < len(asked):
        raise InputError(
            f"There is no row {index:,}.",
            value=index,
            remedy=f"Rows are counted from 0: give a number from 0 to {len(asked) - 1:,}.",
        )
    row = asked.at(np.array([index]))
    scores = row.scorer.score_columns(row.columns)
    classes = classes_known(row.scorer, scores)
    found = contributions_of(
        row.scorer, row.columns, background=row.background, seed=row.seed, output=position(of, classes)
    )
    return told_row(row, scores, classes, found, cautions)


def position(of: str | None, classes: Sequence[str]) -> int | None:
    """Where a class stands. Raises `InputError` for one that is not there."""
    if of is None:
        return None
    if of not in classes:
        known = f"Name one of: {', '.join(classes[:10])}." if classes else "It predicts a number."
        raise InputError(f"The model knows no class {of!r}.", value=of, remedy=known)
    return list(classes).index(of)


def told_row(
    row: AskedRows,
    scores: Scores,
    classes: tuple[str, ...],
    found: Contributions,
    cautions: Sequence[str] = (),
) -> RowReasons:
    """The reasons of one row (`row` holds it alone) from its contributions."""
    every, shown = scores_by_class(scores, classes)
    output = int(found.outputs[0])
    score = float(every[0, output])
    without = score_without(row.scorer, scores, found, found.values)[0]
    base = score_without(row.scorer, scores, found, found.values.sum(axis=1, keepdims=True))[0, 0]
    parts = found.values[0]
    reasons = tuple(
        _reason(row, name, float(parts[j]), score, float(without[j]), found.error, j)
        for j, name in enumerate(found.names)
        if parts[j] != 0.0
    )
    return RowReasons(
        explained=classes[output] if classes else "",
        decided=str(scores.decision[0]) if classes else "",
        target=row.words.label(row.target) if row.target else "",
        score=score,
        base=float(base),
        unit=found.unit,
        shown=shown,
        target_unit=row.words.unit(row.target),
        method=found.method,
        exact=found.exact,
        reasons=tuple(sorted(reasons, key=lambda reason: (-abs(reason.contribution), reason.name))),
        silent=tuple(row.words.label(name) for j, name in enumerate(found.names) if parts[j] == 0.0),
        words=_words(row, classes, output, found),
        converted=CONVERTED[found.unit],
        cautions=tuple(cautions),
    )


def _reason(
    row: AskedRows, name: str, part: float, score: float, without: float, error: Floats | None, at: int
) -> ColumnReason:
    return ColumnReason(
        name,
        row.words.label(name),
        _value(row, name),
        part,
        score - without,
        without,
        None if error is None else float(error[0, at]),
        _noted(row, name),
    )


def _value(row: AskedRows, name: str) -> str:
    """The value as a person writes it, with its unit."""
    held: str | float | None = row.columns[name][0]
    if held is None or held != held:
        return MISSING
    if isinstance(held, str):
        return held
    unit = "" if row.types.get(name) in TIMES else row.words.unit(name)
    return f"{value_words(float(held), row.types.get(name))} {unit}".strip()


def _noted(row: AskedRows, name: str) -> str:
    held: str | float | None = row.columns[name][0]
    known = row.background.get(name, ())
    if held is None or held != held:
        return MISSING
    if row.is_text(name) or len(known) == 0:
        return ""
    if isinstance(held, str):
        return "" if held in set(known) else UNSEEN
    numbers = np.asarray(known, float)
    numbers = numbers[np.isfinite(numbers)]
    inside = len(numbers) and numbers.min() <= float(held) <= numbers.max()
    return "" if inside else BEYOND


def _words(
    row: AskedRows, classes: tuple[str, ...], output: int, found: Contributions
) -> tuple[WordReason, ...]:
    """What each word of a text moves: the score less that of the row without it; works for any model."""
    told = []
    counted = dict(zip(found.names, found.values[0].tolist(), strict=True))
    for name in row.columns:
        text = row.columns[name][0]
        if not isinstance(text, str) or not row.is_text(name) or counted.get(name, 0.0) == 0.0:
            continue
        words = list(dict.fromkeys(re.findall(r"\w\w+", text)))[:MOST_WORDS]
        shorter = [re.sub(rf"\b{re.escape(word)}\b", " ", text) for word in words]
        copies: Mapping[str, Values] = row.at(np.zeros(len(words) + 1, np.int64)).columns
        scores = row.scorer.score_columns({**copies, name: [text, *shorter]})
        every = scores_by_class(scores, classes)[0][:, output]
        told += [WordReason(name, word, float(every[0] - every[at + 1])) for at, word in enumerate(words)]
    told = [word for word in told if word.moves != 0.0]
    return tuple(sorted(told, key=lambda word: (-abs(word.moves), word.word)))
