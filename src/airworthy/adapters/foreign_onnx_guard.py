"""Walks an ONNX file (a protocol buffer) without its library, and refuses what reaches outside the file.

Tensors may name files anywhere; an `EPContext` node may name a compiled library; nodes of an unknown
domain need a shared library of their own. Field numbers are those of onnx.proto3 (ONNX IR 11).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from airworthy.kernel.errors import InputError

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_DOMAINS = frozenset({"", "ai.onnx", "ai.onnx.ml"})
_MOST_NESTING = 64

# Message to the fields that are messages of interest: field number -> message name.
_NESTED: Mapping[str, Mapping[int, str]] = {
    "Model": {7: "Graph", 20: "Training", 25: "Function"},
    "Training": {1: "Graph", 2: "Graph"},
    "Function": {7: "Node", 11: "Attribute"},
    "Graph": {1: "Node", 5: "Tensor", 15: "SparseTensor"},
    "Node": {5: "Attribute"},
    "Attribute": {
        5: "Tensor",
        6: "Graph",
        10: "Tensor",
        11: "Graph",
        22: "SparseTensor",
        23: "SparseTensor",
    },
    "SparseTensor": {1: "Tensor", 2: "Tensor"},
    "Tensor": {},
}
_TENSOR_EXTERNAL_DATA, _TENSOR_DATA_LOCATION = 13, 14
_NODE_OP_TYPE, _NODE_DOMAIN = 4, 7
_FUNCTION_DOMAIN = 10


def refuse_references(data: bytes, path: Path) -> None:
    """Raise `InputError` when the model with the bytes `data` refers to anything outside itself."""
    try:
        own = _function_domains(data)
        for message, part in _walk("Model", data, 0):
            if message == "Tensor":
                _check_tensor(part, path)
            elif message == "Node":
                _check_node(part, own, path)
    except (IndexError, ValueError) as error:
        raise InputError(
            f"{path.name} is no readable ONNX file: {error}.",
            value=str(path),
            remedy="Export it again and copy the file whole.",
        ) from error


def _function_domains(data: bytes) -> frozenset[str]:
    """Domains of the functions that the file defines itself, out of standard operators."""
    return frozenset(
        value.decode("utf-8", "replace")
        for number, function in _fields(data)
        if number == 25 and isinstance(function, bytes)
        for inner, value in _fields(function)
        if inner == _FUNCTION_DOMAIN and isinstance(value, bytes)
    )


def _walk(message: str, data: bytes, depth: int) -> Iterator[tuple[str, bytes]]:
    if depth > _MOST_NESTING:
        raise ValueError(f"graphs are nested more than {_MOST_NESTING} deep")
    yield message, data
    for number, value in _fields(data):
        inner = _NESTED[message].get(number)
        if inner is not None and isinstance(value, bytes):
            yield from _walk(inner, value, depth + 1)


def _check_tensor(tensor: bytes, path: Path) -> None:
    for number, value in _fields(tensor):
        if number == _TENSOR_EXTERNAL_DATA or (number == _TENSOR_DATA_LOCATION and value == 1):
            raise InputError(
                f"{path.name} keeps weights in other files, which it may name anywhere: it is not opened.",
                value=str(path),
                remedy="Save it in one file: onnx.save(onnx.load(path), path, save_as_external_data=False)",
            )


def _check_node(node: bytes, own: frozenset[str], path: Path) -> None:
    fields = {number: value for number, value in _fields(node) if isinstance(value, bytes)}
    domain = fields.get(_NODE_DOMAIN, b"").decode("utf-8", "replace")
    if domain in _DOMAINS or domain in own:
        return
    operator = fields.get(_NODE_OP_TYPE, b"").decode("utf-8", "replace")
    raise InputError(
        f'{path.name} uses the operator {operator} of "{domain}", which needs a library of its own.',
        value=f"{domain}.{operator}",
        remedy="Export it with the standard operators (ai.onnx, ai.onnx.ml) only.",
    )


def _fields(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Field numbers and raw values of one message (Protocol Buffers encoding)."""
    at = 0
    while at < len(data):
        tag, at = _varint(data, at)
        number, kind = tag >> 3, tag & 7
        if kind == _VARINT:
            value, at = _varint(data, at)
            yield number, value
            continue
        if kind == _BYTES:
            size, at = _varint(data, at)
        elif kind in (_FIXED64, _FIXED32):
            size = 8 if kind == _FIXED64 else 4
        else:
            raise ValueError(f"field {number} has the unknown wire type {kind}")
        if at + size > len(data):
            raise ValueError(f"field {number} is cut short")
        yield number, data[at : at + size]
        at += size


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        if at >= len(data) or shift > 63:
            raise ValueError("a number is cut short")
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7
