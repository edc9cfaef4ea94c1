"""What the decisions cost beside the best decision that needs no model."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from airworthy.assurance.predictions import Predictions
from airworthy.assurance.quality import LAST
from airworthy.charter.model import Costs, Task
from airworthy.kernel.result import NotApplicable
from airworthy.kernel.units import MoneyRange
from airworthy.measures.money import binary_costs, matrix_costs, unit_costs, useful_cost_ratios

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Worth:
    """Cost of each case under the model (n,) and under the cheapest rule without one (n,).

    `per_1000` names every rule's mean cost; `ratios` are the worths of a miss, in false alarms, between which
    the model's decisions beat both nobody and everyone (binary only).
    """

    model: Floats
    baseline: Floats
    baseline_name: str
    unit: str
    basis: str
    per_1000: dict[str, float] = field(default_factory=dict)
    ratios: tuple[float, float] | None = None
    corners: tuple[float, float] | None = None  # least and most saved per 1,000 over a declared cost range


def worth_of(predictions: Predictions, costs: Costs | None) -> Worth | NotApplicable:
    """Costs in money where declared, else errors; a miss then counts as the threshold implies.

    A threshold t is right for calibrated probabilities exactly when a miss is (1 - t) / t times as bad as a
    false alarm (Elkan 2001; Vickers and Elkin, Medical Decision Making 26 (2006) 565).
    """
    if predictions.decision is None:
        return NotApplicable("The predictions carry no decisions.")
    declared = costs or Costs()
    if predictions.task is Task.BINARY:
        return _binary(predictions, declared)
    if predictions.task is Task.MULTICLASS:
        return _multiclass(predictions, declared)
    return _regression(predictions, declared)


def _binary(predictions: Predictions, costs: Costs) -> Worth | NotApplicable:
    y, n = predictions.y, len(predictions)
    decision = np.asarray(predictions.decision)
    if predictions.error_costs is not None or predictions.places is not None:
        return _by_row(predictions, costs)
    if costs.false_positive_column or costs.false_negative_column:
        return NotApplicable("An error costs the amount of its row, and these rows carry no amounts.")
    alarm, miss, unit, basis = binary_basis(predictions.threshold, costs)
    rules = {"nobody selected": np.zeros(n), "everybody selected": np.ones(n)}
    if predictions.last_matured_outcome is not None:
        last = predictions.last_matured_outcome
        rules[LAST] = np.where(np.isfinite(last), last, 0.0)
    each = {name: binary_costs(y, rule, alarm, miss) for name, rule in rules.items()}
    model = binary_costs(y, decision, alarm, miss)
    made = _best(model, each, unit, basis, useful_cost_ratios(y, decision))
    if costs.false_positive is None or costs.false_negative is None:
        return made
    return _with_corners(made, y, decision, rules, costs.false_positive, costs.false_negative)


def _by_row(predictions: Predictions, costs: Costs) -> Worth:
    """Each row costs its own amount, or people take only so many: a rule without a model obeys both."""
    y, n = predictions.y, len(predictions)
    fixed_alarm, fixed_miss, unit, basis = binary_basis(None, costs)
    alarm, miss = np.full(n, fixed_alarm), np.full(n, fixed_miss)
    if predictions.error_costs is not None:
        alarm, miss = predictions.error_costs[:, 0], predictions.error_costs[:, 1]
        unit, basis = (
            f"{costs.currency} per 1,000 cases",
            "each row costs the amount that the charter declares",
        )
    share = float(predictions.shares[1])
    gain = share * miss - (1 - share) * alarm
    rules = {"nobody selected": np.zeros(n)}
    rules |= _blind(gain, "the training share and the row's costs", predictions.places)
    if predictions.places is None:
        rules["everybody selected"] = np.ones(n)
    last = predictions.last_matured_outcome
    if last is not None and (predictions.places is None or np.nansum(last) <= predictions.places):
        rules[LAST] = np.where(np.isfinite(last), last, 0.0)
    each = {name: binary_costs(y, rule, alarm, miss) for name, rule in rules.items()}
    return _best(binary_costs(y, np.asarray(predictions.decision), alarm, miss), each, unit, basis)


def _blind(gain: Floats, name: str, places: int | None) -> dict[str, Floats]:
    """Positive wherever it is expected to save something, or as many of the best as people can take."""
    chosen = gain > 0
    if places is not None:
        name += f", {places:,} {'case' if places == 1 else 'cases'}"
        chosen &= np.argsort(np.argsort(-gain, kind="stable"), kind="stable") < places
    return {name: chosen.astype(float)}


def binary_basis(threshold: float | None, costs: Costs) -> tuple[float, float, str, str]:
    """(cost of a false alarm, cost of a miss, unit, what that rests on)."""
    if costs.false_positive is not None and costs.false_negative is not None:
        unit = f"{costs.false_positive.currency} per 1,000 cases"
        return costs.false_positive.middle, costs.false_negative.middle, unit, "declared costs"
    if threshold is not None and 0 < threshold < 1:
        ratio = (1 - threshold) / threshold
        if abs(ratio - 1) > 1e-9:
            return (
                1.0,
                ratio,
                "false alarms per 1,000 cases",
                f"a miss counts as {ratio:.2f} false alarms, as the threshold {threshold:.3f} implies",
            )
    return 1.0, 1.0, "errors per 1,000 cases", "a miss counts as much as a false alarm"


def _best(
    model: Floats, each: dict[str, Floats], unit: str, basis: str, ratios: tuple[float, float] | None = None
) -> Worth:
    name = min(each, key=lambda rule: (float(each[rule].mean()), rule))
    figures = {"model": 1000 * float(model.mean())}
    figures |= {rule: 1000 * float(cost.mean()) for rule, cost in each.items()}
    return Worth(model, each[name], name, unit, basis, figures, ratios)


def _with_corners(
    made: Worth, y: Floats, decision: Floats, rules: dict[str, Floats], alarm: MoneyRange, miss: MoneyRange
) -> Worth:
    if alarm.exact and miss.exact:
        return made
    saved = []
    for a in (alarm.low, alarm.high):
        for m in (miss.low, miss.high):
            best = min(float(binary_costs(y, rule, a, m).mean()) for rule in rules.values())
            saved.append(1000 * (best - float(binary_costs(y, decision, a, m).mean())))
    return Worth(
        made.model,
        made.baseline,
        made.baseline_name,
        made.unit,
        made.basis,
        made.per_1000,
        made.ratios,
        (min(saved), max(saved)),
    )


def _multiclass(predictions: Predictions, costs: Costs) -> Worth:
    k, n = len(predictions.classes), len(predictions)
    table = 1.0 - np.eye(k)
    unit, basis = "errors per 1,000 cases", "every error counts the same"
    if costs.matrix is not None:
        number = {name: index for index, name in enumerate(predictions.classes)}
        table = np.zeros((k, k))
        for (actual, decided), cost in costs.matrix.items():
            table[number[actual], number[decided]] = cost
        unit, basis = f"{costs.currency or 'cost'} per 1,000 cases", "declared cost matrix"
    each = {
        f"always {name}": matrix_costs(predictions.y, np.full(n, index), table)
        for index, name in enumerate(predictions.classes)
    }
    if predictions.last_matured_outcome is not None:
        last = predictions.last_matured_outcome
        guess = np.where(np.isfinite(last), last, int(np.argmax(predictions.shares))).astype(np.int64)
        each[LAST] = matrix_costs(predictions.y, guess, table)
    return _best(matrix_costs(predictions.y, np.asarray(predictions.decision), table), each, unit, basis)


def _regression(predictions: Predictions, costs: Costs) -> Worth:
    over, under = costs.over, costs.under
    unit, basis = "target units per 1,000 cases", "a unit too high counts as much as a unit too low"
    a, b = 1.0, 1.0
    if over is not None and under is not None:
        a, b = over.middle, under.middle
        unit, basis = f"{over.currency} per 1,000 cases", "declared costs of a unit"
    y, n, mean = predictions.y, len(predictions), float(predictions.shares[0])
    each = {"training mean": unit_costs(y, np.full(n, mean), a, b)}
    if predictions.last_matured_outcome is not None:
        last = predictions.last_matured_outcome
        each[LAST] = unit_costs(y, np.where(np.isfinite(last), last, mean), a, b)
    return _best(unit_costs(y, np.asarray(predictions.decision), a, b), each, unit, basis)
