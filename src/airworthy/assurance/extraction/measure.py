"""Copies the model by asking it, and measures the copy on rows that nobody asked about."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from airworthy.assurance.decided import decided
from airworthy.assurance.extraction.copies import Taught, copied_numbers, copied_shares
from airworthy.assurance.extraction.encode import Encoder
from airworthy.assurance.extraction.found import (
    CLOSE,
    LEVEL,
    SAME,
    TARGETS,
    Agreement,
    Extraction,
    Needed,
    Way,
)
from airworthy.assurance.extraction.queries import Drawn, held_apart, queries
from airworthy.assurance.given import PREDICTIONS, SCORER, SEED, ModelRefused, ScoresColumns, sizes_of
from airworthy.assurance.predictions import Predictions
from airworthy.charter.model import Task
from airworthy.kernel.fact import Facts
from airworthy.kernel.result import Estimate, NotApplicable
from airworthy.kernel.seed import derive_seed
from airworthy.measures.bootstrap import Bootstrap
from airworthy.measures.crossing import crossing
from airworthy.measures.proportion import Wilson
from airworthy.measures.reweighted import drawn_means, row_weights
from airworthy.scoring.contract import Column

Floats = NDArray[np.float64]

SIZES = (100, 300, 1_000, 3_000, 10_000, 20_000)
HELD = 1_000
FEWEST_HELD = 100
DRAWS = 200
RESAMPLES = 300

PROBABILITIES, LABELS, NUMBERS = "probabilities", "labels", "numbers"

NOT_ASKED = (
    "The model lies behind an address, where every question is somebody's bill. Copy it on request: "
    "airworthy stress."
)


def copy_in_check(facts: Facts, inputs: tuple[Column, ...]) -> Extraction | NotApplicable:
    """With as many answers as may be asked for unasked, from rows like the real ones."""
    most = sizes_of(facts[SCORER]).copied
    if not most:
        return NotApplicable(NOT_ASKED)
    return copy_model(facts[PREDICTIONS], facts[SCORER], inputs, most, facts[SEED], (Drawn.REAL,))


def copy_model(
    rows: Predictions,
    scorer: ScoresColumns,
    inputs: Sequence[Column],
    most: int,
    seed: int,
    drawn: Sequence[Drawn] = tuple(Drawn),
    on_size: Callable[[], None] = lambda: None,
) -> Extraction | NotApplicable:
    """Teach copies by up to `most` answers of the model.

    Parameters
    ----------
    rows : real rows; a third of them, at most 1,000, is held out, the others are what a client may own.
    drawn : where the asked rows come from.
    on_size : is called after each number of answers.
    """
    held = min(HELD, len(rows) // 3)
    if held < FEWEST_HELD:
        return NotApplicable(
            f"{len(rows):,} rows are too few to hold {FEWEST_HELD} out for measuring a copy."
        )
    rng = np.random.default_rng(derive_seed(seed, "assurance", "extraction"))
    pool, kept = held_apart(rows, held, rng)
    world = _World.of(pool, kept, scorer, tuple(inputs), derive_seed(seed, "assurance", "copies"))
    sizes = tuple(size for size in SIZES if size <= most) or (most,)
    ways: list[Way] = []
    for way in drawn:
        try:
            ways += world.ways(way, sizes, rng, on_size)
        except ModelRefused:
            if way is Drawn.REAL:
                raise
    return Extraction(held, world.measure, tuple(ways), world.majority(), world.by_outcomes(sizes))


@dataclass(frozen=True, eq=False)
class _World:
    """What a client has and what it is measured by: `says` is what the model decides of `kept` (n,)."""

    pool: Predictions
    kept: Predictions
    scorer: ScoresColumns
    inputs: tuple[Column, ...]
    seed: int
    says: Floats

    @classmethod
    def of(
        cls,
        pool: Predictions,
        kept: Predictions,
        scorer: ScoresColumns,
        inputs: tuple[Column, ...],
        seed: int,
    ) -> _World:
        """Ask the model of the held-out rows once."""
        scores = scorer.score_columns(kept.columns)
        if pool.task is Task.REGRESSION:
            return cls(pool, kept, scorer, inputs, seed, np.asarray(scores.prediction, float))
        return cls(pool, kept, scorer, inputs, seed, decided(kept, scores).astype(float))

    @property
    def numbers(self) -> bool:
        return self.pool.task is Task.REGRESSION

    @property
    def measure(self) -> str:
        return CLOSE if self.numbers else SAME

    def ways(
        self, drawn: Drawn, sizes: tuple[int, ...], rng: np.random.Generator, on_size: Callable[[], None]
    ) -> list[Way]:
        """One curve for each kind of answer that the model gives, the most telling first."""
        asked = queries(drawn, self.pool, self.inputs, sizes[-1], rng)
        taught = Taught.of(Encoder.of(asked, self.inputs), asked, self.kept.columns)
        return [
            self._curve(drawn, kind, answers, taught, sizes, on_size)
            for kind, answers in self._answers(asked).items()
        ]

    def _answers(self, columns: Mapping[str, Any]) -> dict[str, Floats]:
        scores = self.scorer.score_columns(columns)
        if self.numbers:
            return {NUMBERS: np.asarray(scores.prediction, float)}
        labels = np.eye(len(self.pool.classes))[decided(self.pool, scores)]
        if scores.probability is None:
            return {LABELS: labels}
        return {PROBABILITIES: np.asarray(scores.probability, float), LABELS: labels}

    def _curve(
        self,
        drawn: Drawn,
        kind: str,
        answers: Floats,
        taught: Taught,
        sizes: tuple[int, ...],
        on_size: Callable[[], None],
    ) -> Way:
        points, hits, last = [], [], None
        for size in sizes:
            learner, hit, last = self._best(self._copies(kind, taught, answers, size))
            low, high = last.interval(LEVEL)
            points.append(Agreement(size, float(last.value), low, high, learner))
            hits.append(hit)
            on_size()
        assert last is not None
        return Way(str(drawn), kind, tuple(points), self._needed(sizes, points, hits), last)

    def _copies(self, kind: str, taught: Taught, answers: Floats, n: int) -> dict[str, Floats]:
        """What each copy says of the held-out rows: numbers, or what it decides."""
        if kind == NUMBERS:
            return copied_numbers(taught, answers, n, self.seed)
        made = copied_shares(taught, answers, n, self.seed)
        cut_at = self.pool.threshold if kind == PROBABILITIES and self.pool.task is Task.BINARY else None
        return {
            name: (found[:, 1] >= cut_at if cut_at is not None else found.argmax(axis=1)).astype(float)
            for name, found in made.items()
        }

    def _best(self, copies: Mapping[str, Floats]) -> tuple[str, Floats, Estimate]:
        """The copy that agrees best, what it got right in each row, and its agreement."""
        rated = {name: self._rows(said) for name, said in copies.items()}
        name = max(rated, key=lambda one: float(self._combined(rated[one].mean(axis=0)[None, :])[0]))
        hit = rated[name]
        if not self.numbers:
            return name, hit, Wilson.of(hit[:, 0], self.kept.entity)
        estimate = Bootstrap.of_means(
            hit,
            self._combined,
            unit="share",
            seed=self.seed,
            clusters=self.kept.entity,
            resamples=RESAMPLES,
        )
        return name, hit, estimate

    def _rows(self, said: Floats) -> Floats:
        """What agreement is made of in each held-out row: (n, 1) alike or not, or (n, 2) squares."""
        own = self.says
        if not self.numbers:
            return np.asarray(said == own, float)[:, None]
        return np.column_stack([(said - own) ** 2, (own - own.mean()) ** 2])

    def _combined(self, means: Floats) -> Floats:
        if not self.numbers:
            return np.asarray(means[:, 0], float)
        away, spread = means[:, 0], means[:, 1]
        return np.asarray(1 - np.divide(away, spread, out=np.ones(len(away)), where=spread > 0), float)

    def _needed(
        self, sizes: tuple[int, ...], points: Sequence[Agreement], hits: Sequence[Floats]
    ) -> tuple[Needed, ...]:
        """Answers until each target, straight between sizes on a scale of logarithms; 0 where it is free."""
        weights = row_weights(len(self.kept), DRAWS, self.seed, self.kept.entity)
        drawn = [np.column_stack([drawn_means(column, weights) for column in hit.T]) for hit in hits]
        draws = np.column_stack([self._combined(means) for means in drawn])
        places, values = [float(np.log10(size)) for size in sizes], np.array([p.value for p in points])
        free, made = self.majority(), []
        for target in TARGETS:
            one = crossing(places, values, draws, target, LEVEL)
            bounds = (None if at is None else round(10**at) for at in (one.value, one.low, one.high))
            made.append(Needed(target, 0, 0, 0) if target <= free else Needed(target, *bounds))
        return tuple(made)

    def majority(self) -> float:
        """Agreement of the most frequent decision, which needs no question."""
        if self.numbers:
            return 0.0
        counts = np.bincount(self.says.astype(np.int64))
        return float(counts.max() / counts.sum())

    def by_outcomes(self, sizes: tuple[int, ...]) -> Agreement | None:
        """A copy that was taught by outcomes of real rows: what a client knows without asking."""
        n = min(sizes[-1], len(self.pool))
        own = self.pool.rows(np.random.default_rng(self.seed).permutation(len(self.pool))[:n])
        taught = Taught.of(Encoder.of(own.columns, self.inputs), own.columns, self.kept.columns)
        y = own.y
        if self.numbers:
            copies = copied_numbers(taught, np.asarray(y, float), n, self.seed)
        else:
            copies = self._copies(LABELS, taught, np.eye(len(self.pool.classes))[y], n)
        learner, _, estimate = self._best(copies)
        return Agreement(n, float(estimate.value), *estimate.interval(LEVEL), learner)
