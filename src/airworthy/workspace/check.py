"""`airworthy check`: a first answer on a plain file of predictions, or on a model and its data."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from airworthy.adapters.foreign import load_foreign
from airworthy.assurance.plain import CheckReport, check_predictions
from airworthy.data import read_file
from airworthy.kernel.errors import InputError


def check_files(
    first: Path,
    data: Path | None,
    *,
    target: str,
    score: str | None,
    decision: str | None,
    protected: tuple[str, ...],
    positive: str | None,
    threshold: float | None,
    sheet: str | None = None,
) -> CheckReport:
    """Check a predictions file (`data` None), or the model `first` on the labelled rows of `data`."""
    table = read_file(data or first, sheet=sheet)
    outcomes = _column(table, target, "--target")
    groups = {name: _column(table, name, "--protected").cast(pl.String).to_list() for name in protected}
    scores: NDArray[Any] | None = None
    if data is not None:
        scores = load_foreign(first).predict_frame(table)
    elif score is not None:
        scores = _numbers(_column(table, score, "--score"), score)
    elif decision is None:
        raise InputError(
            f"Which column of {first.name} holds the score? It has {', '.join(table.columns[:8])}.",
            value=first.name,
            remedy="Name it: --score COLUMN (or --decision COLUMN).",
        )
    return check_predictions(
        _plain(outcomes),
        scores,
        decision=None if decision is None else _plain(_column(table, decision, "--decision")),
        protected=groups,
        positive=positive,
        threshold=threshold,
    )


def _column(table: pl.DataFrame, name: str, option: str) -> pl.Series:
    if name in table.columns:
        return table[name]
    near = get_close_matches(name, table.columns, n=3) or table.columns[:8]
    raise InputError(
        f"There is no column {name!r}.", value=name, remedy=f"Give {option} one of: {', '.join(near)}."
    )


def _numbers(values: pl.Series, name: str) -> NDArray[np.float64]:
    numbers = values.cast(pl.Float64, strict=False)
    wrong = values.filter(numbers.is_null() & values.is_not_null())
    if len(wrong):
        raise InputError(
            f"The score column {name} holds {wrong[0]!r}, which is no number.",
            value=str(wrong[0]),
            remedy="Give probabilities between 0 and 1, or predicted numbers.",
        )
    return numbers.to_numpy()


def _plain(values: pl.Series) -> Any:
    return values.to_numpy() if values.dtype.is_numeric() else np.array(values.to_list(), dtype=object)
