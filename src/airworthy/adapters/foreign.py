"""Models that were trained elsewhere, for `airworthy check MODEL DATA`: data is read, code never runs.

Only formats that hold numbers and structure are opened: our own artefact, native LightGBM, XGBoost and
CatBoost files, ONNX, and MLflow directories around one of these. Whatever would have to be unpickled, or
brings code of its own, is refused by name: pickle scanners are no gate (a clean and a hostile joblib look
the same to them), so nothing is ever unpickled here. The libraries that read the numbers trust their files:
a tree whose branches lead in a circle ends the process. So they run in a process of their own.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from airworthy.adapters.foreign_detect import NATIVE, detect, refuse
from airworthy.adapters.foreign_mlmodel import native_file
from airworthy.kernel.errors import InputError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import polars as pl

SCORER = "scorer.json"
MLMODEL = "MLmodel"


class ForeignModel(Protocol):
    """A loaded model that scores raw tables."""

    @property
    def kind(self) -> str:
        """`airworthy`, `lightgbm`, `xgboost`, `catboost` or `onnx`."""
        ...

    @property
    def inputs(self) -> tuple[str, ...]:
        """Column names that it reads, in its order; empty where the file names none."""
        ...

    @property
    def classes(self) -> tuple[str, ...]:
        """Class labels in the order of the scores; empty where the file names none."""
        ...

    def predict_frame(self, frame: pl.DataFrame) -> npt.NDArray[np.float64]:
        """Score n rows.

        Parameters
        ----------
        frame : raw table of n rows, as `airworthy.data.read_file` gives it; further columns are ignored
            where the model names its inputs.

        Returns
        -------
        (n,) probability of the event (binary) or predicted value (regression); (n, k) probabilities of k
        classes (multiclass).

        Raises
        ------
        InputError
            An input is missing or is no number where the model reads numbers.
        """
        ...


def load_foreign(path: Path) -> ForeignModel:
    """Open a model file or directory without running any code of it.

    Parameters
    ----------
    path : a native LightGBM, XGBoost or CatBoost file, an ONNX file, an MLflow model directory around one
        of them, or an artefact of Airworthy.

    Raises
    ------
    InputError
        The path is missing, is of an unknown format, could only be read by running its code, or breaks the
        library that reads it; the remedy names the way out.
    MissingExtra
        XGBoost, CatBoost or onnxruntime is needed and not installed.
    """
    if path.is_dir():
        return _load_folder(path)
    if not path.exists():
        raise InputError(f"There is no model at {path}.", value=str(path), remedy="Check the path.")
    return _load_file(path)


def _load_folder(folder: Path) -> ForeignModel:
    own = [path.parent for path in (folder / SCORER, *sorted(folder.glob(f"*/{SCORER}"))) if path.is_file()]
    if len(own) == 1:
        # The laboratory's numeric libraries load only when a model is opened.
        from airworthy.adapters.foreign_own import OwnModel

        return OwnModel.load(own[0])
    if (folder / MLMODEL).is_file():
        return _load_file(native_file(folder))
    held = ", ".join(sorted(path.name for path in folder.iterdir())[:8]) or "nothing"
    raise InputError(
        f"{folder} is no model directory: it has no {MLMODEL} and no {SCORER} (it holds {held}).",
        value=str(folder),
        remedy="Name the MLflow model directory itself, or the model's file.",
    )


def _load_file(path: Path) -> ForeignModel:
    kind = detect(path)
    if kind not in NATIVE:
        raise refuse(path, kind)
    # Starts a process: only when a model is opened.
    from airworthy.adapters.sandbox.native import ContainedModel

    return ContainedModel.load(path, kind)
