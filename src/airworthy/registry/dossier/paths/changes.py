"""What would turn the decision of the product path round: repairs, rows, signatures and ends of waivers."""

from __future__ import annotations

from collections.abc import Sequence

from airworthy.kernel.result import Result, Verdict
from airworthy.registry.dossier.document import DossierInput
from airworthy.registry.dossier.standing import Standing, may_approve
from airworthy.registry.dossier.store import Item, Sentence, Store
from airworthy.registry.dossier.words import count, day, listed, subject_words

SHOWN = 4  # subjects of one check that are spelled out


def changes_of(given: DossierInput, standing: Standing, store: Store) -> list[Sentence]:
    """What would turn the decision round, in either direction; what reads the same is said once."""
    required = [r for r in given.everything if r.required]
    found = [*_repairs(required, store), *_settled(required, store)]
    if standing.approvals_missing:
        names = listed(may_approve(given), last="or")
        who = f" by {names}" if names else "; nobody who may sign is declared"
        more = count(standing.approvals_missing, "more approval")
        found.append(store.say(f"For production, {more}{who}.", "charter"))
    return [*found, *_waivers_end(given, store)]


def _repairs(required: Sequence[Result], store: Store) -> list[Sentence]:
    alike: dict[tuple[str, str], list[Result]] = {}
    for result in required:
        if result.verdict is Verdict.FAIL and result.remedy:
            alike.setdefault((result.code, result.remedy), []).append(result)
    return [
        store.say(f"{code}, {listed([subject_words(r.subject) for r in results])}: {remedy}", *results)
        for (code, remedy), results in alike.items()
    ]


def _settled(required: Sequence[Result], store: Store) -> list[Sentence]:
    codes: dict[str, list[tuple[int, Result]]] = {}
    for result in required:
        if result.verdict is Verdict.UNSURE and result.rows_to_settle:
            codes.setdefault(result.code, []).append((result.rows_to_settle, result))
    found = []
    for code, results in codes.items():
        nearest = sorted(results, key=lambda pair: pair[0])
        needs = [f"{subject_words(r.subject)} about {rows:,}" for rows, r in nearest[:SHOWN]]
        more = f"; {count(len(results) - SHOWN, 'more subject')} need more" if len(results) > SHOWN else ""
        text = f"{code}, rows that would settle it: {', '.join(needs)}{more}."
        found.append(store.say(text, *(r for _, r in nearest[:SHOWN])))
    return found


def _waivers_end(given: DossierInput, store: Store) -> list[Sentence]:
    alike: dict[tuple[str, str], list[Item]] = {}
    for waiver in given.waivers:
        key = waiver.code, day(waiver.expires)
        alike.setdefault(key, []).append(store.waiver(waiver.code, waiver.subject))
    return [
        store.say(
            f"{code} counts again from {until}, when {count(len(items), 'waiver')} "
            f"{'ends' if len(items) == 1 else 'end'}.",
            *items[:SHOWN],
        )
        for (code, until), items in alike.items()
    ]
