"""The product path: go or no-go, what it is worth, what would change the decision."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from airworthy.kernel.gate import Obstacle
from airworthy.kernel.result import Verdict
from airworthy.kernel.units import format_duration
from airworthy.registry.dossier.document import DossierInput, Metric
from airworthy.registry.dossier.gauge import Gauge, Mark, draw_gauge
from airworthy.registry.dossier.standing import Standing, Step, may_approve, stand, steps
from airworthy.registry.dossier.store import Item, Sentence, Store
from airworthy.registry.dossier.views import MetricView, metric_views
from airworthy.registry.dossier.words import (
    VerdictWords,
    bare,
    count,
    day,
    interval,
    listed,
    metric_words,
    number,
    subject_words,
    verdict_words,
)


COST = "cost_per_1000"


@dataclass(frozen=True)
class Planned:
    """One box of the checklist: a required item and how it came out."""

    code: str
    subject: str
    verdict: VerdictWords
    tone: str
    name: str
    item: Item
    waived: bool


@dataclass(frozen=True)
class Hurdle:
    """One obstacle with the ways past it."""

    obstacle: Obstacle
    subject: str
    verdict: VerdictWords
    item: Item
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Worth:
    """Money where costs were declared, else errors; `gauge` shows model against baseline."""

    title: str
    sentences: tuple[Sentence, ...]
    gauge: Markup


@dataclass(frozen=True)
class Product:
    """The first page of the product path."""

    standing: Standing
    checklist: tuple[Planned, ...]
    hurdles: tuple[Hurdle, ...]
    metrics: tuple[MetricView, ...]
    worth: Worth
    expected: Worth | None
    changes: tuple[Sentence, ...]
    spend: tuple[Sentence, ...]
    spend_share: float | None


def product_path(given: DossierInput, store: Store) -> Product:
    """Build the page."""
    standing = stand(given)
    spend = given.spend
    share = spend.seconds / spend.limit_seconds if spend.limit_seconds else None
    return Product(
        standing=standing,
        checklist=tuple(_checklist(given, store)),
        hurdles=tuple(_hurdle(obstacle, given, store) for obstacle in standing.obstacles),
        metrics=metric_views(given, store),
        worth=_worth(given, store),
        expected=_expected(given, store),
        changes=tuple(_changes(given, standing, store)),
        spend=tuple(_spend(given, store)),
        spend_share=None if share is None else min(1.0, share),
    )


def _checklist(given: DossierInput, store: Store) -> list[Planned]:
    results = {(r.code, r.subject): r for r in given.everything}
    boxes = []
    for item in (i for i in given.plan if i.required):
        result = results.get((item.code, item.subject))
        tone = str(result.verdict) if result else "MISSING"
        boxes.append(
            Planned(
                item.code,
                subject_words(item.subject),
                verdict_words(tone),
                tone,
                result.name.replace("-", " ") if result else "no result",
                store.planned(item.code, item.subject),
                store.waived(item.code, item.subject),
            )
        )
    return boxes


def _hurdle(obstacle: Obstacle, given: DossierInput, store: Store) -> Hurdle:
    return Hurdle(
        obstacle,
        subject_words(obstacle.subject),
        verdict_words(obstacle.verdict),
        store.planned(obstacle.code, obstacle.subject),
        steps(obstacle, given),
    )


def _worth(given: DossierInput, store: Store) -> Worth:
    """Cost of the decisions beside the cheapest rule without a model; money only where costs were declared."""
    cost = given.metrics.get(COST)
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
        sentences.append(store.say(_saving(cost, cost.baseline), item))
    sentences += _ratio(given, store)
    marks = (
        () if cost.baseline is None else (Mark(cost.baseline, f"no model {bare(cost.baseline)}", "baseline"),)
    )
    gauge = Gauge(
        "Cost per 1,000", cost.value, cost.low, cost.high, cost.unit.partition(" per ")[0], None, marks
    )
    title = "Money per 1,000 decisions" if in_money(cost.unit) else "Errors per 1,000 decisions"
    return Worth(title, tuple(sentences), draw_gauge(gauge))


def in_money(unit: str) -> bool:
    """Whether a unit is a declared currency.

    >>> in_money("USD per 1,000 cases"), in_money("errors per 1,000 cases")
    (True, False)
    """
    return len(unit) >= 3 and unit[:3].isupper() and unit[:3].isalpha()


def _saving(cost: Metric, baseline: float) -> str:
    low = baseline - (cost.value if cost.high is None else cost.high)
    high = baseline - (cost.value if cost.low is None else cost.low)
    if low <= 0 <= high:
        return "The interval includes that of no model: it cannot be told whether the model pays."
    verb = "saves" if low > 0 else "loses"
    least, most = sorted((abs(low), abs(high)))
    return f"The model {verb} {number(least, cost.unit)} to {bare(most)}, on these rows and at these costs."


def _ratio(given: DossierInput, store: Store) -> list[Sentence]:
    """Where the decision flips, when nobody declared what errors cost."""
    found = []
    for result in given.results:
        ratios = result.details.get("ratios")
        if isinstance(ratios, (list, tuple)) and len(ratios) == 2 and None not in ratios:
            text = (
                f"Using the model beats using none while a miss is worth {bare(float(ratios[0]))} to "
                f"{bare(float(ratios[1]))} false alarms; outside it the decision flips."
            )
            found.append(store.say(text, result))
            break
    if not given.charter.currency:
        text = "Nobody declared what errors cost, so no money is shown: declare [costs] in airworthy.toml."
        found.append(store.say(text, "charter"))
    return found


def _expected(given: DossierInput, store: Store) -> Worth | None:
    expected = given.expected
    if expected is None or (expected.low is None and expected.high is None):
        return None
    metric = given.metrics.get(expected.metric)
    unit = metric.unit if metric else ""
    label = metric_words(expected.metric).label
    around = interval(expected.low, expected.high, unit, expected.level)
    sentences = [store.say(f"{label} in the next period: {around}.", "expected")]
    if expected.periods:
        text = f"It rests on {count(len(expected.periods), 'past period')}, each forecast from the rows before it."
        sentences.append(store.say(text, "expected"))
    marks = []
    if expected.random_split is not None:
        figure = bare(expected.random_split, unit)
        sentences.append(store.say(f"A random split of the same rows would promise {figure}.", "expected"))
        marks.append(Mark(expected.random_split, f"random split {figure}", "baseline"))
    if expected.note:
        sentences.append(store.say(expected.note, "expected"))
    gauge = Gauge(label, expected.value, expected.low, expected.high, unit, None, tuple(marks))
    return Worth("What to expect next", tuple(sentences), draw_gauge(gauge))


def _changes(given: DossierInput, standing: Standing, store: Store) -> list[Sentence]:
    """What would turn the decision round, in either direction."""
    found = []
    for result in (r for r in given.everything if r.required):
        about = f"{result.code}, {subject_words(result.subject)}"
        if result.verdict is Verdict.UNSURE and result.rows_to_settle:
            found.append(store.say(f"{about}: about {result.rows_to_settle:,} rows would settle it.", result))
        elif result.verdict is Verdict.FAIL and result.remedy:
            found.append(store.say(f"{about}: {result.remedy}", result))
    if standing.approvals_missing:
        names = listed(may_approve(given), last="or") or "somebody: nobody who may sign is declared"
        more = count(standing.approvals_missing, "more approval")
        found.append(store.say(f"For production, {more} by {names}.", "charter"))
    for waiver in given.waivers:
        item = store.waiver(waiver.code, waiver.subject)
        text = f"{waiver.code} counts again from {day(waiver.expires)}, when the waiver ends."
        found.append(store.say(text, item))
    return found


def _spend(given: DossierInput, store: Store) -> list[Sentence]:
    spend = given.spend
    limit = (
        f" of {format_duration(spend.limit_seconds)} allowed"
        if spend.limit_seconds
        else "; no limit was declared"
    )
    found = [store.say(f"The run took {format_duration(spend.seconds)}{limit}.", "spend")]
    if spend.money is not None and spend.currency:
        found.append(
            store.say(f"It cost {number(spend.money, spend.currency)} at the declared rate.", "spend")
        )
    chosen = next((c for c in given.candidates if c.chosen), None)
    if chosen is not None:
        tried = count(len(given.candidates), "candidate")
        found.append(store.say(f"{tried.capitalize()} tried; {chosen.name} was chosen.", "candidates"))
    return found
