"""Every model on the same rows that none learned from: its quality, and the decisions that flip."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from airworthy.assurance.attack.search import joined, search
from airworthy.assurance.attack.target import UNDECIDED, Target
from airworthy.assurance.changes import ChangeRules, Space
from airworthy.assurance.mitigation.report import Moved
from airworthy.data.columns import columns_for_scoring
from airworthy.kernel.result import Estimate, Measurement
from airworthy.kernel.seed import derive_seed
from airworthy.lifecycle.hardening.asked import MEASURED_EFFORT, World
from airworthy.lifecycle.hardening.flips import predictions_of_rows
from airworthy.lifecycle.hardening.report import HardenedModel
from airworthy.lifecycle.hardening.train import Made, Trained
from airworthy.lifecycle.remedies.measure import costs_of, money_unit
from airworthy.measures.bootstrap import Bootstrap
from airworthy.measures.means import MeanT, PairedDifference
from airworthy.measures.paired import PairedShares
from airworthy.measures.proportion import Wilson
from airworthy.measures.ranking import Auc, AucDifference
from airworthy.model.job import in_order, learning_columns
from airworthy.model.problem import TARGET
from airworthy.model.rows import Rows, rows_of
from airworthy.scoring.scorer import Scorer

LEVEL, PER = 0.95, 1000.0
Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Said:
    """What one model makes of the n measured rows and of the m attacked ones.

    Attributes
    ----------
    positive, event, costs : decided positive (n,), probability of the event (n,), cost of each decision (n,).
    changes : of the smallest flip of each attacked row (m,), 0 where none was found.
    asked : rows that it was given while it was attacked.
    """

    positive: npt.NDArray[np.bool_]
    event: Floats
    costs: Floats | None
    changes: Places
    asked: int


@dataclass(frozen=True)
class Measured:
    """The figures of every model; rows measured, and attacked; rows that the models were given for that."""

    models: tuple[HardenedModel, ...]
    rows: int
    attacked: int
    asked: int


def measured(world: World, trained: Trained, rules: ChangeRules) -> Measured:
    """Measure and attack every model on the rows that none learned from."""
    job, problem = trained.kept.prepared.job, world.problem
    known = in_order(world.held.filter(pl.col(TARGET).is_not_null()), problem.charter)
    rows = rows_of(learning_columns(known, problem.contract, problem.steps, problem.charter), job)
    present = Scorer.load(trained.models[0].artefact)
    places, decided = _attacked(world, present, known)
    said = []
    with world.progress.stage("Measure and attack every model", total=len(trained.models)) as stage:
        for made in trained.models:
            stage.advance(0, str(made.action))
            said.append(_said(made, known, rows, places, rules, trained))
            stage.advance(1)
    bench = _Bench(rows, places, decided, problem.contract.classes, world)
    models = tuple(bench.figures(made, one, said[0]) for made, one in zip(trained.models, said, strict=True))
    return Measured(models, len(rows), len(places), sum(one.asked for one in said))


def _attacked(world: World, present: Scorer, known: pl.DataFrame) -> tuple[Places, Places]:
    """Places of the rows to attack, in equal parts of each decision of the present model, and these (m,)."""
    contract = world.problem.contract
    predictions = predictions_of_rows(present, known, contract)
    decided, _ = Target(present, predictions).decide(predictions.columns, len(predictions))
    rng = np.random.default_rng(derive_seed(world.charter.seed, "hardening", "attacked"))
    parts = []
    for own in range(len(contract.classes)):
        there = np.flatnonzero(decided == own)
        parts.append(rng.permutation(there)[: world.asked.attacked // len(contract.classes)])
    places = np.sort(np.concatenate(parts))
    return places, decided[places]


def _said(
    made: Made, known: pl.DataFrame, rows: Rows, places: Places, rules: ChangeRules, trained: Trained
) -> Said:
    job = trained.kept.prepared.job
    scorer = Scorer.load(made.artefact)
    scores = scorer.score_columns(columns_for_scoring(known, job.contract, names=scorer.reads))
    assert scores.probability is not None  # two classes
    assert scores.alone is not None
    positive = np.array([decision == scorer.classes[1] for decision in scores.alone])
    changes, asked = _flips(scorer, known[places.tolist()], rules, trained)
    costs = costs_of(scores, positive, rows, job) if job.costs.declared else None
    return Said(positive, scores.probability[:, 1], costs, changes, asked)


def _flips(scorer: Scorer, some: pl.DataFrame, rules: ChangeRules, trained: Trained) -> tuple[Places, int]:
    """Changes of the smallest flip of each row (m,), 0 without one: from what this model decides itself."""
    predictions = predictions_of_rows(scorer, some, trained.kept.prepared.job.contract)
    target = Target(scorer, predictions)
    decided, _ = target.decide(predictions.columns, len(predictions))
    outright = np.flatnonzero(decided != UNDECIDED)
    space = Space(rules, predictions.rows(outright).columns)
    flips = joined([part for _, part in search(space, target, decided[outright], MEASURED_EFFORT)])
    changes = np.zeros(len(predictions), np.int64)
    changes[outright] = flips.changes
    return changes, target.asked


@dataclass(frozen=True, eq=False)
class _Bench:
    """The measured rows, those attacked and what the present model decides of these (m,), all its classes."""

    rows: Rows
    places: Places
    decided: Places
    classes: tuple[str, ...]
    world: World

    def figures(self, made: Made, said: Said, present: Said) -> HardenedModel:
        """One model's figures, paired by row with the present model's."""
        other, y, clusters = (None if said is present else present), self.rows.y, self.rows.groups
        wrong, before = (PER * (one.positive != (y == 1)) for one in (said, present))
        rank = AucDifference(y, said.event, present.event, clusters)
        step = PairedDifference(wrong - before, "wrong per 1,000", clusters, ends=(-PER, PER))
        mine = {
            name: self._flipped(said, other, MEASURED_EFFORT.changes, self.decided == own)
            for own, name in enumerate(self.classes)
            if (self.decided == own).any()
        }
        everywhere = np.ones(len(self.places), bool)
        return HardenedModel(
            made.action,
            self.world.asked.recipe,
            made.added,
            int((said.positive != present.positive).sum()),
            _moved(Auc(y, said.event, clusters), None if other is None else rank),
            _moved(
                MeanT(wrong, "wrong per 1,000", clusters, ends=(0.0, PER)), None if other is None else step
            ),
            self._money(said, present),
            tuple(
                self._flipped(said, other, most, everywhere) for most in range(1, MEASURED_EFFORT.changes + 1)
            ),
            mine,
        )

    def _flipped(self, said: Said, present: Said | None, most: int, of: npt.NDArray[np.bool_]) -> Moved:
        clusters = None if self.rows.groups is None else self.rows.groups[self.places][of]
        hits = _within(said, most)[of]
        now = Wilson.of(hits, clusters)
        change = None if present is None else PairedShares.of(hits, _within(present, most)[of], clusters)
        return _moved(now, change)

    def _money(self, said: Said, present: Said) -> Moved | None:
        if said.costs is None or present.costs is None:
            return None
        unit, per = money_unit(self.world.charter)
        columns = np.column_stack([said.costs, said.costs - present.costs]) * per
        seed = derive_seed(self.world.charter.seed, "hardening", "money")
        now, change = Bootstrap.of_each(columns, unit=unit, seed=seed, clusters=self.rows.groups)
        return _moved(now, None if said is present else change)


def _within(said: Said, most: int) -> npt.NDArray[np.bool_]:
    return np.asarray((said.changes > 0) & (said.changes <= most))


def _moved(now: Estimate, change: Estimate | None) -> Moved:
    return Moved(Measurement.of(now, LEVEL), None if change is None else Measurement.of(change, LEVEL))
