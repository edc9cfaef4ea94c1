"""The parent's side: start the child, ask it in time, believe nothing it says, and end it."""

from __future__ import annotations

import os
import selectors
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec

from airworthy.adapters.sandbox.messages import (
    LENGTH,
    READ_BY_PATH,
    SMALL,
    Asked,
    Failed,
    Told,
    framed,
    plain,
    told,
)
from airworthy.kernel.errors import InputError

ENVIRONMENT = {
    "LANG": "C.UTF-8",
    "HOME": "/nonexistent",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}
"""All that the child is told: no path, no credential, no proxy."""
ENDED_IN = 5.0
"""Seconds in which what is killed is gone, on a busy machine too."""
START_SECONDS = 120.0
"""What an interpreter may take to start on the busiest machine; nothing of the model has run by then."""


class SandboxFailed(InputError):
    """A model in the sandbox ended, gave no answer in time, or answered with what is no answer."""

    code = "sandbox-failed"


@dataclass(frozen=True)
class Limits:
    """What a model in the sandbox may take: seconds of each answer, bytes of memory in all."""

    seconds: float = 60.0
    memory_bytes: int = 4 << 30


class Process:
    """A child in which one model's code runs. It dies with the thread that started it, or by `end`.

    Parameters
    ----------
    model : an open file with the model's bytes; it stays the caller's. With `READ_BY_PATH`, `name` is a path
        that the child may read.
    name : the model's file name, for its errors.
    limits : time and memory.
    """

    def __init__(self, model: int, name: str, limits: Limits) -> None:
        self.name, self.limits = Path(name).name, limits
        self._home = Path(tempfile.mkdtemp(prefix="airworthy-sandbox-"))
        (self._home / "empty").mkdir()
        (self._home / "outside").write_bytes(b"")
        if model != READ_BY_PATH:
            self._put_where_keras_looks(model)
        theirs_read, self._write = os.pipe()
        self._read, theirs_write = os.pipe()
        try:
            self._child = subprocess.Popen(
                [
                    *(sys.executable, "-I", "-B", "-m", "airworthy.adapters.sandbox.child"),
                    *(str(number) for number in (theirs_read, theirs_write, model, limits.memory_bytes)),
                    *(str(self._home / "outside"), name),
                ],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=ENVIRONMENT,
                cwd=self._home / "empty",
                pass_fds=(theirs_read, theirs_write, *((model,) if model != READ_BY_PATH else ())),
                start_new_session=True,
            )
        finally:
            os.close(theirs_read)
            os.close(theirs_write)
        os.set_blocking(self._read, False)
        os.set_blocking(self._write, False)
        self._open: tuple[int, ...] = (self._read, self._write)

    @classmethod
    def reading(cls, path: Path, limits: Limits) -> Process:
        """A child that reads the native file at `path` with its library."""
        return cls(READ_BY_PATH, str(path), limits)

    @property
    def pid(self) -> int:
        """The child's process id."""
        return self._child.pid

    def say(self, message: Asked, doing: str) -> None:
        """Send a message. Raises `SandboxFailed` where the child does not take it in time."""
        until, rest = time.monotonic() + self.limits.seconds, memoryview(framed(message))
        while rest:
            self._wait(self._write, selectors.EVENT_WRITE, until, doing)
            try:
                rest = rest[os.write(self._write, rest) :]
            except BlockingIOError:
                continue
            except BrokenPipeError:
                raise self._ended(doing) from None

    def hear(self, doing: str, most: int = SMALL, seconds: float | None = None) -> Told:
        """The child's next message, of at most `most` bytes.

        Raises `SandboxFailed` where none comes in time, or what comes is none; the child is ended then.
        """
        until = time.monotonic() + (seconds or self.limits.seconds)
        length = int.from_bytes(self._bytes(LENGTH, until, doing), "little")
        if length > most:
            raise self._broken(f"it announces {length:,} bytes where {most:,} are the most", doing)
        try:
            message = told(self._bytes(length, until, doing))
        except msgspec.MsgspecError as error:
            raise self._broken(plain(str(error)), doing) from None
        if isinstance(message, Failed):
            return Failed(*(plain(v) for v in (message.kind, message.text, message.remedy, message.value)))
        return message

    def broken(self, why: str, doing: str) -> SandboxFailed:
        """The error for an answer that is none; the child is ended."""
        return self._broken(why, doing)

    def end(self) -> None:
        """Nothing of the child is left, and nothing that it was given."""
        # Once only: a number that was closed may be somebody else's file by now.
        pipes, self._open = self._open, ()
        for pipe in pipes:
            os.close(pipe)
        if self._child.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(self._child.pid, signal.SIGKILL)
        with suppress(subprocess.TimeoutExpired):
            self._child.wait(ENDED_IN)
        shutil.rmtree(self._home, ignore_errors=True)

    def _put_where_keras_looks(self, model: int) -> None:
        """Keras opens a path only, and by its ending."""
        if self.name.endswith((".keras", ".h5")):
            with (self._home / "empty" / self.name).open("wb") as copy, open(os.dup(model), "rb") as stream:
                shutil.copyfileobj(stream, copy)
            os.lseek(model, 0, os.SEEK_SET)

    def _bytes(self, count: int, until: float, doing: str) -> bytes:
        held = bytearray()
        while len(held) < count:
            self._wait(self._read, selectors.EVENT_READ, until, doing)
            try:
                found = os.read(self._read, min(count - len(held), 1 << 20))
            except BlockingIOError:
                continue
            if not found:
                raise self._ended(doing)
            held += found
        return bytes(held)

    def _wait(self, pipe: int, event: int, until: float, doing: str) -> None:
        if not self._open:
            raise self._failed(f"The process of {self.name} was ended before.", "Open the model again.")
        with selectors.DefaultSelector() as selector:
            selector.register(pipe, event)
            left = until - time.monotonic()
            if left > 0 and selector.select(left):
                return
        raise self._failed(
            f"{self.name} gave no answer in {self.limits.seconds:g} s while {doing}, and was ended.",
            "If it needs longer: aw.load_untrusted(..., seconds=...).",
        )

    def _ended(self, doing: str) -> SandboxFailed:
        with suppress(subprocess.TimeoutExpired):
            self._child.wait(ENDED_IN)
        code = self._child.poll()
        how = "by itself" if code is None or code >= 0 else f"by {signal.Signals(-code).name}"
        return self._failed(
            f"The process of {self.name} ended {how} while {doing}.",
            "The file is broken, or its code was stopped at what no model needs. Do not trust it.",
        )

    def _broken(self, why: str, doing: str) -> SandboxFailed:
        return self._failed(
            f"{self.name} says something that is no answer while {doing}: {why}. It was ended.",
            "A model answers each row with a number, a label or probabilities. Do not trust this one.",
        )

    def _failed(self, message: str, remedy: str) -> SandboxFailed:
        self.end()
        return SandboxFailed(message, value=self.name, remedy=remedy)
