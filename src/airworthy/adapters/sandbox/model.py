"""A model that is code, asked from outside its sandbox: `aw.load_untrusted(path, allow="sha256:…")`."""

from __future__ import annotations

import os
import weakref
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from airworthy.adapters.foreign_detect import RUNS_CODE, detect
from airworthy.adapters.sandbox import rows
from airworthy.adapters.sandbox.confine import NEEDED, Protection
from airworthy.adapters.sandbox.messages import (
    MOST_CLASSES,
    ROW,
    SMALL,
    Answered,
    Ask,
    Failed,
    Open,
    Opened,
    Ready,
    Told,
)
from airworthy.adapters.sandbox.permission import not_allowed, sealed_copy
from airworthy.adapters.sandbox.process import START_SECONDS, Limits, Process, SandboxFailed
from airworthy.assurance.asked import Answers
from airworthy.assurance.given import FEW_REQUESTS, ModelRefused
from airworthy.kernel.errors import InputError

BATCH = 10_000
"""Rows in one message: an answer of the largest allowed width stays below 100 MB."""
_OPENING, _SCORING = "it was opened", "it scored rows"

MessageT = TypeVar("MessageT", bound=Told)


class WeakSandbox(InputError):
    """This machine cannot keep a model's code from doing harm."""

    code = "weak-sandbox"


def load_untrusted(
    path: str | Path,
    *,
    allow: str | None = None,
    allow_weak_sandbox: bool = False,
    seconds: float = Limits.seconds,
    memory_bytes: int = Limits.memory_bytes,
) -> SandboxedModel:
    """Open a pickle, joblib, cloudpickle, torch or Keras model, which is code, in a process without rights.

    The process reaches no network, writes no file, starts no program, signals nobody and reads Python's
    libraries only; it answers in numbers. It is ended with this one, by `close`, or after `seconds`.

    Parameters
    ----------
    path : the file.
    allow : its digest, as the refusal without it says: the word of a person who knows who made the file.
    allow_weak_sandbox : open it also where this machine offers fewer protections; `missing` names them.
    seconds : that opening it, or one answer to at most 10,000 rows, may take.
    memory_bytes : that its process may take, libraries included.

    Raises
    ------
    CodeNotAllowed
        `allow` is absent or names other bytes.
    WeakSandbox
        A protection is missing on this machine.
    SandboxFailed
        The model cannot be opened there.
    InputError
        There is no such file, or it needs no sandbox.
    """
    place = Path(path)
    if not place.is_file():
        raise InputError(f"There is no file {place}.", value=str(place), remedy="Name the model's own file.")
    kind = detect(place)
    if kind not in RUNS_CODE:
        raise InputError(
            f"{place.name} is {kind}, and opening it runs no code.",
            value=str(place),
            remedy="Check it without a permission: airworthy check MODEL DATA --target COLUMN",
        )
    if allow is None:
        raise not_allowed(place, kind)
    limits = Limits(seconds, memory_bytes)
    model = sealed_copy(place, allow, memory_bytes // 2)
    try:
        return SandboxedModel(Process(model, place.name, limits), allow_weak_sandbox)
    finally:
        os.close(model)


class SandboxedModel:
    """Asks the child in batches, in the order of the rows.

    Attributes
    ----------
    kind : the name of the model's own class, by its own account.
    inputs : columns that it names; empty where it names none.
    classes : labels in the order of the probabilities; empty where it names none.
    missing : protections that this machine does not offer.
    """

    probe_sizes = FEW_REQUESTS
    where = "this machine, in a sandbox"

    def __init__(self, process: Process, allow_weak_sandbox: bool) -> None:
        self._process = process
        # Also where it is forgotten, and at the end of the interpreter.
        self._finalizer = weakref.finalize(self, process.end)
        self.missing = self._ready(allow_weak_sandbox)
        process.say(Open(), _OPENING)
        opened = self._expect(Opened, process.hear(_OPENING), _OPENING)
        if len(opened.classes) > MOST_CLASSES:
            raise process.broken(f"it names {len(opened.classes):,} classes", _OPENING)
        self.kind, self.inputs = opened.kind, tuple(opened.inputs)
        self.classes: tuple[Any, ...] = tuple(opened.classes)
        if opened.regressor:
            self._estimator_type = "regressor"  # as scikit-learn's models say it

    def answers(self, table: Any) -> Answers:
        """What the model says of the rows of a frame, a matrix or bare texts.

        Raises
        ------
        ModelRefused
            It raises an error on these rows.
        SandboxFailed
            It ended, took too long, or answered with other than one answer a row.
        """
        ask = rows.sent(table)
        count = rows.height(ask)
        parts = [
            self._asked(rows.part(ask, start, start + BATCH), min(BATCH, count - start))
            for start in range(0, count, BATCH)
        ]
        if len({part.shape[1:] for part in parts}) > 1:
            raise self._process.broken("its answers to two batches have two shapes", _SCORING)
        return Answers(np.concatenate(parts) if parts else np.empty(0))

    def close(self) -> None:
        """End the process now."""
        self._finalizer()

    def asked(self) -> str:
        """How it was asked, in one sentence."""
        if not self.missing:
            return f"{self._process.name} ran in a sandbox: {_listed(tuple(Protection))}."
        return (
            f"{self._process.name} ran in a weak sandbox. Missing on this machine: {_listed(self.missing)}."
        )

    def _ready(self, allow_weak_sandbox: bool) -> tuple[Protection, ...]:
        ready = self._expect(Ready, self._process.hear("it was confined", seconds=START_SECONDS), "confined")
        missing = tuple(Protection[name] for name in ready.missing)
        lacking = tuple(protection for protection in missing if protection in NEEDED)
        if lacking and not allow_weak_sandbox:
            self.close()
            raise WeakSandbox(
                f"This machine cannot promise of a model's code: {_listed(lacking)}.",
                value=", ".join(protection.name.lower() for protection in lacking),
                remedy="Run it on a Linux machine with seccomp and Landlock (kernel 5.13 or later), or "
                "accept the risk: --allow-weak-sandbox",
            )
        return missing

    def _asked(self, ask: Ask, count: int) -> NDArray[Any]:
        self._process.say(ask, _SCORING)
        answered = self._expect(Answered, self._process.hear(_SCORING, SMALL + count * ROW), _SCORING)
        return self._read(answered, count)

    def _read(self, answered: Answered, count: int) -> NDArray[Any]:
        """(n,) or (n, k) numbers, or (n,) labels; anything else ends the child."""
        shape = answered.shape
        if len(shape) not in (1, 2) or shape[0] != count or not all(0 < k <= MOST_CLASSES for k in shape[1:]):
            raise self._process.broken(f"its answer to {count:,} rows has the shape {shape[:4]}", _SCORING)
        if answered.labels:
            if len(shape) != 1 or len(answered.labels) != count:
                raise self._process.broken(f"it gives {len(answered.labels):,} labels", _SCORING)
            return np.array(answered.labels)
        wanted = 8 * int(np.prod(shape))
        if len(answered.numbers) != wanted:
            raise self._process.broken(
                f"its answer holds {len(answered.numbers):,} bytes of numbers, not {wanted:,}", _SCORING
            )
        return np.frombuffer(answered.numbers, "<f8").reshape(shape)

    def _expect(self, kind: type[MessageT], message: Told, doing: str) -> MessageT:
        if isinstance(message, kind):
            return message
        if not isinstance(message, Failed):
            raise self._process.broken(f"it says {type(message).__name__.lower()} out of turn", doing)
        if doing == _SCORING:
            why = message.text or message.kind
            raise ModelRefused(
                f"The model refuses these rows: {why}.".replace("..", "."),
                value=why,
                remedy="Give rows as the model was trained on, or put a step before it that takes them.",
            )
        self.close()
        raise _not_opened(self._process, message)


def _not_opened(process: Process, failed: Failed) -> SandboxFailed:
    remedies = {
        "ModuleNotFoundError": "Install the package that it needs here, in the version it was made with.",
        "MemoryError": "Allow it more memory: aw.load_untrusted(..., memory_bytes=...).",
        "PermissionError": "Its code tried what no model needs to be opened. Do not trust it.",
        "BlockingIOError": "Its code tried what no model needs to be opened. Do not trust it.",
        "NotAModel": "Save the fitted model itself, or score your rows yourself and check the predictions.",
    }
    return SandboxFailed(
        f"{process.name} could not be opened in the sandbox: {failed.kind}: {failed.text}.".replace(
            "..", "."
        ),
        value=failed.kind,
        remedy=remedies.get(failed.kind, "Open it with the versions of the libraries that it was made with."),
    )


def _listed(protections: tuple[Protection, ...]) -> str:
    return "; ".join(protections)
