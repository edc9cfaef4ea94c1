"""An ONNX model, run by onnxruntime from its bytes, after a look at what it refers to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from airworthy.adapters.foreign_extra import SCORE_YOURSELF, optional
from airworthy.adapters.foreign_matrix import as_matrix, select_inputs
from airworthy.adapters.foreign_onnx_guard import refuse_references
from airworthy.data.canonical import as_text
from airworthy.kernel.errors import InputError

_NUMBERS: Mapping[str, type[np.generic]] = {
    "tensor(float)": np.float32,
    "tensor(double)": np.float64,
    "tensor(int64)": np.int64,
    "tensor(int32)": np.int32,
    "tensor(bool)": np.bool_,
}

MOST_MEMORY = 4 << 30
"""Bytes that a model may take while it runs; a table of 100,000 rows of 1,000 numbers takes 0.8 GB."""

_BINDING_ERRORS = (
    "Fail",
    "InvalidArgument",
    "InvalidGraph",
    "InvalidProtobuf",
    "NotImplemented",
    "NoModel",
    "EPFail",
    "RuntimeException",
)


@dataclass(frozen=True)
class OnnxModel:
    """One matrix by position, or one input a column by name."""

    session: Any
    inputs: tuple[str, ...]
    width: int
    classes: tuple[str, ...] = ()
    kind: str = "onnx"

    @classmethod
    def load(cls, path: Path) -> OnnxModel:
        """Read the model.

        Raises
        ------
        InputError
            It refers to files outside itself, uses operators of a custom library, or is not readable.
        MissingExtra
            onnxruntime is not installed.
        """
        data = path.read_bytes()
        refuse_references(data, path)
        onnxruntime = optional("onnxruntime", "onnx")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 4
        _limit_memory(onnxruntime)
        options.add_session_config_entry("session.use_env_allocators", "1")
        try:
            session = onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
        except _binding_errors(onnxruntime) as error:
            raise InputError(
                f"onnxruntime cannot read {path.name}: {_first_line(error)}.",
                value=str(path),
                remedy="Export it again with an operator set that the installed onnxruntime knows.",
            ) from error
        given = session.get_inputs()
        single = len(given) == 1 and _width(given[0].shape) != 1
        if single:
            return cls(session, (), _width(given[0].shape))
        return cls(session, tuple(one.name for one in given), 0)

    def predict_frame(self, frame: pl.DataFrame) -> npt.NDArray[np.float64]:
        """See `ForeignModel.predict_frame`."""
        feed = self._matrix(frame) if not self.inputs else self._columns(frame)
        outputs = [output.name for output in self.session.get_outputs()]
        name = next((output for output in outputs if "prob" in output.lower()), outputs[-1])
        try:
            return _scores(self.session.run([name], feed)[0], frame.height)
        except _binding_errors(optional("onnxruntime", "onnx")) as error:
            raise InputError(
                f"onnxruntime cannot run the model on these rows: {_first_line(error)}.",
                value=type(error).__name__,
                remedy=f"Check that the table is the one it was made for. Or: {SCORE_YOURSELF}",
            ) from error

    def _matrix(self, frame: pl.DataFrame) -> dict[str, npt.NDArray[Any]]:
        given = self.session.get_inputs()[0]
        width = self.width or frame.width
        columns = select_inputs(frame, tuple(map(str, range(width))), named=False)
        return {given.name: as_matrix(columns).astype(_dtype(given))}

    def _columns(self, frame: pl.DataFrame) -> dict[str, npt.NDArray[Any]]:
        columns = select_inputs(frame, self.inputs, named=True)
        feed: dict[str, npt.NDArray[Any]] = {}
        for given, column in zip(self.session.get_inputs(), columns, strict=True):
            if given.type == "tensor(string)":
                words = as_text(column).fill_null("").to_list()
                feed[given.name] = np.array(words, dtype=object).reshape(-1, 1)
            else:
                feed[given.name] = as_matrix([column]).astype(_dtype(given))
        return feed


@cache
def _limit_memory(onnxruntime: Any) -> None:
    """A small file can ask for any amount of memory when it runs; beyond the limit onnxruntime gives up."""
    memory = onnxruntime.OrtMemoryInfo(
        "Cpu", onnxruntime.OrtAllocatorType.ORT_ARENA_ALLOCATOR, 0, onnxruntime.OrtMemType.DEFAULT
    )
    onnxruntime.create_and_register_allocator(memory, onnxruntime.OrtArenaCfg({"max_mem": MOST_MEMORY}))


def _first_line(error: Exception) -> str:
    """What onnxruntime says, without the place in its own sources."""
    text = str(error).splitlines()[0].partition("/onnxruntime_src")[0]
    return text[:200].rstrip(" :.").removesuffix("Status Message").rstrip(" :'")


def _binding_errors(onnxruntime: Any) -> tuple[type[Exception], ...]:
    """Classes of onnxruntime's own errors, which derive from nothing narrower than `Exception`."""
    state = onnxruntime.capi.onnxruntime_pybind11_state
    found = [getattr(state, name, None) for name in _BINDING_ERRORS]
    return (RuntimeError, ValueError, *(kind for kind in found if isinstance(kind, type)))


def _width(shape: Sequence[object]) -> int:
    """Columns of an input; 0 where the file leaves them open."""
    return shape[1] if len(shape) == 2 and isinstance(shape[1], int) else 0


def _dtype(given: Any) -> type[np.generic]:
    if given.type not in _NUMBERS:
        raise InputError(
            f'The model\'s input "{given.name}" is a {given.type}, which a table cannot fill.',
            value=given.type,
            remedy="Export it with numeric or text inputs, one a column or one matrix in all.",
        )
    return _NUMBERS[given.type]


def _scores(output: Any, rows: int) -> npt.NDArray[np.float64]:
    """Probabilities as a tensor, or as the list of dictionaries that a ZipMap makes."""
    if isinstance(output, list) and output and isinstance(output[0], Mapping):
        keys = list(output[0])
        output = [[row[key] for key in keys] for row in output]
    scores = np.asarray(output)
    if scores.dtype.kind not in "fiub" or scores.shape[:1] != (rows,) or scores.ndim > 2:
        raise InputError(
            f"The model answers {rows} rows with {scores.dtype} of shape {scores.shape}: no scores.",
            value=str(scores.shape),
            remedy="Export it so that its last output is the probabilities (skl2onnx: zipmap=False).",
        )
    scores = scores.astype(np.float64)
    if scores.ndim == 2 and scores.shape[1] <= 2:
        return scores[:, -1]
    return scores
