"""Which library opens which kind of file; it runs their code, so it is for the sandboxed child only."""

from __future__ import annotations

import importlib
import io
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from airworthy.adapters.foreign_detect import Kind, detect_bytes

HEAD = 1 << 16
KERAS_FILE = "model.keras"


class NotAModel(ValueError):
    """The file was opened, and holds nothing that can be asked."""


@dataclass(frozen=True)
class TorchModel:
    """A torch module as a function of a matrix: float32 in, its own numbers out."""

    module: Any
    torch: Any

    def predict(self, rows: Any) -> Any:
        """The module's output, in evaluation mode and without gradients."""
        with self.torch.inference_mode():
            return self.module(self.torch.as_tensor(np.asarray(rows, np.float32))).numpy()


def open_model(stream: io.BufferedReader, name: str) -> Any:
    """The model that the file holds. Raises whatever its code or its library raises.

    Parameters
    ----------
    stream : the file's bytes from the beginning, seekable.
    name : the file's name, for the formats that bytes alone do not tell.
    """
    _stop_asking_for_writing()
    kind = detect_bytes(stream.read(HEAD))
    stream.seek(0)
    if kind is Kind.ARCHIVE:
        return _archive(stream)
    if kind is Kind.HDF5 or name.endswith((".keras", ".h5")):
        return _keras(name)
    if name.endswith((".pt", ".pth", ".ckpt")):
        return _torch(stream)
    return _checked(_load(_joblib_or_pickle(kind, name), stream))


def _stop_asking_for_writing() -> None:
    sys.dont_write_bytecode = True


def _joblib_or_pickle(kind: Kind, name: str) -> str:
    packed = kind in (Kind.PACKED_PICKLE, Kind.COMPRESSED)
    return "joblib" if packed or name.endswith((".joblib", ".sav")) else "pickle or joblib"


def _load(way: str, stream: io.BufferedReader) -> Any:
    # joblib reads plain pickles too, and its own kind, which has arrays between the instructions.
    for module in ("joblib",) if way == "joblib" else ("joblib", "pickle"):
        try:
            load: Callable[[Any], Any] = importlib.import_module(module).load
        except ImportError:
            continue
        return load(stream)
    raise ImportError("joblib")


def _archive(stream: io.BufferedReader) -> Any:
    with zipfile.ZipFile(stream) as archive:
        names = archive.namelist()
    stream.seek(0)
    if {"metadata.json", "config.json"} <= set(names):
        return _keras(KERAS_FILE)
    if "schema.json" in names:
        raise NotAModel("a skops file names the types that it trusts: convert it to ONNX instead")
    if any(name.endswith(".npy") for name in names):
        raise NotAModel("it holds arrays (npz), no model")
    if any("/code/" in name for name in names):
        return _torch_script(stream)
    return _torch(stream)


def _torch(stream: io.BufferedReader) -> Any:
    torch = _library("torch")
    module = torch.load(stream, map_location="cpu", weights_only=False)
    if not isinstance(module, torch.nn.Module):
        return _checked(module)
    return TorchModel(module.eval(), torch)


def _torch_script(stream: io.BufferedReader) -> Any:
    torch = _library("torch")
    return TorchModel(torch.jit.load(stream, map_location="cpu").eval(), torch)


def _keras(name: str) -> Any:
    # Safe mode stays on: a Lambda layer is code that nobody can read, and Keras refuses it.
    return _library("keras").saving.load_model(Path(name).name, compile=False)


def _library(name: str) -> Any:
    """A library that only such files need; the error that it is not installed goes to the parent."""
    return importlib.import_module(name)


def _checked(found: Any) -> Any:
    from airworthy.assurance.asked import is_model

    if isinstance(found, dict) or not is_model(found):
        held = type(found).__name__
        raise NotAModel(f"it holds a {held}, which has no predict and is no function")
    return found
