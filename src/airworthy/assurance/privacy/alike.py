"""Whether two sets of rows could have been drawn from one place: else nobody can tell who was learned."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from airworthy.assurance.predictions import Predictions
from airworthy.assurance.privacy.frames import frame_of
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
    outcome = np.asarray(rows.y)
    held = outcome.astype(float) if rows.task is Task.REGRESSION else outcome.astype(str).tolist()
    return frame_of({**rows.columns, OUTCOME: held}, [*names, OUTCOME])
