"""The table and sentences about hardening: what each way changes, and what it costs."""

from __future__ import annotations

from collections.abc import Iterator

from airworthy.assurance.mitigation.report import Moved
from airworthy.charter.problems import listed
from airworthy.lifecycle.hardening.report import Hardened, HardenedModel, Hardening

TITLES = {
    Hardening.PRESENT: "present model",
    Hardening.ADVERSARIAL: "adversarial training",
    Hardening.MONOTONE: "declared directions",
    Hardening.BOTH: "both",
}
NAME, CELL = 22, 24
LIMITS = (
    "The share is of flips that this search finds: another search may find more. Outcomes of changed rows "
    "are taken to stay as they were; where a change would truly alter them, adversarial training teaches an "
    "error."
)


def written(found: Hardened) -> str:
    """All of it as text."""
    parts = ["\n".join(_head(found)), "\n".join(_table(found)), "\n".join(_sentences(found)), LIMITS]
    return "\n\n".join(parts)


def _head(found: Hardened) -> Iterator[str]:
    yield (
        f"Hardening beside the present model ({found.present.model}): all learned from {found.learned:,} "
        f"observed rows and are measured on {found.rows:,} others, {found.attacked:,} of them attacked."
    )
    yield f"Free to change: {listed(found.free)}. The models were asked about {found.asked:,} rows."
    yield from found.notes


def _table(found: Hardened) -> Iterator[str]:
    money = "" if found.present.money is None else found.present.money.now.unit
    heads = ("flipped by 1 change", f"by up to {found.compared}", "AUC", "wrong per 1,000", money)
    yield f"{'':{NAME}} " + "".join(f"{head:{CELL}}" for head in heads).rstrip()
    for one in found.models:
        cells = [_cell(one.flips[0], 100, ".1f", " %"), _cell(one.flips[-1], 100, ".1f", " %")]
        cells += [_cell(one.quality, 1, ".3f"), _cell(one.wrong, 1, ",.0f")]
        cells += [] if one.money is None else [_cell(one.money, 1, ",.0f")]
        yield f"{TITLES[one.action]:{NAME}} " + "".join(f"{cell:{CELL}}" for cell in cells).rstrip()
    yield "  95 % intervals; the sentences below are paired, row by row."


def _sentences(found: Hardened) -> Iterator[str]:
    for one in found.models[1:]:
        yield f"{TITLES[one.action].capitalize()}{_added(one)}: {told(one, found)}."
    for action, why in found.not_measured.items():
        yield f"{TITLES[action].capitalize()}: not measured; {why if why.endswith('.') else f'{why}.'}"


def _added(one: HardenedModel) -> str:
    return f" ({one.added:,} flipped rows added)" if one.added else ""


def told(one: HardenedModel, found: Hardened) -> str:
    """What a way does to the flips, and what it costs."""
    flips = one.flips[-1]
    change = flips.change
    assert change is not None  # of a way
    if not one.otherwise and change.value == 0:
        return f"decides all {found.rows:,} rows as the present model, and as many flip"
    before = flips.now.value - change.value
    verb = _verb(change.low, change.high)
    said = (
        f"{verb} the share of rows that up to {found.compared} changes flip: {100 * before:.1f} % before, "
        f"{100 * flips.now.value:.1f} % now, {100 * change.value:+.1f} points"
        f"{_span(change.low, change.high, 100, '+.1f')}"
    )
    sides = [_side(name, moved) for name, moved in one.by_decision.items() if moved.change is not None]
    return f"{said} ({', '.join(sides)}); {_cost(one)}"


def _side(name: str, moved: Moved) -> str:
    assert moved.change is not None
    before = moved.now.value - moved.change.value
    return f"{100 * before:.0f} to {100 * moved.now.value:.0f} % of those decided {name!r}"


def _verb(low: float | None, high: float | None) -> str:
    if high is not None and high < 0:
        return "lowers"
    return "raises" if low is not None and low > 0 else "may or may not lower"


def _cost(one: HardenedModel) -> str:
    """What quality, and decisions, cost more or less."""
    rank = one.quality.change
    assert rank is not None  # of a way
    auc = f"AUC {rank.value:+.3f}{_span(rank.low, rank.high, 1, '+.3f')}"
    moved = one.wrong if one.money is None else one.money
    change = moved.change
    assert change is not None  # of a way
    unit = "wrong decisions per 1,000" if one.money is None else change.unit
    spec = "+,.1f" if one.money is None else "+,.0f"
    return f"{auc}, {change.value:{spec}} {unit}{_span(change.low, change.high, 1, spec)}"


def _cell(moved: Moved, scale: float, spec: str, unit: str = "") -> str:
    now = moved.now
    return f"{scale * now.value:{spec}}{unit}{_span(now.low, now.high, scale, spec)}"


def _span(low: float | None, high: float | None, scale: float, spec: str) -> str:
    """` (2.1 to 9.0)`; an open end is an ellipsis."""
    ends = ["…" if end is None else f"{scale * end:{spec}}" for end in (low, high)]
    return f" ({ends[0]} to {ends[1]})"
