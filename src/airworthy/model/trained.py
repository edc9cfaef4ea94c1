"""What training leaves: the artefact, every candidate that was tried, and what was measured of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from airworthy.model.menu import Menu
from airworthy.scoring.columns import FloatArray
from airworthy.scoring.spec import ScorerSpec


@dataclass(frozen=True)
class Candidate:
    """One model that was tried. `quality` is the mean loss on measured rows, out of fold."""

    name: str
    learner: str
    chosen: bool
    quality: float | None
    metric: str
    cost_per_1000: float | None
    seconds: float
    latency_us: float | None
    rows: int
    note: str

    def as_json(self) -> dict[str, object]:
        """The candidate's document in the evidence."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


@dataclass(frozen=True, eq=False)
class HeldOut:
    """Outputs out of fold.

    Attributes
    ----------
    places
        Positions in the problem's rows, shape (m,).
    outputs
        Probabilities (m, classes), or prediction and decided number (m, 2).
    """

    places: npt.NDArray[np.int64]
    outputs: FloatArray


@dataclass(frozen=True)
class Trained:
    """What training leaves: everything after it reloads `Scorer.load(artefact)`.

    Attributes
    ----------
    decision
        The decision document (JSON), see `airworthy.model.threshold`.
    menu
        The finished candidates with what each trade costs, see `airworthy.model.menu`.
    schedule
        Finished trials in order; `train(..., replay=schedule)` makes the same artefact.
    held_out
        What models of the chosen recipe said of rows they had not seen.
    learned_rows
        How many rows the final model learned from.
    note
        Which rows were measured, and how.
    """

    artefact: Path
    spec: ScorerSpec
    candidates: tuple[Candidate, ...]
    decision: Mapping[str, object]
    menu: Menu
    schedule: tuple[str, ...]
    held_out: HeldOut
    learned_rows: int
    note: str
