"""Tells what a model file is from its bytes; names lie. Formats that hold code are named to be refused."""

from __future__ import annotations

import bz2
import lzma
import pickletools
import zlib
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path

from airworthy.adapters.foreign_extra import EXPORT
from airworthy.adapters.sandbox.permission import not_allowed
from airworthy.kernel.errors import InputError

HEAD = 1 << 16
PEEK = 4096
_ONNX_FIELDS = frozenset({0x12, 0x1A, 0x22, 0x28, 0x32, 0x3A, 0x42, 0x72, 0xCA, 0xA2})
"""Tags of the fields of an ONNX ModelProto (onnx.proto) that may follow ir_version."""
_PICKLE_SUFFIXES = (
    ".pkl",
    ".pickle",
    ".joblib",
    ".sav",
    ".pt",
    ".pth",
    ".ckpt",
    ".skops",
    ".dill",
    ".p",
    ".bin",
)


class Kind(StrEnum):
    """What a file is. The first four are opened, the others refused."""

    LIGHTGBM = "a LightGBM text model"
    XGBOOST = "an XGBoost model"
    CATBOOST = "a CatBoost model"
    ONNX = "an ONNX model"
    PICKLE = "a Python pickle"
    PACKED_PICKLE = "a compressed Python pickle (joblib)"
    COMPRESSED = "a compressed file"
    ARCHIVE = "an archive that may hold pickles (PyTorch, Keras, skops or npz)"
    TAR = "an archive (tar)"
    OBJECTS = "a NumPy file of Python objects, which are pickled"
    ARRAY = "a NumPy file of numbers, without a model around them"
    OLD_XGBOOST = "an XGBoost file in its old binary format"
    HDF5 = "an HDF5 file (Keras)"
    WEIGHTS = "bare weights without a model around them"
    EMPTY = "empty"
    UNKNOWN = "no known model format"


def detect(path: Path) -> Kind:
    """What the file at `path` is, by its first bytes; the suffix only breaks ties among unknown ones.

    Raises `InputError` when it cannot be read.
    """
    try:
        with path.open("rb") as stream:
            head = stream.read(HEAD)
    except OSError as error:
        raise InputError(
            f"{path} cannot be read: {error.strerror}.", value=str(path), remedy="Check its permissions."
        ) from error
    kind = detect_bytes(head)
    if kind is Kind.UNKNOWN and path.suffix.lower() in _PICKLE_SUFFIXES:
        return Kind.PICKLE
    return kind


def detect_bytes(head: bytes) -> Kind:
    """What a file is that begins with `head`.

    >>> detect_bytes(b"tree\\nversion=v4\\n").name, detect_bytes(b"\\x80\\x04\\x95").name
    ('LIGHTGBM', 'PICKLE')
    """
    if not head.strip():
        return Kind.EMPTY
    if head.startswith((b"tree\nversion=", b"tree\r\nversion=")):
        return Kind.LIGHTGBM
    if head.startswith(b"CBM1"):
        return Kind.CATBOOST
    if _is_xgboost(head):
        return Kind.XGBOOST
    if _is_pickle(head):
        return Kind.PICKLE
    return _packed(head) or _other(head)


def _is_xgboost(head: bytes) -> bool:
    if head.startswith(b"{L\x00\x00\x00\x00\x00\x00\x00\x07learner"):  # universal binary JSON
        return True
    compact = b"".join(head[:200].split())
    return compact.startswith((b'{"learner":', b'{"Config":')) or (
        compact.startswith(b'{"version":[') and b'"learner":' in head
    )


def _is_pickle(head: bytes) -> bool:
    """Protocol 2 and up by its mark; older ones, which are text, by reading (never running) instructions."""
    if head[:1] == b"\x80" and head[1:2] <= b"\x06":
        return True
    if head[:1] not in b"(cI]}{lVSNK.F" or b"\n" not in head:
        return False
    names = []
    try:
        for opcode, _, _ in pickletools.genops(head):
            names.append(opcode.name)
    except (ValueError, IndexError, UnicodeDecodeError, OverflowError):
        # The end of the head cuts the stream: what was read so far decides.
        pass
    return "GLOBAL" in names or "INST" in names or (names[-1:] == ["STOP"] and len(names) > 2)


def _packed(head: bytes) -> Kind | None:
    """Compressed streams, as joblib writes them, and zip archives, as PyTorch and skops do."""
    if head.startswith(b"PK\x03\x04"):
        return Kind.ARCHIVE
    for magics, opened in _PACKERS:
        if head.startswith(magics):
            try:
                inside = opened(head)
            except (OSError, EOFError, zlib.error, lzma.LZMAError):
                return Kind.COMPRESSED
            return Kind.PACKED_PICKLE if _is_pickle(inside) else Kind.COMPRESSED
    return None


_PACKERS: tuple[tuple[tuple[bytes, ...], Callable[[bytes], bytes]], ...] = (
    ((b"\x1f\x8b",), lambda head: zlib.decompressobj(31).decompress(head, PEEK)),
    ((b"x\x01", b"x\x5e", b"x\x9c", b"x\xda"), lambda head: zlib.decompressobj().decompress(head, PEEK)),
    ((b"BZh",), lambda head: bz2.BZ2Decompressor().decompress(head, PEEK)),
    ((b"\xfd7zXZ\x00", b"\x5d\x00\x00"), lambda head: lzma.LZMADecompressor().decompress(head, PEEK)),
)
"""Only the first bytes are unpacked, so that a small file cannot fill the memory."""


def _other(head: bytes) -> Kind:
    if head.startswith(b"\x93NUMPY"):
        return Kind.OBJECTS if b"'|O'" in head[:PEEK] else Kind.ARRAY
    if head[257:262] == b"ustar":
        return Kind.TAR
    if head.startswith((b"binf", b"bs64")):
        return Kind.OLD_XGBOOST
    if head.startswith(b"\x89HDF\r\n"):
        return Kind.HDF5
    if head[8:10] == b'{"':  # safetensors: the length of its header, and the header, which nobody reads
        return Kind.WEIGHTS
    # An ONNX file is a protocol buffer: field 1 (ir_version, a small integer), then another model field.
    if len(head) > 4 and head[0] == 0x08 and head[1] < 0x40 and head[2] in _ONNX_FIELDS:
        return Kind.ONNX
    return Kind.UNKNOWN


_WAYS_OUT = {
    Kind.COMPRESSED: "Unpack it first, and name the model inside.",
    Kind.TAR: "Unpack it with a tool that keeps names inside a folder (tar does), and name the model inside.",
    Kind.EMPTY: "Save the model again, and check that the file was copied whole.",
    Kind.OLD_XGBOOST: "Load it once in XGBoost and write it again: booster.save_model('model.json')",
}
NATIVE = frozenset({Kind.LIGHTGBM, Kind.XGBOOST, Kind.CATBOOST, Kind.ONNX})
"""Numbers and structure, which the library of each reads."""
RUNS_CODE = frozenset({Kind.PICKLE, Kind.PACKED_PICKLE, Kind.ARCHIVE, Kind.HDF5, Kind.OBJECTS})
"""Opened in the sandbox only, and only where a person allowed exactly the file."""


def refuse(path: Path, kind: Kind) -> InputError:
    """The error that names the file, why it is not opened, and the way out."""
    if kind in RUNS_CODE:
        return not_allowed(path, kind)
    return InputError(
        f"{path.name} is {kind}: it cannot be scored, so it is not opened.",
        value=str(path),
        remedy=_WAYS_OUT.get(kind, EXPORT),
    )
