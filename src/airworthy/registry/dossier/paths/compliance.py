"""The compliance path: purpose, affected groups, gaps, waivers with names, contest route, framework table."""

from __future__ import annotations

from dataclasses import dataclass

from airworthy.registry.dossier.document import DossierInput, WaiverView
from airworthy.registry.dossier.framework import AS_OF, EVIDENCED, HUMAN, PARTIAL, Clause, clauses
from airworthy.registry.dossier.ranking import ranked
from airworthy.registry.dossier.store import Item, Sentence, Store
from airworthy.registry.dossier.views import ResultView, result_view
from airworthy.registry.dossier.words import count, day, listed, number


@dataclass(frozen=True)
class Waived:
    """One waiver, with the day it ends."""

    waiver: WaiverView
    until: str
    item: Item


@dataclass(frozen=True)
class Compliance:
    """The first page of the compliance path."""

    purpose: tuple[Sentence, ...]
    affected: tuple[Sentence, ...]
    groups: tuple[ResultView, ...]
    waivers: tuple[Waived, ...]
    contest: tuple[Sentence, ...]
    clauses: tuple[Clause, ...]
    tally: tuple[tuple[str, int], ...]
    as_of: str = AS_OF


def compliance_path(given: DossierInput, store: Store) -> Compliance:
    """Build the page."""
    table = clauses(given, store)
    about_groups = [r for r in given.results if r.code.startswith("FAI")]
    statuses = (EVIDENCED, PARTIAL, HUMAN)
    return Compliance(
        purpose=tuple(_purpose(given, store)),
        affected=tuple(_affected(given, store)),
        groups=tuple(result_view(result, store) for result in ranked(about_groups)),
        waivers=tuple(Waived(w, day(w.expires), store.waiver(w.code, w.subject)) for w in given.waivers),
        contest=tuple(_contest(given, store)),
        clauses=table,
        tally=tuple((status, sum(clause.status == status for clause in table)) for status in statuses),
    )


def _purpose(given: DossierInput, store: Store) -> list[Sentence]:
    charter = given.charter
    text = charter.purpose.rstrip(".") or "No purpose is declared: write one in airworthy.toml"
    found = [store.say(f"{text}.", "charter")]
    if charter.kpi:
        found.append(store.say(f"It serves: {charter.kpi.rstrip('.')}.", "charter"))
    if given.lists is not None:
        text = f"It recommends {given.lists.item} to {given.lists.user}; what they then take is the outcome."
        found.append(store.say(text, "lists"))
    if charter.target:
        found.append(
            store.say(f"It predicts {charter.glossary.get(charter.target, charter.target)}.", "charter")
        )
    for source in given.dataset.sources:
        basis = source.legal_basis or "no legal basis is declared"
        owner = source.owner or "no owner is declared"
        text = (
            f"Source {source.name}: {owner}; {source.purpose or 'no permitted purpose is declared'}; {basis}."
        )
        found.append(store.say(text, "data"))
    return found


def _affected(given: DossierInput, store: Store) -> list[Sentence]:
    charter = given.charter
    if not charter.protected:
        text = "No protected column is declared. Gaps between groups of people were therefore not measured."
        return [store.say(text, "charter")]
    use = (
        "are also inputs of the model" if charter.protected_as_input else "are measured and not used as input"
    )
    names = [charter.glossary.get(name, name) for name in charter.protected]
    found = [store.say(f"Protected columns: {listed(names)}. They {use}.", "charter")]
    if charter.max_gap is not None:
        gap = f"{charter.max_gap:g} in NDCG" if given.lists else f"{number(charter.max_gap * 100)} points"
        text = f"A gap of more than {gap} from everybody else is too much, as declared."
        found.append(store.say(text, "charter"))
    text = (
        "Each gap has an interval that allows for looking at many groups at once. Where it lies across the "
        "limit, the rows cannot tell, and the table says so."
    )
    found.append(store.say(text, "plan"))
    return found


def _contest(given: DossierInput, store: Store) -> list[Sentence]:
    people = [p.name for p in given.charter.people if {"compliance", "owner"} & set(p.roles)]
    if people:
        text = f"A person affected by a decision contests it with {listed(people, last='or')}."
    else:
        text = "Nobody is named to go to: give someone the role owner or compliance in the charter."
    found = [store.say(text, "charter")]
    text = "Each served decision has a request id, and its reasons on request: quote the id to contest it."
    found.append(store.say(text, "version"))
    alone = [a.person for a in given.approvals if a.self_approved]
    if alone:
        text = f"{count(len(alone), 'approval')} by the author of the run: self-approved by {listed(alone)}."
        found.append(store.say(text, *store.approvals))
    return found
