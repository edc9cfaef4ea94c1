"""A saved recommender on rows that it never saw, beside the baselines: what the sealed rows say of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from airworthy.data.interactions import Codes, Floats, Interactions
from airworthy.model.recommending.compare import BASELINES
from airworthy.model.recommending.fit import AGAIN, POPULAR, Fitting, Frame
from airworthy.model.recommending.measure import Later, Measured, measure
from airworthy.model.recommending.windows import Windows
from airworthy.scoring.recommending.recommender import NOBODY, Recommender


@dataclass(frozen=True, eq=False)
class Judged:
    """What users of later rows got and took. `beside` holds the chosen way and every baseline."""

    chosen: str
    before: Interactions
    after: Interactions
    later: Later
    beside: Mapping[str, Measured]
    for_new: Codes


class Renamed:
    """A recommender whose users and items bear the codes of other rows, which hold all of its names."""

    def __init__(self, recommender: Recommender, rows: Interactions) -> None:
        known = {name: code for code, name in enumerate(recommender.users)}
        place = {name: code for code, name in enumerate(rows.item_names)}
        self._recommender = recommender
        self._user = np.array([known.get(name, -1) for name in rows.user_names], np.int64)
        self._item = np.array([place[name] for name in recommender.items], np.int64)

    def every_list(self, users: Iterable[int], k: int) -> Iterator[tuple[int, Codes, Floats]]:
        """(user, items, scores) of users with a history, in the codes of the rows."""
        for user in users:
            found, scores = self._recommender.ranked(self._recommender.history(int(self._user[user])), k)
            yield user, self._item[found], scores

    def for_new(self, k: int) -> Codes:
        """The list of a user without a history."""
        return self._item[self._recommender.ranked(NOBODY, k)[0]]


def measure_later(recommender: Recommender, rows: Interactions, cut: float, seed: int) -> Judged:
    """Measure a recommender of the rows before `cut` on those from `cut` on.

    Parameters
    ----------
    rows : all rows in one naming; the recommender was fitted on those before `cut`.
    """
    before, after, spec = rows.before(cut), rows.since(cut), recommender.spec
    windows = Windows.of(before)
    half_life = windows.half_life(before) if windows else 1.0
    fitting = Fitting(before, Frame(spec.user, spec.item, spec.k, spec.repeats, half_life))
    later, renamed = Later.of(before, after, spec.repeats, seed), Renamed(recommender, rows)
    beside = {spec.method: measure(renamed, later, spec.k)}
    for name in BASELINES:
        if name not in beside and (spec.repeats or name != AGAIN):
            beside[name] = measure(Recommender(fitting.stored([name], name, POPULAR)), later, spec.k)
    return Judged(spec.method, before, after, later, beside, renamed.for_new(spec.k))
