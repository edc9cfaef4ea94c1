"""The decision document: the rule, where it comes from, what it costs on rows held out, and when it flips.

Every figure stands on out-of-fold outputs: calibration, or the regression offset, was fitted on other rows.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from airworthy.charter.model import Costs
from airworthy.kernel.units import MoneyRange
from airworthy.measures.money import (
    binary_costs,
    decide_by_cost,
    matrix_costs,
    unit_costs,
    useful_cost_ratios,
)
from airworthy.model.decide import EVEN, bayes_threshold
from airworthy.model.figures import PER, Document, Evidence, figure
from airworthy.model.job import UnitCosts
from airworthy.scoring.spec import CostMatrix, Shift, Threshold


def threshold_document(decision: Threshold, declared: Costs, evidence: Evidence) -> Document:
    """The binary rule: errors and money per 1,000, and what the ends of a cost range would change."""
    probability = evidence.outputs[:, 1]
    chosen = probability >= decision.threshold
    low, high = useful_cost_ratios(evidence.y, chosen)
    document: dict[str, object] = {
        "kind": "threshold",
        "threshold": decision.threshold,
        "ratio": _finite((1 - decision.threshold) / decision.threshold if decision.threshold else math.inf),
        "rows": len(evidence.y),
        "false_alarms_per_1000": figure(chosen & (evidence.y == 0), "per 1,000", evidence, "false alarms"),
        "misses_per_1000": figure(~chosen & (evidence.y == 1), "per 1,000", evidence, "misses"),
        "errors_per_1000": figure(chosen != (evidence.y == 1), "per 1,000", evidence, "errors"),
        "flips_at_ratio": {"low": _finite(low), "high": _finite(high), "text": _flip_text(low, high)},
        "at_cost_range": [],
        "money_per_1000": None,
        "currency": None,
    }
    alarm, miss = declared.false_positive, declared.false_negative
    if alarm is None or miss is None:
        return document | {
            "costs_declared": False,
            "note": _no_costs(_from_where(decision.threshold)),
        }
    money = binary_costs(evidence.y, chosen, alarm.middle, miss.middle)
    return document | {
        "costs_declared": True,
        "currency": declared.currency,
        "money_per_1000": figure(money, f"{declared.currency} per 1,000", evidence, "money"),
        "at_cost_range": _range_ends(alarm, miss, declared, evidence, chosen),
        "note": (
            f"A false alarm costs {_amount(alarm)} and a miss {_amount(miss)}: positive from a "
            f"probability of {decision.threshold:.3f} up, {_why(decision.threshold, alarm, miss)}."
        ),
    }


def _range_ends(
    alarm: MoneyRange,
    miss: MoneyRange,
    declared: Costs,
    evidence: Evidence,
    chosen: npt.NDArray[np.bool_],
) -> list[Document]:
    """The rule at the two most different readings of the declared ranges."""
    if alarm.exact and miss.exact:
        return []
    ends: list[Document] = []
    for one_alarm, one_miss in ((alarm.low, miss.high), (alarm.high, miss.low)):
        threshold = bayes_threshold(one_alarm, one_miss)
        decided = evidence.outputs[:, 1] >= threshold
        money = binary_costs(evidence.y, decided, one_alarm, one_miss)
        ends.append(
            {
                "false_positive": one_alarm,
                "false_negative": one_miss,
                "threshold": threshold,
                "money_per_1000": figure(money, f"{declared.currency} per 1,000", evidence, "money"),
                "decided_differently_per_1000": float((decided != chosen).mean()) * PER,
            }
        )
    return ends


def matrix_document(
    decision: CostMatrix, costs: UnitCosts, declared: Costs, classes: tuple[str, ...], evidence: Evidence
) -> Document:
    """The multiclass rule: the class with the least expected cost."""
    decided = decide_by_cost(evidence.outputs, decision.costs)
    errors = decided != evidence.y.astype(np.int64)
    document: dict[str, object] = {
        "kind": "cost-matrix",
        "classes": list(classes),
        "costs": [list(row) for row in decision.costs],
        "rows": len(evidence.y),
        "errors_per_1000": figure(errors, "per 1,000", evidence, "errors"),
        "at_cost_range": [],
        "flips_at_ratio": None,
        "money_per_1000": None,
        "currency": None,
    }
    if costs.matrix is None:
        return document | {"costs_declared": False, "note": _no_costs("The most probable class is decided")}
    money = matrix_costs(evidence.y, decided, decision.costs)
    return document | {
        "costs_declared": True,
        "currency": declared.currency,
        "money_per_1000": figure(money, f"{declared.currency} per 1,000", evidence, "money"),
        "note": "The class with the least expected cost is decided, under the declared cost of each mix-up.",
    }


def shift_document(decision: Shift, declared: Costs, evidence: Evidence) -> Document:
    """The regression rule: the prediction plus an offset that the unit costs call for."""
    prediction, decided = evidence.outputs[:, 0], evidence.outputs[:, 1]
    document: dict[str, object] = {
        "kind": "shift",
        "offset": decision.offset,
        "rows": len(evidence.y),
        "mean_absolute_error": figure(
            np.abs(evidence.y - decided), "units", evidence, "absolute error", per=1.0
        ),
        "at_cost_range": [],
        "flips_at_ratio": None,
        "money_per_1000": None,
        "currency": None,
    }
    over, under = declared.over, declared.under
    if over is None or under is None:
        return document | {"costs_declared": False, "note": _no_costs("The prediction is decided as it is")}
    unit = f"{declared.currency} per 1,000"
    money = unit_costs(evidence.y, decided, over.middle, under.middle)
    ends = []
    if not (over.exact and under.exact):
        residuals = evidence.y - prediction
        for one_over, one_under in ((over.low, under.high), (over.high, under.low)):
            offset = float(np.quantile(residuals, one_under / (one_under + one_over)))
            ends.append({"over": one_over, "under": one_under, "offset": offset})
    share = under.middle / (under.middle + over.middle)
    return document | {
        "costs_declared": True,
        "currency": declared.currency,
        "money_per_1000": figure(money, unit, evidence, "money"),
        "at_cost_range": ends,
        "note": (
            f"A unit too high costs {_amount(over)} and a unit too low {_amount(under)}: the decision is the "
            f"prediction {decision.offset:+.4g}, which the outcome exceeds in {1 - share:.0%} of cases."
        ),
    }


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _amount(amount: MoneyRange) -> str:
    if amount.exact:
        return f"{amount.middle:g} {amount.currency}"
    return f"{amount.low:g} to {amount.high:g} {amount.currency} (middle {amount.middle:g})"


def _why(threshold: float, alarm: MoneyRange, miss: MoneyRange) -> str:
    even = bayes_threshold(alarm.middle, miss.middle)
    if math.isclose(threshold, even):
        return "where both errors cost the same"
    return f"where the groups' rates lie close enough; both errors cost the same at {even:.3f}"


def _from_where(threshold: float) -> str:
    if math.isclose(threshold, EVEN):
        return "A case is decided positive from one half up"
    return f"A case is decided positive from {threshold:.3f} up, where the groups' rates lie close enough"


def _no_costs(rule: str) -> str:
    return (
        f"No costs were declared, so every error counts the same. {rule}. "
        "Declare what errors cost under [costs] in airworthy.toml."
    )


def _flip_text(low: float, high: float) -> str:
    """When these decisions beat deciding the same for everyone."""
    if low >= high:
        return "At no cost ratio do these decisions beat deciding the same for every case."
    upper = "however dear a miss is" if math.isinf(high) else f"up to {high:.3g}"
    return (
        f"These decisions beat deciding the same for every case while a miss costs as much as {low:.3g} "
        f"false alarms or more, {upper}."
    )
