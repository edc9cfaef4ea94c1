"""A native model file, read by its library in a process of its own: what breaks it breaks nothing else.

No code runs by design, so nobody is asked; the process has the same limits all the same, as far as this
machine offers them.
"""

from __future__ import annotations

import importlib.util
import io
import weakref
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from airworthy.adapters.foreign_detect import Kind
from airworthy.adapters.sandbox.answers import BATCH, OPENING, expected, scored
from airworthy.adapters.sandbox.messages import Ask, Column, Failed, Open, Opened, Ready
from airworthy.adapters.sandbox.process import START_SECONDS, Limits, Process, SandboxFailed
from airworthy.adapters.sandbox.rows import POLARS
from airworthy.kernel.errors import AirworthyError, InputError, MissingExtra

LIMITS = Limits(seconds=300.0, memory_bytes=8 << 30)
"""A large forest may take minutes for the rows of one message; none needs more memory than this."""
_PACKAGES: Mapping[Kind, tuple[str, str]] = {
    Kind.XGBOOST: ("xgboost", "boosters"),
    Kind.CATBOOST: ("catboost", "boosters"),
    Kind.ONNX: ("onnxruntime", "onnx"),
}


class ContainedModel:
    """What `ForeignModel` promises, answered by the library of the file in another process.

    Attributes
    ----------
    kind, inputs, classes : see `ForeignModel`.
    files, process_id : where it was read from, and the process that holds it.
    """

    where = "this machine, in a process of its own"

    def __init__(self, process: Process, opened: Opened, path: Path) -> None:
        self._process, self.files = process, path
        self.process_id = process.pid
        weakref.finalize(self, process.end)
        self.kind, self.inputs = opened.kind, tuple(opened.inputs)
        self.classes = tuple(str(label) for label in opened.classes)

    @classmethod
    def load(cls, path: Path, kind: Kind) -> ContainedModel:
        """Open the file at `path`.

        Raises
        ------
        InputError
            Its library refuses the file.
        SandboxFailed
            The file breaks the library that reads it.
        MissingExtra
            The library is not installed.
        """
        package, extra = _PACKAGES.get(kind, ("lightgbm", ""))
        if importlib.util.find_spec(package) is None:
            raise MissingExtra(package, extra)
        process = Process.reading(path.resolve(), LIMITS)
        try:
            said = process.hear(OPENING, seconds=START_SECONDS)
            expected(process, said, Ready, OPENING, _as_raised)
            process.say(Open(), OPENING)
            opened = expected(process, process.hear(OPENING), Opened, OPENING, _as_raised)
            return cls(process, opened, path)
        except AirworthyError:
            process.end()
            raise

    def predict_frame(self, frame: pl.DataFrame) -> npt.NDArray[np.float64]:
        """See `ForeignModel.predict_frame`."""
        starts = range(0, max(1, frame.height), BATCH)
        return np.concatenate([self._asked(frame.slice(start, BATCH)) for start in starts])

    def _asked(self, part: pl.DataFrame) -> npt.NDArray[np.float64]:
        held = io.BytesIO()
        part.write_ipc(held)
        ask = Ask(POLARS, [Column("", POLARS, held.getvalue())])
        return np.asarray(scored(self._process, ask, part.height, _as_raised), np.float64)


def _as_raised(failed: Failed) -> AirworthyError:
    """The error of the reader, which knows its own way out; one that it did not expect breaks the file."""
    if failed.remedy:
        return InputError(failed.text, value=failed.value, remedy=failed.remedy)
    return SandboxFailed(
        f"The file breaks the library that reads it: {failed.kind}: {failed.text}.".replace("..", "."),
        value=failed.kind,
        remedy="Save the model again with the installed version of its library, and copy the file whole.",
    )
