"""Declared limits of the search: who meets them, what each one costs, and the error when nobody meets all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from airworthy.charter.called import called
from airworthy.charter.model import Charter, Task
from airworthy.kernel.errors import InputError
from airworthy.kernel.units import format_micro, format_size
from airworthy.model.choose import Rival, choose
from airworthy.model.gaps import gap_limit
from airworthy.model.menu import LimitCost
from airworthy.model.menu_figures import Bench, earns
from airworthy.model.menu_words import earned, worse

MOST_ROWS = " for 99 of 100 rows"


GAP_LIMIT = "fairness.max_gap"


@dataclass(frozen=True)
class SearchLimit:
    """`measure` of a candidate may be at most `allowed`.

    `show` writes a figure, `over` is its verb, and `means` says what it counts.
    """

    key: str
    allowed: float
    measure: Callable[[Rival], float | None]
    show: Callable[[float], str]
    over: str
    means: str = ""

    def met_by(self, rival: Rival) -> bool:
        """Whether the candidate keeps it; where nothing could be measured, nothing is beyond it."""
        found = self.measure(rival)
        return found is None or found <= self.allowed

    @property
    def text(self) -> str:
        """Such as `search.max_size = 5 MB`."""
        return f"{self.key} = {self.show(self.allowed)}{self.means}"


def limits_of(charter: Charter) -> tuple[SearchLimit, ...]:
    """The limits that the charter declares."""
    search, gap, found = charter.search, gap_limit(charter), []
    if search.max_latency is not None:
        allowed = search.max_latency * 1e6
        found.append(SearchLimit("search.max_latency", allowed, _latency, format_micro, "takes", MOST_ROWS))
    if search.max_size is not None:
        found.append(SearchLimit("search.max_size", search.max_size, _size, format_size, "takes"))
    if gap is not None:
        show = _deviations if charter.task is Task.REGRESSION else _points
        found.append(SearchLimit(GAP_LIMIT, gap, _gap, show, "has a gap of"))
    return tuple(found)


def _latency(rival: Rival) -> float:
    return rival.record.latency_p99_us


def _size(rival: Rival) -> float:
    return float(rival.record.size_bytes)


def _gap(rival: Rival) -> float | None:
    return None if rival.gap is None else rival.gap.value


def _points(gap: float) -> str:
    return f"{100 * gap:.3g} points"


def _deviations(gap: float) -> str:
    return f"{gap:.3g} standard deviations"


def beyond(rival: Rival, limits: Sequence[SearchLimit]) -> tuple[str, ...]:
    """The limits that a candidate does not keep, each with its figure."""
    found = []
    for limit in limits:
        figure = limit.measure(rival)
        if figure is not None and not limit.met_by(rival):
            found.append(f"{limit.over} {limit.show(figure)}, and {limit.text}")
    return tuple(found)


def require_choosable(
    rivals: Sequence[Rival], limits: Sequence[SearchLimit], charter: Charter, bench: Bench
) -> list[Rival]:
    """Candidates that nobody refused and that keep every limit.

    Raises `InputError` where there is none: for each limit it says who comes nearest, and what it costs.
    """
    open_to_all = [rival for rival in rivals if not rival.record.refused]
    if not open_to_all:
        reasons = "; ".join(f"{rival.name}: {rival.record.refused}" for rival in rivals)
        raise InputError(
            f"No candidate may be chosen: {reasons}.",
            value=len(rivals),
            remedy="Take the columns that are named there out with "
            + called(charter, "data.exclude or data.after_decision in airworthy.toml.", "exclude=[...]."),
        )
    found = [rival for rival in open_to_all if all(limit.met_by(rival) for limit in limits)]
    if found:
        return found
    costs = limit_costs(open_to_all, limits, charter, bench)
    named = " and ".join(limit.text for limit in limits)
    together = " together" if len(limits) > 1 else ""
    count = (
        f"None of {len(open_to_all)} candidates" if len(open_to_all) > 1 else "The only candidate does not"
    )
    keeps = "keeps" if len(open_to_all) > 1 else "keep"
    raise InputError(
        f"{count} {keeps} {named}{together}. {' '.join(cost.says for cost in costs)}",
        value=named,
        remedy=_wider([limit.key for limit in limits]),
    )


def not_on_menu(name: str, names: Sequence[str]) -> InputError:
    """The error where a person asks for a candidate that the menu does not have."""
    near = get_close_matches(name, names, n=3)
    asked = f"Did you mean {_or(near)}?" if near else f"Choose one of {_or(names)}."
    return InputError(f'There is no candidate "{name}" on the menu.', value=name, remedy=asked)


def require_may_take(name: str, rivals: Sequence[Rival], limits: Sequence[SearchLimit]) -> None:
    """Raise `InputError` where the candidate may not be chosen, with what would have to change."""
    rival = next(rival for rival in rivals if rival.name == name)
    if rival.record.refused:
        raise InputError(
            f"{name} cannot be chosen: {rival.record.refused}.",
            value=name,
            remedy="Choose its clean twin: `airworthy choose` prints the menu.",
        )
    for limit in limits:
        figure = limit.measure(rival)
        if figure is not None and not limit.met_by(rival):
            raise InputError(
                f"{name} is beyond a declared limit: it {limit.over} {limit.show(figure)}, and {limit.text}.",
                value=name,
                remedy=_wider([limit.key]),
            )


def _wider(keys: Sequence[str]) -> str:
    # A gap limit also shapes the candidates that were trained to keep it.
    kept = ": what was trained is kept" if all(key.startswith("search.") for key in keys) else ""
    return f"Raise or drop {_or(keys)} in airworthy.toml and run again{kept}."


def _or(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


def limit_costs(
    rivals: Sequence[Rival], limits: Sequence[SearchLimit], charter: Charter, bench: Bench
) -> tuple[LimitCost, ...]:
    """What each limit alone costs, beside what the rule would take without any."""
    free = choose(rivals, charter.search.prefer)
    return tuple(_cost(limit, rivals, free, charter, bench) for limit in limits)


def _cost(
    limit: SearchLimit, rivals: Sequence[Rival], free: Rival, charter: Charter, bench: Bench
) -> LimitCost:
    kept = [rival for rival in rivals if limit.met_by(rival)]
    known = [(figure, rival.name) for rival in rivals if (figure := limit.measure(rival)) is not None]
    figure, nearest = min(known) if known else (None, "")
    takes = choose(kept, charter.search.prefer) if kept else None
    return LimitCost(
        name=limit.key,
        allowed=limit.allowed,
        met_by=tuple(rival.name for rival in kept),
        nearest=nearest,
        nearest_measured=figure,
        takes="" if takes is None else takes.name,
        instead_of=free.name,
        says=_says(limit, len(rivals), len(kept), nearest, figure, takes, free, bench),
    )


def _says(
    limit: SearchLimit,
    of: int,
    kept: int,
    nearest: str,
    figure: float | None,
    takes: Rival | None,
    free: Rival,
    bench: Bench,
) -> str:
    if takes is None and figure is not None:
        over = f"{100 * (figure / limit.allowed - 1):,.0f} % over" if limit.allowed else "and none is allowed"
        return f"{limit.text}: none keeps it; {nearest} comes nearest with {limit.show(figure)}, {over}."
    count = "all" if kept == of else f"{kept:,} of {of:,}"
    start = f"{limit.text}: {count} candidates {'keeps' if kept == 1 < of else 'keep'} it"
    if takes is None or takes.name == free.name:
        return f"{start}; it costs nothing."
    more, quality = earns(takes, free, bench)
    price = earned(more) if more is not None else worse(quality)
    taken = f"it alone takes {takes.name} instead of {free.name}, which {_would(free, limit)}"
    return f"{start}; {taken}. {takes.name} {price}."


def _would(free: Rival, limit: SearchLimit) -> str:
    figure = limit.measure(free)
    return f"{limit.over} {limit.show(figure)}" if figure is not None else "is beyond it"
