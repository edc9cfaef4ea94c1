"""A native CatBoost model (`.cbm`)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from airworthy.adapters.foreign_extra import SCORE_YOURSELF, optional
from airworthy.adapters.foreign_matrix import as_matrix, select_inputs
from airworthy.data.canonical import as_text
from airworthy.kernel.errors import InputError


@dataclass(frozen=True)
class CatboostModel:
    """CatBoost's own prediction, one thread."""

    model: Any
    inputs: tuple[str, ...]
    categorical: frozenset[int]
    classes: tuple[str, ...]
    kind: str = "catboost"

    @classmethod
    def load(cls, path: Path) -> CatboostModel:
        """Read the model. Raises `MissingExtra` without catboost, `InputError` when it cannot be read."""
        catboost = optional("catboost", "boosters")
        model = catboost.CatBoost()
        try:
            model.load_model(str(path))
        except catboost.CatBoostError as error:
            raise InputError(
                f"CatBoost cannot read {path.name}: {str(error).splitlines()[0][:200]}.",
                value=str(path),
                remedy="Write it again with the installed version: model.save_model('model.cbm')",
            ) from error
        if model.get_text_feature_indices() or model.get_embedding_feature_indices():
            raise InputError(
                f"{path.name} reads text or embeddings, which a plain table does not hold.",
                value=str(path),
                remedy=SCORE_YOURSELF,
            )
        # An empty array for a regression, None before 1.2.
        labels = [] if model.classes_ is None else list(model.classes_)
        classes = tuple(str(label) for label in labels)
        return cls(model, tuple(model.feature_names_), frozenset(model.get_cat_feature_indices()), classes)

    def predict_frame(self, frame: pl.DataFrame) -> npt.NDArray[np.float64]:
        """See `ForeignModel.predict_frame`."""
        named = self.inputs != tuple(map(str, range(len(self.inputs))))
        columns = select_inputs(frame, self.inputs, named)
        table = np.empty((frame.height, len(columns)), dtype=object)
        for index, column in enumerate(columns):
            if index in self.categorical:
                table[:, index] = as_text(column).fill_null("nan").to_list()
            else:
                table[:, index] = as_matrix([column])[:, 0]
        kind = "Probability" if self.classes else "RawFormulaVal"
        pool = _pool(table, sorted(self.categorical), list(self.inputs))
        scores = np.asarray(self.model.predict(pool, prediction_type=kind, thread_count=1), dtype=np.float64)
        return scores[:, 1] if scores.ndim == 2 and scores.shape[1] == 2 else scores


def _pool(table: npt.NDArray[Any], categorical: list[int], names: list[str]) -> Any:
    catboost = optional("catboost", "boosters")
    return catboost.Pool(table, cat_features=categorical, feature_names=names)
