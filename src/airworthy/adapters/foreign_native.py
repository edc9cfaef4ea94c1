"""Which reader opens which native file. It runs in the contained child only: the libraries trust the file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from airworthy.adapters.foreign_detect import Kind, detect, refuse

if TYPE_CHECKING:
    from airworthy.adapters.foreign import ForeignModel


def open_native(path: Path) -> ForeignModel:
    """The model at `path`. Raises what its reader raises, and `InputError` for another kind of file."""
    kind = detect(path)
    # Each reader pulls in its own heavy library.
    if kind is Kind.LIGHTGBM:
        from airworthy.adapters.foreign_lightgbm import LightGbmModel

        return LightGbmModel.load(path)
    if kind is Kind.XGBOOST:
        from airworthy.adapters.foreign_xgboost import XgboostModel

        return XgboostModel.load(path)
    if kind is Kind.CATBOOST:
        from airworthy.adapters.foreign_catboost import CatboostModel

        return CatboostModel.load(path)
    if kind is Kind.ONNX:
        from airworthy.adapters.foreign_onnx import OnnxModel

        return OnnxModel.load(path)
    raise refuse(path, kind)
