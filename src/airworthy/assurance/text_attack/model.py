"""The model that is attacked: asked about many rewordings at once, with every question counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from airworthy.assurance.decided import decided_and_sure
from airworthy.assurance.given import ScoresColumns
from airworthy.assurance.predictions import Predictions, take_columns

Codes = NDArray[np.int64]
Floats = NDArray[np.float64]

AT_ONCE = 10_000
"""Rewordings that are scored together; more would only take memory."""


@dataclass(eq=False)
class Asked:
    """Rows whose texts are reworded, the scorer, and how many rewordings it was asked about."""

    rows: Predictions
    scorer: ScoresColumns
    queries: int = 0

    def ask(self, at: Sequence[int], cells: Sequence[Mapping[str, str]]) -> tuple[Codes, Floats]:
        """What is decided of row `at[i]` with the texts `cells[i]`: codes (n,), probabilities (n, k)."""
        codes, sure = [np.empty(0, np.int64)], [np.empty((0, len(self.rows.classes)))]
        for start in range(0, len(at), AT_ONCE):
            part, texts = at[start : start + AT_ONCE], cells[start : start + AT_ONCE]
            columns = take_columns(self.rows.columns, np.array(part, np.int64))
            for name in {name for cell in texts for name in cell}:
                columns[name] = [cell.get(name, own) for cell, own in zip(texts, columns[name], strict=True)]
            found, probability = decided_and_sure(self.rows, self.scorer, columns)
            codes.append(found)
            sure.append(probability)
        self.queries += len(at)
        return np.concatenate(codes), np.concatenate(sure)
