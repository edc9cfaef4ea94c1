"""From measured candidates to the menu: the rule takes one, and every other is held against it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from airworthy.charter.model import Charter
from airworthy.model.choose import Rival, choose
from airworthy.model.menu import Menu, Offer, Worth
from airworthy.model.menu_chart import menu_chart
from airworthy.model.menu_figures import Bench, worths
from airworthy.model.menu_front import beaten_by
from airworthy.model.menu_limits import beyond, limit_costs, limits_of, require_choosable, require_may_take
from airworthy.model.menu_words import beaten, because, few_rows, trade

MOST = 24
"""Offers of one menu; a long search tries more, and few people read so many."""


def make_menu(
    rivals: Sequence[Rival], charter: Charter, bench: Bench, digests: Mapping[str, str], take: str = ""
) -> Menu:
    """The menu of finished candidates on the rows of `bench`.

    Parameters
    ----------
    digests
        Of each candidate's saved files.
    take
        The candidate that a person chose; by default the rule's.

    Raises
    ------
    InputError
        No candidate may be chosen, or not the one that a person wants.
    """
    limits = limits_of(charter)
    open_to_all = [rival for rival in rivals if not rival.record.refused]
    may = require_choosable(rivals, limits, charter, bench)
    if take:
        require_may_take(take, rivals, limits)
    prefer = charter.search.prefer
    taken = choose(may, prefer)
    beats = beaten_by(may, bench.blocks)
    listed = _listed(rivals, may, taken, beats, take)
    worth = worths(listed, taken, bench)
    offers = [
        _offer(rival, rival in may, beats.get(rival.name), worth[rival.name], beyond(rival, limits), digests)
        for rival in listed
    ]
    own = next(offer for offer in offers if offer.name == taken.name)
    offers = [offer if offer is own else replace(offer, says=trade(offer, own)) for offer in offers]
    unit = bench.unit if taken.costs is not None else ""
    return Menu(
        rule=str(prefer),
        because=because(taken, may, len(rivals), prefer, beats.get(taken.name))
        + few_rows(own.worth.quality, bench.metric),
        recommended=taken.name,
        chosen=take or taken.name,
        rows=len(bench.y),
        unit=unit,
        metric=bench.metric,
        limits=limit_costs(open_to_all, limits, charter, bench),
        offers=tuple(offers),
        chart=menu_chart(offers, taken.name, unit, bench.metric),
    )


def _offer(
    rival: Rival,
    may: bool,
    beat: tuple[str, str] | None,
    worth: Worth,
    beyond_limits: tuple[str, ...],
    digests: Mapping[str, str],
) -> Offer:
    """One line of the menu, without its sentence. `beat`: who beats it, and in what."""
    return Offer(
        name=rival.name,
        learner=rival.record.learner,
        rank=rival.record.rank,
        worth=worth,
        gap=rival.gap,
        latency_us=rival.record.latency_us,
        latency_p99_us=rival.record.latency_p99_us,
        size_bytes=rival.record.size_bytes,
        front=may and beat is None,
        beaten_by=beaten(*beat) if beat else "",
        beyond=beyond_limits,
        refused=rival.record.refused,
        says="",
        digest=digests[rival.name],
    )


def _listed(
    rivals: Sequence[Rival], may: Sequence[Rival], taken: Rival, beats: Mapping[str, object], take: str
) -> list[Rival]:
    """At most `MOST`, the simplest first: the one taken, the front, the best of each kind, then by loss."""
    best: dict[str, str] = {}
    for rival in sorted(rivals, key=lambda rival: rival.loss):
        best.setdefault(rival.record.learner, rival.name)
    front = {rival.name for rival in may} - beats.keys()

    def place(rival: Rival) -> tuple[bool, bool, bool, float]:
        first = rival.name in (taken.name, take)
        return not first, rival.name not in front, rival.name not in best.values(), rival.loss

    kept = sorted(rivals, key=place)[:MOST]
    return sorted(kept, key=lambda rival: (rival.record.rank, rival.loss, rival.name))
