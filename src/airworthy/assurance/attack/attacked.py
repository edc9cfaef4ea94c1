"""Attacks rows of every class that a model decides, and measures what was found."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from airworthy.assurance.attack.control import flipped_at_random
from airworthy.assurance.attack.measure import Struck, class_attacked
from airworthy.assurance.attack.plan import Terms
from airworthy.assurance.attack.report import Attack, ClassAttacked, Second
from airworthy.assurance.attack.search import Flips, joined, search
from airworthy.assurance.attack.target import Target
from airworthy.assurance.changes.rule import ChangeRules
from airworthy.assurance.changes.space import Mask, Places, Space
from airworthy.assurance.given import ScoresColumns, sizes_of
from airworthy.assurance.predictions import Predictions
from airworthy.charter.model import Costs, Task
from airworthy.kernel.ports import Progress, ProgressStage
from airworthy.kernel.progress import QuietProgress
from airworthy.kernel.seed import derive_seed
from airworthy.kernel.time_up import TimeUp

MOST_CLASSES = 5
"""Of more classes the most frequent decisions are attacked."""
TASKS = (Task.BINARY, Task.MULTICLASS)
PORTION = 50
"""Rows after which progress is told, and what was found is kept from Ctrl-C."""


def attack_rows(
    scorer: ScoresColumns,
    rows: Predictions,
    rules: ChangeRules,
    terms: Terms,
    *,
    declared: bool,
    costs: Costs = Costs(),
    second: AsksOtherwise | None = None,
    seed: int = 0,
    progress: Progress | None = None,
) -> Attack:
    """The smallest permitted changes that flip decisions, of rows drawn from each class that is decided.

    Parameters
    ----------
    rows : binary or multiclass; their columns are what the model is given.
    rules : what may change.
    terms : how many rows, how far.
    declared : whether somebody declared the rules.
    costs : what errors cost who decides, to hold against what a flip costs.
    second : another attack on the same rows.

    On Ctrl-C what was finished is kept, and `stopped` says so; a `TimeUp` passes.
    """
    target, stopped = Target(scorer, rows), False
    pool, drawn = _drawn(rows, target, terms, scorer, seed)
    made: list[ClassAttacked] = []
    with (progress or QuietProgress()).stage("Search flips", sum(len(one.at) for one in drawn)) as stage:
        for one in drawn:
            struck, stopped = _strike(_Strikes(target, rows, rules, terms, seed), one, stage)
            if len(struck.rows):
                made.append(class_attacked(struck, terms, costs))
            if second is not None and not stopped:
                stage.advance(0, f"second opinion on rows decided {made[-1].decided}")
                opinion, stopped = _second(second, struck, target, pool)
                made[-1] = replace(made[-1], second=opinion)
            if stopped:
                break
    return Attack(
        tuple(made),
        rules.free,
        declared,
        terms.effort,
        terms.draws,
        terms.compared,
        target.asked,
        rules.notes,
        stopped,
    )


def _second(second: AsksOtherwise, struck: Struck, target: Target, pool: Pool) -> tuple[Second | None, bool]:
    """What another attack says, and whether Ctrl-C ended it."""
    try:
        return second(struck, target, pool), False
    except TimeUp:
        raise
    except KeyboardInterrupt:
        return None, True


@dataclass(frozen=True, eq=False)
class Pool:
    """Rows from which those to attack were drawn, and what the model decides of each (n,)."""

    rows: Predictions
    decided: Places


class AsksOtherwise(Protocol):
    """Another attack, asked about rows that the search has attacked."""

    def __call__(self, struck: Struck, target: Target, pool: Pool) -> Second: ...


@dataclass(frozen=True, eq=False)
class _Drawn:
    """The rows of one class that are attacked, and how many the model decided so."""

    own: int
    at: Places
    among: int


def _drawn(
    rows: Predictions, target: Target, terms: Terms, scorer: ScoresColumns, seed: int
) -> tuple[Pool, list[_Drawn]]:
    """Rows of each of the classes that the model decides most often, in the order of the classes."""
    rng = np.random.default_rng(derive_seed(seed, "attack", "rows"))
    pool = np.sort(rng.permutation(len(rows))[: sizes_of(scorer).permuted])
    looked = rows.rows(pool)
    decided, _ = target.decide(looked.columns, len(pool))
    counts = np.bincount(decided[decided >= 0], minlength=len(rows.classes))
    chosen = [int(own) for own in np.argsort(-counts, kind="stable")[:MOST_CLASSES] if counts[own]]
    each = max(1, terms.rows // max(1, len(chosen)))
    drawn = [
        _Drawn(own, np.sort(rng.permutation(pool[decided == own])[:each]), int(counts[own]))
        for own in sorted(chosen)
    ]
    return Pool(looked, decided), drawn


@dataclass(frozen=True, eq=False)
class _Strikes:
    """What every portion of rows is attacked with."""

    target: Target
    rows: Predictions
    rules: ChangeRules
    terms: Terms
    seed: int

    def on(self, own: int, at: Places) -> tuple[Flips, Places, Mask]:
        """What was found of the rows at places `at`, what they become, and whether random ones flip."""
        space, owns = Space(self.rules, self.rows.rows(at).columns), np.full(len(at), own)
        flips = joined([flips for _, flips in search(space, self.target, owns, self.terms.effort)])
        hit = np.flatnonzero(flips.changes)
        after = owns.copy()
        if len(hit):
            after[hit], _ = self.target.decide(space.columns(hit, flips.points[hit]), len(hit))
        rng = np.random.default_rng(derive_seed(self.seed, "attack", f"random {at[0]}"))
        found = flipped_at_random(space, self.target, owns, self.terms.draws, self.terms.compared, rng)
        return flips, after, found


def _strike(strikes: _Strikes, drawn: _Drawn, stage: ProgressStage) -> tuple[Struck, bool]:
    """Attack the rows of one class, portion by portion; whether Ctrl-C ended it."""
    parts: list[tuple[Flips, Places, Mask]] = []
    done, stopped, label = 0, False, strikes.rows.classes[drawn.own]
    try:
        for first in range(0, len(drawn.at), PORTION):
            stage.advance(0, f"rows decided {label}")
            at = drawn.at[first : first + PORTION]
            parts.append(strikes.on(drawn.own, at))
            done += len(at)
            stage.advance(len(at), f"rows decided {label}")
    except TimeUp:
        raise
    except KeyboardInterrupt:
        stopped = True
    at = drawn.at[:done]
    rows = strikes.rows.rows(at)
    space = Space(strikes.rules, rows.columns)
    after, hits = (
        np.concatenate([part[which] for part in parts]) if parts else np.zeros(0, np.int64)
        for which in (1, 2)
    )
    flips = joined([part[0] for part in parts])
    return Struck(rows, space, drawn.own, at, drawn.among, flips, after, hits.astype(bool)), stopped
