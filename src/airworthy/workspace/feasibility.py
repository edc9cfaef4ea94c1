"""`airworthy feasibility`: more data, why not everything right, and when; from the table at hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from airworthy.charter.problems import did_you_mean, listed
from airworthy.data.frame import from_any
from airworthy.data.read import read_file
from airworthy.kernel.errors import InputError
from airworthy.kernel.ports import Progress
from airworthy.kernel.progress import QuietProgress
from airworthy.lifecycle.feasibility.answer import LEVEL, Feasibility, answer_of
from airworthy.lifecycle.feasibility.learner import QuickLearner

MOST_CLASSES = 20
"""Different outcomes beyond which numbers are predicted as numbers, and words are refused."""


def feasibility(
    table: object,
    target: str,
    *,
    positive: object = None,
    exclude: Sequence[str] = (),
    wished: float | None = None,
    rows_a_day: float | None = None,
    label_cost: float | None = None,
    seed: int = 0,
    progress: Progress | None = None,
) -> Feasibility:
    """What can be reached with the rows at hand, with more of them, and never.

    A quick learner, the same for every table, is trained on growing parts of the rows, and its curve says
    what more rows bring to it. A longer search may find a better model.

    Parameters
    ----------
    table : a pandas, Polars or Arrow table, or the path of a file.
    target : the outcome's column; rows without an outcome are left out.
    positive : the value that counts as the event, where there are two.
    exclude : columns that are not used.
    wished : the AUC (two outcomes), log loss (several) or RMSE (numbers) that somebody wants.
    rows_a_day, label_cost : how many outcomes come in a day, and what one costs.

    Raises
    ------
    InputError : no such column, too few rows, one outcome only, or a wish that is no figure of its measure.
    """
    watch = progress or QuietProgress()
    with watch.stage("Read"):
        frame = read_file(Path(table)) if isinstance(table, str | Path) else from_any(table)
        learner = _learner(frame, target, positive, tuple(exclude), seed)
    _refuse_wish(wished, learner)
    with watch.stage("Learn from growing parts of the rows"):
        return answer_of(learner, wished=wished, rows_a_day=rows_a_day, label_cost=label_cost, seed=seed)


def _learner(
    frame: pl.DataFrame, target: str, positive: object, exclude: tuple[str, ...], seed: int
) -> QuickLearner:
    for name in (target, *exclude):
        if name not in frame.columns:
            raise InputError(
                f'The table has no column "{name}".',
                value=name,
                remedy=did_you_mean(name, frame.columns, f"There are: {listed(frame.columns)}."),
            )
    known = frame.filter(frame[target].is_not_null())
    inputs = known.drop(target, *exclude)
    if not inputs.width:
        raise InputError("There is no column to learn from.", value=target, remedy="Name fewer to exclude.")
    y, classes = _outcomes(known[target], positive)
    return QuickLearner(inputs, y, classes, seed)


def _outcomes(column: pl.Series, positive: object) -> tuple[np.ndarray[Any, np.dtype[np.float64]], int]:
    """Numbers, or 0, 1, … for classes in their order; the event last."""
    different = column.n_unique()
    if column.dtype.is_numeric() and different > 2 and positive is None:
        return np.asarray(column.cast(pl.Float64).to_numpy(), float), 0
    if different == 1:
        raise InputError(
            f"Every row has the outcome {column[0]!r}.", value=str(column[0]), remedy="Name another column."
        )
    if different > MOST_CLASSES:
        raise InputError(
            f"The outcome has {different:,} different words; {MOST_CLASSES} are the most.",
            value=different,
            remedy="Group them, or name the one that counts: --positive WORD.",
        )
    words = column.cast(pl.String)
    order = sorted(words.unique().to_list())
    if positive is not None:
        if str(positive) not in order:
            raise InputError(
                f'No row has the outcome "{positive}".',
                value=str(positive),
                remedy=did_you_mean(str(positive), order, f"There are: {listed(order)}."),
            )
        return np.asarray((words == str(positive)).to_numpy(), float), 2
    codes = {word: float(place) for place, word in enumerate(order)}
    return np.asarray(words.replace_strict(codes, return_dtype=pl.Float64).to_numpy(), float), len(order)


def _refuse_wish(wished: float | None, learner: QuickLearner) -> None:
    if wished is None:
        return
    if learner.classes == 2 and not 0.5 < wished < 1:
        raise InputError(
            f"An AUC of {wished:g} cannot be wished for: it lies between 0.5, drawing by lot, and 1.",
            value=wished,
            remedy="Write for example --wish 0.85.",
        )
    if learner.classes != 2 and wished <= 0:
        raise InputError(
            f"A loss of {wished:g} cannot be reached.", value=wished, remedy="Write a figure above zero."
        )


def feasibility_document(found: Feasibility) -> dict[str, Any]:
    """The answer as one JSON document."""
    curve = found.curve
    return {
        "measure": found.measure,
        "level": LEVEL,
        "rows": found.rows,
        "columns": found.columns,
        "curve": [
            {"rows": int(size), "loss": float(loss)}
            for size, loss in zip(curve.sizes, curve.losses.mean(axis=0), strict=True)
        ],
        "now": asdict(found.now),
        "ahead": [asdict(one) for one in found.ahead],
        "limit": asdict(found.limit),
        "naive": found.naive,
        "twins": asdict(found.twins),
        "wish": None if found.wish is None else asdict(found.wish),
        "first_win": None if found.win is None else asdict(found.win),
    }
