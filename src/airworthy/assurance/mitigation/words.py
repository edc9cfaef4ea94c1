"""The tables and sentences about remedies: what each changes, what it costs, and what the law may say."""

from __future__ import annotations

from collections.abc import Iterator

from airworthy.assurance.mitigation.proxies import Proxy
from airworthy.assurance.mitigation.report import READS_GROUPS, Action, Effect, GapEffect, Mitigation, Moved
from airworthy.kernel.result import Measurement

TITLES = {
    Action.PRESENT: "present model",
    Action.PLAIN: "no remedy",
    Action.REWEIGHING: "reweighing",
    Action.REDUCTIONS: "reductions",
    Action.THRESHOLDS: "thresholds by group",
    Action.DROPPING: "without stand-ins",
    Action.DROPPING_REWEIGHING: "without stand-ins, reweighed",
    Action.MONOTONE: "declared directions",
}
CAUTION = (
    "Thresholds by group decide two people with one score differently because of their group. In the United "
    "States that may be disparate treatment, and for employment tests section 106 of the Civil Rights Act of "
    "1991 forbids cut-offs that differ by race, colour, religion, sex or national origin. In the European "
    "Union and elsewhere other law applies. Ask a lawyer before you adopt them: nothing here says that you "
    "may."
)
LEARNED = (
    "Reweighing and reductions read the group while they learn, and not at a decision. Ask a lawyer whether "
    "that is open to you, too."
)
RECORDED = (
    "Quality and costs are told against the outcomes on record. Where people decided these with a bias, a "
    "model without it seems worse than it is; only outcomes that somebody reviewed could tell."
)
NAME, MOST_PROXIES = 29, 12
FOUND, FALSE = "found (TPR)", "false alarms (FPR)"


def written(found: Mitigation) -> str:
    """All of it as text."""
    parts = ["\n".join(_head(found)), "\n".join(_proxy_table(found)), "\n".join(_table(found))]
    parts.append("\n".join(_sentences(found)))
    parts.append("\n".join(_cautions(found)))
    return "\n\n".join(part for part in parts if part)


def _head(found: Mitigation) -> Iterator[str]:
    yield (
        f"Remedies beside the present model ({found.present.model}): all learned from {found.learned:,} rows "
        f"and are measured on {found.rows:,} others."
    )
    yield from found.notes


def _proxy_table(found: Mitigation) -> Iterator[str]:
    shown = [proxy for proxy in found.proxies if proxy.shown]
    looked = len({proxy.column for proxy in found.proxies})
    if not shown:
        yield f"None of {looked:,} inputs alone foretells a protected column by more than chance (Holm)."
    else:
        yield f"{'Inputs that foretell a group':{NAME}} {'group':24} AUC (95 %)         rows"
        yield from (_proxy_row(proxy, found.strength) for proxy in shown[:MOST_PROXIES])
        if more := len(shown) - MOST_PROXIES:
            yield from [f"  and {more:,} more: --json lists them."] if more > 0 else []
        yield (
            f"  {len(shown):,} of {len(found.proxies):,} looks (Holm, 5 %); * stands in for the group: AUC "
            f"{found.strength:g} or more."
        )
    for one in found.together:
        rest = f"without {', '.join(one.without)} the other inputs" if one.without else "All inputs together"
        yield (
            f"  {rest[0].upper()}{rest[1:]} foretell {one.protected} = {one.group} with AUC "
            f"{one.auc:.3f}{_span(one.low, one.high, 1, '.3f')} in {one.rows:,} rows."
        )


def _proxy_row(proxy: Proxy, strength: float) -> str:
    mark = "*" if proxy.auc >= strength else " "
    group = _cut(f"{proxy.protected} = {proxy.group}", 24)
    figures = f"{proxy.auc:.3f}{_span(proxy.low, proxy.high, 1, '.3f')}"
    return f"{mark} {_cut(proxy.column, NAME - 2):{NAME - 2}} {group:24} {figures:18} {proxy.rows:,}"


def _table(found: Mitigation) -> Iterator[str]:
    """One block of rows for quality and costs, then one for each protected column."""
    yield f"{'':{NAME}} {'AUC':22} {'wrong per 1,000':24} {_money_head(found)}"
    for effect in found.effects:
        money = "" if effect.money is None else _cell(effect.money, 1, ",.0f")
        quality, wrong = _cell(effect.quality, 1, ".3f"), _cell(effect.wrong, 1, ",.0f")
        yield f"{_cut(TITLES[effect.action], NAME):{NAME}} {quality:22} {wrong:24} {money}".rstrip()
    for at, gap in enumerate(found.present.gaps):
        yield ""
        head = _cut(f"gap of {gap.column} = {gap.group}", NAME)
        yield f"{head:{NAME}} {'selected':22} {FOUND:22} {FALSE:22} impact ratio"
        for effect in found.effects:
            own = effect.gaps[at]
            cells = [_cell(own.selection, 100, ".1f"), _optional(own.true_positive)]
            cells += [_optional(own.false_positive), _cell(own.ratio, 1, ".2f")]
            yield f"{_cut(TITLES[effect.action], NAME):{NAME}} " + " ".join(f"{c:22}" for c in cells).rstrip()
        yield f"  Gaps in points, {gap.rows:,} rows of the group; 95 % intervals of each figure alone."


def _money_head(found: Mitigation) -> str:
    money = found.present.money
    return "" if money is None else money.now.unit


def _sentences(found: Mitigation) -> Iterator[str]:
    for effect in found.effects[1:]:
        said = price(effect) if effect.otherwise else f"decides all {found.rows:,} rows as the present model"
        yield f"{TITLES[effect.action].capitalize()} ({effect.model}): {said}."
    for action, why in found.not_measured.items():
        yield f"{TITLES[action].capitalize()}: not measured; {why}"
    looks = (len(found.effects) - 1) * len(found.present.gaps)
    if looks:
        yield f"Changes of a gap are paired by row; the intervals of all {looks} hold together at 95 %."


def price(effect: Effect) -> str:
    """What a remedy does to each gap and what it costs: `narrows the gap of sex = f from 18 to 6 points`."""
    return "; ".join([*(_narrowed(gap) for gap in effect.gaps), cost(effect)])


def _narrowed(gap: GapEffect) -> str:
    change, now = gap.selection.change, 100 * gap.selection.now.value
    assert change is not None  # of a remedy
    before = now - 100 * change.value
    span = _span(_turned(change.high), _turned(change.low), 100, ".1f")
    moved = f"from {before:.1f} to {now:.1f} points, by {-100 * change.value:.1f}{span}"
    beside = filter(None, [_beside(gap.true_positive, FOUND), _beside(gap.false_positive, FALSE)])
    told = f"{_verb(change, before, now)} the gap of {gap.column} = {gap.group} {moved}"
    return ", but ".join(filter(None, [told, " and ".join(beside)]))


def _beside(rate: Moved | None, name: str) -> str:
    """What the remedy widened or turned round beside the gap that it was for; nothing where none shows."""
    if rate is None or rate.change is None or _touches(rate.now) or _touches(rate.change):
        return ""
    now = 100 * rate.now.value
    before = now - 100 * rate.change.value
    turned = now * before < 0
    if not turned and abs(now) <= abs(before):
        return ""
    return f"{'turns round' if turned else 'widens'} that of {name} from {before:.1f} to {now:.1f}"


def _touches(of: Measurement) -> bool:
    """Whether none is among what the interval holds."""
    return (of.low is None or of.low <= 0) and (of.high is None or of.high >= 0)


def _verb(change: Measurement, before: float, now: float) -> str:
    """What was done to a gap; one that points the other way and is as wide was turned round."""
    if change.high is not None and change.high < 0:
        return "narrows" if abs(now) < abs(before) else "turns round"
    if change.low is not None and change.low > 0:
        return "widens"
    return "may or may not narrow"


def cost(effect: Effect) -> str:
    """What the decisions cost more or less: money where it was declared, else wrong decisions."""
    moved, unit = (
        (effect.money, "") if effect.money is not None else (effect.wrong, "wrong decisions per 1,000")
    )
    change = moved.change
    assert change is not None  # of a remedy
    verb = "costs" if change.value >= 0 else "saves"
    sign = 1 if change.value >= 0 else -1
    low, high = (change.low, change.high) if sign > 0 else (_turned(change.high), _turned(change.low))
    span = _span(low, high, 1, ",.1f" if unit else ",.0f")
    figure = f"{abs(change.value):,.1f} {unit}" if unit else f"{abs(change.value):,.0f} {change.unit}"
    return f"{verb} {figure}{span}"


def _cautions(found: Mitigation) -> Iterator[str]:
    yield RECORDED
    if any(effect.action in READS_GROUPS for effect in found.effects):
        yield CAUTION
    if any(effect.action in (Action.REWEIGHING, Action.REDUCTIONS) for effect in found.effects):
        yield LEARNED


def _turned(end: float | None) -> float | None:
    return None if end is None else -end


def _cell(moved: Moved, scale: float, spec: str) -> str:
    now = moved.now
    return f"{scale * now.value:{spec}}{_span(now.low, now.high, scale, spec)}"


def _optional(moved: Moved | None) -> str:
    return "no rows" if moved is None else _cell(moved, 100, ".1f")


def _span(low: float | None, high: float | None, scale: float, spec: str) -> str:
    """` (2.1 to 9.0)`; an open end is an ellipsis."""
    ends = ["…" if end is None else f"{scale * end:{spec}}" for end in (low, high)]
    return f" ({ends[0]} to {ends[1]})"


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"
