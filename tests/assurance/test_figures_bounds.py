"""An interval stays where its figure can lie."""

from __future__ import annotations

import numpy as np

from airworthy.assurance.plain import check_predictions


def test_losses_of_few_rows_have_no_interval_below_zero() -> None:
    # Nine sure and right answers and one sure and wrong one: the t-interval of the mean crosses 0.
    outcome = np.array([0, 1] * 5)
    score = np.where(outcome == 1, 0.999, 0.001)
    score[-1] = 0.001
    metrics = check_predictions(outcome, score).metrics
    for name in ("log_loss", "brier", "cost_per_1000"):
        assert metrics[name].low == 0.0, name
        assert metrics[name].value > 0.0
