"""The rule beside doing nothing, everyone, today's rule and a guess, in money; and what its limits cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from airworthy.measures.money import binary_costs, review_band
from airworthy.measures.proportion import Wilson
from airworthy.model.decide import EVEN, decided_least, least_costs
from airworthy.model.figures import PER, Document, Evidence, difference, each_figure, figure, shown
from airworthy.model.windows import Windows
from airworthy.scoring.columns import FloatArray
from airworthy.scoring.spec import LeastCost, Threshold

GRID = 60
"""Points of the curve of money over the threshold."""

ROUNDING = 1e-9
"""Whole places only, and no place lost to the last digit of a product."""

Chosen = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Case:
    """One binary rule on the rows of the evidence.

    Attributes
    ----------
    both
        What a false alarm and a miss cost in each row, shape (n, 2).
    present
        What today's rule decides, shape (n,), or None.
    prior
        Share of positive outcomes among the training rows.
    unit
        `EUR per 1,000`, or `errors per 1,000`.
    moved
        What the groups of each row add to the gain from which it is decided positive, shape (n,).
    """

    rule: LeastCost | Threshold
    evidence: Evidence
    both: FloatArray
    present: Chosen | None
    prior: float
    unit: str
    moved: FloatArray | float = 0.0

    @property
    def y(self) -> FloatArray:
        return self.evidence.y

    @property
    def probability(self) -> FloatArray:
        return self.evidence.outputs

    @property
    def gain(self) -> FloatArray:
        """What the positive decision is expected to save in each row, shape (n,)."""
        return self.probability[:, 1] * self.both[:, 1] - self.probability[:, 0] * self.both[:, 0]

    @property
    def decided(self) -> tuple[Chosen, Chosen]:
        """(positive, handed to a person), shape (n,) each."""
        if isinstance(self.rule, LeastCost):
            return decided_least(self.rule, self.probability, self.both, self.moved)
        return self.probability[:, 1] >= self.rule.threshold, np.zeros(len(self.y), dtype=bool)

    @property
    def costs(self) -> FloatArray:
        """Cost of each row under the rule, shape (n,)."""
        if isinstance(self.rule, LeastCost):
            return least_costs(self.rule, self.y, self.probability, self.both, self.moved)
        return self.of(self.decided[0])

    def of(self, positive: Chosen) -> FloatArray:
        """Cost of each row under other decisions, shape (n,)."""
        return binary_costs(self.y, positive, self.both[:, 0], self.both[:, 1])


def compared(case: Case, windows: Windows, capacity: int | None) -> list[Document]:
    """Every rule with its money per 1,000, and how much dearer than the model's it is, rows paired.

    Under a capacity the guess keeps it too; a rule that does not says so in `beyond_capacity`.
    """
    n = len(case.y)
    guess = guessed(case.prior, case.both, windows, capacity)
    others = {
        "nobody": ("do nothing", np.zeros(n, dtype=bool)),
        "everyone": ("everyone", np.ones(n, dtype=bool)),
        "present": ("the present rule", case.present),
        "naive": ("no model: the training share", guess),
    }
    rules = {name: (label, chosen) for name, (label, chosen) in others.items() if chosen is not None}
    costs = [case.costs, *(case.of(chosen) for _, chosen in rules.values())]
    dearer = [cost - costs[0] for cost in costs[1:]]
    figures = each_figure([*costs, *dearer], case.unit, case.evidence, "rules")
    positive, reviewed = case.decided
    mine = _rule("model", "the model's rule", figures[0], None, positive)
    # A place is dear enough for the average window; a half over it is rounding.
    beyond = {
        name: capacity is not None and windows.a_window(chosen) > capacity + 0.5
        for name, (_, chosen) in rules.items()
    }
    found: list[Document] = [{**mine, "reviewed_per_1000": float(reviewed.mean()) * PER}]
    for i, (name, (label, chosen)) in enumerate(rules.items()):
        found.append(_rule(name, label, figures[1 + i], figures[len(costs) + i], chosen))
        found[-1] = {**found[-1], "beyond_capacity": beyond[name]}
    return found


def guessed(prior: float, both: FloatArray, windows: Windows, capacity: int | None) -> Chosen:
    """Which rows (n,) are positive when each has the probability `prior`, within the capacity.

    `both`: what a false alarm and a miss cost in each row, shape (n, 2).
    """
    blind = prior * both[:, 1] - (1 - prior) * both[:, 0]
    return (blind > 0) if capacity is None else (blind > 0) & _best_each(blind, windows, capacity)


def _rule(
    name: str, label: str, money: Document, dearer: Document | None, positive: Chosen
) -> dict[str, object]:
    return {
        "name": name,
        "label": label,
        "money_per_1000": money,
        "dearer_by": dearer,
        "positive_per_1000": float(positive.mean()) * PER,
        "reviewed_per_1000": 0.0,
        "beyond_capacity": False,
    }


def capacity_document(case: Case, windows: Windows, capacity: int) -> Document:
    """What keeping within `capacity` costs, and how often a window would have gone beyond it."""
    positive, _ = case.decided
    free = case.gain > 0
    by_window = windows.by_window(positive)
    beyond = None
    if by_window is not None and len(by_window):
        beyond = shown(Wilson(int((by_window > capacity).sum()), len(by_window), "share of windows"))
    price = case.rule.toll if isinstance(case.rule, LeastCost) else 0.0
    return {
        "capacity": capacity,
        "price_of_a_place": price,
        "binding": price > 0,
        "positive_a_window": windows.a_window(positive),
        "wanted_a_window": windows.a_window(free),
        "windows": len(by_window) if by_window is not None else None,
        "windows_beyond": beyond,
        "note": "" if beyond else _sampled(windows),
        "costs_per_1000": difference(case.costs, case.of(free), case.unit, case.evidence, "capacity"),
    }


def _sampled(windows: Windows) -> str:
    if windows.code is None:
        return "The rows have no time of decision, so no window was counted."
    return (
        f"These rows are a sample of {100 * windows.share:.0f} % of each window, so how often a window goes "
        'beyond the capacity is not known: split.method = "time" measures it.'
    )


def precision_document(case: Case, windows: Windows, capacity: int | None) -> Document | None:
    """How many alarms are right at the volume that people can take: the best cases of each window.

    Without a capacity, of all positive decisions. None where there is no alarm.
    """
    if capacity is None:
        alarms, volume = case.decided[0], None
    else:
        alarms, volume = _best_each(case.gain, windows, capacity), capacity
    if not alarms.any():
        return None
    hits = (case.y == 1)[alarms].astype(float)
    groups = None if case.evidence.groups is None else case.evidence.groups[alarms]
    return {**shown(Wilson.of(hits, groups, "share")), "volume": volume, "found": _found(case, alarms)}


def _found(case: Case, alarms: Chosen) -> Document | None:
    """The share of events that are among the alarms."""
    events = case.y == 1
    if not events.any():
        return None
    groups = None if case.evidence.groups is None else case.evidence.groups[events]
    return shown(Wilson.of(alarms[events].astype(float), groups, "share"))


def _best_each(gain: FloatArray, windows: Windows, capacity: int) -> Chosen:
    """The `capacity` largest gains of each window (of a sample of it, as many in proportion)."""
    taken = np.zeros(len(gain), dtype=bool)
    if windows.code is None:
        most = max(1, int(windows.places(capacity) + ROUNDING))
        taken[np.argsort(-gain, kind="stable")[:most]] = True
        return taken
    most = max(1, int(capacity * windows.share + ROUNDING))
    for window in range(int(windows.count)):
        rows = np.flatnonzero(windows.code == window)
        taken[rows[np.argsort(-gain[rows], kind="stable")[:most]]] = True
    return taken


def review_document(case: Case, windows: Windows, capacity: int | None) -> Document | None:
    """The band that goes to a person, what it saves against no review, and the reviewers' load."""
    rule = case.rule
    if not isinstance(rule, LeastCost) or rule.review is None:
        return None
    _, reviewed = case.decided
    review = rule.review
    band = None
    if rule.alarm.column is None and rule.miss.column is None:
        band = review_band(rule.alarm.fixed, rule.miss.fixed, review.cost + review.toll, review.error)
    return {
        "cost": review.cost,
        "error": review.error,
        "price_of_a_place": review.toll,
        "band": None if band is None else {"low": band[0], "high": band[1]},
        "per_1000": figure(reviewed, "per 1,000", case.evidence, "reviews"),
        "capacity": capacity,
        "a_window": windows.a_window(reviewed) if capacity is not None else None,
        "saves_per_1000": difference(case.of(case.gain > 0), case.costs, case.unit, case.evidence, "review"),
    }


def money_chart(case: Case) -> Mapping[str, object]:
    """Expected money over the threshold as a Vega-Lite chart, the chosen threshold marked."""
    constant = bool((case.both == case.both[0]).all())
    score = case.probability[:, 1] if constant else case.gain
    at = chosen_at(case)
    known = np.unique(np.quantile(score, np.linspace(0, 1, GRID)))
    values = [
        {"threshold": float(f"{cut:.6g}"), "money": float(case.of(score >= cut).mean()) * PER}
        for cut in known
    ]
    title = "probability from which a case is positive"
    if not constant:
        title = f"expected gain from which a case is positive ({case.unit.partition(' ')[0]})"
    curve = {
        "mark": "line",
        "data": {"values": values},
        "encoding": {
            "x": {"field": "threshold", "type": "quantitative", "title": title},
            "y": {"field": "money", "type": "quantitative", "title": case.unit},
        },
    }
    rule = {
        "mark": "rule",
        "data": {"values": [{"threshold": at}]},
        "encoding": {"x": {"field": "threshold", "type": "quantitative", "title": title}},
    }
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "title": "What errors cost at each threshold",
        "description": f"The rule's own threshold, {at:.3g}, is marked.",
        "layer": [curve, rule],
    }


def chosen_at(case: Case) -> float:
    """Where the rule cuts: a probability where costs are the same for all rows, else an expected gain."""
    if isinstance(case.rule, Threshold):
        return case.rule.threshold
    if not (case.both == case.both[0]).all():
        return case.rule.toll
    alarm, miss = (float(value) for value in case.both[0])
    return min(1.0, (alarm + case.rule.toll) / (alarm + miss)) if alarm + miss else EVEN
