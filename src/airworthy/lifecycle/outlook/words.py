"""Free text in backtests: a linear score of words, always from a model that did not see the row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from airworthy.charter.model import Task
from airworthy.model.text import fit_text_model
from airworthy.scoring.contract import Contract, LogicalType
from airworthy.scoring.text import tokens_of

Floats = NDArray[np.float64]


def texts_of(columns: Mapping[str, Any], contract: Contract) -> list[list[list[str]]]:
    """The words of each text input, row by row."""
    names = [column.name for column in contract.inputs if column.type is LogicalType.TEXT]
    return [[tokens_of(text or "") for text in columns[name]] for name in names]


def scores_from_before(
    texts: Sequence[Sequence[Sequence[str]]],
    y: Floats,
    edges: Sequence[int],
    known: Sequence[int],
    task: Task,
    classes: int,
) -> Floats:
    """Scores (n, d): each block by models of the blocks before it, each half of the first by the other half.

    Parameters
    ----------
    texts : words of n rows for each text column, rows in time order.
    y : (n,) class indices or numbers.
    edges : block boundaries, from 0 to n.
    known : rows whose outcome was known at each boundary; a block without any stays NaN.
    """
    outputs = _outputs(task, classes)
    made = [np.full((len(y), outputs), np.nan) for _ in texts]
    for tokens, scores in zip(texts, made, strict=True):
        fitted = 0
        for (start, end), seen in zip(pairwise(edges[1:]), known[1:], strict=False):
            if not seen:
                continue
            if seen != fitted:
                model = fit_text_model(
                    tokens[:seen], y[:seen], regression=task is Task.REGRESSION, outputs=outputs
                )
                fitted = seen
            scores[start:end] = model.score(tokens[start:end])
    return np.column_stack(made) if made else np.empty((len(y), 0))


def scores_of_halves(texts: Sequence[Sequence[Sequence[str]]], y: Floats, task: Task, classes: int) -> Floats:
    """Scores (n, d): each half of the rows by a model of the other half."""
    outputs, middle = _outputs(task, classes), len(y) // 2
    made = [np.empty((len(y), outputs)) for _ in texts]
    sides = (slice(0, middle), slice(middle, len(y)))
    for tokens, scores in zip(texts, made, strict=True):
        for fit, hold in (sides, sides[::-1]):
            model = fit_text_model(tokens[fit], y[fit], regression=task is Task.REGRESSION, outputs=outputs)
            scores[hold] = model.score(tokens[hold])
    return np.column_stack(made) if made else np.empty((len(y), 0))


def scores_apart(
    texts: Sequence[Sequence[Sequence[str]]], y: Floats, site: NDArray[np.bool_], task: Task, classes: int
) -> Floats:
    """Scores (n, d): rows of the site by a model of all others, which score each other in halves."""
    away, here = np.flatnonzero(~site).tolist(), np.flatnonzero(site).tolist()
    others = [[tokens[i] for i in away] for tokens in texts]
    made = np.empty((len(y), len(texts) * _outputs(task, classes)))
    made[away] = scores_of_halves(others, y[away], task, classes)
    outputs = _outputs(task, classes)
    for place, (tokens, known) in enumerate(zip(texts, others, strict=True)):
        model = fit_text_model(known, y[away], regression=task is Task.REGRESSION, outputs=outputs)
        made[here, place * outputs : (place + 1) * outputs] = model.score([tokens[i] for i in here])
    return made


def _outputs(task: Task, classes: int) -> int:
    return classes if task is Task.MULTICLASS else 1
