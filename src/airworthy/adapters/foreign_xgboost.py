"""A native XGBoost model, JSON or universal binary JSON."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from airworthy.adapters.foreign_extra import SCORE_YOURSELF, optional
from airworthy.adapters.foreign_matrix import as_matrix, select_inputs
from airworthy.kernel.errors import InputError


@dataclass(frozen=True)
class XgboostModel:
    """XGBoost's own prediction, one thread."""

    booster: Any
    inputs: tuple[str, ...]
    kind: str = "xgboost"
    classes: tuple[str, ...] = ()

    @classmethod
    def load(cls, path: Path) -> XgboostModel:
        """Read the model. Raises `MissingExtra` without xgboost, `InputError` when it cannot be read."""
        xgboost = optional("xgboost", "boosters")
        try:
            booster = xgboost.Booster({"nthread": 1}, model_file=str(path))
        except xgboost.core.XGBoostError as error:
            raise InputError(
                f"XGBoost cannot read {path.name}: {str(error).splitlines()[0][:200]}.",
                value=str(path),
                remedy="Write it again with the installed version: booster.save_model('model.json')",
            ) from error
        if "c" in (booster.feature_types or ()):
            raise InputError(
                f"{path.name} reads categories whose codes it does not name.",
                value=str(path),
                remedy=SCORE_YOURSELF,
            )
        return cls(booster, tuple(booster.feature_names or ()))

    def predict_frame(self, frame: pl.DataFrame) -> npt.NDArray[np.float64]:
        """See `ForeignModel.predict_frame`."""
        xgboost = optional("xgboost", "boosters")
        names = self.inputs or tuple(map(str, range(self.booster.num_features())))
        matrix = as_matrix(select_inputs(frame, names, bool(self.inputs)))
        data = xgboost.DMatrix(matrix, feature_names=list(self.inputs) or None, nthread=1)
        return np.asarray(self.booster.predict(data), dtype=np.float64)
