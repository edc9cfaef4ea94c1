"""LightGBM's shared library through ctypes, without `import lightgbm`.

The Python package pulls in scikit-learn and pandas (1.25 s, 154 MB measured); the library alone loads in
0.08 s and gives the same bits. Scores are raw margins; one thread, so that they cannot depend on the machine.
"""

from __future__ import annotations

import ctypes
import importlib.util
import weakref
from array import array
from functools import cache
from pathlib import Path

import numpy as np

from airworthy.kernel.errors import IntegrityError, MissingExtra
from airworthy.scoring.columns import FloatArray

_FLOAT64, _RAW_SCORE, _CONTRIBUTIONS = 1, 1, 3  # LightGBM c_api.h
_PARAMETERS = b"num_threads=1 verbosity=-1"
_NAMES = ("lib_lightgbm.so", "lib_lightgbm.dylib", "lib_lightgbm.dll", "bin/lib_lightgbm.dll")


def library_path() -> Path:
    """Where the installed LightGBM keeps its library. Raises `MissingExtra` when it is not installed."""
    spec = importlib.util.find_spec("lightgbm")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        for candidate in (Path(folder) / sub / name for sub in ("lib", "bin", ".") for name in _NAMES):
            if candidate.is_file():
                return candidate
    raise MissingExtra("lightgbm", "")


@cache
def _library() -> ctypes.CDLL:
    library = ctypes.CDLL(str(library_path()))
    library.LGBM_GetLastError.restype = ctypes.c_char_p
    return library


def _check(status: int) -> None:
    if status != 0:
        reason = _library().LGBM_GetLastError().decode("utf-8", "replace")
        raise IntegrityError(
            f"LightGBM refused the model or the row: {reason}.",
            value=reason,
            remedy="Check that the artefact is complete with `airworthy verify`, or train the version again.",
        )


class BoosterHandle:
    """A loaded LightGBM model. Safe to share between threads: the library locks, the buffers are per call."""

    def __init__(self, text: str, features: int) -> None:
        library = _library()
        handle, iterations = ctypes.c_void_p(), ctypes.c_int()
        _check(
            library.LGBM_BoosterLoadModelFromString(
                ctypes.c_char_p(text.encode("utf-8")), ctypes.byref(iterations), ctypes.byref(handle)
            )
        )
        weakref.finalize(self, library.LGBM_BoosterFree, handle)
        self._handle = handle
        self.features = _integer(library.LGBM_BoosterGetNumFeature, handle)
        self.outputs = _integer(library.LGBM_BoosterGetNumClasses, handle)
        if self.features != features:
            raise IntegrityError(
                f"The model file expects {self.features} features and the specification makes {features}.",
                value=self.features,
                remedy="The artefact's files do not belong together; train the version again.",
            )
        self._fast = self._single_row_configuration()
        self._zeros = (0.0,) * self.outputs
        self._length = ctypes.c_int64()  # LightGBM writes the number of outputs here; nobody reads it
        self._length_address = ctypes.addressof(self._length)

    def _single_row_configuration(self) -> ctypes.c_void_p:
        library, fast = _library(), ctypes.c_void_p()
        _check(
            library.LGBM_BoosterPredictForMatSingleRowFastInit(
                self._handle,
                ctypes.c_int(_RAW_SCORE),
                ctypes.c_int(0),
                ctypes.c_int(-1),
                ctypes.c_int(_FLOAT64),
                ctypes.c_int32(self.features),
                ctypes.c_char_p(_PARAMETERS),
                ctypes.byref(fast),
            )
        )
        weakref.finalize(self, library.LGBM_FastConfigFree, fast)
        self._predict_fast = library.LGBM_BoosterPredictForMatSingleRowFast
        self._predict_fast.argtypes = [ctypes.c_void_p] * 4
        return fast

    def margin(self, row: list[float]) -> tuple[float, ...]:
        """Raw scores of one row, one an output."""
        # array.array and plain addresses: 2 us less a call than ctypes arrays and byref (measured).
        values, out = array("d", row), array("d", self._zeros)
        addresses = values.buffer_info()[0], self._length_address, out.buffer_info()[0]
        status = self._predict_fast(self._fast, *addresses)
        if status:
            _check(status)
        return tuple(out)

    def margins(self, matrix: FloatArray) -> FloatArray:
        """Raw scores of shape (n, outputs)."""
        return self._predict(matrix, _RAW_SCORE, self.outputs)

    def contributions(self, matrix: FloatArray) -> FloatArray:
        """Exact tree contributions of shape (n, outputs, features + 1); the last is the base value."""
        width = self.outputs * (self.features + 1)
        flat = self._predict(matrix, _CONTRIBUTIONS, width)
        return flat.reshape(len(matrix), self.outputs, self.features + 1)

    def _predict(self, matrix: FloatArray, kind: int, width: int) -> FloatArray:
        matrix = np.ascontiguousarray(matrix, dtype=np.float64)
        out = np.empty((len(matrix), width), dtype=np.float64)
        if len(matrix) == 0:
            return out
        length = ctypes.c_int64()
        _check(
            _library().LGBM_BoosterPredictForMat(
                self._handle,
                matrix.ctypes.data_as(ctypes.POINTER(ctypes.c_double)),
                ctypes.c_int(_FLOAT64),
                ctypes.c_int32(len(matrix)),
                ctypes.c_int32(self.features),
                ctypes.c_int(1),
                ctypes.c_int(kind),
                ctypes.c_int(0),
                ctypes.c_int(-1),
                ctypes.c_char_p(_PARAMETERS),
                ctypes.byref(length),
                out.ctypes.data_as(ctypes.POINTER(ctypes.c_double)),
            )
        )
        return out


def _integer(function: object, handle: ctypes.c_void_p) -> int:
    number = ctypes.c_int()
    _check(function(handle, ctypes.byref(number)))  # type: ignore[operator]  # a ctypes function
    return number.value
