"""Asks the opened model in the child, and puts what it answers into a message."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from airworthy.adapters.foreign_native import open_native
from airworthy.adapters.sandbox.messages import Answered, Ask, Label, Opened, plain
from airworthy.adapters.sandbox.opened import TorchModel
from airworthy.adapters.sandbox.rows import height, table_for
from airworthy.assurance.asked import ask as ask_model
from airworthy.assurance.asked import is_regressor


class Asker:
    """Gives the model rows in the form that it was trained on."""

    def __init__(self, model: Any) -> None:
        self._model = model
        names = getattr(model, "feature_names_in_", None)
        self._inputs = [] if names is None else [str(name) for name in names]
        fitted_on_matrix = not self._inputs and hasattr(model, "n_features_in_")
        self._wants_matrix = fitted_on_matrix or isinstance(model, TorchModel)

    def opened(self) -> Opened:
        """What the model is."""
        classes = getattr(self._model, "classes_", None)
        # Several outcomes at once have a list of arrays, which are no labels of one.
        flat = np.asarray(classes).ravel().tolist() if isinstance(classes, np.ndarray) else []
        kind = type(self._model.module if isinstance(self._model, TorchModel) else self._model).__name__
        return Opened(plain(kind), [_label(v) for v in flat], self._inputs, bool(is_regressor(self._model)))

    def answer(self, ask: Ask) -> Answered:
        """What the model says of the rows. Raises whatever it raises."""
        rows = height(ask)
        try:
            table = table_for(ask, self._inputs, self._wants_matrix)
        except KeyError as error:
            raise ValueError(
                f"it reads the column {error.args[0]!r}, which the table does not have"
            ) from None
        values = ask_model(self._model, table, rows).values
        if values.dtype.kind == "f":
            return Answered(list(values.shape), np.ascontiguousarray(values, np.float64).tobytes())
        return _labels(values)


class NativeAsker:
    """Gives a native file's library the rows as its reader prepares them."""

    def __init__(self, path: str) -> None:
        self._model = open_native(Path(path))

    def opened(self) -> Opened:
        """What the model is."""
        model = self._model
        return Opened(model.kind, list(model.classes), list(model.inputs), False)

    def answer(self, ask: Ask) -> Answered:
        """What the model says of the rows of a Polars frame."""
        import polars  # not for a model that is code

        values = self._model.predict_frame(polars.read_ipc(io.BytesIO(ask.columns[0].data)))
        return Answered(list(values.shape), np.ascontiguousarray(values, np.float64).tobytes())


def _labels(values: NDArray[Any]) -> Answered:
    return Answered(list(values.shape), labels=[_label(value) for value in values.ravel().tolist()])


def _label(value: object) -> Label:
    return value if isinstance(value, bool | int | float | str) else str(value)
