"""The domain expert's path: who it was tested on, what it does in 1,000 cases, when not to trust it."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from airworthy.assurance.predictions import OUT_OF_FOLD
from airworthy.kernel.result import Verdict
from airworthy.measures.proportion import Wilson
from airworthy.registry.dossier.document import DossierInput, Fallback, GroupCounts
from airworthy.registry.dossier.explaining import dossier_part
from airworthy.registry.dossier.facts_of import effect_words
from airworthy.registry.dossier.groups import group_counts
from airworthy.registry.dossier.ranking import OPEN, ranked
from airworthy.registry.dossier.store import Sentence, Store
from airworthy.registry.dossier.views import ResultView, result_view
from airworthy.registry.dossier.words import count, interval, listed, number
from airworthy.scoring.contract import Column, Role

TRUST = ("REC", "ROB", "STA", "CAL", "SRV", "EFF", "DAT")
MOST = 8
LEVEL = 0.95


@dataclass(frozen=True)
class Thousand:
    """What happens in 1,000 cases of one group. `found` is the share of events caught, with its interval."""

    who: str
    n: int
    caught: float
    missed: float
    false_alarms: float
    passed: float
    found: str
    advisory: bool


@dataclass(frozen=True)
class Driver:
    """One input and how much it matters, as a share of the largest."""

    label: str
    share: float
    low: float | None
    high: float | None
    text: str


@dataclass(frozen=True)
class Expert:
    """The first page of the expert's path."""

    tested: tuple[Sentence, ...]
    untested: tuple[Sentence, ...]
    ranges: tuple[tuple[str, str, str, str], ...]
    thousands: tuple[tuple[str, tuple[Thousand, ...]], ...]
    overall: tuple[Sentence, ...]
    groups: tuple[ResultView, ...]
    distrust: tuple[ResultView, ...]
    drivers: tuple[Driver, ...]
    driven: tuple[Sentence, ...]
    why: Markup
    override: tuple[Sentence, ...]


def expert_path(given: DossierInput, store: Store) -> Expert:
    """Build the page."""
    doubts = [r for r in ranked(given.everything) if r.code[:3] in TRUST and r.verdict in OPEN]
    about_groups = [r for r in given.results if r.code.startswith("FAI")]
    return Expert(
        tested=tuple(_tested(given, store)),
        untested=tuple(_untested(given, store)),
        ranges=tuple(_range(column, given) for column in _inputs(given)),
        thousands=tuple(_thousands(given)),
        overall=tuple(_overall(given, store)),
        groups=tuple(result_view(result, store) for result in ranked(about_groups)),
        distrust=tuple(result_view(result, store) for result in doubts[:MOST]),
        drivers=tuple(_drivers(given)),
        driven=tuple(_driven(given, store)),
        why=_why(given),
        override=tuple(_override(given, store)),
    )


def _tested(given: DossierInput, store: Store) -> list[Sentence]:
    data = given.dataset
    used = next((m for m in given.metrics.values() if m.n), None)
    found = []
    if used is not None:
        text = f"Its figures rest on {used.n:,} {used.rows} rows, which no candidate was fitted on."
        if used.rows == OUT_OF_FOLD:
            text += " They also chose among the candidates: the sealed rows tell more."
        found.append(store.say(text, "data"))
    parts = [
        f"{n:,} {name}"
        for name, n in (
            ("for training", data.training_rows),
            ("out of fold", data.validation_rows),
            ("sealed", data.sealed_rows),
        )
        if n is not None
    ]
    if parts:
        found.append(store.say(f"Of {data.rows:,} rows: {listed(parts)}.", "data"))
    if data.split:
        found.append(store.say(f"How they were set aside: {data.split.rstrip('.')}.", "data"))
    found += [store.say(one.finding, "data") for one in data.altered]
    if given.repairs is not None:
        text = f"{count(len(given.repairs.steps), 'repair')} run before the model, here and in service alike"
        found += [store.say(f"{text}: {listed([step.id for step in given.repairs.steps])}.", "repairs")]
        found += [
            store.say(
                f"{step.id} touches {count(step.rows, 'training row')}; {effect_words(step.effect)}.",
                "repairs",
            )
            for step in given.repairs.steps
        ]
    if given.openings:
        text = f"The sealed rows were opened {count(len(given.openings), 'time')}."
        found.append(store.say(text, "openings"))
    else:
        found.append(store.say("The sealed rows were not opened yet.", "openings"))
    return found


def _untested(given: DossierInput, store: Store) -> list[Sentence]:
    """Whom and what the figures do not speak for."""
    found = []
    if given.dataset.without_outcome:
        rows = count(given.dataset.without_outcome, "row")
        found.append(
            store.say(f"{rows} had no outcome, so it is not known what would have been right.", "data")
        )
    floor = given.charter.min_rows
    small = [f"{g.column} = {g.value} ({g.n:,})" for g in group_counts(given) if floor and g.n < floor]
    if small:
        text = f"Groups below the declared floor of {floor:,} rows are shown but not judged: {listed(small)}."
        found.append(store.say(text, "groups", "charter"))
    undecided = [r for r in given.results if r.code.startswith("FAI") and r.verdict is not Verdict.PASS]
    unsure = [r for r in undecided if r.verdict in (Verdict.UNSURE, Verdict.NOT_RUN, Verdict.ERROR)]
    if unsure:
        names = list(dict.fromkeys(r.subject.partition(":")[2] or r.subject for r in unsure))
        text = f"Too few rows to tell for {listed(names)}."
        found.append(store.say(text, *unsure[:4]))
    if not given.charter.protected:
        text = "No protected column is declared, so no group of people was looked at."
        found.append(store.say(text, "charter"))
    if given.lists is not None:
        text = "Quality is that of users with a history: new users and new items are counted apart."
        found.append(store.say(text, "lists"))
        return found
    found.append(
        store.say(
            "Values outside the ranges below, and categories not seen in training, were not tested.",
            "contract",
        )
    )
    return found


def _inputs(given: DossierInput) -> list[Column]:
    return [c for c in given.contract.columns if c.role is Role.INPUT] if given.contract else []


def _range(column: Column, given: DossierInput) -> tuple[str, str, str, str]:
    label = given.charter.glossary.get(column.name, column.name)
    if column.low is not None and column.high is not None and column.type.numeric:
        seen = f"{number(column.low)} to {number(column.high)}"
    elif column.vocabulary:
        seen = listed(column.vocabulary, most=5)
    else:
        seen = "any"
    missing = number(column.null_share, "share") if column.null_share else "never"
    return label, str(column.type), seen, missing


def _thousands(given: DossierInput) -> list[tuple[str, tuple[Thousand, ...]]]:
    columns: dict[str, list[GroupCounts]] = {}
    for group in group_counts(given):
        columns.setdefault(group.column, []).append(group)
    floor = given.charter.min_rows or 0
    return [
        (given.charter.glossary.get(column, column), tuple(_thousand(g, floor) for g in groups if g.n))
        for column, groups in columns.items()
    ]


def _thousand(group: GroupCounts, floor: int) -> Thousand:
    events = group.tp + group.fn
    found = "no events"
    if events:
        low, high = Wilson(group.tp, events).interval(LEVEL)
        found = f"{number(group.tp / events, 'share')} ({number(low, 'share')} to {number(high, 'share')})"
    scale = 1000 / group.n
    return Thousand(
        group.value,
        group.n,
        group.tp * scale,
        group.fn * scale,
        group.fp * scale,
        group.tn * scale,
        found,
        group.n < floor,
    )


def _overall(given: DossierInput, store: Store) -> list[Sentence]:
    found = []
    if given.lists is not None:
        text = "Does not apply: a list decides no case. What users then took is counted under the lists."
        found.append(store.say(text, "lists"))
    for name, words in (
        ("misses_per_1000", "events are missed"),
        ("false_alarms_per_1000", "are flagged without an event"),
    ):
        metric = given.metrics.get(name)
        if metric is not None:
            around = interval(metric.low, metric.high)
            text = f"Of 1,000 cases, {number(metric.value)}{f' ({around})' if around else ''} {words}."
            found.append(store.say(text, store.metric(name)))
    if given.decision.threshold is not None:
        threshold = number(given.decision.threshold, "share")
        text = f"It flags a case when the stated probability is at least {threshold}."
        found.append(store.say(text, "decision"))
    return found


def _drivers(given: DossierInput) -> list[Driver]:
    features = sorted(given.explanation.features, key=lambda f: -f.importance)[:10]
    top = max((f.high if f.high is not None else f.importance for f in features), default=0.0)
    if top <= 0:
        return []
    return [
        Driver(
            f.label or given.charter.glossary.get(f.name, f.name),
            max(0.0, f.importance / top * 100),
            None if f.low is None else max(0.0, f.low / top * 100),
            None if f.high is None else max(0.0, f.high / top * 100),
            number(f.importance),
        )
        for f in features
    ]


def _driven(given: DossierInput, store: Store) -> list[Sentence]:
    explanation = given.explanation
    if given.lists is not None:
        text = "Does not apply as a ranking of inputs: lists read who took what when, and nothing else."
        each = (
            "Each item names the plainest thing known of it: taken before, often taken with another, popular."
        )
        return [store.say(text, "lists"), store.say(each, "lists")]
    if not explanation.features:
        text = "The evidence holds no explanation: what drives this model was not measured."
        return [store.say(text, "explanation")]
    top = max(explanation.features, key=lambda f: f.importance)
    label = top.label or given.charter.glossary.get(top.name, top.name)
    method = f" Measured by {explanation.method.rstrip('.')}." if explanation.method else ""
    return [
        store.say(f"What moves its answers most is {label}.{method}", "explanation"),
        store.say("This says what the model uses, not what causes the outcome.", "explanation"),
    ]


def _why(given: DossierInput) -> Markup:
    """The picture that the run painted; nothing where it painted none."""
    picture = given.explanation.picture
    return Markup("") if picture is None else dossier_part(picture)


def _override(given: DossierInput, store: Store) -> list[Sentence]:
    found = []
    rule = given.charter.fallback
    if given.lists is not None:
        text = "A fallback rule does not apply: who has no history gets the most popular items, and a note."
    elif rule is None:
        text = "No fallback rule is declared: without [serving.fallback], decisions stop when the model does."
    else:
        text = f"When the model may not decide, the declared rule does: {_rule(rule)}."
    found.append(store.say(text, "charter"))
    experts = [p.name for p in given.charter.people if {"expert", "owner"} & set(p.roles)]
    who = (
        f"Ask {listed(experts, last='or')}."
        if experts
        else "Nobody is named as expert or owner in the charter."
    )
    found.append(store.say(f"A person may always decide otherwise. {who}", "charter"))
    text = "To take this version out of use at once: airworthy rollback."
    found.append(store.say(text, "version"))
    return found


def _rule(rule: Fallback) -> str:
    if rule.column is None or rule.at_least is None:
        return f"always {rule.decision}"
    otherwise = f", else {rule.otherwise}" if rule.otherwise is not None else ""
    return f"{rule.decision} where {rule.column} is at least {number(rule.at_least)}{otherwise}"
