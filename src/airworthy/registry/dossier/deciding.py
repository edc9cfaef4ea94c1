"""The decision rule in words and rows: beside other rules, within people's capacity, and what it covers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from airworthy.registry.dossier.decision_views import (
    CapacityView,
    CoverageView,
    DecisionView,
    Figure,
    PrecisionView,
    ReviewView,
)
from airworthy.registry.dossier.document import DossierInput, Metric
from airworthy.registry.dossier.words import bare, interval, number


@dataclass(frozen=True)
class RuleRow:
    """One rule as cells of a table."""

    label: str
    money: str
    around: str
    against: str
    positive: str


def rule_rows(decision: DecisionView) -> list[RuleRow]:
    """Every rule beside the model's, which comes first."""
    rows = []
    for rule in decision.rules:
        money = rule.money_per_1000
        beyond = ", beyond the capacity" if rule.beyond_capacity else ""
        reviewed = f", {rule.reviewed_per_1000:,.0f} to a person" if rule.reviewed_per_1000 else ""
        rows.append(
            RuleRow(
                rule.label,
                bare(money.value),
                interval(money.low, money.high),
                "" if rule.dearer_by is None else _against(rule.dearer_by),
                f"{rule.positive_per_1000:,.0f}{reviewed}{beyond}",
            )
        )
    return rows


def rules_unit(decision: DecisionView) -> str:
    """What the table counts, such as `USD per 1,000`."""
    return decision.rules[0].money_per_1000.unit if decision.rules else ""


def _against(dearer: Figure) -> str:
    """How much more a rule costs than the model's, rows paired.

    >>> _against(Figure(value=-221.3, low=-1842.0, high=893.3))
    '−221.3 (−1,842 to 893.3)'
    """
    around = interval(dearer.low, dearer.high)
    value = f"{'+' if dearer.value > 0 else ''}{bare(dearer.value)}"
    return f"{value} ({around})" if around else value


def decision_lines(given: DossierInput) -> Iterator[str]:
    """Sentences on what the declared rules do; nothing where nothing was declared."""
    decision = given.decision
    if decision.precision is not None:
        yield _precision(decision.precision)
    if decision.capacity is not None:
        yield from _capacity(decision.capacity)
    if decision.review is not None:
        yield from _review(decision.review)
    if decision.coverage is not None:
        yield _coverage(decision.coverage)
        later = given.metrics.get("coverage")
        if later is not None:
            yield _sealed_coverage(decision.coverage.level, later)


def _precision(found: PrecisionView) -> str:
    where = "positive decisions" if found.volume is None else f"best {found.volume:,} cases of each window"
    text = f"Of the {where}, {_share(found)} are right"
    return f"{text}; they hold {_share(found.found)} of all events." if found.found else f"{text}."


def _capacity(found: CapacityView) -> Iterator[str]:
    if not found.binding:
        yield (
            f"People can take {found.capacity:,} cases a window; costs alone call for "
            f"{found.wanted_a_window:,.1f}, so the capacity costs nothing."
        )
        return
    yield (
        f"People can take {found.capacity:,} cases a window, and costs alone call for "
        f"{found.wanted_a_window:,.1f}: it decides {found.positive_a_window:,.1f} on average."
    )
    if found.costs_per_1000 is not None:
        yield f"That limit costs {_figure(found.costs_per_1000)}."
    if found.windows_beyond is not None:
        beyond = found.windows_beyond
        yield f"{_share(beyond)} of {beyond.n:,} windows would have gone beyond it."
    elif found.note:
        yield found.note


def _review(found: ReviewView) -> Iterator[str]:
    band = "where a review is expected to cost least"
    if found.band is not None:
        band = f"from a probability of {bare(found.band.low, 'share')} to {bare(found.band.high, 'share')}"
    load = f", {_figure(found.per_1000)}" if found.per_1000 is not None else ""
    yield f"A person decides {band}{load}."
    if found.saves_per_1000 is not None:
        verb = "saves" if found.saves_per_1000.value >= 0 else "does not pay: it saves"
        yield f"Against no review that {verb} {_figure(found.saves_per_1000)}."
    yield "Every other figure and check judges what the model would decide alone."


def _coverage(found: CoverageView) -> str:
    name = "Prediction intervals" if found.kind == "interval" else "Sets of possible classes"
    if found.measured is None:
        return f"{name} at {100 * found.level:g} %: {found.note}"
    adapted = ""
    if found.kept is False and found.adapted is not None:
        adapted = f" A width that follows the outcomes would have held {_share(found.adapted)}."
    around = interval(found.measured.low, found.measured.high, "share", found.measured.level)
    return f"{name}: {found.note} Measured {around}, {found.measured.n:,} {found.rows}.{adapted}"


def _sealed_coverage(level: float, found: Metric) -> str:
    """What the intervals held on the rows that nothing was learned from."""
    below = found.high is not None and found.high < level
    kept = f"the level of {100 * level:g} % is not kept there" if below else f"the level is {100 * level:g} %"
    around = interval(found.low, found.high, "share", found.level)
    share = number(found.value, "share")
    return f"On {found.n or 0:,} {found.rows} rows {share} lay inside, {around}: {kept}."


def _share(figure: Figure) -> str:
    around = interval(figure.low, figure.high, "share")
    return f"{number(figure.value, 'share')}{f' ({around})' if around else ''}"


def _figure(figure: Figure) -> str:
    around = interval(figure.low, figure.high)
    unit, value = figure.unit, bare(figure.value)
    return f"{value}{f' ({around})' if around else ''} {unit}"
