"""What deciding without a model costs in each row: the answer that the training shares alone call for."""

from __future__ import annotations

import numpy as np
import polars as pl

from airworthy.measures.money import binary_costs, matrix_costs
from airworthy.model.compared import guessed
from airworthy.model.decide import error_costs, number_costs
from airworthy.model.job import Job
from airworthy.model.problem import TARGET, Problem
from airworthy.model.rows import Rows
from airworthy.model.windows import windows_of
from airworthy.scoring.columns import FloatArray
from airworthy.scoring.spec import LeastCost


def naive_costs(problem: Problem, job: Job, rows: Rows) -> FloatArray | None:
    """Cost of each row, shape (n,); None where nobody declared a cost.

    Two classes: positive where the training share makes it cheaper in the row, within the declared capacity.
    More: the class of least expected cost. Numbers: the training quantile that the unit costs call for.
    """
    costs, known = job.costs, problem.learned.get_column(TARGET).drop_nulls()
    if not costs.declared:
        return None
    if job.task == "regression":
        assert costs.over is not None  # the charter wants both or none
        assert costs.under is not None
        level = costs.under / (costs.under + costs.over)
        return number_costs(costs, rows.y, np.full(len(rows), np.quantile(known.to_numpy(), level)))
    shares = class_shares(known, job.contract.classes)
    if costs.matrix is not None:
        decided = int(np.argmin(shares @ np.array(costs.matrix)))
        return matrix_costs(rows.y, np.full(len(rows), decided), costs.matrix)
    deciding = job.deciding
    both = error_costs(LeastCost(alarm=deciding.alarm, miss=deciding.miss), rows.told, len(rows))
    positive = guessed(float(shares[1]), both, windows_of(deciding, rows), deciding.capacity)
    return binary_costs(rows.y, positive, both[:, 0], both[:, 1])


def guess_losses(known: pl.Series, y: FloatArray, job: Job) -> FloatArray:
    """Loss in each row, shape (n,), of saying what the `known` outcomes say of every row alike.

    Log loss of their shares, or squared distance from their mean.
    """
    if job.task == "regression":
        return np.asarray((y - float(np.mean(known.to_numpy()))) ** 2)
    shares = class_shares(known, job.contract.classes)
    return np.asarray(-np.log(np.maximum(shares, 1 / (known.len() + 1)))[y.astype(np.int64)])


def class_shares(target: pl.Series, classes: tuple[str, ...]) -> FloatArray:
    """Share of each class among the known outcomes, in the order of `classes`.

    >>> class_shares(pl.Series(["no", "no", "yes", None]), ("no", "yes")).round(2)
    array([0.67, 0.33])
    """
    known = target.drop_nulls().cast(pl.String)
    return np.array([float((known == name).sum()) for name in classes]) / max(1, known.len())
