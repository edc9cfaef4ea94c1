"""What is said over the pipe, and how long it may be: numbers and plain words, never an object.

Each message is eight bytes of length and so many bytes of MessagePack, read as one of the types below and
nothing else. What comes from the child is hostile until it has been read.
"""

from __future__ import annotations

import msgspec

LENGTH = 8
READ_BY_PATH = -1
"""In place of an open file: a native file, which the child reads at its path."""
MOST_CLASSES = 1_000
MOST_WORDS = 400
SMALL = 1 << 20
"""Bytes of a message that holds no rows."""
ROW = 8 * MOST_CLASSES + 4 * MOST_WORDS
"""Bytes that the answer to one row may take at most."""

Label = bool | int | float | str


class Column(msgspec.Struct, frozen=True):
    """One column: `data` holds its numbers (`kind` names their numpy type), or `cells` words, flags and gaps.

    `categories` are those of a pandas category, whose codes are the numbers.
    """

    name: str
    kind: str
    data: bytes = b""
    cells: list[Label | None] = []
    categories: list[Label] | None = None


class Ask(msgspec.Struct, frozen=True, tag="ask"):
    """Please score these rows. `form` is frame, matrix, texts, or polars: one column with the frame's Arrow
    bytes; `dtype` is that of a matrix of one type.
    """

    form: str
    columns: list[Column]
    dtype: str = ""


class Open(msgspec.Struct, frozen=True, tag="open"):
    """Please open the model: what is missing was agreed to."""


class Ready(msgspec.Struct, frozen=True, tag="ready"):
    """Confined, before any code of the model ran; `missing` names the protections that did not come about."""

    missing: list[str]


class Opened(msgspec.Struct, frozen=True, tag="opened"):
    """What the model is, by its own account."""

    kind: str
    classes: list[Label]
    inputs: list[str]
    regressor: bool


class Answered(msgspec.Struct, frozen=True, tag="answered"):
    """The answers to n rows: float64 numbers of the shape (n,) or (n, k), or n labels."""

    shape: list[int]
    numbers: bytes = b""
    labels: list[Label] = []


class Failed(msgspec.Struct, frozen=True, tag="failed"):
    """The model, or its library, raised an error; a reader of ours names the remedy too."""

    kind: str
    text: str
    remedy: str = ""
    value: str = ""


Told = Ready | Opened | Answered | Failed
Asked = Open | Ask


def framed(message: Told | Asked) -> bytes:
    """The bytes of a message, its length first.

    >>> framed(Open())[:8]
    b'\\x0b\\x00\\x00\\x00\\x00\\x00\\x00\\x00'
    """
    body = msgspec.msgpack.encode(message)
    return len(body).to_bytes(LENGTH, "little") + body


def told(body: bytes) -> Told:
    """What the child says. Raises `msgspec.MsgspecError` on anything else."""
    message: Told = msgspec.msgpack.decode(body, type=Told)
    return message


def asked(body: bytes) -> Asked:
    """What the parent asks."""
    message: Asked = msgspec.msgpack.decode(body, type=Asked)
    return message


def plain(text: str) -> str:
    """Words of the model as a terminal may show them: one short line of printable signs.

    >>> plain("bad\\n\\x1b[31mred")
    'bad [31mred'
    """
    shown = " ".join("".join(sign if sign.isprintable() else " " for sign in text[: 4 * MOST_WORDS]).split())
    return shown if len(shown) <= MOST_WORDS else shown[: MOST_WORDS - 1] + "…"
