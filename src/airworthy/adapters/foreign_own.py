"""An artefact of Airworthy: scored by the one scorer that serving uses, from a raw table."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from airworthy.adapters.foreign_matrix import select_inputs
from airworthy.assurance.asked import Answers, label_of
from airworthy.data import columns_for_scoring
from airworthy.data.canonical import to_canonical
from airworthy.scoring import Scorer


@dataclass(frozen=True)
class OwnModel:
    """A saved scorer over its own contract."""

    scorer: Scorer
    kind: str = "airworthy"
    files: Path | None = None

    @classmethod
    def load(cls, folder: Path) -> OwnModel:
        """Open the artefact; its manifest is verified. Raises `IntegrityError` when a file was changed."""
        return cls(Scorer.load(folder), files=folder)

    @property
    def inputs(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.scorer.spec.contract.inputs)

    @property
    def classes(self) -> tuple[str, ...]:
        return self.scorer.spec.contract.classes

    def predict_frame(self, frame: pl.DataFrame) -> npt.NDArray[np.float64]:
        """See `ForeignModel.predict_frame`."""
        return np.asarray(self.answers(frame).values, dtype=np.float64)

    def answers(self, frame: pl.DataFrame) -> Answers:
        """The scores, and what the model decides by them."""
        contract = self.scorer.spec.contract
        columns = select_inputs(frame, self.inputs, named=True)
        clocks = [column for column in self.scorer.besides if column.name in frame.columns]
        types = {column.name: column.type for column in (*contract.inputs, *clocks)}
        table = pl.DataFrame([column.alias(name) for column, name in zip(columns, self.inputs, strict=True)])
        table = table.with_columns(frame[column.name] for column in clocks if column.name not in self.inputs)
        canonical, _ = to_canonical(table, types, "the table")
        names = [name for name in self.scorer.reads if name in canonical.columns]
        scores = self.scorer.score_columns(columns_for_scoring(canonical, contract, names=names))
        if scores.probability is None:
            return Answers(np.asarray(scores.prediction, dtype=np.float64))
        two = len(contract.classes) == 2
        return Answers(
            scores.probability[:, 1] if two else scores.probability,
            [label_of(one) for one in scores.decision],
        )
