"""The numbers: pure array functions and estimates that know their own uncertainty.

Names are loaded on first use, so that listing checks imports no numeric library.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from airworthy.measures.bootstrap import Bootstrap
    from airworthy.measures.calibration import CalibrationError
    from airworthy.measures.conformal import (
        adapted_coverage,
        fewest_rows,
        least_probability,
        next_alpha,
        residual_bounds,
    )
    from airworthy.measures.distances import (
        PopulationStability,
        categorical_distance,
        category_shares,
        cramers_v,
        ks_distance,
        ks_significance,
        mutual_information,
        psi,
        psi_significance,
    )
    from airworthy.measures.drawn import Drawn, draw_in_parts, seen_in_parts
    from airworthy.measures.forecast import NextPeriod, forecast_interval, last_matured
    from airworthy.measures.groups import GroupRates, group_rates
    from airworthy.measures.impact import ImpactRatio, ShareRatio, chance_if_equal
    from airworthy.measures.labels import accuracy, confusion, macro_recall
    from airworthy.measures.means import Difference, MeanT, PairedDifference, design_effect
    from airworthy.measures.money import (
        binary_costs,
        cost_optimal_threshold,
        decide_by_cost,
        expected_cost,
        matrix_costs,
        price_of_a_place,
        review_band,
        reviewed_costs,
        unit_costs,
        useful_cost_ratios,
    )
    from airworthy.measures.multiple import false_discovery, holm, step_up
    from airworthy.measures.outlook import Outlook, PastPeriod
    from airworthy.measures.paired import PairedShares
    from airworthy.measures.power import chance_to_show, rows_to_show, smallest_gap
    from airworthy.measures.probability import (
        brier,
        calibration_bins,
        calibration_line,
        ece,
        log_loss,
        row_log_loss,
    )
    from airworthy.measures.promise import period_of, promised, seen_of
    from airworthy.measures.proportion import Exact, Newcombe, Wilson, unseen_share
    from airworthy.measures.quantile import OrderStatistic
    from airworthy.measures.ranking import Auc, AucChange, AucDifference, auc, average_precision
    from airworthy.measures.regression import mae, r2, rmse

_HOME = {
    "reviewed_costs": "money",
    "review_band": "money",
    "price_of_a_place": "money",
    "residual_bounds": "conformal",
    "next_alpha": "conformal",
    "least_probability": "conformal",
    "fewest_rows": "conformal",
    "adapted_coverage": "conformal",
    "accuracy": "labels",
    "Auc": "ranking",
    "auc": "ranking",
    "AucDifference": "ranking",
    "AucChange": "ranking",
    "average_precision": "ranking",
    "binary_costs": "money",
    "Bootstrap": "bootstrap",
    "brier": "probability",
    "calibration_bins": "probability",
    "calibration_line": "probability",
    "CalibrationError": "calibration",
    "categorical_distance": "distances",
    "category_shares": "distances",
    "confusion": "labels",
    "cost_optimal_threshold": "money",
    "cramers_v": "distances",
    "decide_by_cost": "money",
    "design_effect": "means",
    "Difference": "means",
    "ece": "probability",
    "Exact": "proportion",
    "expected_cost": "money",
    "forecast_interval": "forecast",
    "group_rates": "groups",
    "GroupRates": "groups",
    "chance_if_equal": "impact",
    "holm": "multiple",
    "false_discovery": "multiple",
    "step_up": "multiple",
    "chance_to_show": "power",
    "smallest_gap": "power",
    "rows_to_show": "power",
    "ImpactRatio": "impact",
    "ShareRatio": "impact",
    "ks_distance": "distances",
    "ks_significance": "distances",
    "last_matured": "forecast",
    "log_loss": "probability",
    "macro_recall": "labels",
    "mae": "regression",
    "matrix_costs": "money",
    "MeanT": "means",
    "mutual_information": "distances",
    "Newcombe": "proportion",
    "NextPeriod": "forecast",
    "OrderStatistic": "quantile",
    "Outlook": "outlook",
    "PastPeriod": "outlook",
    "period_of": "promise",
    "promised": "promise",
    "seen_of": "promise",
    "Drawn": "drawn",
    "draw_in_parts": "drawn",
    "seen_in_parts": "drawn",
    "PairedDifference": "means",
    "PairedShares": "paired",
    "unseen_share": "proportion",
    "PopulationStability": "distances",
    "psi": "distances",
    "psi_significance": "distances",
    "r2": "regression",
    "rmse": "regression",
    "row_log_loss": "probability",
    "unit_costs": "money",
    "useful_cost_ratios": "money",
    "Wilson": "proportion",
}

__all__ = [
    "Auc",
    "AucChange",
    "AucDifference",
    "Bootstrap",
    "CalibrationError",
    "Difference",
    "Drawn",
    "Exact",
    "GroupRates",
    "ImpactRatio",
    "MeanT",
    "Newcombe",
    "NextPeriod",
    "OrderStatistic",
    "Outlook",
    "PairedDifference",
    "PairedShares",
    "PastPeriod",
    "PopulationStability",
    "ShareRatio",
    "Wilson",
    "accuracy",
    "adapted_coverage",
    "auc",
    "average_precision",
    "binary_costs",
    "brier",
    "calibration_bins",
    "calibration_line",
    "categorical_distance",
    "category_shares",
    "chance_if_equal",
    "chance_to_show",
    "confusion",
    "cost_optimal_threshold",
    "cramers_v",
    "decide_by_cost",
    "design_effect",
    "draw_in_parts",
    "ece",
    "expected_cost",
    "false_discovery",
    "fewest_rows",
    "forecast_interval",
    "group_rates",
    "holm",
    "ks_distance",
    "ks_significance",
    "last_matured",
    "least_probability",
    "log_loss",
    "macro_recall",
    "mae",
    "matrix_costs",
    "mutual_information",
    "next_alpha",
    "period_of",
    "price_of_a_place",
    "promised",
    "psi",
    "psi_significance",
    "r2",
    "residual_bounds",
    "review_band",
    "reviewed_costs",
    "rmse",
    "row_log_loss",
    "rows_to_show",
    "seen_in_parts",
    "seen_of",
    "smallest_gap",
    "step_up",
    "unit_costs",
    "unseen_share",
    "useful_cost_ratios",
]


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module 'airworthy.measures' has no attribute {name!r}")
    return getattr(importlib.import_module(f"airworthy.measures.{_HOME[name]}"), name)
