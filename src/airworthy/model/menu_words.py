"""The menu in plain sentences: what a person gains and gives up with each candidate."""

from __future__ import annotations

import math
from collections.abc import Sequence

from airworthy.charter.model import Preference
from airworthy.kernel.units import format_micro, format_size
from airworthy.model.choose import Rival, level_in_cost, level_in_loss
from airworthy.model.menu import A_MONTH, LOG_LOSS, Measured, Offer
from airworthy.model.menu_front import ALIKE, closer


def earned(figure: Measured) -> str:
    """`earns EUR 12 less per 1,000 decisions (−31 to +4), within noise`.

    >>> earned(Measured(-12.0, -31.0, 4.0, "EUR per 1,000", 900))
    'earns EUR 12 less per 1,000 decisions (−31 to +4), within noise'
    >>> earned(Measured(1900.0, -300.0, 4100.0, "EUR a month", 900))
    'earns EUR 1,900 more a month (−300 to +4,100), within noise'
    """
    currency, _, per = figure.unit.partition(" ")
    if not figure.value:
        return "earns the same"
    side = "more" if figure.value > 0 else "less"
    amount = plain(abs(figure.value))
    return f"earns {currency} {amount} {side} {per if per == A_MONTH else f'{per} decisions'}{around(figure)}"


def worse(figure: Measured) -> str:
    """`has a log loss 0.0021 higher (+0.0004 to +0.0038)`.

    >>> worse(Measured(0.0021, 0.0004, 0.0038, "log loss", 900))
    'has a log loss 0.0021 higher (+0.0004 to +0.0038)'
    """
    name = "typical error" if figure.unit == "root mean squared error" else figure.unit
    if not figure.value:
        return f"has the same {name}"
    side = "higher" if figure.value > 0 else "lower"
    return f"has a {name} {plain(abs(figure.value))} {side}{around(figure)}"


def around(figure: Measured) -> str:
    """The interval of a difference in brackets, signed; empty where it is open on both sides."""
    if figure.low is None and figure.high is None:
        return ", on too few rows for an interval"
    noise = ", within noise" if figure.within_noise else ""
    if figure.low is None or figure.high is None:
        return (
            f" (from {signed(figure.low)} up)" if figure.high is None else f" (up to {signed(figure.high)})"
        )
    return f" ({signed(figure.low)} to {signed(figure.high)}){noise}"


def plain(value: float) -> str:
    """Two figures, or whole numbers from 10 up.

    >>> plain(1234.5), plain(12.34), plain(0.00213), plain(0.00005)
    ('1,234', '12', '0.0021', '0.00005')
    """
    if value >= 10 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.{1 - math.floor(math.log10(value))}f}".rstrip("0")


def signed(value: float | None) -> str:
    """With a sign in front; 0 has none."""
    if not value:
        return "0"
    return f"{'−' if value < 0 else '+'}{plain(abs(value))}"


def trade(offer: Offer, other: Offer) -> str:
    """What choosing `offer` instead of `other`, the recommended one, means."""
    if offer.refused:
        return f"{offer.name} cannot be chosen: {offer.refused}."
    parts = [*_worth(offer), *_gap(offer, other), *_reading(offer, other), *_room(offer, other)]
    beyond = f" It is beyond a limit: it {'; it '.join(offer.beyond)}." if offer.beyond else ""
    beaten = f" {offer.beaten_by}." if offer.beaten_by else ""
    return f"{offer.name} {_listed(parts)}.{beyond}{beaten}" if parts else f"{offer.name} is alike.{beyond}"


def _worth(offer: Offer) -> list[str]:
    """Money where it was declared, and quality where there is no money or it differs beyond noise."""
    worth, found = offer.worth, []
    if worth.earns is not None:
        found.append(earned(worth.earns))
    if worth.worse is not None and (worth.earns is None or not worth.worse.within_noise):
        found.append(worse(worth.worse))
    return found


def _gap(offer: Offer, other: Offer) -> list[str]:
    if offer.gap is None or other.gap is None or not closer(offer.gap, other.gap):
        return []
    scale, places, unit = (100, 1, "points") if offer.worth.quality.unit == LOG_LOSS else (1, 2, "SD")
    mine, theirs = (f"{scale * gap.value:.{places}f}" for gap in (offer.gap, other.gap))
    return [f"has a largest gap between groups of {mine} {unit} instead of {theirs}"]


def _reading(offer: Offer, other: Offer) -> list[str]:
    if offer.rank == other.rank:
        return []
    if offer.readable and not other.readable:
        return [f"has reasons that can all be read ({offer.read})"]
    if other.readable and not offer.readable:
        return [f"is {offer.read}, which nobody reads as a whole"]
    return [f"is {offer.read} instead of {other.read}"]


def _room(offer: Offer, other: Offer) -> list[str]:
    """Latency and size where they differ by more than a tenth."""
    found = []
    for mine, theirs, verb, show in (
        (offer.latency_us, other.latency_us, "answers in", format_micro),
        (float(offer.size_bytes), float(other.size_bytes), "takes", format_size),
    ):
        if max(mine, theirs) > ALIKE * min(mine, theirs) and show(mine) != show(theirs):
            found.append(f"{verb} {show(mine)} instead of {show(theirs)}")
    return found


def beaten(by: str, better: str) -> str:
    """Who beats a candidate, and where."""
    return f"Beaten by {by}: as good in everything measured, and better in {better}"


def because(
    chosen: Rival, rivals: Sequence[Rival], of: int, prefer: Preference, beats: tuple[str, str] | None
) -> str:
    """Why the rule takes `chosen` among `rivals`, which of all `of` candidates may be chosen.

    `beats`: who beats it where a standard error counts as nothing, and in what.
    """
    among = f"{len(rivals):,} candidates"
    if of > len(rivals):
        among = f"the {len(rivals):,} of {of:,} candidates that may be chosen"
    if len(rivals) == 1:
        reason = "no other candidate may be chosen" if of > 1 else "it is the only candidate"
    elif prefer is Preference.SIMPLE:
        level = len(level_in_loss(level_in_cost(rivals)))
        reason = f"{level:,} of {among} lie within one standard error of the best, and it is the simplest"
        if level == 1:
            reason = f"it is the best of {among} by more than one standard error"
    else:
        reason = _by_value(rivals, among)
    return f'{chosen.name} is recommended because {reason} (search.prefer = "{prefer}").{_but(beats)}'


FEW_ROWS = 100
"""Below it the menu says first what so few rows can tell."""


def few_rows(quality: Measured, metric: str) -> str:
    """What to make of a figure of few rows; empty where there are enough.

    >>> few_rows(Measured(0.57, 0.2, 0.94, "log loss", 10), "log loss").split(" (")[0]
    ' Only 10 rows measured it: its log loss of 0.57 may as well be 0.2 or 0.94'
    """
    if quality.n >= FEW_ROWS:
        return ""
    text = f" Only {quality.n:,} rows measured it: its {metric} of {quality.value:.2g}"
    if quality.low is None or quality.high is None:
        return f"{text} has no interval yet. Add rows before you rely on it."
    return (
        f"{text} may as well be {quality.low:.2g} or {quality.high:.2g} (95 % interval). "
        "Add rows before you rely on it."
    )


def _but(beats: tuple[str, str] | None) -> str:
    if beats is None:
        return ""
    return (
        f" Within one standard error, {beats[0]} is as good in everything measured, and better in {beats[1]}."
    )


def _by_value(rivals: Sequence[Rival], among: str) -> str:
    if rivals[0].costs is None:
        return f"it has the least loss of {among}"
    level = len(level_in_cost(rivals))
    if level == 1:
        return f"its decisions cost the least of {among}, by more than one standard error"
    return (
        f"{level:,} of {among} cost the least within one standard error, and it has the least loss of these"
    )


def _listed(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{'; '.join(parts[:-1])}; and {parts[-1]}"
