"""The product path: go or no-go, what it is worth, what would change the decision."""

from __future__ import annotations

from dataclasses import dataclass

from airworthy.kernel.gate import Obstacle
from airworthy.kernel.result import Verdict
from airworthy.kernel.units import format_duration
from airworthy.registry.dossier.charts import ChartView, chart_view
from airworthy.registry.dossier.deciding import RuleRow, decision_lines, rule_rows, rules_unit
from airworthy.registry.dossier.document import DossierInput
from airworthy.registry.dossier.expecting import Expecting, expecting
from airworthy.registry.dossier.list_views import HEADS, list_lines, segment_rows, way_rows
from airworthy.registry.dossier.menu import choice_line, heads, menu_lines, menu_note, menu_rows
from airworthy.registry.dossier.paths.changes import SHOWN, changes_of
from airworthy.registry.dossier.paths.worth import COST, Worth, in_money, saving, worth_of
from airworthy.registry.dossier.spend import SPEND_HEADS, spend_chart, spend_lines, spend_rows
from airworthy.registry.dossier.standing import Standing, Step, may_approve, stand, steps
from airworthy.registry.dossier.store import Item, Sentence, Store
from airworthy.registry.dossier.views import MetricView, against_baseline, metric_views
from airworthy.registry.dossier.words import (
    VerdictWords,
    bare,
    count,
    listed,
    metric_words,
    number,
    quality_order,
    subject_words,
    verdict_words,
)

SEVERITY = {"FAIL": 0, "ERROR": 1, "MISSING": 1, "UNSURE": 2, "NOT_RUN": 3, "NOT_APPLICABLE": 4, "PASS": 5}


@dataclass(frozen=True)
class Box:
    """One subject of a required check and how it came out."""

    subject: str
    verdict: VerdictWords
    tone: str
    item: Item
    waived: bool


@dataclass(frozen=True)
class Planned:
    """One line of the checklist: a required check with a mark for each of its subjects."""

    code: str
    name: str
    about: str
    boxes: tuple[Box, ...]

    @property
    def worst(self) -> Box:
        """The box that decides the line: what is open and not waived comes first."""
        return min(
            self.boxes, key=lambda box: (box.tone == Verdict.PASS, box.waived, SEVERITY.get(box.tone, 0))
        )


@dataclass(frozen=True)
class Hurdle:
    """The obstacles of one check, with the ways past them."""

    code: str
    found: tuple[tuple[Box, str], ...]
    more: int
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Deciding:
    """The decision rule beside others, what its limits do, and its money over the threshold."""

    unit: str
    rules: tuple[RuleRow, ...]
    sentences: tuple[Sentence, ...]
    chart: ChartView | None
    item: Item


@dataclass(frozen=True)
class Candidates:
    """The menu: a row a candidate, the trades in words, and their picture."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str
    sentences: tuple[Sentence, ...]
    chart: ChartView | None
    item: Item


@dataclass(frozen=True)
class Lists:
    """The ways of recommending, whom the chosen one serves, and what was decided on the way."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    segments: tuple[tuple[str, ...], ...]
    sentences: tuple[Sentence, ...]
    figures: tuple[Sentence, ...]
    item: Item


@dataclass(frozen=True)
class Product:
    """The first page of the product path."""

    standing: Standing
    short: tuple[Sentence, ...]
    checklist: tuple[Planned, ...]
    hurdles: tuple[Hurdle, ...]
    metrics: tuple[MetricView, ...]
    worth: Worth
    expected: Expecting | None
    deciding: Deciding | None
    menu: Candidates | None
    lists: Lists | None
    changes: tuple[Sentence, ...]
    spend: tuple[Sentence, ...]
    spend_share: float | None
    spend_heads: tuple[str, ...]
    spend_rows: tuple[tuple[str, ...], ...]
    spend_chart: ChartView | None

    @property
    def passed(self) -> int:
        """Required items that pass."""
        return sum(box.tone == Verdict.PASS for line in self.checklist for box in line.boxes)

    @property
    def required(self) -> int:
        """Required items."""
        return sum(len(line.boxes) for line in self.checklist)


def product_path(given: DossierInput, store: Store) -> Product:
    """Build the page."""
    standing = stand(given)
    spend = given.spend
    share = spend.seconds / spend.limit_seconds if spend.limit_seconds else None
    picture = spend_chart(spend)
    return Product(
        standing=standing,
        checklist=tuple(_checklist(given, store)),
        hurdles=tuple(_hurdles(standing, given, store)),
        short=tuple(_short(given, standing, store)),
        metrics=metric_views(given, store),
        worth=worth_of(given, store),
        expected=expecting(given, store),
        deciding=_deciding(given, store),
        menu=_menu(given, store),
        lists=_lists(given, store),
        changes=tuple(changes_of(given, standing, store)),
        spend=tuple(_spend(given, store)),
        spend_share=None if share is None else min(1.0, share),
        spend_heads=SPEND_HEADS,
        spend_rows=tuple(spend_rows(spend)),
        spend_chart=None if picture is None else chart_view(picture),
    )


def _checklist(given: DossierInput, store: Store) -> list[Planned]:
    results = {(r.code, r.subject): r for r in given.everything}
    codes: dict[str, list[Box]] = {}
    for item in (i for i in given.plan if i.required):
        result = results.get((item.code, item.subject))
        tone = str(result.verdict) if result else "MISSING"
        codes.setdefault(item.code, []).append(_box(item.code, item.subject, tone, store))
    names = {r.code: r.name.replace("-", " ") for r in given.everything}
    return [
        Planned(code, names.get(code, "no result"), _about(boxes), tuple(boxes))
        for code, boxes in codes.items()
    ]


def _about(boxes: list[Box]) -> str:
    return boxes[0].subject if len(boxes) == 1 else f"{len(boxes):,} subjects"


def _box(code: str, subject: str, tone: str, store: Store) -> Box:
    words, item = verdict_words(tone), store.planned(code, subject)
    return Box(subject_words(subject), words, tone, item, store.waived(code, subject))


def _hurdles(standing: Standing, given: DossierInput, store: Store) -> list[Hurdle]:
    """Obstacles by check: twenty groups that cannot be told need the same thing done, said once."""
    codes: dict[str, list[Obstacle]] = {}
    for obstacle in standing.obstacles:
        codes.setdefault(obstacle.code, []).append(obstacle)
    found = []
    for code, shut in codes.items():
        lines = tuple((_box(code, o.subject, o.verdict, store), o.finding) for o in shut[:SHOWN])
        found.append(Hurdle(code, lines, len(shut) - len(lines), steps(shut[0], given)))
    return found


def _deciding(given: DossierInput, store: Store) -> Deciding | None:
    decision = given.decision
    lines = tuple(store.say(line, "decision") for line in decision_lines(given))
    if not decision.rules and not lines:
        return None
    return Deciding(
        rules_unit(decision),
        tuple(rule_rows(decision)),
        lines,
        None if decision.chart is None else chart_view(decision.chart),
        store.document("decision"),
    )


def _menu(given: DossierInput, store: Store) -> Candidates | None:
    menu = given.menu
    if menu is None:
        return None
    chose = [store.say(choice_line(given.choice), "choice")] if given.choice else []
    return Candidates(
        heads(menu),
        tuple(row.cells for row in menu_rows(menu)),
        menu_note(menu),
        (*chose, *(store.say(line, "menu") for line in menu_lines(menu))),
        chart_view(menu.chart) if menu.chart and len(menu.offers) > 1 else None,
        store.document("menu"),
    )


def _lists(given: DossierInput, store: Store) -> Lists | None:
    if given.lists is None:
        return None
    told = [r for r in given.results if r.code.startswith("REC") and r.finding]
    return Lists(
        HEADS,
        tuple(way_rows(given.lists)),
        tuple(segment_rows(given.lists)),
        tuple(store.say(line, "lists") for line in list_lines(given.lists)),
        tuple(store.say(result.finding, result) for result in told),
        store.document("lists"),
    )


def _short(given: DossierInput, standing: Standing, store: Store) -> list[Sentence]:
    """The page in a few lines: quality, money, signatures."""
    found = []
    for name in quality_order(given.metrics)[:1]:
        metric, words = given.metrics[name], metric_words(name)
        if metric.baseline is not None:
            text = f"{words.label}, {bare(metric.value, metric.unit)}, is {against_baseline(metric)}."
            found.append(store.say(text, store.metric(name)))
    cost = given.metrics.get(COST)
    if cost is not None and in_money(cost.unit) and cost.baseline is not None:
        found.append(saving(given, cost, store))
    if standing.approvals_missing:
        names = listed(may_approve(given), last="or") or "nobody who may sign is declared"
        text = f"Production needs {count(standing.approvals_missing, 'more approval')}: {names}."
        found.append(store.say(text, "charter"))
    elif given.approvals:
        names = listed([approval.person for approval in given.approvals])
        found.append(store.say(f"Signed by {names}.", *store.approvals))
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
    found += [store.say(line, "spend") for line in spend_lines(spend)]
    found += [store.say(line, "spend") for line in given.not_run]
    chosen = next((c for c in given.candidates if c.chosen), None)
    if chosen is not None:
        tried = count(len(given.candidates), "candidate")
        found.append(store.say(f"{tried.capitalize()} tried; {chosen.name} was chosen.", "candidates"))
    return found
