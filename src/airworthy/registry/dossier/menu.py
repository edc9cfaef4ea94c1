"""The menu in rows and sentences, for the terminal and the dossier alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from airworthy.kernel.units import format_micro, format_size
from airworthy.registry.dossier.menu_views import ChoiceView, MenuView, OfferView
from airworthy.registry.dossier.words import bare, interval, sentence

MOST = 8
"""Candidates beyond the front, the recommended and the chosen one are counted, not listed."""

INTERVAL = "95 % interval"


@dataclass(frozen=True)
class MenuRow:
    """One candidate as cells of a table."""

    name: str
    read: str
    worth: str
    around: str
    quality: str
    gap: str
    latency: str
    size: str
    state: str

    @property
    def cells(self) -> tuple[str, ...]:
        """In the order of `heads`."""
        figures = (self.worth, self.around, self.quality, self.gap, self.latency, self.size)
        return (self.name, self.read, *figures, self.state)


def menu_rows(menu: MenuView) -> list[MenuRow]:
    """The candidates that are worth a look, the simplest first."""
    return [_row(offer, menu) for offer in _shown(menu)]


def heads(menu: MenuView) -> tuple[str, ...]:
    """Heads of the columns of `menu_rows`."""
    saves = f"Saves {menu.unit}" if menu.unit else f"{sentence(menu.metric)} beside {menu.recommended}"
    gap = "Gap, points" if menu.metric == "log loss" else "Gap, SD"
    return (
        "Candidate",
        "One reads",
        saves,
        INTERVAL,
        sentence(menu.metric),
        gap,
        "One row",
        "Size",
        "On the menu",
    )


def _shown(menu: MenuView) -> list[OfferView]:
    order = sorted(
        menu.offers,
        key=lambda offer: (
            offer.name not in (menu.recommended, menu.chosen),
            not offer.front,
            not (offer.refused or offer.beyond),
            offer.quality.value,
        ),
    )
    kept = {offer.name for offer in order[:MOST]}
    return [offer for offer in menu.offers if offer.name in kept]


def _row(offer: OfferView, menu: MenuView) -> MenuRow:
    figure = offer.saves if menu.unit else offer.worse
    return MenuRow(
        name=offer.name,
        read=offer.read.removeprefix("a list of ").removeprefix("a "),
        worth="" if figure is None else bare(figure.value),
        around="" if figure is None else interval(figure.low, figure.high),
        quality=f"{offer.quality.value:.4g}",
        gap=_gap(offer, menu),
        latency="" if offer.latency_us is None else format_micro(offer.latency_us),
        size="" if offer.size_bytes is None else format_size(offer.size_bytes),
        state=_state(offer, menu),
    )


def _gap(offer: OfferView, menu: MenuView) -> str:
    if offer.gap is None:
        return ""
    return f"{offer.gap.value * 100:.1f}" if menu.metric == "log loss" else f"{offer.gap.value:.2f}"


def _state(offer: OfferView, menu: MenuView) -> str:
    if offer.name == menu.recommended:
        return "recommended"
    if offer.name == menu.chosen:
        return "chosen"
    if offer.refused:
        return "refused"
    if offer.beyond:
        return "beyond a limit"
    return "a trade" if offer.front else "beaten"


def choice_line(choice: ChoiceView) -> str:
    """Who chose, and why.

    >>> choice_line(ChoiceView(candidate="linear", instead_of="blend", by="Ada", reason="It can be read."))
    'Ada chose linear instead of blend: It can be read.'
    """
    return f"{choice.by} chose {choice.candidate} instead of {choice.instead_of}: {choice.reason}"


def menu_lines(menu: MenuView) -> Iterator[str]:
    """Why this candidate, what each other one trades, and what the limits cost."""
    yield menu.because
    for offer in _shown(menu):
        if offer.says and (offer.front or offer.beyond or offer.refused or offer.name == menu.chosen):
            yield offer.says
    for limit in menu.limits:
        yield limit.says
    beaten = [offer.name for offer in menu.offers if offer.beaten_by and offer.name != menu.recommended]
    if beaten:
        named = ", ".join(beaten[:MOST]) + (f" and {len(beaten) - MOST:,} more" if len(beaten) > MOST else "")
        yield f"Another is as good in everything measured, and better in something: {named}."


def menu_note(menu: MenuView) -> str:
    """Which rows the figures stand on."""
    return f"{menu.rows:,} rows that no model here had learned from; each difference row by row."
