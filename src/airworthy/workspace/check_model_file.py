"""A model file as an object with `predict` or `predict_proba`, which the checks of a model ask."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from airworthy.adapters.foreign import ForeignModel
from airworthy.kernel.errors import InputError

Floats = NDArray[np.float64]


def model_inputs(model: ForeignModel, table: pl.DataFrame, target: str) -> pl.DataFrame:
    """The columns that the model reads, or all but the outcome where the file names none."""
    if table.is_empty():
        raise InputError(
            "No row has an outcome.", value=target, remedy="Name the column that holds it: --target COLUMN."
        )
    named = {name.replace(" ", "_"): name for name in table.columns} | {name: name for name in table.columns}
    if model.inputs and all(name in named for name in model.inputs):
        return table.select([named[name] for name in model.inputs])
    return table.drop(target)


def as_model(model: ForeignModel, inputs: pl.DataFrame, y: NDArray[Any]) -> object:
    """A classifier or a regressor around `model`, by what it gives for `inputs`."""
    scores = model.predict_frame(inputs)
    if scores.ndim == 2:
        return _Classes(model, model.classes) if model.classes else _Unnamed(model)
    two = len(set(y.tolist())) <= 2
    if two and bool(((scores >= 0) & (scores <= 1)).all()):
        return _Event(model, model.classes) if len(model.classes) == 2 else _UnnamedEvent(model)
    return _Number(model)


@dataclass(frozen=True, eq=False)
class _Number:
    model: ForeignModel

    def predict(self, table: Any) -> Floats:
        return self.model.predict_frame(_polars(table))


@dataclass(frozen=True, eq=False)
class _Unnamed:
    """Classes in the order of the model's own numbering, which is that of the sorted labels."""

    model: ForeignModel

    def predict_proba(self, table: Any) -> Floats:
        return self.model.predict_frame(_polars(table))


@dataclass(frozen=True, eq=False)
class _Classes(_Unnamed):
    classes_: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class _UnnamedEvent:
    model: ForeignModel

    def predict_proba(self, table: Any) -> Floats:
        score = self.model.predict_frame(_polars(table))
        return np.column_stack([1 - score, score])


@dataclass(frozen=True, eq=False)
class _Event(_UnnamedEvent):
    classes_: tuple[str, ...]


def _polars(table: Any) -> pl.DataFrame:
    assert isinstance(table, pl.DataFrame)
    return table
