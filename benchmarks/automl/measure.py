"""What the answers are worth on test rows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from airworthy.measures import auc, log_loss, rmse
from airworthy.measures.money import binary_costs

FALSE_ALARM, MISS = 1.0, 5.0
BINS = 10
Floats = NDArray[np.float64]


def measured(task: str, y: Floats, answers: Floats) -> dict[str, float]:
    """Loss, and for classes AUC, calibration error and expected cost a row at the same threshold."""
    if task == "regression":
        return {"loss": float(rmse(y, answers)), "rows": len(y)}
    threshold = FALSE_ALARM / (FALSE_ALARM + MISS)
    costs = binary_costs(y, answers >= threshold, FALSE_ALARM, MISS)
    return {
        "loss": float(log_loss(y, answers)),
        "auc": float(auc(y, answers)),
        "calibration": _calibration_error(y, answers),
        "money": float(costs.mean()),
        "rows": len(y),
    }


def _calibration_error(y: Floats, answers: Floats) -> float:
    """Mean distance of announced and observed rate over ten bins of equal size."""
    order = np.argsort(answers, kind="stable")
    bins = [part for part in np.array_split(order, BINS) if len(part)]
    gaps = [abs(float(y[part].mean() - answers[part].mean())) * len(part) for part in bins]
    return sum(gaps) / len(y)
