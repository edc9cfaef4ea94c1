"""What does not go together in the answers, told plainly, each with the way out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from airworthy.charter.scoping.known import Known
from airworthy.charter.scoping.sheet import Sheet, day_of
from airworthy.kernel.units import format_duration

CLICKS = ("click", "open", "view", "visit", "like", "engagement", "impression", "watch", "session")
LASTING = ("retention", "churn", "lost", "revenue", "profit", "margin", "sales", "default", "readmi", "cost")
LEAST_SECONDS = 8.0
"""Below it no run has made a model of any table; see `docs/limits-kept.md`."""
UNEQUAL = 1.5
"""From here on two costs are not alike."""
DAY = 86_400.0


@dataclass(frozen=True)
class Contradiction:
    """`keys` are the questions whose answers do not go together."""

    code: str
    keys: tuple[str, ...]
    says: str
    way_out: str


def contradictions(
    sheet: Sheet, known: Known | None = None, today: date | None = None
) -> list[Contradiction]:
    """All of them, in the order of the questions they begin with."""
    seen = Seen(sheet, known or Known(), today)
    return [found for rule in RULES for found in rule(seen)]


@dataclass(frozen=True)
class Seen:
    """What the rules look at."""

    sheet: Sheet
    known: Known
    today: date | None


def _several(seen: Seen) -> Iterator[Contradiction]:
    for question, said in seen.sheet.several():
        answers = "; ".join(f'{answer.by} says "{answer.text}"' for answer in said)
        yield Contradiction(
            "two answers",
            (question.key,),
            f"{question.asks} {answers}.",
            "Agree on one, and let whoever changes their mind answer again.",
        )


def _figure_would_not_move(seen: Seen) -> Iterator[Contradiction]:
    today, perfect = seen.sheet.text("kpi.today"), seen.sheet.text("kpi.perfect")
    if today and _words(today) == _words(perfect):
        yield Contradiction(
            "no effect",
            ("kpi.today", "kpi.perfect"),
            f'With every answer right, the figure would be what it is today: "{today}".',
            "Look for what does move it; a model of something else brings nothing.",
        )
    if seen.sheet.text("kpi.moves") == "no":
        yield Contradiction(
            "no effect known",
            ("kpi.moves",),
            "It is not known that acting on the answer moves the figure.",
            "Try it by hand first: act on half of a hundred cases drawn by lot, and compare the halves.",
        )


def _words(text: str) -> list[str]:
    return re.findall(r"[\w.%]+", text.casefold())


def _easy_for_lasting(seen: Seen) -> Iterator[Contradiction]:
    outcome, kpi = seen.sheet.text("outcome.what"), seen.sheet.text("kpi.name")
    easy = next((word for word in CLICKS if word in outcome.casefold()), None)
    lasting = next((word for word in LASTING if word in kpi.casefold()), None)
    if easy and lasting and not any(word in kpi.casefold() for word in CLICKS):
        yield Contradiction(
            "another outcome",
            ("outcome.what", "kpi.name"),
            f'The outcome is about "{easy}", the figure about "{lasting}": what is quick to count may rise '
            "while the figure falls.",
            "Predict the figure's own event, or show from history that the two move together.",
        )


def _outcome_too_late(seen: Seen) -> Iterator[Contradiction]:
    matures, live = seen.sheet.range("outcome.known_after"), day_of(seen.sheet, "limits.live_by")
    if matures is None or live is None or seen.today is None:
        return
    first = seen.today + timedelta(seconds=matures[0])
    if live <= seen.today:
        yield Contradiction(
            "date has passed", ("limits.live_by",), f"It was to be live by {live}.", "Name a later day."
        )
    elif first > live and not seen.sheet.text("outcome.column"):
        yield Contradiction(
            "outcome too late",
            ("outcome.known_after", "limits.live_by"),
            f"No earlier outcomes are named, and one is known {_days(matures[0])} after its decision: the "
            f"first of those collected from today on {first}. It is to be live by {live}.",
            "Name the column with outcomes of earlier cases, predict something that is known sooner, or move "
            "the day.",
        )


def _days(seconds: float) -> str:
    return f"{seconds / DAY:g} days" if seconds >= DAY else format_duration(seconds)


def _blind_measure(seen: Seen) -> Iterator[Contradiction]:
    alarm, miss = seen.sheet.range("costs.false_alarm"), seen.sheet.range("costs.miss")
    if alarm is None or miss is None or seen.sheet.text("quality.measure") != "accuracy":
        return
    low, high = sorted((sum(alarm) / 2, sum(miss) / 2))
    if high > UNEQUAL * low:
        times = f"{high / low:.3g} times" if low else "infinitely"
        yield Contradiction(
            "blind measure",
            ("quality.measure", "costs.false_alarm", "costs.miss"),
            f"One error costs {times} as much as the other, and accuracy counts both alike.",
            "Measure money: the threshold then follows from the two costs.",
        )


def _below_guessing(seen: Seen) -> Iterator[Contradiction]:
    wished = seen.sheet.range("quality.wished")
    if wished is None or seen.sheet.text("quality.measure") not in ("accuracy", "AUC"):
        return
    level = wished[1] / 100 if 1 < wished[1] <= 100 else wished[1]
    if seen.sheet.text("quality.measure") == "AUC":
        if level <= 0.5:
            yield Contradiction(
                "below guessing",
                ("quality.wished",),
                f"An AUC of {level:g} is that of drawing by lot.",
                "Ask for more, or for nothing.",
            )
        return
    guess, whence = seen.known.share, "in the data"
    share = seen.sheet.range("outcome.share")
    if guess is None and share is not None:
        guess, whence = max(1 - share[1], share[0]), "by your own figure"
    if guess is not None and level <= guess:
        yield Contradiction(
            "below guessing",
            ("quality.wished", "outcome.share"),
            f"{100 * level:.4g} % right is wished, and always giving the more frequent answer is right in "
            f"{100 * guess:.4g} % {whence}.",
            "Measure money, precision and recall, or AUC: there guessing gets nothing for free.",
        )


def _protected_input(seen: Seen) -> Iterator[Contradiction]:
    protected = {word.casefold(): word for word in seen.sheet.items("affected.protected")}
    for fact in seen.sheet.items("inputs.known"):
        if fact.casefold() in protected and fact not in seen.sheet.items("inputs.never"):
            yield Contradiction(
                "protected input",
                ("affected.protected", "inputs.known"),
                f'"{fact}" is to be protected, and stands among what the model may use.',
                "Put it among what must not be used, or have a lawyer say in writing that it may be.",
            )


def _stand_ins(seen: Seen) -> Iterator[Contradiction]:
    for says, way_out in seen.known.stand_ins:
        yield Contradiction("stand-in", ("affected.protected", "inputs.known"), says, way_out)


def _unknown_column(seen: Seen) -> Iterator[Contradiction]:
    column, there = seen.sheet.text("outcome.column"), seen.known.columns
    if column and there and column not in there:
        yield Contradiction(
            "no such column",
            ("outcome.column",),
            f'The table has no column "{column}".',
            f"It has {', '.join(there[:8])}{' and more' if len(there) > 8 else ''}.",
        )


def _budget(seen: Seen) -> Iterator[Contradiction]:
    time = seen.sheet.range("limits.time")
    if time is not None and time[1] < LEAST_SECONDS:
        yield Contradiction(
            "budget too small",
            ("limits.time",),
            f"A run may take {format_duration(time[1])}; the cheapest useful one takes about "
            f"{format_duration(LEAST_SECONDS)} on a small table.",
            "Allow a minute for a first model.",
        )


def _eyes(seen: Seen) -> Iterator[Contradiction]:
    approvals = seen.sheet.range("people.approvals")
    approvers = {name.casefold(): name for name in seen.sheet.items("people.approvers")}
    authors = {name.casefold() for name in seen.sheet.items("people.author")}
    if both := [name for folded, name in approvers.items() if folded in authors]:
        yield Contradiction(
            "own approval",
            ("people.author", "people.approvers"),
            f"{', '.join(both)} would approve what they built.",
            "Name somebody else.",
        )
    free = len(approvers.keys() - authors)
    if approvals is not None and approvers and free < approvals[0]:
        yield Contradiction(
            "too few eyes",
            ("people.approvals", "people.approvers"),
            f"{approvals[0]:g} signatures are asked for, and {free} of the named people may sign.",
            "Name more approvers who do not build it, or ask for fewer signatures.",
        )


def _risk(seen: Seen) -> Iterator[Contradiction]:
    chosen = seen.sheet.text("risk.class")
    if seen.sheet.text("risk.forbidden") == "yes" and chosen != "prohibited":
        yield Contradiction(
            "forbidden use",
            ("risk.forbidden", "risk.class"),
            f'It does what the AI Act forbids, and its class is "{chosen or "not decided"}".',
            "Ask a lawyer before anything is built; there are few exceptions.",
        )
    elif seen.sheet.text("risk.areas") == "yes" and chosen in ("limited", "minimal"):
        yield Contradiction(
            "class of risk",
            ("risk.areas", "risk.class"),
            f'It decides in an area that the AI Act lists, and its class is "{chosen}".',
            "Write down which exception holds and who says so, or take it as high.",
        )


def _capacity(seen: Seen) -> Iterator[Contradiction]:
    volume, capacity = (_first_number(seen.sheet.text(f"decision.{name}")) for name in ("volume", "capacity"))
    share = seen.sheet.range("outcome.share")
    if volume and capacity and share and share[0] * volume > 2 * capacity:
        yield Contradiction(
            "more cases than hands",
            ("decision.volume", "decision.capacity", "outcome.share"),
            f"About {share[0] * volume:,.0f} cases happen, and people can follow up {capacity:,.0f}.",
            "What counts is then who stands at the top of the list: measure precision there.",
        )


def _first_number(text: str) -> float | None:
    found = re.search(r"\d[\d,]*(?:\.\d+)?", text)
    return float(found[0].replace(",", "")) if found else None


RULES: tuple[Callable[[Seen], Iterator[Contradiction]], ...] = (
    _several,
    _figure_would_not_move,
    _easy_for_lasting,
    _outcome_too_late,
    _blind_measure,
    _below_guessing,
    _protected_input,
    _stand_ins,
    _unknown_column,
    _budget,
    _eyes,
    _risk,
    _capacity,
)
