"""Whether two sets of rows could have been drawn from one place: else nobody can tell who was learned."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from airworthy.assurance.predictions import Predictions
from airworthy.charter.model import Task
from airworthy.data.facts.small_trees import out_of_fold
from airworthy.measures.ranking import Auc

UNLIKE = 0.55
"""An AUC surely above it: members and others differ by themselves."""
OUTCOME = "__outcome__"


def told_apart(members: Predictions, others: Predictions, names: Sequence[str]) -> Auc:
    """How well small trees tell members from others by the columns `names` and the outcome, without a model.

    Near 0.5 where both are drawn from the same rows.
    """
    y = np.repeat([1, 0], [len(members), len(others)]).astype(np.int64)
    both = pl.concat([_frame(rows, names) for rows in (members, others)])
    return Auc(y, out_of_fold(both, y, 2, "members")[:, 1])


def _frame(rows: Predictions, names: Sequence[str]) -> pl.DataFrame:
    held = {name: _series(rows.columns[name]) for name in names if name in rows.columns}
    outcome = np.asarray(rows.y)
    held[OUTCOME] = pl.Series(
        outcome.astype(float) if rows.task is Task.REGRESSION else [str(code) for code in outcome.tolist()]
    )
    return pl.DataFrame(held)


def _series(values: object) -> pl.Series:
    if isinstance(values, np.ndarray) and values.dtype.kind in "fiub":
        return pl.Series(values.astype(float))
    return pl.Series([None if value is None else str(value) for value in values], dtype=pl.String)  # type: ignore[attr-defined]
