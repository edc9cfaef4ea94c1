"""The scorer: a saved specification, reloaded and executed. Every score comes from here."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np

from airworthy.scoring.artefact import load_spec, verify_manifest
from airworthy.scoring.calibration import compile_calibration
from airworthy.scoring.coherence import check_spec
from airworthy.scoring.columns import NAN, Columns, FloatArray, Row, Value, canonical_reader
from airworthy.scoring.decision import compile_decision
from airworthy.scoring.decode import RowDecoder
from airworthy.scoring.features import compile_features, feature_matrix, feature_row
from airworthy.scoring.learners import open_learner
from airworthy.scoring.reasons import Reason, rank_reasons
from airworthy.scoring.repaired import clock_names, needed_names, read_names, source_names
from airworthy.scoring.spec import ScorerSpec
from airworthy.scoring.steps import apply_steps, compile_steps, run_steps

REGRESSION = "regression"


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """The score of one row. `probability` has one number a class, in the contract's order."""

    raw: tuple[float, ...]
    probability: tuple[float, ...] | None = None
    prediction: float | None = None
    decision: str | float


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
        n class names, or n numbers for regression.
    """

    raw: FloatArray
    probability: FloatArray | None
    prediction: FloatArray | None
    decision: list[str | float]

    @property
    def positive(self) -> FloatArray:
        """Binary: probability of the positive class, shape (n,)."""
        if self.probability is None or self.probability.shape[1] != 2:
            raise ValueError("only a binary task has a positive class")
        return self.probability[:, 1]


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
        self._decide = compile_decision(spec.decision, self.classes)
        self.reads = read_names(spec.contract, spec.steps)
        self.clocks = tuple(spec.contract[name] for name in clock_names(spec.steps))
        self.decoder = RowDecoder(spec.contract)

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
        return self._finish(self._learner.row(self.feature_values(row)))

    def _finish(self, raw: tuple[float, ...]) -> Score:
        if self._calibrate is None:
            return Score(raw=raw, prediction=raw[0], decision=self._decide(raw))
        probability = self._calibrate(raw)
        return Score(raw=raw, probability=probability, decision=self._decide(probability))

    def matrix(self, columns: Columns) -> FloatArray:
        """The (n, d) feature matrix of canonical columns, after the repair steps."""
        used = {name: columns[name] for name in self.names if name in columns}
        return feature_matrix(self.spec.features, apply_steps(self.spec.steps, used))

    def score_columns(self, columns: Columns) -> Scores:
        """Score n rows of canonical columns (see `airworthy.scoring.columns`).

        Raises `InputError` when a column that the model uses is absent or of the wrong kind.
        """
        return self.score_matrix(self.matrix(columns))

    def score_matrix(self, matrix: FloatArray) -> Scores:
        """Score n feature rows of shape (n, d); used where features are perturbed directly."""
        raw = self._learner.batch(np.ascontiguousarray(matrix, dtype=np.float64))
        rows = [tuple(row) for row in raw.tolist()]
        if self._calibrate is None:
            return Scores(raw, None, raw[:, 0], [self._decide(row) for row in rows])
        probabilities = [self._calibrate(row) for row in rows]
        table = np.array(probabilities, dtype=np.float64).reshape(len(rows), len(self.classes))
        return Scores(raw, table, None, [self._decide(row) for row in probabilities])

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
            output = self.classes.index(str(self._finish(self._learner.row(values)).decision))
        _, contributions = self._learner.contributions(values, output)
        glossary, sources = self.spec.glossary, source_names(self.spec.steps)
        return rank_reasons(self.spec.features, contributions, row, glossary, top, sources)

    def contributions(self, row: Row, output: int = 0) -> tuple[float, Mapping[tuple[int, ...], float]]:
        """(base, contribution by feature positions) of one output; base + contributions = raw margin."""
        return self._learner.contributions(self.feature_values(row), output)


def is_finite(score: Score) -> bool:
    """Whether every number of a score is finite; a score that is not must not decide."""
    return all(math.isfinite(value) for value in score.raw)
