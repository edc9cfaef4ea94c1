"""The child's side: confine itself, say what is missing, open the model when told to, answer in numbers.

`python -I -B -m airworthy.adapters.sandbox.child READ WRITE MODEL MEMORY OUTSIDE NAME`: two pipes and the
model's bytes as open files, the memory in bytes, a file that must not be readable, the model's file name. A
native file is read at its path, which is NAME then; MODEL is -1.
"""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Callable
from functools import partial
from typing import Any

from airworthy.adapters.sandbox.confine import confine, tried
from airworthy.adapters.sandbox.messages import (
    LENGTH,
    READ_BY_PATH,
    Ask,
    Asked,
    Failed,
    Opened,
    Ready,
    Told,
    asked,
    framed,
    plain,
)
from airworthy.kernel.errors import AirworthyError


def main() -> None:
    """Serve until the parent closes its pipe."""
    read, write, model, memory = map(int, sys.argv[1:5])
    outside, name = sys.argv[5:7]
    confine(memory, [name] if model == READ_BY_PATH else [])
    _say(write, Ready([protection.name for protection in tried(outside)]))
    if _heard(read) is None:
        return
    warnings.simplefilter("ignore")
    held: list[Any] = []
    if _say(write, _said(lambda: _open(model, name, held))):
        while isinstance(ask := _heard(read), Ask):
            _say(write, _said(partial(held[0].answer, ask)))


def _open(model: int, name: str, held: list[Any]) -> Opened:
    # Numeric, and only once confined.
    from airworthy.adapters.sandbox.asker import Asker, NativeAsker
    from airworthy.adapters.sandbox.opened import open_model

    if model == READ_BY_PATH:
        held.append(NativeAsker(name))
    else:
        with open(model, "rb") as stream:
            held.append(Asker(open_model(stream, name)))
    opened: Opened = held[0].opened()
    return opened


def _said(work: Callable[[], Told]) -> Told:
    """What comes of the model's code, which may raise anything: an error that lies about itself, an exit."""
    try:
        return work()
    except BaseException as error:  # noqa: BLE001 - the edge of the process: the parent is told instead
        kind = type(error).__name__
        try:
            if isinstance(error, AirworthyError):
                return Failed(kind, plain(error.message), plain(error.remedy), plain(str(error.value)))
            return Failed(kind, plain(str(error)))
        except BaseException:  # noqa: BLE001 - as above
            return Failed(kind, "")


def _heard(read: int) -> Asked | None:
    """The next message; None where the parent has gone."""
    length = _bytes(read, LENGTH)
    return asked(_bytes(read, int.from_bytes(length, "little"))) if length else None


def _bytes(read: int, count: int) -> bytes:
    parts = []
    while count and (found := os.read(read, min(count, 1 << 20))):
        parts.append(found)
        count -= len(found)
    return b"" if count else b"".join(parts)


def _say(write: int, message: Told) -> bool:
    """Whether there is more to come after the message."""
    data = memoryview(framed(message))
    while data:
        data = data[os.write(write, data) :]
    return not isinstance(message, Failed)


if __name__ == "__main__":
    main()
