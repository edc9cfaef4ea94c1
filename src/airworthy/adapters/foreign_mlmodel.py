"""Finds the native weights in an MLflow model directory, by reading its `MLmodel` and nothing else.

`MLmodel` is read as far as block mappings of plain scalars go, which is how MLflow writes it; whatever is
spelt otherwise is refused, so an unusual spelling can hide nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from airworthy.adapters.foreign_detect import NATIVE as OPENED
from airworthy.adapters.foreign_detect import detect, refuse
from airworthy.adapters.foreign_extra import SCORE_YOURSELF
from airworthy.kernel.errors import InputError

NATIVE = {
    "lightgbm": "mlflow.lightgbm",
    "xgboost": "mlflow.xgboost",
    "catboost": "mlflow.catboost",
    "onnx": "mlflow.onnx",
}
_CODE_KEYS = ("code", "python_model", "model_code_path", "code_path")
_LINE = re.compile(r"(?P<indent> *)(?P<key>[A-Za-z_][\w.-]*):(?: (?P<value>.*))?")
MOST_BYTES = 1 << 20

Flavors = Mapping[str, Mapping[str, str]]


def native_file(folder: Path) -> Path:
    """The file of native weights in an MLflow model directory.

    Raises
    ------
    InputError
        The model has no native flavour, brings code, or keeps its weights in a pickle or outside the folder.
    """
    flavors = read_flavors(folder / "MLmodel")
    native = [name for name in NATIVE if name in flavors]
    if len(native) != 1:
        named = ", ".join(sorted(flavors)) or "none"
        raise _refused(folder, f"its flavours are {named}, not one kind of native weights")
    flavor, function = flavors[native[0]], flavors.get("python_function", {})
    loader = function.get("loader_module", NATIVE[native[0]])
    if loader != NATIVE[native[0]]:
        raise _refused(folder, f"it is loaded by code of its own ({loader})")
    for part in (flavor, function):
        for key in _CODE_KEYS:
            if part.get(key, "null") not in ("null", "", "~"):
                raise _refused(folder, f"it brings code of its own ({key}: {part[key]})")
    return _inside(folder, _weights(folder, flavor, function))


def _weights(folder: Path, flavor: Mapping[str, str], function: Mapping[str, str]) -> str:
    named = flavor.get("data") or function.get("data")
    if not named:
        raise _refused(folder, "its MLmodel names no file of weights")
    # ONNX flavours name a directory or a file, by version of MLflow.
    return f"{named}/model.onnx" if (folder / named).is_dir() else named


def _inside(folder: Path, name: str) -> Path:
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()):
        raise _refused(folder, f"its weights lie outside of it ({name})")
    if not path.is_file():
        raise InputError(
            f"{folder}/MLmodel names {name}, which is not there.",
            value=name,
            remedy="Download the whole model directory again.",
        )
    kind = detect(path)
    if kind not in OPENED:
        raise refuse(path, kind)
    return path


def read_flavors(path: Path) -> Flavors:
    """The `flavors` of an MLmodel file: name to its plain keys; nested values are left out."""
    data = path.read_bytes()[: MOST_BYTES + 1]
    text = data.decode("utf-8", errors="replace")
    flavors: dict[str, dict[str, str]] = {}
    inside, current = False, ""
    for line in text.split("\n"):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        match = _LINE.fullmatch(line.rstrip("\r"))
        indent = len(line) - len(line.lstrip(" "))
        if indent == 0:
            inside = bool(match and match["key"] == "flavors" and not match["value"])
        elif inside and match and indent == 2 and not match["value"]:
            current = match["key"]
            flavors[current] = {}
        elif inside and match and indent == 4 and current:
            flavors[current][match["key"]] = _scalar(match["value"])
        elif inside and indent <= 2:
            raise _refused(path.parent, f"its MLmodel is written in an unusual way ({line.strip()[:60]!r})")
    if len(data) > MOST_BYTES:
        raise _refused(path.parent, "its MLmodel is larger than 1 MiB")
    return flavors


def _scalar(value: str | None) -> str:
    value = (value or "").strip()
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"" else value


def _refused(folder: Path, why: str) -> InputError:
    return InputError(
        f"The MLflow model {folder.name} is not opened: {why}.",
        value=str(folder),
        remedy="Log it with native weights (mlflow.lightgbm, xgboost, catboost: a native booster; or "
        f"mlflow.onnx). Or: {SCORE_YOURSELF}",
    )
