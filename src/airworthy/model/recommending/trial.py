"""One search's fits and measurements, window by window, with what each has cost."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import replace

import msgspec
import numpy as np

from airworthy.data.interactions import Codes, Interactions
from airworthy.kernel.budget import Budget
from airworthy.kernel.errors import BudgetStopped
from airworthy.model.recommending.fit import RECENT, Fitting, Frame
from airworthy.model.recommending.measure import Later, Measured, measure
from airworthy.model.recommending.pairs import HISTORY
from airworthy.model.recommending.ranker import FEWEST_TAUGHT, MOST_TAUGHT, lessons, teach
from airworthy.model.recommending.ties import MOST_ITEMS
from airworthy.model.recommending.windows import CUTS, Windows
from airworthy.scoring.recommending.recommender import NOBODY, Recommender
from airworthy.scoring.recommending.spec import RANKED
from airworthy.scoring.recommending.store import Stored

TEACH, CHOOSE, TEST = range(len(CUTS))
NOW = len(CUTS)
"""The moment after all rows: the recommender that is kept."""

# Processor seconds, measured on one core; how much slower the wall clock runs is seen on the way.
_A_CUBE = 5e-11  # of EASE's inverse, by items cubed
_A_PAIR = 4e-8  # of common users, by the sum of squared histories
_A_LESSON = 2e-3  # of what one user's offers teach
_TO_END = 2.5  # times the first baselines: two more moments to fit, one to measure, and the saving
_A_LIST = 5e-4  # of one ranked list, beside asking the sources


class Trial:
    """Fits each window once, and keeps what it took."""

    def __init__(
        self, rows: Interactions, frame: Frame, windows: Windows, seed: int, budget: Budget, threads: int
    ) -> None:
        self.rows, self.frame, self.windows, self.seed = rows, frame, windows, seed
        self.budget, self.threads = budget, threads
        self.fallback = RECENT
        self.seconds: dict[str, float] = {}
        self._reserved = 0.0
        self._spent, self._began = budget.spent(), time.process_time()
        self._fittings: dict[int, Fitting] = {}
        self._later: dict[int, Later] = {}

    def fitting(self, window: int) -> Fitting:
        """What is known at the beginning of a window."""
        if window not in self._fittings:
            known = self.rows if window == NOW else self.windows.known(self.rows, window)
            self._fittings[window] = Fitting(known, self.frame)
        return self._fittings[window]

    def later(self, window: int) -> Later:
        """What users with a history took in a window."""
        if window not in self._later:
            known, later = self.windows.known(self.rows, window), self.windows.later(self.rows, window)
            self._later[window] = Later.of(known, later, self.frame.repeats, self.seed)
        return self._later[window]

    def measured(self, window: int, name: str, names: Sequence[str] = ()) -> Measured:
        """The lists of one candidate in a window; a ranker is taught by the window before it."""
        before = self.budget.spent()
        stored = self.stored(window, name, names)
        found = measure(Recommender(stored), self.later(window), self.frame.k)
        self.seconds[name] = self.budget.spent() - before
        return found

    def for_baskets(self, names: Sequence[str]) -> str:
        """Of the named ties the one that best tells what users took for the first time: for baskets."""
        if not names:
            return self.fallback
        known, later = (part(self.rows, CHOOSE) for part in (self.windows.known, self.windows.later))
        new = Later.of(known, later, repeats=False, seed=self.seed)
        means = {}
        for name in names:
            stored = self.fitting(CHOOSE).stored([name], name, self.fallback)
            apart = replace(stored, spec=msgspec.structs.replace(stored.spec, repeats=False))
            means[name] = float(measure(Recommender(apart), new, self.frame.k).ndcg.sum())
        return max(means, key=lambda name: means[name])

    def stored(self, window: int, name: str, names: Sequence[str] = (), basket: str = "") -> Stored:
        """A recommender of what is known at a window; `names` are the sources that a ranker orders."""
        if name != RANKED:
            return self.fitting(window).stored([name], name, self.fallback, basket=basket)
        earlier = self.fitting(window - 1).stored(names, names[0], self.fallback)
        learned = lessons(Recommender(earlier), self.later(window - 1), self.seed)
        text = teach(learned, self.frame.k, self.seed, self.threads)
        return self.fitting(window).stored(names, RANKED, self.fallback, text, basket)

    def for_new(self, window: int) -> Codes:
        """The list of a user without a history, as it is known at a window."""
        stored = self.fitting(window).stored([self.fallback], self.fallback, self.fallback)
        return Recommender(stored).ranked(NOBODY, self.frame.k)[0]

    def can_teach(self) -> bool:
        """Whether enough users came back in the first window for a ranker to learn from them."""
        return len(self.later(TEACH)) >= FEWEST_TAUGHT

    def reserve(self) -> None:
        """Keep what ending well takes: fitting what is known at two more moments, a measurement, and saving.

        Raises `BudgetStopped` where that is not left.
        """
        self._reserved = _TO_END * (self.budget.spent() - self._spent)
        if self._reserved > self.budget.remaining():
            wanted = 1.5 * (self.budget.spent() + self._reserved)
            raise BudgetStopped(
                f"Even the most popular items need more than {self.budget.limit_seconds:g} s for these rows.",
                value=self.budget.limit_seconds,
                remedy=f"Give seconds={max(1, math.ceil(wanted))}, or fewer rows.",
            )

    def keep(self, seconds: float) -> None:
        """Keep so much more for ending: what was measured once is fitted for the test and for use too."""
        self._reserved += seconds

    def left(self) -> float:
        """Seconds that can be spent on more than ending well."""
        return max(0.0, self.budget.remaining() - self._reserved)

    @property
    def slow(self) -> float:
        """Seconds on the wall for each of this process: above 1 where others use the processor too."""
        worked = time.process_time() - self._began
        return max(1.0, (self.budget.spent() - self._spent) / max(worked, 1e-3))

    def ties_cost(self, kind: str) -> float:
        """Seconds that one fit of a kind of ties should take, roughly."""
        lengths = np.minimum(np.diff(self.fitting(CHOOSE).pairs.start), HISTORY).astype(float)
        common = float((lengths**2).sum()) * _A_PAIR
        items = min(len(self.rows.item_names), MOST_ITEMS)
        return self.slow * (common if kind == "bm25" else common + float(items) ** 3 * _A_CUBE)

    def ranker_cost(self, asked: float) -> float:
        """Seconds of teaching one ranker and measuring it, roughly; `asked`: one list of all its sources."""
        users = len(self.later(CHOOSE))
        taught = min(users, MOST_TAUGHT)
        return users * (asked + self.slow * _A_LIST) + taught * (asked + self.slow * _A_LESSON)
