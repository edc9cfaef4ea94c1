"""Figures of an attack as documents and charts show them."""

from __future__ import annotations

from typing import Any

from airworthy.assurance.privacy.attacks import ATTACKS, CALIBRATED
from airworthy.assurance.privacy.membership import JUDGED, RAREST, Membership
from airworthy.kernel.result import Chart
from airworthy.measures.operating_point import fewest_others

LEVEL = 0.95


def attack_figures(found: Membership) -> dict[str, Any]:
    """Rows; of each attack the AUC and the share named at either rate of false positives, with intervals."""
    return {
        "members": found.members,
        "others": found.others,
        "attacks": {attack: _figures(found, attack) for attack in ATTACKS},
        "at_rarest": at_rarest(found, CALIBRATED),
        "how": found.how,
    }


def _figures(found: Membership, attack: str) -> dict[str, Any]:
    ranked = found.auc(attack)
    return {
        "what": ATTACKS[attack],
        "auc": _measured(ranked.value, ranked.interval(LEVEL)),
        "named_at_1_percent": _at(found, attack, JUDGED),
        "named_at_0_1_percent": _at(found, attack, RAREST),
    }


def at_rarest(found: Membership, attack: str) -> str:
    """What is known at 0.1 % false positives, in one sentence."""
    needed = fewest_others(RAREST, LEVEL)
    if found.others < needed:
        return f"At 0.1 % nobody can tell: that takes {needed:,} other rows."
    share = found.found(attack, RAREST)
    low, high = share.interval(LEVEL)
    return f"At 0.1 % it names {100 * share.value:.1f} % ({100 * low:.1f} to {100 * high:.1f})."


def roc_chart(found: Membership) -> Chart:
    """Share of members named by share of others named, both on log scales, beside guessing."""
    least = 1 / found.others
    guess = [{"false": least, "found": least}, {"false": 1.0, "found": 1.0}]
    curve = [point for point in found.curve(CALIBRATED) if point["found"] > 0]
    x = {"field": "false", "type": "quantitative", "scale": {"type": "log"}, "title": "share of others named"}
    y = {
        "field": "found",
        "type": "quantitative",
        "scale": {"type": "log"},
        "title": "share of members named",
    }
    return {
        "layer": [
            {
                "data": {"values": guess},
                "mark": {"type": "line", "strokeDash": [4, 4]},
                "encoding": {"x": x, "y": y},
            },
            {"data": {"values": curve}, "mark": "line", "encoding": {"x": x, "y": y}},
        ]
    }


def _at(found: Membership, attack: str, rate: float) -> dict[str, Any]:
    share = found.found(attack, rate)
    return _measured(share.value, share.interval(LEVEL))


def _measured(value: float, ends: tuple[float | None, float | None]) -> dict[str, Any]:
    return {"value": value, "low": ends[0], "high": ends[1], "level": LEVEL}
