"""The Open Inference Protocol, version 2, as KServe, Triton and MLServer speak it: JSON over HTTP."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from airworthy.adapters.remote_answers import Said, read_answers
from airworthy.adapters.remote_channel import ServerFailed
from airworthy.adapters.remote_formats import encoded
from airworthy.adapters.remote_rows import Rows
from airworthy.assurance.asked import label_of
from airworthy.assurance.given import ModelRefused
from airworthy.charter.problems import listed
from airworthy.kernel.errors import InputError

FLOATS = ("FP16", "FP32", "FP64", "BF16")
WORDS = "BYTES"


@dataclass(frozen=True)
class Tensor:
    """An input or output as the model's metadata declares it; -1 stands for any length."""

    name: str
    datatype: str
    shape: tuple[int, ...]

    @property
    def is_matrix(self) -> bool:
        """Whether it holds all columns of a row, rather than one."""
        return len(self.shape) == 2 and self.shape[1] != 1


@dataclass(frozen=True)
class OpenInference:
    """`/v2/models/NAME/infer`: one matrix, or one tensor a column."""

    path: str
    tensors: tuple[Tensor, ...]
    answer: str | None = None
    classes: tuple[str, ...] = ()
    name: str = "kserve"

    @classmethod
    def of(cls, path: str, metadata: object, answer: str | None) -> OpenInference:
        """What the model's metadata declare. Raises `ServerFailed` where they are none."""
        try:
            assert isinstance(metadata, dict)
            tensors = tuple(
                Tensor(str(one["name"]), str(one["datatype"]), tuple(int(size) for size in one["shape"]))
                for one in metadata.get("inputs") or ()
            )
        except (AssertionError, KeyError, TypeError, ValueError):
            raise ServerFailed(
                f"{path} answers with no metadata of a model.",
                value=path,
                remedy="Name the model: https://host/v2/models/NAME",
            ) from None
        return cls(f"{path}/infer", tensors, answer)

    @property
    def inputs(self) -> tuple[str, ...]:
        return () if any(one.is_matrix for one in self.tensors) else tuple(one.name for one in self.tensors)

    @property
    def most_rows(self) -> int | None:
        """The declared number of rows of a model that takes no other."""
        return min((one.shape[0] for one in self.tensors if one.shape and one.shape[0] > 0), default=None)

    def headers(self) -> Mapping[str, str]:
        return {}

    def body(self, rows: Rows) -> bytes:
        if self.tensors and self.tensors[0].is_matrix:
            return encoded({"inputs": [_matrix(rows, self.tensors[0])]})
        if self.tensors:
            return encoded({"inputs": [_column(rows.columns[one.name], one) for one in self.tensors]})
        undeclared = [_column(values, _guessed(name, values)) for name, values in rows.columns.items()]
        return encoded({"parameters": {"content_type": "pd"}, "inputs": undeclared})

    def read(self, document: object, rows: int, start: int) -> Said:
        outputs = document.get("outputs") if isinstance(document, dict) else None
        if not isinstance(outputs, list) or not outputs or not all(isinstance(one, dict) for one in outputs):
            raise ServerFailed(
                "The server's answer holds no outputs.",
                value="outputs",
                remedy="Name the model's own address.",
            )
        chosen = self._chosen(outputs)
        said = read_answers(_by_row(chosen, rows), rows, start)
        labels = [one for one in outputs if one is not chosen and one.get("datatype") not in FLOATS]
        decided = tuple(label_of(v) for v in labels[0].get("data", ())) if len(labels) == 1 else ()
        return Said(said.values, (), decided if len(decided) == rows else None)

    def _chosen(self, outputs: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
        """The output with the answer: as said, else the one of probabilities, else the first of numbers."""
        names = [str(one.get("name")) for one in outputs]
        if self.answer is not None and self.answer not in names:
            raise ServerFailed(
                f"The answer holds no output {self.answer!r}, but {listed(names)}.",
                value=self.answer,
                remedy="Name one of them: --answer",
            )
        by_name = self.answer or next((name for name in names if "prob" in name.lower()), None)
        numbers = [name for name, one in zip(names, outputs, strict=True) if one.get("datatype") in FLOATS]
        return outputs[names.index(by_name or (numbers or names)[0])]


def _by_row(output: Mapping[str, Any], rows: int) -> object:
    """The flat data of an output, cut into its rows."""
    data, shape = output.get("data"), output.get("shape") or []
    if not isinstance(data, list):
        raise ServerFailed(
            f"The output {output.get('name')!r} holds no data in JSON.",
            value=str(output.get("name")),
            remedy="Have the server answer in JSON, not in its binary extension.",
        )
    wide = len(data) // rows if rows and len(shape) == 2 and len(data) % rows == 0 else 1
    if data and isinstance(data[0], list):
        return data
    return data if wide <= 1 else [data[at : at + wide] for at in range(0, len(data), wide)]


def _matrix(rows: Rows, tensor: Tensor) -> dict[str, Any]:
    width = len(rows.columns)
    if tensor.shape[1] not in (-1, width):
        raise InputError(
            f"The model reads {tensor.shape[1]} columns without names, and {width} would be sent.",
            value=width,
            remedy="Name exactly the columns that it was trained on, in that order: --input",
        )
    columns = [_column(values, tensor)["data"] for values in rows.columns.values()]
    flat = [value for row in zip(*columns, strict=True) for value in row]
    return {"name": tensor.name, "shape": [len(rows), width], "datatype": tensor.datatype, "data": flat}


def _column(values: Sequence[Any], tensor: Tensor) -> dict[str, Any]:
    data = [_cell(value, tensor, place) for place, value in enumerate(values)]
    shape = [len(data)] if len(tensor.shape) == 1 else [len(data), 1]
    return {"name": tensor.name, "shape": shape, "datatype": tensor.datatype, "data": data}


def _cell(value: Any, tensor: Tensor, place: int) -> Any:
    if value is None and tensor.datatype == WORDS:
        return ""
    if value is None:
        why = f"row {place + 1:,} of the request has no {tensor.name!r}, and this protocol has no sign for it"
        raise ModelRefused(
            f"The model cannot be sent these rows: {why}.",
            value=why,
            remedy="Fill the missing numbers, or leave these rows out.",
        )
    if tensor.datatype == WORDS:
        return value if isinstance(value, str) else label_of(value)
    if tensor.datatype == "BOOL":
        return bool(value)
    if isinstance(value, str):
        raise InputError(
            f'The model reads numbers, and the column "{tensor.name}" holds {value!r}.',
            value=value[:80],
            remedy="Encode it as in training before you check, or name the inputs with --input.",
        )
    if tensor.datatype in FLOATS:
        return float(value)
    if value != int(value):
        why = f"{tensor.name!r} is {value:g} in row {place + 1:,} of the request, and a whole number is read"
        raise ModelRefused(f"The model cannot be sent these rows: {why}.", value=why, remedy="Round it.")
    return int(value)


def _guessed(name: str, values: Sequence[Any]) -> Tensor:
    """The tensor of a column that the metadata leave out."""
    kinds = {type(value) for value in values if value is not None}
    if kinds <= {bool} and kinds:
        return Tensor(name, "BOOL", (-1, 1))
    if kinds <= {int} and kinds and None not in values:
        return Tensor(name, "INT64", (-1, 1))
    return Tensor(name, "FP64" if kinds <= {int, float} else WORDS, (-1, 1))
