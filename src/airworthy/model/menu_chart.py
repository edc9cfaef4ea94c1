"""The menu as one picture: what each candidate gains or loses beside the recommended one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from airworthy.model.menu import Measured, Offer

SHOWN = 10
"""Candidates in the picture; the table has them all."""
RECOMMENDED, TRADE, BEATEN, BARRED = "recommended", "a trade", "beaten", "not to be chosen"


def menu_chart(offers: Sequence[Offer], recommended: str, unit: str, metric: str) -> Mapping[str, object]:
    """A Vega-Lite chart, the simplest candidate first; the line at 0 is the recommended one."""
    shown = _shown(offers, recommended)
    rows = [_row(offer, recommended, unit) for offer in shown]
    title = f"earns more than {recommended}, {unit}" if unit else f"{metric} above that of {recommended}"
    y = {"field": "candidate", "type": "nominal", "title": "", "sort": None}
    color = {"field": "on the menu", "type": "nominal"}
    zero = {"field": "zero", "type": "quantitative", "title": title}
    ends = {"x": {"field": "low", "type": "quantitative", "title": title}, "x2": {"field": "high"}}
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "title": "What each candidate trades",
        "description": f"Each candidate beside {recommended}, which is the line at 0, with 95 % intervals.",
        "layer": [
            {"mark": "rule", "data": {"values": [{"zero": 0}]}, "encoding": {"x": zero}},
            {"mark": "rule", "data": {"values": rows}, "encoding": {"y": y, "color": color, **ends}},
            {
                "mark": "point",
                "data": {"values": rows},
                "encoding": {
                    "y": y,
                    "color": color,
                    "x": {"field": "difference", "type": "quantitative", "title": title},
                },
            },
        ],
    }


def _shown(offers: Sequence[Offer], recommended: str) -> list[Offer]:
    """The recommended one, the front, then the best of the rest, in the menu's order."""
    order = sorted(
        offers, key=lambda o: (o.name != recommended, not o.choosable, not o.front, o.worth.quality.value)
    )
    kept = {offer.name for offer in order[:SHOWN]}
    return [offer for offer in offers if offer.name in kept]


def _row(offer: Offer, recommended: str, unit: str) -> dict[str, object]:
    figure = offer.worth.earns if unit else offer.worth.worse
    itself = Measured(0.0, 0.0, 0.0, "", 0)
    found = figure or itself
    return {
        "candidate": f"{offer.name}: {offer.read}",
        "difference": found.value,
        "low": found.value if found.low is None else found.low,
        "high": found.value if found.high is None else found.high,
        "on the menu": _state(offer, recommended),
    }


def _state(offer: Offer, recommended: str) -> str:
    if offer.name == recommended:
        return RECOMMENDED
    if not offer.choosable:
        return BARRED
    return TRADE if offer.front else BEATEN
