"""Libraries of other model formats, loaded when such a model is opened; and the way out that needs none."""

from __future__ import annotations

import importlib
from typing import Any

from airworthy.kernel.errors import MissingExtra

SCORE_YOURSELF = (
    "Score your rows yourself and check the file of outcomes and scores: "
    "airworthy check predictions.csv --target y --score p"
)
EXPORT = (
    "Export it natively (LightGBM: booster.save_model('model.txt'); XGBoost: save_model('model.json'); "
    f"CatBoost: save_model('model.cbm')) or to ONNX (skl2onnx). Or: {SCORE_YOURSELF}"
)


def optional(package: str, extra: str) -> Any:
    """The module `package`. Raises `MissingExtra` that names the extra when it is not installed."""
    try:
        return importlib.import_module(package)
    except ImportError:
        raise MissingExtra(package, extra) from None
