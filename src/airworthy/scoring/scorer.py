"""The scorer: a saved specification, reloaded and executed. Every score comes from here."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import numpy as np

from airworthy.kernel.errors import InputError
from airworthy.scoring.artefact import load_spec, verify_manifest
from airworthy.scoring.calibration import compile_calibration
from airworthy.scoring.coherence import check_spec
from airworthy.scoring.columns import NAN, Columns, FloatArray, Row, Value, canonical_reader
from airworthy.scoring.costs import FREE, ErrorPair, RowCosts, besides_names
from airworthy.scoring.coverage import Spread, compile_interval, compile_set, interval_of, set_of
from airworthy.scoring.decision import REVIEW, best_within, compile_decision, without_review
from airworthy.scoring.decode import RowDecoder
from airworthy.scoring.features import compile_features, feature_matrix, feature_row
from airworthy.scoring.learners import open_learner
from airworthy.scoring.moves import RowMoves
from airworthy.scoring.reasons import Reason, rank_reasons
from airworthy.scoring.repaired import needed_names, read_names, source_names
from airworthy.scoring.spec import LeastCost, ScorerSpec
from airworthy.scoring.steps import apply_steps, compile_steps, run_steps

REGRESSION = "regression"


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """The score of one row. `probability` has one number a class, in the contract's order.

    `interval` (regression) and `possible` (classes) are there where the charter declares decision.interval.
    `alone` is there where a person decides: what the model would decide without one.
    """

    raw: tuple[float, ...]
    probability: tuple[float, ...] | None = None
    prediction: float | None = None
    decision: str | float
    interval: tuple[float, float] | None = None
    possible: tuple[str, ...] | None = None
    alone: str | float | None = None


@dataclass(frozen=True)
class Scores:
    """The scores of n rows.

    Attributes
    ----------
    raw
        Margins before calibration, shape (n, outputs).
    probability
        Shape (n, classes) in the contract's order; None for regression.
    prediction
        Shape (n,); None for classes.
    decision
        n class names (or `review`: a person decides), or n numbers for regression.
    alone
        What is decided where no person can: as `decision`, and never `review`.
    interval
        Prediction intervals, shape (n, 2), where they are declared.
    possible
        n sets of classes, where they are declared.
    """

    raw: FloatArray
    probability: FloatArray | None
    prediction: FloatArray | None
    decision: list[str | float]
    alone: list[str | float] | None = None
    interval: FloatArray | None = None
    possible: list[tuple[str, ...]] | None = None

    @property
    def positive(self) -> FloatArray:
        """Binary: probability of the positive class, shape (n,)."""
        if self.probability is None or self.probability.shape[1] != 2:
            raise ValueError("only a binary task has a positive class")
        return self.probability[:, 1]


@dataclass(frozen=True)
class Contributed:
    """Base values (n,), and what each column that counts added in each row (n,)."""

    base: FloatArray
    values: dict[str, FloatArray]


class Scorer:
    """Executes a `ScorerSpec` for rows and for columns with the same bits."""

    def __init__(self, spec: ScorerSpec, folder: Path) -> None:
        check_spec(spec)
        self.spec = spec
        self.contract = spec.contract
        self.classes = () if spec.task == REGRESSION else spec.contract.classes
        self.names, made = needed_names(spec)
        self._made: tuple[Value, ...] = (NAN,) * len(made)
        position = {name: i for i, name in enumerate((*self.names, *made))}
        self._readers = tuple((name, canonical_reader(spec.contract[name])) for name in self.names)
        self._steps = compile_steps(spec.steps, position)
        self._features = compile_features(spec.features, position)
        self._learner = open_learner(spec.learner, folder, len(spec.features), spec.baseline)
        self._calibrate = compile_calibration(spec.calibration, len(self.classes)) if self.classes else None
        self.costs = RowCosts(spec.decision, spec.contract, spec.steps)
        self.moves = RowMoves(spec.decision, spec.contract)
        self._decide = compile_decision(spec.decision, self.classes)
        self._alone = compile_decision(without_review(spec.decision), self.classes)
        self._reviewed = without_review(spec.decision) != spec.decision
        self._interval = compile_interval(interval_of(spec.decision))
        self._spread = Spread(interval_of(spec.decision), spec.contract)
        self._possible = compile_set(set_of(spec.decision), self.classes)
        self.asked = tuple(dict.fromkeys([*self.costs.names, *self.moves.names]))
        self.reads = tuple(dict.fromkeys([*read_names(spec.contract, spec.steps), *self.asked]))
        self.besides = tuple(spec.contract[name] for name in besides_names(spec))
        self.decoder = RowDecoder(spec.contract, self.asked)

    @classmethod
    def load(cls, folder: Path) -> Scorer:
        """The scorer saved in `folder`.

        Raises `InputError` when there is none or its format is newer, and `IntegrityError` when a file's
        digest differs from the artefact's manifest or the parts do not fit together.
        """
        verify_manifest(folder)
        return cls(load_spec(folder), folder)

    def feature_values(self, row: Row) -> list[float]:
        """The d feature values of one typed row; a column that is absent is null."""
        get = row.get
        values: list[Value] = [read(get(name)) for name, read in self._readers]
        values.extend(self._made)
        run_steps(self._steps, values)
        return feature_row(self._features, values)

    def score_row(self, row: Row) -> Score:
        """Score one typed row (see `decode`). Columns that are absent are null."""
        raw = self._learner.row(self.feature_values(row))
        return self._finish(raw, self.costs.row(row), self._spread.row(row), self.moves.row(row))

    def _finish(
        self, raw: tuple[float, ...], costs: ErrorPair, spread: float = 1.0, moved: float = 0.0
    ) -> Score:
        if self._calibrate is None:
            interval = None if self._interval is None else self._interval(raw[0], spread)
            return Score(raw=raw, prediction=raw[0], decision=self._decide(raw, costs), interval=interval)
        probability = self._calibrate(raw)
        possible = None if self._possible is None else self._possible(probability)
        decided = self._decide(probability, costs, moved)
        alone = self._alone(probability, costs, moved) if decided == REVIEW and self._reviewed else None
        return Score(raw=raw, probability=probability, decision=decided, possible=possible, alone=alone)

    def matrix(self, columns: Columns) -> FloatArray:
        """The (n, d) feature matrix of canonical columns, after the repair steps."""
        used = {name: columns[name] for name in self.names if name in columns}
        return feature_matrix(self.spec.features, apply_steps(self.spec.steps, used))

    def score_columns(self, columns: Columns) -> Scores:
        """Score n rows of canonical columns (see `airworthy.scoring.columns`).

        Raises `InputError` when a column that the model uses is absent or of the wrong kind.
        """
        raw = self._learner.batch(np.ascontiguousarray(self.matrix(columns), dtype=np.float64))
        rows = [tuple(row) for row in raw.tolist()]
        return self._scores(
            raw, rows if self._calibrate is None else list(map(self._calibrate, rows)), columns
        )

    def calibrated(self, raw: FloatArray) -> FloatArray:
        """Probabilities (n, classes) of raw margins (n, outputs); the numbers themselves for regression."""
        if self._calibrate is None:
            return raw
        rows = [self._calibrate(tuple(row)) for row in raw.tolist()]
        return np.array(rows, dtype=np.float64).reshape(len(raw), len(self.classes))

    def decide_columns(self, columns: Columns, outputs: FloatArray) -> Scores:
        """Decide n rows by given probabilities (n, classes) or predictions (n, 1), as those of another model.

        Where the scorer learned from the rows, its own scores of them would flatter.
        """
        return self._scores(outputs, [tuple(row) for row in outputs.tolist()], columns)

    def _scores(self, raw: FloatArray, rows: list[tuple[float, ...]], columns: Columns) -> Scores:
        """`rows` hold probabilities, or one prediction each."""
        costs = self.costs.batch(columns, len(rows))
        if self._calibrate is None:
            decided = list(map(self._decide, rows, costs))
            spans = None
            if self._interval is not None:
                spreads = self._spread.batch(columns, len(rows))
                pairs = [self._interval(row[0], spread) for row, spread in zip(rows, spreads, strict=True)]
                spans = np.array(pairs, np.float64).reshape(len(rows), 2)
            return Scores(raw, None, raw[:, 0], decided, decided, spans)
        table = np.array(rows, dtype=np.float64).reshape(len(rows), len(self.classes))
        moved = self.moves.batch(columns, len(rows))
        decided, alone = (list(map(decide, rows, costs, moved)) for decide in (self._decide, self._alone))
        possible = None if self._possible is None else [self._possible(row) for row in rows]
        return Scores(raw, table, None, decided, alone, possible=possible)

    def score_window(self, columns: Columns) -> Scores:
        """Score the n rows of one whole window: of those worth a place, exactly the best get one.

        As `score_columns`, where a row is decided alone against the price of a place; here the rows are known
        together, so the declared capacity is kept exactly. Raises `InputError` when none was declared.
        """
        scores = self.score_columns(columns)
        decision = self.spec.decision
        if not isinstance(decision, LeastCost) or decision.capacity is None or scores.probability is None:
            raise InputError(
                "This model was trained without a capacity.",
                value=type(decision).__name__,
                remedy="Write capacity and per under [decision] in airworthy.toml, and run it again.",
            )
        costs = self.costs.batch(columns, len(scores.decision))
        moved = self.moves.batch(columns, len(costs))
        best = best_within(scores.probability.tolist(), costs, decision.capacity, moved)
        decided: list[str | float] = [self.classes[taken] for taken in best]
        return replace(scores, decision=decided, alone=decided)

    def decode(self, body: bytes) -> list[dict[str, object]]:
        """Typed rows of a JSON body: one object, or a list of them. Raises `BadRow` where it does not fit."""
        return self.decoder.decode(body)[0]

    def reasons(self, row: Row, top: int = 5) -> list[Reason]:
        """The columns that moved this row's score most, exactly, largest first.

        Binary: towards (+) or away from (-) the positive class, in log-odds before calibration. Multiclass:
        of the decided class. Regression: in the target's unit.
        """
        values = self.feature_values(row)
        output = 0
        if len(self.classes) > 2:
            output = self.classes.index(str(self._finish(self._learner.row(values), FREE).decision))
        _, contributions = self._parts(values, output)
        glossary, sources = self.spec.glossary, source_names(self.spec.steps)
        return rank_reasons(self.spec.features, contributions, row, glossary, top, sources)

    def contributions(self, row: Row, output: int = 0) -> tuple[float, Mapping[tuple[int, ...], float]]:
        """(base, contribution by feature positions) of one output; base + contributions = raw margin."""
        return self._parts(self.feature_values(row), output)

    def _parts(self, values: list[float], output: int) -> tuple[float, dict[tuple[int, ...], float]]:
        base, parts = self._learner.contributions(np.array([values], dtype=np.float64), output)
        return float(base[0]), {features: float(part[0]) for features, part in parts.items()}

    def contribution_columns(self, columns: Columns, output: int = 0) -> Contributed:
        """What each column added to one raw margin of n rows, exactly: base + values = margin.

        A pair of columns that counts together is split evenly between the two, which is its Shapley value.
        """
        matrix = np.ascontiguousarray(self.matrix(columns), dtype=np.float64)
        base, parts = self._learner.contributions(matrix, output)
        sources = source_names(self.spec.steps)
        names = [sources.get(feature.column, feature.column) for feature in self.spec.features]
        found = {name: np.zeros(len(matrix)) for name in names}
        for features, part in parts.items():
            for at in features:
                found[names[at]] += part / len(features)
        return Contributed(base, found)


def is_finite(score: Score) -> bool:
    """Whether every number of a score is finite; a score that is not must not decide."""
    return all(math.isfinite(value) for value in score.raw)
