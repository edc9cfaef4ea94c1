"""What the ends of declared cost ranges would change, where each row has its own costs."""

from __future__ import annotations

import msgspec
import numpy as np

from airworthy.charter.model import Costs
from airworthy.kernel.units import MoneyRange
from airworthy.model.compared import Case
from airworthy.model.decide import decided_least, least_costs
from airworthy.model.figures import PER, Document, figure
from airworthy.scoring.spec import LeastCost


def range_ends(case: Case, declared: Costs) -> list[Document]:
    """The rule at the two most different readings of the fixed parts; the price of a place stays as it is."""
    rule = case.rule
    alarm, miss = declared.false_positive, declared.false_negative
    exact = all(cost is None or cost.exact for cost in (alarm, miss))
    if exact or not isinstance(rule, LeastCost):
        return []
    ends: list[Document] = []
    for one_alarm, one_miss in ((_low(alarm), _high(miss)), (_high(alarm), _low(miss))):
        moved = np.array([one_alarm - rule.alarm.fixed, one_miss - rule.miss.fixed])
        there = msgspec.structs.replace(
            rule,
            alarm=msgspec.structs.replace(rule.alarm, fixed=one_alarm),
            miss=msgspec.structs.replace(rule.miss, fixed=one_miss),
        )
        both = case.both + moved
        positive, reviewed = decided_least(there, case.probability, both, case.moved)
        chosen = case.decided
        other = (positive != chosen[0]) | (reviewed != chosen[1])
        money = least_costs(there, case.y, case.probability, both, case.moved)
        ends.append(
            {
                "false_positive": one_alarm,
                "false_negative": one_miss,
                "threshold": None,
                "money_per_1000": figure(money, case.unit, case.evidence, "money"),
                "decided_differently_per_1000": float(other.mean()) * PER,
            }
        )
    return ends


def _low(cost: MoneyRange | None) -> float:
    return 0.0 if cost is None else cost.low


def _high(cost: MoneyRange | None) -> float:
    return 0.0 if cost is None else cost.high
