"""A first answer without a model of ours: checks on plain arrays, frames and models trained elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from airworthy.assurance.asked import is_model
from airworthy.assurance.plain_model import check_model
from airworthy.assurance.plain_predictions import check_predictions
from airworthy.assurance.plain_report import CheckReport, CheckStopped, is_small, run_assurance
from airworthy.assurance.predictions import Predictions, Values
from airworthy.assurance.tables import read_table
from airworthy.kernel.errors import InputError

__all__ = [
    "CheckReport",
    "CheckStopped",
    "check",
    "check_model",
    "check_predictions",
    "is_small",
    "run_assurance",
]


def check(
    model_or_predictions: object,
    X: object = None,
    y: ArrayLike | Sequence[object] | None = None,
    *,
    protected: Sequence[str] | Mapping[str, Values] = (),
    **settings: Any,
) -> CheckReport:
    """`aw.check`: a model with its rows, or scores with their outcomes.

    Parameters
    ----------
    model_or_predictions : anything with `predict_proba` or `predict`, a function of rows, or (n,) or (n, k)
        scores, or (n,) decisions.
    X : n rows in the form that the model takes; for scores, the table that holds the protected columns.
    y : (n,) outcomes.
    protected : names of columns of `X`, or further columns by name.
    settings : as `check_model` or `check_predictions` take them, such as `deep=True`.

    Raises
    ------
    CheckStopped : a `KeyboardInterrupt` whose `report` has the checks that were done.

    >>> import numpy as np
    >>> y = np.array([0, 1] * 200); p = np.where(y == 1, 0.7, 0.3)
    >>> [r.verdict.value for r in check(p, y=y).results if r.code == "PER001"]
    ['PASS']
    """
    if y is None:
        raise InputError("There are no outcomes to check against.", remedy="Give them as y=.")
    if isinstance(model_or_predictions, Predictions):
        raise InputError(
            "These predictions already carry their outcomes.",
            remedy="Use airworthy.assurance.run_assurance(predictions, scope).",
        )
    if is_model(model_or_predictions):
        if X is None:
            raise InputError("There are no rows for the model.", remedy="Give them as X=.")
        return check_model(model_or_predictions, X, y, protected=protected, **settings)
    groups: Mapping[str, Values] = (
        protected if isinstance(protected, Mapping) else _picked(X, tuple(protected))
    )
    scores = np.asarray(model_or_predictions)
    if scores.dtype.kind in "fiub":
        return check_predictions(y, scores, protected=groups, **settings)
    return check_predictions(y, decision=scores, protected=groups, **settings)


def _picked(table: object, names: tuple[str, ...]) -> dict[str, Values]:
    if not names:
        return {}
    columns = {} if table is None else read_table(table).columns
    if missing := [name for name in names if name not in columns]:
        raise InputError(
            f"There is no column {missing[0]!r}.",
            value=missing[0],
            remedy="Give the frame that holds it as X=, or a mapping: protected={name: values}.",
        )
    return {name: columns[name] for name in names}
