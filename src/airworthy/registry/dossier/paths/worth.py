"""What errors cost on the product path: money where costs were declared, and the model beside no model."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from airworthy.registry.dossier.document import DossierInput, Metric
from airworthy.registry.dossier.gauge import Gauge, Mark, draw_gauge
from airworthy.registry.dossier.store import Sentence, Store
from airworthy.registry.dossier.views import against_baseline
from airworthy.registry.dossier.words import bare, interval, number, sentence

COST = "cost_per_1000"


@dataclass(frozen=True)
class Worth:
    """Money where costs were declared, else errors; `gauge` shows model against baseline."""

    title: str
    sentences: tuple[Sentence, ...]
    gauge: Markup


def worth_of(given: DossierInput, store: Store) -> Worth:
    """Cost of the decisions beside the cheapest rule without a model; money where costs were declared."""
    cost = given.metrics.get(COST)
    if given.lists is not None:
        text = "Does not apply: a list is right in parts, so no error has one price and no money is shown."
        return Worth("What errors cost", (store.say(text, "lists"),), Markup(""))
    if cost is None:
        text = "The evidence holds no cost of errors per 1,000 decisions: run again to measure it."
        return Worth("What errors cost", (store.say(text, "decision"),), Markup(""))
    item = store.metric(COST)
    around = interval(cost.low, cost.high, cost.unit, cost.level)
    figure = f"{number(cost.value, cost.unit)}{f', {around}' if around else ''}"
    sentences = [store.say(f"Errors cost {figure}.", item)]
    if cost.baseline is not None:
        rule = cost.baseline_name or "naive rule"
        sentences.append(store.say(f"Without a model ({rule}): {number(cost.baseline, cost.unit)}.", item))
    sentences.append(saving(given, cost, store))
    sentences += _ratio(given, store)
    marks = (
        () if cost.baseline is None else (Mark(cost.baseline, f"no model {bare(cost.baseline)}", "baseline"),)
    )
    gauge = Gauge(
        "Cost per 1,000", cost.value, cost.low, cost.high, cost.unit.partition(" per ")[0], None, marks
    )
    title = "Money per 1,000 decisions" if in_money(cost.unit) else "Errors per 1,000 decisions"
    return Worth(title, tuple(sentences), draw_gauge(gauge))


def saving(given: DossierInput, cost: Metric, store: Store) -> Sentence:
    """The check that compares both case by case, in its own words; else the two figures side by side."""
    for result in given.results:
        if result.measurement and result.measurement.unit == cost.unit and result.subject == "model":
            return store.say(result.finding, result)
    return store.say(f"{sentence(against_baseline(cost))}.", store.metric(COST))


def _ratio(given: DossierInput, store: Store) -> list[Sentence]:
    """Where the decision flips, and whether anybody said what errors cost."""
    flip = given.decision.flips_at_ratio
    found = [store.say(flip.text, "decision")] if flip is not None and flip.text else []
    if not (given.charter.currency or given.decision.currency):
        text = "Nobody declared what errors cost, so no money is shown: declare [costs] in airworthy.toml."
        found.append(store.say(text, "charter"))
    return found


def in_money(unit: str) -> bool:
    """Whether a unit is a declared currency.

    >>> in_money("USD per 1,000 cases"), in_money("errors per 1,000 cases")
    (True, False)
    """
    return len(unit) >= 3 and unit[:3].isupper() and unit[:3].isalpha()
