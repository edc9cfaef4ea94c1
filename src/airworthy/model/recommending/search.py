"""The search: simple sources first, then ties and the ranker where time is left; chosen on later rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from airworthy.data.interactions import Codes, Interactions
from airworthy.kernel.budget import Budget
from airworthy.kernel.ports import Progress
from airworthy.kernel.time_up import TimeUp, ends_in
from airworthy.model.recommending.compare import BASELINES, Compared, choose, compare, words
from airworthy.model.recommending.fit import AGAIN, POPULAR, RECENT, Fitting, Frame
from airworthy.model.recommending.measure import Later, Measured
from airworthy.model.recommending.trial import CHOOSE, NOW, TEACH, TEST, Trial
from airworthy.model.recommending.windows import Windows
from airworthy.scoring.recommending.spec import RANKED
from airworthy.scoring.recommending.store import save

REPEATS_FROM = 0.1
"""Where a tenth of what known users take later is what they had, lists without it miss much."""
TIES = ("bm25", "ease-200")
MORE_TIES = ("ease-50", "ease-1000")
"""Other penalties of EASE, tried where there is plenty of time."""
_FITS = 4
"""A kind of ties is fitted at four moments: two windows, the test, and the end."""


@dataclass(frozen=True)
class Asked:
    """What the caller declared; `repeats` is None where the data shall tell."""

    user: str
    item: str
    k: int
    repeats: bool | None = None
    seed: int = 0
    threads: int = 1


@dataclass(frozen=True, eq=False)
class Found:
    """What the search leaves. All that follows `notes` is of the last window, and None where it had nobody.

    Attributes
    ----------
    beside
        What the chosen way and every baseline measured, by name.
    before, after
        The rows before that window, and its own.
    for_new
        Codes of the list of a user without a history.
    """

    artefact: Path
    candidates: tuple[Compared, ...]
    repeats: bool
    notes: tuple[str, ...]
    later: Later | None = None
    measured: Measured | None = None
    known: Fitting | None = None
    beside: Mapping[str, Measured] = field(default_factory=dict)
    before: Interactions | None = None
    after: Interactions | None = None
    for_new: Codes | None = None


def search(rows: Interactions, asked: Asked, folder: Path, budget: Budget, progress: Progress) -> Found:
    """Find what recommends best within a limit, and save it in `folder`."""
    windows = Windows.of(rows)
    if windows is None:
        return _unmeasured(rows, asked, folder, "Too few rows at different times")
    repeats, said = _repeats(rows, asked, windows)
    frame = Frame(asked.user, asked.item, asked.k, repeats, windows.half_life(rows))
    trial = Trial(rows, frame, windows, asked.seed, budget, asked.threads)
    if min(len(trial.later(CHOOSE)), len(trial.later(TEST))) < 2:
        return _unmeasured(rows, asked, folder, "Fewer than 2 users come back in the later rows", repeats)
    with progress.stage("recommending"):
        tried, left_out = _tried(trial)
        chosen = choose(tried, asked.seed)
        names = _ranker_names(tried)
        if chosen == RANKED and not _affords(trial, tried, names, 2):
            left_out[RANKED] = "not enough time to teach it again for the test and for use"
            tried.pop(RANKED)
            chosen = choose(tried, asked.seed)
        kept = _kept(tried, chosen, names)
        final = {name: trial.measured(TEST, name, names) for name in kept}
        basket = trial.for_baskets([name for name in TIES if name in tried]) if repeats else ""
        artefact = save(trial.stored(NOW, chosen, names, basket), folder)
    users = np.bincount(trial.fitting(TEST).pairs.item, minlength=len(rows.item_names)).astype(float)
    candidates = compare(final, users, chosen, asked.seed)
    candidates += tuple(
        Compared(name, False, False, note=f"{words(name)}: {why}") for name, why in left_out.items()
    )
    later = trial.later(TEST)
    notes = (*rows.notes, said, *_of_users(later))
    return Found(
        artefact,
        candidates,
        repeats,
        notes,
        later,
        final[chosen],
        trial.fitting(TEST),
        final,
        windows.known(rows, TEST),
        windows.later(rows, TEST),
        trial.for_new(TEST),
    )


def _repeats(rows: Interactions, asked: Asked, windows: Windows) -> tuple[bool, str]:
    """Whether what the user had may be recommended, and the sentence that says why."""
    if not rows.ordered:
        return (
            False,
            "Without times nobody can be seen to come back for an item: lists leave out what was had.",
        )
    later = Later.of(windows.known(rows, CHOOSE), windows.later(rows, CHOOSE), True, asked.seed)
    share = f"{later.repeated:.0%} of {later.pairs:,} later (user, item) pairs were repeats"
    if asked.repeats is not None:
        return (
            asked.repeats,
            f"{share}; lists {'may hold' if asked.repeats else 'leave out'} these, as asked.",
        )
    if later.repeated >= REPEATS_FROM:
        return True, f"{share}, so lists may hold what a user had; setting repeats to false leaves it out."
    return False, f"{share}, so lists leave out what a user had; setting repeats to true lets it in."


def _tried(trial: Trial) -> tuple[dict[str, Measured], dict[str, str]]:
    """Every candidate that time allows, measured in the choosing window, and why others were left out."""
    plain = [name for name in BASELINES if trial.frame.repeats or name != AGAIN]
    found = {name: trial.measured(CHOOSE, name) for name in plain}
    trial.reserve()
    means = {name: float(found[name].ndcg.mean()) for name in (RECENT, POPULAR)}
    trial.fallback = max(means, key=lambda name: means[name])
    left_out: dict[str, str] = {}
    for kind in (*TIES, *MORE_TIES):
        cost = trial.ties_cost(kind) * _FITS * (3 if kind in MORE_TIES else 1)
        if cost > trial.left():
            left_out[kind] = f"asks for about {cost:,.0f} s, and {trial.left():,.0f} s were left"
            continue
        both = (kind, f"{kind} fresh") if trial.rows.ordered else (kind,)
        if not _in_time(trial, found, both):
            left_out[kind] = "was forecast to take less, and was stopped when the time was up"
    names = _ranker_names(found)
    if not trial.can_teach():
        left_out[RANKED] = f"only {len(trial.later(TEACH)):,} users came back to teach it"
    elif not _affords(trial, found, names, 3):
        left_out[RANKED] = f"{trial.left():,.0f} s were not enough to teach it three times"
    elif not _in_time(trial, found, [RANKED], names):
        left_out[RANKED] = "took longer than the time allowed"
    return found, left_out


def _in_time(
    trial: Trial, found: dict[str, Measured], names: Sequence[str], sources: Sequence[str] = ()
) -> bool:
    """Measure `names` into `found` and keep what fitting them again takes; else leave none of them there."""
    began = trial.budget.spent()
    try:
        with ends_in(trial.left() / 2):  # what is found is fitted again for the test and for use
            found.update({name: trial.measured(CHOOSE, name, sources) for name in names})
    except TimeUp:
        return False
    trial.keep(trial.budget.spent() - began)
    return True


def _ranker_names(found: Mapping[str, Measured]) -> list[str]:
    """The sources that the ranker orders: recent, again, the best of BM25, and EASE with its best penalty."""
    means = {name: float(one.ndcg.mean()) for name, one in found.items() if name != RANKED}
    bm25 = [name for name in means if name.startswith("bm25")]
    ease = [name for name in means if name.startswith("ease")]
    names = [name for name in (RECENT, AGAIN) if name in means]
    names += [max(bm25, key=lambda name: means[name])] if bm25 else []
    best = max(ease, key=lambda name: means[name]).partition(" ")[0] if ease else ""
    return names + [name for name in ease if name.partition(" ")[0] == best]


def _affords(trial: Trial, found: Mapping[str, Measured], names: Sequence[str], times: int) -> bool:
    """Whether the ranker and the fits of its sources can be paid so many times more."""
    asked = sum(found[name].microseconds for name in names) / 1e6
    once = trial.seconds.get(RANKED, trial.ranker_cost(asked))
    kinds = {name.partition(" ")[0] for name in names if name not in BASELINES}
    fits = sum(trial.seconds.get(kind, trial.ties_cost(kind)) for kind in kinds)
    return times * (once + fits) * 1.2 < trial.left()


def _kept(tried: Mapping[str, Measured], chosen: str, names: Sequence[str]) -> list[str]:
    """Those measured once more: the baselines, the chosen one, and the best of each kind of ties."""
    return [name for name in tried if name in (*BASELINES, *names, chosen, RANKED)]


def _of_users(later: Later) -> tuple[str, ...]:
    said = f"Measured on {len(later):,} users with a history, on rows that nothing before had seen."
    if not later.new:
        return (said,)
    return (said, f"{later.new:,} users of these rows were new: they get the most popular items.")


def _unmeasured(
    rows: Interactions, asked: Asked, folder: Path, why: str, repeats: bool | None = None
) -> Found:
    """The most popular items, where nothing can be told from later rows."""
    allowed = bool(asked.repeats) if repeats is None else repeats
    frame = Frame(asked.user, asked.item, asked.k, allowed, 1.0)
    artefact = save(Fitting(replace(rows, ordered=False), frame).stored([POPULAR], POPULAR, POPULAR), folder)
    only = Compared(POPULAR, True, True, note=words(POPULAR))
    said = f"{why}: nothing could be measured, and the most popular items are recommended."
    return Found(artefact, (only,), allowed, (*rows.notes, said))
