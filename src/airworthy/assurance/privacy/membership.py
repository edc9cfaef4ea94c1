"""Membership inference: whether answers betray which rows a model had learned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from airworthy.assurance.given import MEMBERS, PREDICTIONS, RECIPE, SCORER, SEED, sizes_of
from airworthy.assurance.predictions import Predictions
from airworthy.assurance.privacy.alike import UNLIKE, told_apart
from airworthy.assurance.privacy.attacks import CALIBRATED, LOSS, NAMED
from airworthy.assurance.privacy.learning import boosted, rows_of_given
from airworthy.assurance.privacy.signals import confidence
from airworthy.assurance.privacy.stand_ins import Learn, StandIns, deal
from airworthy.assurance.probes import sample
from airworthy.kernel.fact import Facts
from airworthy.kernel.result import Estimate, Subject
from airworthy.kernel.seed import derive_seed
from airworthy.measures.operating_point import FoundAtFalseRate
from airworthy.measures.ranking import Auc
from airworthy.scoring.contract import Column, LogicalType

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

STAND_INS = 8
MOST_TEXTS = 2_000
"""Rows of either side where stand-ins learn words: of 5,000 tweets of three kinds they took over 40 s."""
FEWEST = 50
"""Rows of either side: with fewer nothing is attempted."""
NOT_GIVEN = (
    "Nobody said which rows the model learned. Give them as aw.check(..., trained_on=(X_train, y_train)); "
    "for a version, airworthy privacy measures models of its recipe."
)
TOO_FEW = f"Too few rows: at least {FEWEST} that were learned and {FEWEST} that were not."
JUDGED, RAREST = 0.01, 0.001
"""False-positive rates: the judged one, and the one that few have rows enough for."""


@dataclass(frozen=True)
class NotAttacked:
    """Why nothing was attempted."""

    reason: str


@dataclass(frozen=True, eq=False)
class Membership:
    """Attacks on n rows.

    Attributes
    ----------
    member
        Shape (n,): whether the attacked model had learned the row.
    scores
        Of each attack of `ATTACKS`, shape (n,): higher for a member.
    apart
        How well the rows alone tell members from others; None where chance decided who is which.
    how
        What was attacked, and by what, in one sentence.
    """

    member: Flags
    scores: Mapping[str, Floats]
    apart: Auc | None
    how: str

    @property
    def members(self) -> int:
        return int(self.member.sum())

    @property
    def others(self) -> int:
        return len(self.member) - self.members

    @property
    def differ(self) -> bool:
        """Whether members and others surely differ by themselves, so that no attack says anything."""
        if self.apart is None:
            return False
        low, _ = self.apart.interval(0.95)
        return low is not None and low > UNLIKE

    def figure(self, subject: Subject) -> Estimate:
        """What is judged, of the attack with a threshold for every row."""
        return self.found(CALIBRATED) if subject == NAMED else self.auc(CALIBRATED)

    def found(self, attack: str, rate: float = JUDGED) -> FoundAtFalseRate:
        """Share of the members that the attack names while `rate` of the others are named too."""
        score = self.scores[attack]
        return FoundAtFalseRate(score[self.member], score[~self.member], rate, "share of members named")

    def auc(self, attack: str) -> Auc:
        """How well the attack ranks members above others: 0.5 is chance."""
        return Auc(self.member, self.scores[attack])

    def curve(self, attack: str) -> list[dict[str, float]]:
        """Points of the ROC from few false positives on: `false` and `found`, shares."""
        score = self.scores[attack]
        others = np.sort(score[~self.member])[::-1]
        counts = np.unique(np.geomspace(1, len(others), 60).astype(int))
        inside = np.sort(score[self.member])
        found = 1 - np.searchsorted(inside, others[counts - 1], side="left") / len(inside)
        return [
            {"false": float(k / len(others)), "found": float(share)}
            for k, share in zip(counts, found, strict=True)
        ]


def of_given(facts: Facts, inputs: tuple[Column, ...]) -> Membership | NotAttacked:
    """The model itself attacked: rows that it learned beside rows that it did not.

    Models of its own recipe tell what to expect where one is given, else boosted trees stand in for it.
    """
    if facts[MEMBERS] is None or facts[SCORER] is None:
        return NotAttacked(NOT_GIVEN)
    members, others = sides(facts, any(column.type is LogicalType.TEXT for column in inputs))
    if min(len(members), len(others)) < FEWEST:
        return NotAttacked(TOO_FEW)
    seed = facts[SEED]
    names = [column.name for column in inputs]
    apart = told_apart(members, others, names)
    member = np.repeat([True, False], [len(members), len(others)])
    sure = np.concatenate([confidence(members), confidence(others)])
    both = _joined(members, others)
    recipe = facts[RECIPE]
    learn: Learn = boosted(rows_of_given(both, inputs, seed)) if recipe is None else recipe(both)
    rng = np.random.default_rng(derive_seed(seed, "assurance", "membership stand-ins"))
    dealt = deal(np.arange(len(both), dtype=np.int64), STAND_INS, rng)
    made = StandIns.trained(learn, dealt)
    second = made.beyond(sure) if recipe is None else made.likelihood_ratio(sure)
    what = "boosted trees" if recipe is None else "models of its own recipe"
    how = f"The model itself was asked; {len(made)} {what}, each of half of these rows, tell what to expect."
    return Membership(member, {LOSS: sure, CALIBRATED: second}, apart, how)


def sides(facts: Facts, texts: bool) -> tuple[Predictions, Predictions]:
    """Rows that were learned and rows that were not, at most as many as may be asked of the model.

    `texts`: whether stand-ins have words to learn, which takes long.
    """
    most, seed = sizes_of(facts[SCORER]).members, facts[SEED]
    most = min(most, MOST_TEXTS) if texts else most
    kept = sample(facts[MEMBERS], most, derive_seed(seed, "assurance", "members"))
    others = sample(facts[PREDICTIONS], most, derive_seed(seed, "assurance", "others"))
    return kept, others


def _joined(members: Predictions, others: Predictions) -> Predictions:
    """Both as one: only outcomes and columns are read of it."""
    columns: dict[str, Any] = {}
    for name, values in others.columns.items():
        if name in members.columns:
            own = members.columns[name]
            both = isinstance(values, np.ndarray) and isinstance(own, np.ndarray)
            columns[name] = np.concatenate([own, values]) if both else [*own, *values]
    y = np.concatenate([members.y, others.y])
    return Predictions.of(others.task, y, classes=others.classes, columns=columns)
