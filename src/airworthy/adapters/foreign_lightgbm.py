"""A native LightGBM text model."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from airworthy.adapters.foreign_matrix import as_matrix, select_inputs
from airworthy.kernel.errors import InputError

_PLACEHOLDER = re.compile(r"Column_\d+")
_CATEGORIES = "\npandas_categorical:"


@dataclass(frozen=True)
class LightGbmModel:
    """LightGBM's own prediction, one thread, probabilities where the objective gives them."""

    booster: Any
    names: tuple[str, ...]
    categories: Mapping[int, Sequence[str]]
    kind: str = "lightgbm"
    classes: tuple[str, ...] = ()

    @classmethod
    def load(cls, path: Path) -> LightGbmModel:
        """Read a text model. Raises `InputError` when it is incomplete."""
        # Pulls in scikit-learn and pandas (1.25 s): only when such a model is checked.
        import lightgbm

        text = path.read_text("utf-8", errors="replace")
        if "\nend of trees" not in text:
            raise InputError(
                f"{path.name} is cut short: it has no end of trees.",
                value=str(path),
                remedy="Save the booster again and copy the file whole.",
            )
        names = tuple(_field(text, "feature_names").split())
        try:
            booster = lightgbm.Booster(model_str=text)
        except (lightgbm.basic.LightGBMError, ValueError) as error:
            raise InputError(
                f"LightGBM cannot read {path.name}: {error}.",
                value=str(path),
                remedy="Save the booster again with the installed version of LightGBM.",
            ) from error
        return cls(booster, names, _categories(text, path))

    @property
    def inputs(self) -> tuple[str, ...]:
        return self.names if self._named else ()

    @property
    def _named(self) -> bool:
        return not all(_PLACEHOLDER.fullmatch(name) for name in self.names)

    def predict_frame(self, frame: pl.DataFrame) -> npt.NDArray[np.float64]:
        """See `ForeignModel.predict_frame`."""
        columns = select_inputs(frame, self.names, self._named)
        matrix = as_matrix(columns, self.categories)
        return np.asarray(self.booster.predict(matrix, num_threads=1), dtype=np.float64)


def _field(text: str, name: str) -> str:
    match = re.search(rf"^{name}=(.*)$", text, re.MULTILINE)
    return match[1].strip() if match else ""


def _categories(text: str, path: Path) -> dict[int, tuple[str, ...]]:
    """The words behind the codes of categorical features, as the pandas frame of training had them.

    The file lists the words of each categorical column in order, and marks such features by colons instead
    of a range; a feature that no tree uses carries no mark, and then the two cannot be matched.
    """
    tail = text.rpartition(_CATEGORIES)[2].strip() if _CATEGORIES in text else "null"
    try:
        words = json.loads(tail.split("\n")[0]) or []
    except ValueError:
        words = []
    infos = _field(text, "feature_infos").split()
    marked = [index for index, info in enumerate(infos) if info != "none" and not info.startswith("[")]
    if not words:
        return {}
    if len(words) != len(marked):
        raise InputError(
            f"{path.name} lists {len(words)} categorical columns and marks {len(marked)}: their codes cannot "
            "be matched to words.",
            value=str(path),
            remedy="Train on codes instead of pandas categories, or check a file of outcomes and scores.",
        )
    return {index: tuple(_word(w) for w in listed) for index, listed in zip(marked, words, strict=True)}


def _word(value: object) -> str:
    return f"{value:g}" if isinstance(value, (int, float)) and not isinstance(value, bool) else str(value)
